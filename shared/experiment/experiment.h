/*
 * experiment - runs the same work in several ways, its rows, as often as it takes to tell them
 * apart. It knows neither who runs a row nor what a row is: that is the runner's.
 *
 * Each work takes its turn:
 *
 *     size     row 0, the base, alone with more and more tasks: how many fill the budget
 *     warm up  each row once, not counted: those that cannot be had say so
 *     rounds   each row once, in an order drawn anew for each round (measure/rounds.h)
 *
 * A round counts as a whole or not at all: if what the rows run on changed meanwhile (a core was
 * taken away), its samples are dropped and it is run once more; if that happens again, all that was
 * not measured before stays unmeasured.
 */
#ifndef SQUARES_EXPERIMENT_EXPERIMENT_H
#define SQUARES_EXPERIMENT_EXPERIMENT_H

#include "base/err.h"
#include "experiment/rules.h"
#include "measure/rounds.h"

#include <stdbool.h>

enum { EXPERIMENT_ROWS_MOST = 32, EXPERIMENT_REASON = 200 };

/* What one run of a row came to. */
struct row_result {
    double elapsed_s;
    double cpu_share;               /* of the time in tasks, that it was on a core; read of row 0 */
    bool changed;                   /* what the rows run on is not what it was */
    char reason[EXPERIMENT_REASON]; /* why the row cannot be had; "": it was run */
};

/* Who runs rows. `self` is the runner's own; -1: failed, and then no function of it is called any
 * more. */
struct runner {
    /* Before the first run of a work. */
    int (*open)(void *self, int work, struct err *err);
    /* Runs a row once on that many tasks; `rounds_done` of its work are over, for a progress bar.
     */
    int (*run)(void *self, int row, int64_t tasks, int rounds_done, struct row_result *result,
               struct err *err);
    /* The last run of that row counts. */
    void (*keep)(void *self, int row);
    /* What a run of a row takes in times of row 0, about, given what was measured of that. */
    double (*cost)(const void *self, int row, double task_s, double cpu_share);
    /* Nothing measured so far counts: what is there now is what rows run on. */
    void (*rebase)(void *self);
    /* After the last run of a work. */
    void (*close)(void *self, int work);
    /* The clock of the budget. NULL: the machine's. */
    int64_t (*now_ns)(void *self);
};

struct experiment_row {
    char reason[EXPERIMENT_REASON]; /* why it cannot be had; "" */
    int count;                      /* samples */
    double *samples_s;              /* [count], in the order they were measured */
    int *rounds;                    /* [count] of each sample, ascending */
};

struct experiment_work {
    int64_t tasks; /* of each run */
    int rows_count;
    struct experiment_row rows[EXPERIMENT_ROWS_MOST]; /* the first is the base */
    enum rounds_end ended; /* why there are no more rounds; ROUNDS_GO_ON: it gave up */
};

struct experiment {
    int works_count; /* begun; less than asked for if it gave up */
    struct experiment_work works[EXPERIMENT_WORKS];
    double elapsed_s; /* of all that was measured */
    int dropped;      /* rounds that were left out */
    bool gave_up;     /* what rows run on kept changing: nothing was measured after that */
};

/* Measures `works` works, at most EXPERIMENT_WORKS, of `rows` rows each, at least 1 and at most
 * EXPERIMENT_ROWS_MOST. `experiment` is zeroed before and released by experiment_release() in any
 * case. -1: a run failed, or there is no memory for samples. */
int experiment_run(struct experiment *experiment, const struct experiment_rules *rules, int works,
                   int rows, const struct runner *runner, void *self, struct err *err);

void experiment_release(struct experiment *experiment);

#endif
