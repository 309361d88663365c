/*
 * units - whole numbers and durations as people write them, read and printed. Any thread may call
 * these functions.
 */
#ifndef SQUARES_BASE_UNITS_H
#define SQUARES_BASE_UNITS_H

#include <stddef.h>
#include <stdint.h>

enum unit_status {
    UNIT_OK,
    UNIT_NOT_A_NUMBER, /* does not have the expected form */
    UNIT_TOO_LARGE,    /* has the right form, but does not fit */
    UNIT_UNKNOWN,      /* a number, but its unit is missing or unknown */
};

/* Reads a decimal int64, which must be the whole text, with an optional sign and an optional power
 * of ten: "12", "-7", "1e9". */
enum unit_status unit_parse_int64(const char *text, int64_t *value);

/* Reads a duration of at least zero with its unit: "100ns", "20us", "1.5ms", "2s", "1min"; "0"
 * needs no unit. Gives nanoseconds, rounded. */
enum unit_status unit_parse_duration(const char *text, int64_t *ns);

/* The longest text that the functions below write, including its terminating zero. */
enum { UNIT_TEXT = 32 };

/* "1.23 ms": three digits and the unit that fits. Returns `text`. */
char *unit_duration(double seconds, char text[UNIT_TEXT]);

/* "1.23 M": three digits and a decimal prefix (k, M, G, T). Returns `text`. */
char *unit_si(double value, char text[UNIT_TEXT]);

/* "1.5 MiB": bytes with a binary prefix. Returns `text`. */
char *unit_bytes(int64_t bytes, char text[UNIT_TEXT]);

#endif
