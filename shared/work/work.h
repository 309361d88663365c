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
#include "crew/safepoint.h"
#include "number/numbers.h"
#include "number/range.h"
#include "work/cost.h"

#include <stdbool.h>
#include <stddef.h>

/* Room for a workload as the user writes it. */
enum { SPEC_TEXT = 256 };

struct work {
    const struct workload *load;
    uint64_t seed;
    struct cost cost; /* how a task's cost depends on its position; zeroed it does not */
    void *settings;   /* the workload's own struct, filled by its table */
    int64_t common;   /* what host_open found: the same on all ranks of the host */
    void *state;      /* the workload's own, of this rank, from open to close */
    bool opened, host_opened;
    char spec[SPEC_TEXT]; /* as the user wrote it */
};

struct workload {
    const char *name;
    const char *help;
    const struct setting *table; /* its settings */
    size_t settings_size;
    bool waits; /* a task spends its time waiting, not computing */

    /* Lets go of what the settings hold beyond their own bytes. NULL: nothing. */
    void (*release)(void *settings);

    /* Whether it works on numbers of `kind` with these settings; NULL: on all. -1 with a message.
     */
    int (*accepts)(const struct work *work, enum number_kind kind, struct err *err);

    /* Whether it can make tasks cost what work->cost says, with these settings: its `run` then asks
     * cost_of() for each. NULL: with none. -1 with a message. */
    int (*scales)(const struct work *work, struct err *err);

    /* Before ranks of a host run: makes what they share (a server, a folder), on its leader only,
     * and leaves in work->common what the others need to know of it. host_close undoes it, after
     * all have closed. NULL: nothing is shared. */
    int (*host_open)(struct work *work, struct err *err);
    void (*host_close)(struct work *work);

    /* Before this rank's workers run: gets what they share into work->state. NULL: nothing. */
    int (*open)(struct work *work, struct err *err);
    void (*close)(struct work *work);

    /* Replaces the numbers by their results. -1 with err->at, the position of the first number that
     * cannot be worked on; the numbers are then of no use any more. Called while the safepoint is
     * entered; a computing loop passes it at each turn, and what waits leaves it meanwhile. A task
     * that may last longer than a second looks now and then whether it was stopped, and returns
     * early, with any result. */
    int (*run)(const struct work *work, struct numbers *numbers, const struct safepoint *at,
               struct err *err);

    /* After workers have run on this rank, once or more often, and before their results are used:
     * looks whether they can be. NULL: they can. -1 with a message. */
    int (*settle)(const struct work *work, struct err *err);

    /* How many tasks take some 10 us or hold a cache's worth of numbers: the fewest that are worth
     * claiming at once. */
    int64_t (*grain)(const struct work *work);

    /* The sum of the results over a range by a formula, to check a job by; NULL or false: there is
     * none. */
    bool (*range_sum)(const struct work *work, const struct range *range, int128 *sum);
};

/* For workloads that can make any task cost more or less, as their `scales`. */
int work_always_scales(const struct work *work, struct err *err);

/* For workloads whose tasks are long, as their `grain`: 1. */
int64_t work_one_at_once(const struct work *work);

/* For those that give each number back, as their `range_sum`: the sum of the numbers. */
bool work_same_sum(const struct work *work, const struct range *range, int128 *sum);

extern const struct workload WORKLOAD_SQUARES, WORKLOAD_IO, WORKLOAD_MIXED, WORKLOAD_FILE,
    WORKLOAD_NET;

/* All workloads, NULL behind the last. */
extern const struct workload *const WORKLOADS[];

/* Makes the work that `spec` names: "name" or "name:key=value,...", or a plug-in: "./name.so" or
 * "./name.so:arguments". `seed` makes its random draws. -1: unknown workload or bad settings, or a
 * plug-in that cannot be loaded. */
int work_create(struct work *work, const char *spec, uint64_t seed, struct err *err);

void work_release(struct work *work);

/* Makes tasks cost by `shape`; where that wants to know how many there are, whoever knows it sets
 * work->cost.count before the work runs. -1: this workload, or with these settings, cannot. */
int work_shape(struct work *work, enum cost_shape shape, struct err *err);

/* Whether it can work on numbers of `kind`; -1 with a message if not. */
int work_accepts(const struct work *work, enum number_kind kind, struct err *err);

/* On the leader of a host, and then on each rank, before any of its ranks runs; -1 leaves nothing
 * open. After each run work_settle. In reverse order afterwards; closing what is not open is
 * allowed. */
int work_host_open(struct work *work, struct err *err);
int work_open(struct work *work, struct err *err);
int work_settle(const struct work *work, struct err *err);
void work_close(struct work *work);
void work_host_close(struct work *work);

static inline int work_run(const struct work *work, struct numbers *numbers,
                           const struct safepoint *at, struct err *err)
{
    return work->load->run(work, numbers, at, err);
}

#endif
