/*
 * showing - the results of one run of a demo: tables of what was measured, sentences about it, and
 * pictures, in the order in which the demo adds them. They are kept as JSON, and the text is
 * printed from that. One thread at a time.
 *
 *     static const struct showing_column COLUMNS[] = {
 *         {"lost", "lost", SHOWN_COUNT}, {"add_s", "an addition", SHOWN_SECONDS}, {.key = NULL}};
 *     showing_table(showing, "ways", "way", COLUMNS);
 *     showing_row(showing, "mutex", (double[]){0, 2.1e-8});
 *     showing_say(showing, "The mutex lost nothing, at %.0f times the price.", price);
 *
 * If memory runs out while something is added, that is reported at the end: see showing_complete.
 */
#ifndef SQUARES_DEMO_KIT_SHOWING_H
#define SQUARES_DEMO_KIT_SHOWING_H

#include "base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct showing {
    json_t *items; /* [{"table": ...} | {"text": ...} | {"picture": ...}] */
    bool failed;
};

/* How to print a column's values; in JSON they are plain numbers. */
enum shown {
    SHOWN_COUNT,   /* 1,234,567 */
    SHOWN_SECONDS, /* seconds: 1.23 ms */
    SHOWN_BYTES,   /* 1.5 MiB */
    SHOWN_RATE,    /* per second: 1.23 M/s */
    SHOWN_TIMES,   /* a ratio: 1.97 x */
    SHOWN_SHARE,   /* a fraction, 0 to 1: 36.7 % */
    SHOWN_NUMBER,  /* anything else, with three significant digits */
};

struct showing_column {
    const char *key;   /* in JSON, with its unit as in "wait_s"; NULL ends a table */
    const char *title; /* in text */
    enum shown as;
};

void showing_open(struct showing *showing);
void showing_release(struct showing *showing);

/* Begins a table; showing_row adds to it until another item is added. `key` names it in JSON,
 * `labels` is the title of the rows' labels. */
void showing_table(struct showing *showing, const char *key, const char *labels,
                   const struct showing_column *columns);

/* Adds a row. `values`: one for each column; NAN: not measured, or without meaning here. */
void showing_row(struct showing *showing, const char *label, const double *values);

/* Adds a sentence about what was measured in this run. */
void showing_say(struct showing *showing, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds a line to a picture, printed as it is: at most SHOWING_WIDTH characters. */
void showing_draw(struct showing *showing, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

enum { SHOWING_WIDTH = 69 };

/* Called after everything was added. Returns 0, or -1 and sets err if memory ran out. */
int showing_complete(const struct showing *showing, struct err *err);

/* Prints the items, indented by SHOWING_INDENT columns. */
void showing_print(const struct showing *showing, FILE *out);

enum { SHOWING_INDENT = 11 };

#endif
