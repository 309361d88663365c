/*
 * telling - the report of a demo: what to predict, before it runs; what happened and why, after it.
 * As text for people and as JSON for programs.
 */
#ifndef SQUARES_DEMO_KIT_TELLING_H
#define SQUARES_DEMO_KIT_TELLING_H

#include "demo/demo.h"

#include <stdio.h>

struct telling {
    const struct demo *demo;
    const struct scene *scene;
    const char *command, *launcher;
    int ranks_missing; /* ranks needed by the part with messages, which is left out; 0: no part is
                          left out */
};

/* Prints what to think about first, and flushes it to the screen at once. */
void telling_ask(const struct telling *telling, FILE *out);

/* Prints what happened, why, and what to do next. */
void telling_print(const struct telling *telling, FILE *out);

/* The whole report, as a new string; NULL: out of memory. */
char *telling_json(const struct telling *telling);

#endif
