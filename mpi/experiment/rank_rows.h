/*
 * rank_rows - the rows of a comparison, and how the ranks run them on rank 0's call.
 *
 * Every rank knows all rows and is a member of some of their subteams. Rank 0 decides what comes
 * next, as only it sees the times; the others sleep at the bell and do as they are told:
 *
 *     open work | trial of row 3 | trial of row 1 | ... | close work | open work | ... | end
 *
 * A failure ends it: within a trial the subteam's ranks agree, its rank 0 tells rank 0, which calls
 * the end; the rank that failed keeps its error for the ranks to agree on behind the end.
 */
#ifndef SQUARES_EXPERIMENT_RANK_ROWS_H
#define SQUARES_EXPERIMENT_RANK_ROWS_H

#include "comm/bell.h"
#include "exchange/transport.h"
#include "experiment/other_load.h"
#include "experiment/rules.h"
#include "experiment/subteam.h"
#include "experiment/trial.h"
#include "report/compare_report.h"
#include "work/work.h"

enum { RANK_SUBTEAMS = SHAPES_MOST + 1, RANK_ROWS = RANK_SUBTEAMS + 3 };

struct rank_row {
    enum mechanism mechanism;
    int subteam; /* index */
};

struct rank_rows {
    /* set before rank_rows_open */
    const struct team *team;
    struct work *works; /* [works_count], the caller's */
    int works_count;
    struct range range; /* of numbers; count 0: from EXPERIMENT_FIRST on, as many as a trial says */
    int64_t gil_ns;
    struct placement_request placing;

    int threads; /* of each rank as it was launched */
    int cores;   /* usable on rank 0's host */
    struct subteam_base subteam_base;
    int subteams_count;
    struct subteam subteams[RANK_SUBTEAMS]; /* the first is of one worker: rank 0 */
    int rows_count;
    struct rank_row rows[RANK_ROWS]; /* the first is the base */
    struct bell bell;
    hwloc_bitmap_t home; /* the PUs of this rank's main thread between trials */
    int open_work;       /* index of the work that is open, or -1 */
    struct other_load_watch other_load_watch; /* since that was opened */
    struct err err;
};

/* Collective: forms the subteams, hangs up the bell. -1 on all if it failed on one: see
 * rank_rows->err and failed_rank. */
int rank_rows_open(struct rank_rows *rank_rows);

/* Collective. */
void rank_rows_close(struct rank_rows *rank_rows);

/* The ranks, and the threads of each, in a row's team. */
static inline const struct shape *rank_rows_shape(const struct rank_rows *rank_rows, int row)
{
    return &rank_rows->subteams[rank_rows->rows[row].subteam].shape;
}

/* On the ranks other than 0: does what rank 0 calls for until it calls the end. */
void rank_rows_follow(struct rank_rows *rank_rows);

/* On rank 0, for all. -1: it failed on some rank; nothing but rank_rows_end may follow. */
int rank_rows_open_work(struct rank_rows *rank_rows, int work);
struct other_load
rank_rows_close_work(struct rank_rows *rank_rows); /* what there was since it opened */
int rank_rows_try(struct rank_rows *rank_rows, int row, int64_t tasks, struct trial_result *result,
                  struct report_worker *workers);

/* On rank 0: bytes a second that the widest subteam of its host moves; 0: cannot be told. */
double rank_rows_bandwidth(struct rank_rows *rank_rows, int64_t numbers);

/* On rank 0: how fast messages are between it and another rank of its host. */
struct transport rank_rows_transport(struct rank_rows *rank_rows);

/* On rank 0: lets the others go. */
void rank_rows_end(struct rank_rows *rank_rows);

#endif
