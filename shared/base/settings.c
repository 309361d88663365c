#include "base/settings.h"

#include "base/units.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int64_t *slot(const struct setting *s, void *out)
{
    return (int64_t *)((char *)out + s->offset);
}

static void join_choices(const struct setting *s, char *line, size_t size)
{
    line[0] = '\0';
    for (const char *const *c = s->choices; *c != NULL; c++) {
        size_t used = strlen(line);
        (void)snprintf(line + used, size - used, "%s%s", used > 0 ? ", " : "", *c);
    }
}

static int store_choice(const struct setting *s, const char *value, int64_t *out, const char *owner,
                        struct err *err)
{
    for (int64_t i = 0; s->choices[i] != NULL; i++) {
        if (strcmp(s->choices[i], value) == 0) {
            *out = i;
            return 0;
        }
    }
    char known[160];
    join_choices(s, known, sizeof(known));
    err_set(err, ERR_INPUT, "'%s' of '%s' cannot be '%s'", s->name, owner, value);
    return err_remedy(err, "it is one of: %s", known);
}

static int bad_value(const struct setting *s, const char *value, enum unit_status status,
                     const char *owner, struct err *err)
{
    if (status == UNIT_UNKNOWN)
        err_set(err, ERR_INPUT, "'%s=%s' of '%s' has no unit that is known", s->name, value, owner);
    else if (status == UNIT_TOO_LARGE)
        err_set(err, ERR_INPUT, "'%s=%s' of '%s' is too large", s->name, value, owner);
    else
        err_set(err, ERR_INPUT, "'%s=%s' of '%s' is not a %s", s->name, value, owner,
                s->type == SETTING_DURATION ? "duration" : "whole number");
    if (s->type == SETTING_DURATION)
        err_remedy(err, "write it as in 100us, 1.5ms or 2s (ns, us, ms, s, min)");
    return -1;
}

static int out_of_range(const struct setting *s, const char *value, const char *owner,
                        struct err *err)
{
    char low[UNIT_TEXT], high[UNIT_TEXT];
    if (s->type == SETTING_DURATION) {
        unit_duration((double)s->min * 1e-9, low);
        unit_duration((double)s->max * 1e-9, high);
    } else {
        (void)snprintf(low, sizeof(low), "%" PRId64, s->min);
        (void)snprintf(high, sizeof(high), "%" PRId64, s->max);
    }
    err_set(err, ERR_INPUT, "'%s=%s' of '%s' is out of range", s->name, value, owner);
    return err_remedy(err, "it goes from %s to %s", low, high);
}

static int store(const struct setting *s, const char *value, void *out, const char *owner,
                 struct err *err)
{
    if (s->type == SETTING_CHOICE)
        return store_choice(s, value, slot(s, out), owner, err);
    int64_t number = 0;
    enum unit_status status = s->type == SETTING_DURATION ? unit_parse_duration(value, &number)
                                                          : unit_parse_int64(value, &number);
    if (status != UNIT_OK)
        return bad_value(s, value, status, owner, err);
    if (number < s->min || number > s->max)
        return out_of_range(s, value, owner, err);
    *slot(s, out) = number;
    return 0;
}

static const struct setting *find(const struct setting *table, const char *name)
{
    for (const struct setting *s = table; s->name != NULL; s++)
        if (strcmp(s->name, name) == 0)
            return s;
    return NULL;
}

static int unknown_key(const struct setting *table, const char *key, const char *owner,
                       struct err *err)
{
    err_set(err, ERR_INPUT, "'%s' has no setting '%s'", owner, key);
    if (table->name == NULL)
        return err_remedy(err, "it takes none");
    char known[160];
    settings_defaults(table, known, sizeof(known));
    return err_remedy(err, "its settings, with their defaults: %s", known);
}

/* One "key=value"; `seen` has a bit for each row that was given already. */
static int store_pair(const struct setting *table, char *pair, void *out, uint64_t *seen,
                      const char *owner, struct err *err)
{
    char *equals = strchr(pair, '=');
    if (equals != NULL)
        *equals = '\0';
    const struct setting *s = find(table, pair);
    if (s == NULL)
        return unknown_key(table, pair, owner, err);
    if (equals == NULL || equals[1] == '\0')
        return err_set(err, ERR_INPUT, "'%s' of '%s' wants a value, as in %s=%s", pair, owner, pair,
                       s->fallback);
    uint64_t bit = UINT64_C(1) << (s - table);
    if (*seen & bit)
        return err_set(err, ERR_INPUT, "'%s' of '%s' is given twice", pair, owner);
    *seen |= bit;
    return store(s, equals + 1, out, owner, err);
}

int settings_parse(const struct setting *table, const char *text, void *out, const char *owner,
                   struct err *err)
{
    for (const struct setting *s = table; s->name != NULL; s++)
        if (store(s, s->fallback, out, owner, err) != 0)
            return -1;
    if (text == NULL || *text == '\0')
        return 0;
    char copy[512];
    if (strlen(text) >= sizeof(copy))
        return err_set(err, ERR_INPUT, "the settings of '%s' are too long", owner);
    (void)snprintf(copy, sizeof(copy), "%s", text);
    uint64_t seen = 0;
    char *rest = copy;
    for (char *pair; (pair = strsep(&rest, ",")) != NULL;)
        if (store_pair(table, pair, out, &seen, owner, err) != 0)
            return -1;
    return 0;
}

void settings_defaults(const struct setting *table, char *line, size_t size)
{
    line[0] = '\0';
    for (const struct setting *s = table; s->name != NULL; s++) {
        size_t used = strlen(line);
        (void)snprintf(line + used, size - used, "%s%s=%s", used > 0 ? "," : "", s->name,
                       s->fallback);
    }
}
