/*
 * demo - the claims of the lesson "threads or processes?", each as something to run in seconds:
 * what to predict, what happened, why, and the cause in one short file. An entry is a file and a
 * row of the table.
 */
#ifndef SQUARES_DEMO_DEMO_H
#define SQUARES_DEMO_DEMO_H

#include "base/settings.h"
#include "demo/kit/scene.h"

enum { DEMO_NEXT = 3, DEMO_FILES = 3, DEMO_SETTINGS = 512 /* bytes */ };

struct demo {
    const char *name;
    const char *shows;              /* in a line, for the list */
    const char *predict;            /* what to think about first, and to write down */
    const char *why;                /* the cause */
    const char *next[DEMO_NEXT];    /* what to try then: command lines without "squares"; or NULL */
    const char *code[DEMO_FILES];   /* its sources from the project's folder on, the cause first */
    const struct setting *settings; /* of NAME:key=value; or NULL */

    /* On one process, without MPI; NULL: there is nothing to show without other ranks. Takes a few
     * seconds at the most. -1: the demo itself failed; that an effect did not show is none, but is
     * said. */
    int (*run)(struct scene *scene, struct err *err);

    /* How many ranks the part that passes messages wants (mpi/demo), if there is one. */
    int ranks;
};

/* All, NULL behind the last. */
extern const struct demo *const DEMOS[];

/* By its name, which may have settings behind it: "amdahl:serial=0.2", read into `settings`. NULL:
 * there is none, or its settings are not right. */
const struct demo *demo_find(const char *word, void *settings, struct err *err);

/* The lines of a source file that a demo names, NULL behind the last: built into the program. NULL:
 * it is none of theirs. */
const char *const *demo_code(const char *path);

#endif
