/*
 * work - what a task does with its number: a table of workloads, and one of them with its settings.
 *
 * A workload replaces each number of a run by its result, in place; results are of the same kind as
 * the numbers. A `struct work` is read-only after it was made: all workers of a crew share it.
 */
#ifndef SQUARES_WORK_WORK_H
#define SQUARES_WORK_WORK_H

#include "base/err.h"
#include "base/settings.h"
#include "base/stop.h"
#include "number/numbers.h"
#include "number/range.h"

#include <stdbool.h>
#include <stddef.h>

struct work {
    const struct workload *load;
    uint64_t seed;
    void *settings; /* the workload's own struct, filled by its table */
    char spec[128]; /* as the user wrote it */
};

struct workload {
    const char *name;
    const char *help;
    const struct setting *table; /* its settings */
    size_t settings_size;
    bool waits; /* a task spends its time waiting, not computing */

    /* Whether it works on numbers of `kind` with these settings; NULL: on all. -1 with a message.
     */
    int (*accepts)(const struct work *work, enum number_kind kind, struct err *err);

    /* Replaces the numbers by their results. -1 with err->at, the position of the first number that
     * cannot be worked on; the numbers are then of no use any more. A task that may last longer
     * than a second looks at `stop` now and then and returns early, with any result, when asked. */
    int (*run)(const struct work *work, struct numbers *numbers, const struct stop *stop,
               struct err *err);

    /* How many tasks take some 10 us or hold a cache's worth of numbers: the fewest that are worth
     * claiming at once. */
    int64_t (*grain)(const struct work *work);

    /* The sum of the results over a range by a formula, to check a job by; NULL or false: there is
     * none. */
    bool (*range_sum)(const struct work *work, const struct range *range, int128 *sum);
};

extern const struct workload WORKLOAD_SQUARES, WORKLOAD_IO;

/* All workloads, NULL behind the last. */
extern const struct workload *const WORKLOADS[];

/* Makes the work that `spec` names: "name" or "name:key=value,...". `seed` makes its random draws.
 * -1: unknown workload or bad settings. */
int work_create(struct work *work, const char *spec, uint64_t seed, struct err *err);

void work_release(struct work *work);

/* Whether it can work on numbers of `kind`; -1 with a message if not. */
int work_accepts(const struct work *work, enum number_kind kind, struct err *err);

static inline int work_run(const struct work *work, struct numbers *numbers,
                           const struct stop *stop, struct err *err)
{
    return work->load->run(work, numbers, stop, err);
}

#endif
