/*
 * telling - a demo told: what to predict, before it runs; what happened and why, behind. As text
 * for people and as JSON for programs.
 */
#ifndef SQUARES_DEMO_KIT_TELLING_H
#define SQUARES_DEMO_KIT_TELLING_H

#include "demo/demo.h"

#include <stdio.h>

struct telling {
    const struct demo *demo;
    const struct scene *scene;
    const char *command, *launcher;
    int ranks_missing; /* ranks wanted by the part that passes messages, which is left out; 0: none
                          is */
};

/* What to think about first; at once on the screen. */
void telling_ask(const struct telling *telling, FILE *out);

/* What happened, why, and what to do next. */
void telling_print(const struct telling *telling, FILE *out);

/* All of it. A new string; NULL: out of memory. */
char *telling_json(const struct telling *telling);

#endif
