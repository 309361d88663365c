#include "base/settings.h"

#include "base/arithmetic.h"
#include "base/text.h"
#include "base/units.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void join_choices(const struct setting *s, char *line, size_t size)
{
    line[0] = '\0';
    for (const char *const *c = s->choices; *c != NULL; c++)
        text_item(line, size, ", ", "%s", *c);
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

/* "0.3", ".5" or "1", in millionths. */
static enum unit_status parse_fraction(const char *text, int64_t *value)
{
    const char *digits = text + (*text == '-');
    if (!isdigit((unsigned char)*digits) && *digits != '.') /* strtod takes "nan" and "inf", too */
        return UNIT_NOT_A_NUMBER;
    char *end;
    double fraction = arithmetic_read(text, &end);
    if (end == text || *end != '\0' || strpbrk(text, "xX") != NULL)
        return UNIT_NOT_A_NUMBER;
    if (fabs(fraction) > 1e12)
        return UNIT_TOO_LARGE;
    *value = llround(fraction * 1e6);
    return UNIT_OK;
}

/* The letters of the powers of 1024. */
static const char PREFIXES[] = "KMGT";

/* How many times to multiply a number by 1024 for the unit after it; -1: unknown unit. */
static int power_of_unit(const char *unit)
{
    const char *prefix = strchr(PREFIXES, toupper((unsigned char)*unit));
    if (prefix == NULL || *prefix == '\0')
        return strcmp(unit, "B") == 0 || *unit == '\0' ? 0 : -1;
    if (unit[1] != '\0' && strcmp(unit + 1, "iB") != 0)
        return -1;
    return (int)(prefix - PREFIXES) + 1;
}

static enum unit_status parse_bytes(const char *text, int64_t *value)
{
    enum unit_status whole = unit_parse_int64(text, value);
    size_t digits = strspn(text, "0123456789");
    if (whole != UNIT_NOT_A_NUMBER || digits == 0)
        return whole;
    char number[UNIT_TEXT];
    if (digits >= sizeof(number))
        return UNIT_TOO_LARGE;
    (void)snprintf(number, sizeof(number), "%.*s", (int)digits, text);
    int power = power_of_unit(text + digits);
    if (power < 0)
        return text[digits] == '.' ? UNIT_NOT_A_NUMBER : UNIT_UNKNOWN;
    if (unit_parse_int64(number, value) != UNIT_OK ||
        __builtin_mul_overflow(*value, INT64_C(1) << 10 * power, value))
        return UNIT_TOO_LARGE;
    return UNIT_OK;
}

static void print_count(int64_t value, char text[UNIT_TEXT])
{
    (void)snprintf(text, UNIT_TEXT, "%" PRId64, value);
}

static void print_duration(int64_t value, char text[UNIT_TEXT])
{
    unit_duration((double)value * 1e-9, text);
}

static void print_fraction(int64_t value, char text[UNIT_TEXT])
{
    (void)snprintf(text, UNIT_TEXT, "%g", (double)value * 1e-6);
}

/* Prints the number as a user would write it: "64K", not "64.0 KiB". */
static void print_bytes(int64_t value, char text[UNIT_TEXT])
{
    int power = 0;
    while (PREFIXES[power] != '\0' && value != 0 && value % 1024 == 0) {
        value /= 1024;
        power++;
    }
    if (power == 0)
        print_count(value, text);
    else
        (void)snprintf(text, UNIT_TEXT, "%" PRId64 "%c", value, PREFIXES[power - 1]);
}

/* For each type that is stored as a number: how it is read, and how a range is printed. */
static const struct quantity {
    const char *noun;
    enum unit_status (*parse)(const char *text, int64_t *value);
    void (*print)(int64_t value, char text[UNIT_TEXT]);
    const char *form; /* how to write it; NULL: that is obvious */
} QUANTITIES[] = {
    [SETTING_COUNT] = {"whole number", unit_parse_int64, print_count, NULL},
    [SETTING_DURATION] = {"duration", unit_parse_duration, print_duration,
                          "write it like 100us, 1.5ms or 2s (ns, us, ms, s, min)"},
    [SETTING_FRACTION] = {"fraction", parse_fraction, print_fraction, NULL},
    [SETTING_BYTES] = {"number of bytes", parse_bytes, print_bytes,
                       "write it like 4096, 64K, 1M or 2G (K, M, G, T: powers of 1024)"},
};

static int advise_range(const struct setting *s, struct err *err)
{
    char low[UNIT_TEXT], high[UNIT_TEXT];
    QUANTITIES[s->type].print(s->min, low);
    QUANTITIES[s->type].print(s->max, high);
    return err_remedy(err, "it goes from %s to %s", low, high);
}

static int bad_value(const struct setting *s, const char *value, enum unit_status status,
                     const char *owner, struct err *err)
{
    const struct quantity *quantity = &QUANTITIES[s->type];
    if (status == UNIT_UNKNOWN)
        err_set(err, ERR_INPUT, "'%s=%s' of '%s' has no known unit", s->name, value, owner);
    else if (status == UNIT_TOO_LARGE)
        err_set(err, ERR_INPUT, "'%s=%s' of '%s' is too large", s->name, value, owner);
    else
        err_set(err, ERR_INPUT, "'%s=%s' of '%s' is not a %s", s->name, value, owner,
                quantity->noun);
    if (s->type == SETTING_FRACTION || status == UNIT_TOO_LARGE) /* a fraction's shows its form */
        return advise_range(s, err);
    return quantity->form == NULL ? -1 : err_remedy(err, "%s", quantity->form);
}

static int store_quantity(const struct setting *s, const char *value, int64_t *out,
                          const char *owner, struct err *err)
{
    int64_t number = 0;
    enum unit_status status = QUANTITIES[s->type].parse(value, &number);
    if (status != UNIT_OK)
        return bad_value(s, value, status, owner, err);
    if (number < s->min || number > s->max) {
        err_set(err, ERR_INPUT, "'%s=%s' of '%s' is out of range", s->name, value, owner);
        return advise_range(s, err);
    }
    *out = number;
    return 0;
}

static int store_text(const struct setting *s, const char *value, char *out, const char *owner,
                      struct err *err)
{
    if (strlen(value) >= SETTING_TEXT_SIZE) {
        err_set(err, ERR_INPUT, "'%s=%.40s...' of '%s' is too long", s->name, value, owner);
        return err_remedy(err, "it has room for %d bytes", SETTING_TEXT_SIZE - 1);
    }
    (void)snprintf(out, SETTING_TEXT_SIZE, "%s", value);
    return 0;
}

static int store(const struct setting *s, const char *value, void *out, const char *owner,
                 struct err *err)
{
    void *slot = (char *)out + s->offset;
    if (s->type == SETTING_TEXT)
        return store_text(s, value, slot, owner, err);
    if (s->type == SETTING_CHOICE)
        return store_choice(s, value, slot, owner, err);
    return store_quantity(s, value, slot, owner, err);
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
    char known[200];
    settings_defaults(table, known, sizeof(known));
    return err_remedy(err, "its settings, with their defaults: %s", known);
}

/* Stores one "key=value"; `seen` has a bit for each row that was already given. */
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
        return err_set(err, ERR_INPUT, "'%s' of '%s' needs a value, as in '%s=%s'", pair, owner,
                       pair, s->fallback);
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
    for (const struct setting *s = table; s->name != NULL; s++)
        text_item(line, size, ",", "%s=%s", s->name, s->fallback);
}
