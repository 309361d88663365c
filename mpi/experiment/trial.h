/*
 * trial - one repetition of one row of a comparison. The subteam's ranks make their crews, its rank
 * 0 fills memory with numbers, the work is done and timed, and everything is released again.
 *
 * The numbers are in rank 0's memory before and their results are there afterwards, whatever the
 * shape: a subteam of one rank works on them in place, and so do ranks with a window; in other
 * subteams they travel by message.
 */
#ifndef SQUARES_EXPERIMENT_TRIAL_H
#define SQUARES_EXPERIMENT_TRIAL_H

#include "experiment/subteam.h"
#include "report/run_report.h"
#include "work/work.h"

struct trial_setup {
    const struct work *work;   /* opened on all ranks */
    struct range range;        /* the numbers */
    int64_t gil_ns;            /* each rank has a gil with this interval; 0: none */
    bool shared;               /* the numbers are in a window; the subteam is on one host */
    hwloc_const_bitmap_t home; /* the PUs this rank's main thread goes back to; NULL: it stays */
    int number, host;          /* this rank's number, and its host's, in the whole job */
};

enum { TRIAL_REASON = 200 };

/* The result, on the subteam's rank 0. */
struct trial_result {
    double elapsed_s;          /* of the slowest rank, from when all were ready */
    double start_s;            /* of the slowest rank, for making the threads before that */
    uint64_t fingerprint;      /* of the results, in order */
    char reason[TRIAL_REASON]; /* why no trial was run: there was no memory for a window; else "" */
};

/* Collective over the subteam. `workers`: on its rank 0, room for all workers; not used on the
 * others. The ranks agree inside: returns 0, or -1 on all ranks if it failed on one. */
int trial_run(const struct trial_setup *setup, const struct subteam *subteam,
              struct trial_result *result, struct report_worker *workers, struct err *err);

/* On a subteam of one rank: bytes per second that its workers read and write when they go through
 * `numbers` numbers in place; the best of several passes. Returns 0 if there is no memory for
 * them. */
double trial_bandwidth(const struct subteam *subteam, int64_t numbers, hwloc_const_bitmap_t home);

#endif
