#include "demo/demo.h"

#include "base/text.h"

#include "demo_code.h" /* generated: the sources of the demos */

#include <string.h>

extern const struct demo DEMO_NAMES, DEMO_POOL, DEMO_COST, DEMO_RACE, DEMO_DEADLOCK,
    DEMO_FALSE_SHARING, DEMO_ISOLATION, DEMO_GIL, DEMO_SERVER, DEMO_BINDING, DEMO_SCATTER,
    DEMO_GRANULARITY, DEMO_IMBALANCE, DEMO_AMDAHL;

const struct demo *const DEMOS[] = {
    &DEMO_NAMES,         &DEMO_POOL,        &DEMO_COST,      &DEMO_RACE,   &DEMO_DEADLOCK,
    &DEMO_FALSE_SHARING, &DEMO_ISOLATION,   &DEMO_GIL,       &DEMO_SERVER, &DEMO_BINDING,
    &DEMO_SCATTER,       &DEMO_GRANULARITY, &DEMO_IMBALANCE, &DEMO_AMDAHL, NULL,
};

static void unknown(const char *name, int length, struct err *err)
{
    char known[200] = "";
    for (const struct demo *const *d = DEMOS; *d != NULL; d++)
        text_item(known, sizeof(known), ", ", "%s", (*d)->name);
    err_set(err, ERR_INPUT, "there is no demo '%.*s'", length, name);
    err_remedy(err, "the demos are: %s", known);
}

const struct demo *demo_find(const char *word, void *settings, struct err *err)
{
    static const struct setting NONE[] = {{.name = NULL}};
    size_t length = strcspn(word, ":");
    const char *said = word[length] == ':' ? word + length + 1 : NULL;
    for (const struct demo *const *d = DEMOS; *d != NULL; d++)
        if (strlen((*d)->name) == length && strncmp((*d)->name, word, length) == 0) {
            const struct setting *table = (*d)->settings != NULL ? (*d)->settings : NONE;
            return settings_parse(table, said, settings, (*d)->name, err) == 0 ? *d : NULL;
        }
    unknown(word, (int)length, err);
    return NULL;
}

const char *const *demo_code(const char *path)
{
    for (size_t i = 0; i < sizeof(DEMO_CODE) / sizeof(DEMO_CODE[0]); i++)
        if (strcmp(DEMO_CODE[i].path, path) == 0)
            return DEMO_CODE[i].lines;
    return NULL;
}
