/*
 * experiment - runs the same work in several ways, its rows, until they can be told apart. It does
 * not know what a row is or who runs it: that is the runner's part.
 *
 * For each work in turn:
 *
 *     size     runs row 0, the base, with more and more tasks, to see how many fill the budget
 *     warm up  runs each row once, uncounted; a row that cannot be had says why
 *     rounds   run each row once, in an order drawn anew for each round (measure/rounds.h)
 *
 * A round counts as a whole or not at all. If what the rows run on changes during it (a core is
 * taken away), its samples are dropped and it is run again; if that happens twice in a row, the
 * experiment gives up and keeps what it measured before. If a row can no longer be had, all its
 * samples are dropped and the round is run again without it.
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
    double cpu_share; /* 0 to 1: the part of its time in tasks that it was on a core; of row 0 */
    bool changed;     /* what the rows run on is not what it was */
    char reason[EXPERIMENT_REASON]; /* why the row cannot be had; "": it was run */
};

/* Who runs rows; `self` is the runner's own. open() and run() return 0, or -1 and set err; after a
 * failure no function of the runner is called. */
struct runner {
    /* Called before the first run of a work. */
    int (*open)(void *self, int work, struct err *err);
    /* Runs a row once on that many tasks. `rounds_done`: how many rounds of its work are over. */
    int (*run)(void *self, int row, int64_t tasks, int rounds_done, struct row_result *result,
               struct err *err);
    /* Called when the last run of that row counts. */
    void (*keep)(void *self, int row);
    /* Called when no run of that row counts, including those kept before. */
    void (*lose)(void *self, int row);
    /* Estimates how long a run of that row takes, in runs of row 0, of which one task took `task_s`
     * and was on a core for `cpu_share` of that. */
    double (*cost)(const void *self, int row, double task_s, double cpu_share);
    /* Called when nothing measured so far counts: what is there now is what rows run on. */
    void (*rebase)(void *self);
    /* Called after the last run of a work. */
    void (*close)(void *self, int work);
    /* The clock of the budget, in nanoseconds. NULL: the machine's. */
    int64_t (*now_ns)(void *self);
};

struct experiment_row {
    char reason[EXPERIMENT_REASON]; /* why it cannot be had; "": it can */
    int count;                      /* of samples; 0 if it cannot be had */
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
    int works_count; /* begun; fewer than asked for if it gave up or failed */
    struct experiment_work works[EXPERIMENT_WORKS];
    double elapsed_s; /* of all that was measured */
    int dropped;      /* rounds that were left out */
    bool gave_up;     /* what rows run on kept changing; nothing was measured after that */
};

/* Measures `works` works (at most EXPERIMENT_WORKS) of `rows` rows each (1 to
 * EXPERIMENT_ROWS_MOST) into `experiment`, which is zeroed. Returns 0, or -1 and sets err if the
 * runner failed or there is no memory for samples. Call experiment_release() in any case. */
int experiment_run(struct experiment *experiment, const struct experiment_rules *rules, int works,
                   int rows, const struct runner *runner, void *self, struct err *err);

void experiment_release(struct experiment *experiment);

#endif
