/*
 * settings - "key=value,key=value" read into a struct, by a table. Any thread.
 *
 * A workload names its own settings in such a table; parsing, defaults, range checks and the help
 * text all come from it. Every setting is stored as an int64_t: a count, nanoseconds, or the index
 * of a choice.
 */
#ifndef SQUARES_BASE_SETTINGS_H
#define SQUARES_BASE_SETTINGS_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum setting_type { SETTING_COUNT, SETTING_DURATION, SETTING_CHOICE };

struct setting {
    const char *name; /* NULL ends a table */
    enum setting_type type;
    size_t offset;              /* of the int64_t in the struct that is filled */
    const char *fallback;       /* the default, written as a user would */
    int64_t min, max;           /* of counts and durations (ns), both included */
    const char *const *choices; /* names, NULL behind the last */
    const char *help;
};

/* Fills `out` (a struct that has an int64_t at each row's offset) with the defaults, then with what
 * `text` says; NULL or "" says nothing. `owner` is whose settings they are, for messages. -1 with
 * `err`: unknown or repeated key, missing value, not a number, unit, out of range. */
int settings_parse(const struct setting *table, const char *text, void *out, const char *owner,
                   struct err *err);

/* Writes a table's keys with their defaults, "repeat=1" or "latency=1ms,spread=none", to `line`. */
void settings_defaults(const struct setting *table, char *line, size_t size);

#endif
