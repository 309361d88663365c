/*
 * demo - the claims of the lesson "threads or processes?", each as something to run in seconds:
 * what to predict, what happened, why, and the cause in one short file. A demo is a file and a row
 * in the table.
 */
#ifndef SQUARES_DEMO_DEMO_H
#define SQUARES_DEMO_DEMO_H

#include "base/settings.h"
#include "demo/kit/scene.h"

enum { DEMO_NEXT = 3, DEMO_FILES = 3, DEMO_SETTINGS = 512 /* bytes */ };

struct demo {
    const char *name;
    const char *shows;              /* in one line, for the list */
    const char *predict;            /* what to think about first, and to write down */
    const char *why;                /* the cause */
    const char *next[DEMO_NEXT];    /* what to try next: command lines without "squares"; or NULL */
    const char *code[DEMO_FILES];   /* paths of its sources in the project, the cause first */
    const struct setting *settings; /* for NAME:key=value; or NULL */

    /* Runs on one process, without MPI; NULL: there is nothing to show without other ranks. Takes a
     * few seconds at most. Returns 0, or -1 and sets err if the demo itself failed; an effect that
     * did not show is no failure, but is reported. */
    int (*run)(struct scene *scene, struct err *err);

    /* How many ranks its part with messages needs (mpi/command/demo_*), if it has one. */
    int ranks;
};

/* All demos; ends with NULL. */
extern const struct demo *const DEMOS[];

/* Finds a demo by its name, which settings may follow: "amdahl:serial=0.2"; they are read into
 * `settings`. Returns NULL and sets err if there is no such demo, or its settings are wrong. */
const struct demo *demo_find(const char *word, void *settings, struct err *err);

/* The lines of a source file that a demo names, built into the program; ends with NULL. Returns
 * NULL if no demo names that file. */
const char *const *demo_code(const char *path);

#endif
