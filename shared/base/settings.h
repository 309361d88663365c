/*
 * settings - "key=value,key=value" read into a struct, by a table. Any thread may call these
 * functions.
 *
 * A workload lists its own settings in such a table; parsing, defaults, range checks and the help
 * text all come from it. A setting is stored as an int64_t (a count, nanoseconds, millionths,
 * bytes, or the index of a choice) or, if it is text, as an array of characters.
 */
#ifndef SQUARES_BASE_SETTINGS_H
#define SQUARES_BASE_SETTINGS_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum setting_type {
    SETTING_COUNT,    /* a whole number: 12, 1e9 */
    SETTING_DURATION, /* nanoseconds: 100us, 1.5ms */
    SETTING_FRACTION, /* millionths, rounded: 0.3, .5, 1 */
    SETTING_BYTES,    /* 4096, 64K, 1M, 2GiB: powers of 1024 */
    SETTING_CHOICE,   /* the index of one of `choices` */
    SETTING_TEXT,     /* anything without a comma, as a char[SETTING_TEXT_SIZE] */
};

/* Room for a text setting, including its terminating zero. */
enum { SETTING_TEXT_SIZE = 192 };

struct setting {
    const char *name; /* NULL ends a table */
    enum setting_type type;
    size_t offset;              /* of the int64_t or the text, in the struct to be filled */
    const char *fallback;       /* the default, written as a user would write it */
    int64_t min, max;           /* of a number, as it is stored, both included */
    const char *const *choices; /* names, NULL after the last */
    const char *help;
};

/* Fills `out` (a struct with a field for each row, of the row's type, at its offset) with the
 * defaults, then with the settings in `text`; NULL or "" has none. Messages call `owner` the owner
 * of the settings. Returns 0, or -1 and sets err if a key is unknown or repeated, or a value is
 * missing, not a number, without a known unit, out of range or too long. */
int settings_parse(const struct setting *table, const char *text, void *out, const char *owner,
                   struct err *err);

/* Writes a table's keys with their defaults to `line`: "repeat=1" or "latency=1ms,spread=none". */
void settings_defaults(const struct setting *table, char *line, size_t size);

#endif
