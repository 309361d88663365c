/*
 * rank_rows - the rows of a comparison, and how the ranks run them on rank 0's orders.
 *
 * Every rank knows all rows and is a member of some of their subteams. Rank 0 decides what comes
 * next, as only it sees the times; the others sleep until the bell rings and carry out the order:
 *
 *     open work | trial of row 3 | trial of row 1 | ... | close work | open work | ... | end
 *
 * A failure ends the comparison: within a trial the subteam's ranks agree, the subteam's rank 0
 * tells rank 0, which then orders the end. The rank that failed keeps its error, for the ranks to
 * agree on after the end.
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
    int subteam; /* index in rank_rows.subteams */
};

struct rank_rows {
    /* set before rank_rows_open */
    const struct team *team;
    struct work *works; /* [works_count], owned by the caller */
    int works_count;
    struct range range; /* the numbers; count 0: from EXPERIMENT_FIRST on, chosen by trial */
    int64_t gil_ns;
    struct placement_request placing;

    int threads; /* of each rank, as launched */
    int cores;   /* usable cores on rank 0's host */
    struct subteam_base subteam_base;
    int subteams_count;
    struct subteam subteams[RANK_SUBTEAMS]; /* the first has one worker: rank 0 */
    int rows_count;
    struct rank_row rows[RANK_ROWS]; /* the first is the base */
    struct bell bell;
    hwloc_bitmap_t home; /* the PUs of this rank's main thread between trials */
    int open_work;       /* index of the work that is open, or -1 */
    struct other_load_watch other_load_watch; /* since that work was opened */
    struct err err;
};

/* Collective: forms the subteams and opens the bell. Returns 0, or -1 on all ranks if it failed on
 * one: see rank_rows->err. */
int rank_rows_open(struct rank_rows *rank_rows);

/* Collective. */
void rank_rows_close(struct rank_rows *rank_rows);

/* The shape of a row's team: its ranks, and the threads of each. */
static inline const struct shape *rank_rows_shape(const struct rank_rows *rank_rows, int row)
{
    return &rank_rows->subteams[rank_rows->rows[row].subteam].shape;
}

/* On the ranks other than 0: carries out rank 0's orders until it orders the end. */
void rank_rows_follow(struct rank_rows *rank_rows);

/* On rank 0, which orders the others to do the same. Those with a status return 0, or -1 if it
 * failed on some rank; then only rank_rows_end may follow. */
int rank_rows_open_work(struct rank_rows *rank_rows, int work);
struct other_load rank_rows_close_work(struct rank_rows *rank_rows); /* the load since it opened */
int rank_rows_try(struct rank_rows *rank_rows, int row, int64_t tasks, struct trial_result *result,
                  struct report_worker *workers);

/* On rank 0: bytes per second that the widest one-rank subteam with rank 0 moves; 0: unknown. */
double rank_rows_bandwidth(struct rank_rows *rank_rows, int64_t numbers);

/* On rank 0: measures how fast messages are between it and another rank of its host. */
struct transport rank_rows_transport(struct rank_rows *rank_rows);

/* On rank 0: orders the end. */
void rank_rows_end(struct rank_rows *rank_rows);

#endif
