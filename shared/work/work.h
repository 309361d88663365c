/*
 * work - what a task does with its number: a table of workloads, and one of them with its settings.
 *
 * A workload replaces each number by its result, in place; results are of the same kind as the
 * numbers. A `struct work` is read-only once it is made: all workers of a crew share it.
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
    struct cost cost; /* how a task's cost depends on its position; zeroed: not at all */
    void *settings;   /* the workload's own struct, filled by its table */
    int64_t common;   /* set by host_open: the same on all ranks of the host */
    void *state;      /* the workload's own data on this rank, between open and close */
    bool opened, host_opened;
    char spec[SPEC_TEXT]; /* as the user wrote it */
};

struct workload {
    const char *name;
    const char *help;
    const struct setting *table; /* its settings */
    size_t settings_size;
    bool waits; /* a task spends its time waiting, not computing */

    /* Releases what the settings own beyond their own bytes. NULL: nothing. */
    void (*release)(void *settings);

    /* Checks that it works on numbers of `kind` with these settings. Returns 0, or -1 and sets err.
     * NULL: it works on all. */
    int (*accepts)(const struct work *work, enum number_kind kind, struct err *err);

    /* Checks that it can vary the cost of tasks according to work->cost with these settings: its
     * `run` then calls cost_of() for each task. Returns 0, or -1 and sets err. NULL: it never
     * can. */
    int (*scales)(const struct work *work, struct err *err);

    /* Before ranks of a host run: makes what they share (a server, a folder), on the host's leader
     * only, and stores what the others need to know in work->common. Returns 0, or -1 and sets err.
     * host_close undoes it, after all ranks have closed. NULL: nothing is shared. */
    int (*host_open)(struct work *work, struct err *err);
    void (*host_close)(struct work *work);

    /* After that, before any rank of the host opens: takes hold of what the leader shares, as the
     * leader may end as soon as it opens. Cannot fail. NULL: nothing. */
    void (*join)(struct work *work);

    /* Before this rank's workers run: stores what they share in work->state. Returns 0, or -1 and
     * sets err. NULL: nothing. */
    int (*open)(struct work *work, struct err *err);
    void (*close)(struct work *work);

    /* Replaces the numbers by their results. Returns 0, or -1 and sets err, with err->at the
     * position of the first number that failed; the numbers are then useless. Called with the
     * safepoint entered: a computing loop passes it in each iteration, and code that blocks leaves
     * it meanwhile. A task that may last longer than a second checks now and then whether it was
     * stopped, and returns early, with any result. */
    int (*run)(const struct work *work, struct numbers *numbers, const struct safepoint *at,
               struct err *err);

    /* Called after workers have run on this rank, once or several times, and before their results
     * are used: checks that they can be used. Returns 0, or -1 and sets err. NULL: they always
     * can. */
    int (*settle)(const struct work *work, struct err *err);

    /* The fewest tasks worth claiming at once: as many as take some 10 us, or as have numbers that
     * fill a cache. */
    int64_t (*grain)(const struct work *work);

    /* Computes the sum of the results over a range by a formula, to check a job. NULL or false:
     * there is none. */
    bool (*range_sum)(const struct work *work, const struct range *range, int128 *sum);
};

/* The `scales` of workloads that can vary the cost of any task. */
int work_always_scales(const struct work *work, struct err *err);

/* The `grain` of workloads with long tasks: 1. */
int64_t work_one_at_once(const struct work *work);

/* The `range_sum` of workloads that give each number back: the sum of the numbers. */
bool work_same_sum(const struct work *work, const struct range *range, int128 *sum);

extern const struct workload WORKLOAD_SQUARES, WORKLOAD_IO, WORKLOAD_MIXED, WORKLOAD_FILE,
    WORKLOAD_NET;

/* All workloads; ends with NULL. */
extern const struct workload *const WORKLOADS[];

/* Makes the work that `spec` names: "name" or "name:key=value,...", or a plug-in: "./name.so" or
 * "./name.so:arguments". `seed` determines its random draws. Returns 0, or -1 and sets err if the
 * workload is unknown, its settings are bad, or a plug-in cannot be loaded. */
int work_create(struct work *work, const char *spec, uint64_t seed, struct err *err);

void work_release(struct work *work);

/* Makes the cost of tasks vary by `shape`. If that needs the number of tasks, the caller sets
 * work->cost.count before the work runs. Returns 0, or -1 and sets err if this workload, or these
 * settings, do not allow it. */
int work_shape(struct work *work, enum cost_shape shape, struct err *err);

/* Checks that it can work on numbers of `kind`. Returns 0, or -1 and sets err. */
int work_accepts(const struct work *work, enum number_kind kind, struct err *err);

/* Open on the leader of a host first; then all its ranks join; once all have, each rank opens,
 * before any of them runs; -1 leaves nothing open. A single process need not join. Call work_settle
 * after each run. Close in reverse order; closing what is not open is allowed. */
int work_host_open(struct work *work, struct err *err);
void work_join(struct work *work);
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
