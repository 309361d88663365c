/*
 * showing - what one run of a demo brought to light: tables of what was measured, sentences about
 * it, and pictures, in the order in which the demo adds them. It is kept as JSON, which the text is
 * printed from. One thread at a time.
 *
 *     static const struct showing_column COLUMNS[] = {
 *         {"lost", "lost", SHOWN_COUNT}, {"add_s", "an addition", SHOWN_SECONDS}, {.key = NULL}};
 *     showing_table(showing, "ways", "way", COLUMNS);
 *     showing_row(showing, "mutex", (double[]){0, 2.1e-8});
 *     showing_say(showing, "The mutex lost nothing, at %.0f times the price.", price);
 *
 * Memory that runs out while something is added is noticed at the end: see showing_complete.
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

/* How a column's values are to be read; in JSON they stand as they are. */
enum shown {
    SHOWN_COUNT,   /* 1,234,567 */
    SHOWN_SECONDS, /* seconds: 1.23 ms */
    SHOWN_BYTES,   /* 1.5 MiB */
    SHOWN_RATE,    /* per second: 1.23 M/s */
    SHOWN_TIMES,   /* a ratio: 1.97 x */
    SHOWN_SHARE,   /* a fraction, 0 to 1: 36.7 % */
    SHOWN_NUMBER,  /* anything else, of which three digits matter */
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

/* `values`: one for each column; NAN: not measured, or without meaning here. */
void showing_row(struct showing *showing, const char *label, const double *values);

/* A sentence, of what was measured in this run. */
void showing_say(struct showing *showing, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A line of a picture, printed as it is: at most SHOWING_WIDTH characters. */
void showing_draw(struct showing *showing, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

enum { SHOWING_WIDTH = 69 };

/* Behind all that was added. -1: memory ran out. */
int showing_complete(const struct showing *showing, struct err *err);

/* Prints the items from the column at which they stand, INDENT, on. */
void showing_print(const struct showing *showing, FILE *out);

enum { SHOWING_INDENT = 11 };

#endif
