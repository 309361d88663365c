/*
 * compare_report - all there is to tell about `compare`, in one struct: the same work as processes,
 * as threads and as both. Every output is a sink of it.
 *
 * Whoever measures fills in what was measured; compare_judge() works out the rest (marked "judged"
 * below), and nothing changes afterwards. Lives on rank 0. Arrays are owned by the comparison;
 * strings are copies unless they are constants. Times are in seconds.
 */
#ifndef SQUARES_REPORT_COMPARE_REPORT_H
#define SQUARES_REPORT_COMPARE_REPORT_H

#include "measure/bounds.h"
#include "measure/frequency.h"
#include "measure/interval.h"
#include "measure/noise.h"
#include "measure/paired.h"
#include "measure/rounds.h"
#include "report/environment.h"
#include "report/mechanism.h"
#include "report/run_report.h"
#include "report/spent.h"

#include <stdint.h>
#include <stdio.h>

/* Room for a sentence of the verdict. */
enum { CONTRAST_SENTENCE = 720 };

struct compare_row {
    enum mechanism mechanism;
    int ranks, threads;   /* the shape */
    int hosts;            /* that the team spans */
    int host;             /* the first of them, an index into environment.hosts */
    int cores;            /* usable by the team */
    const char *exchange; /* "none" or the exchange's name */
    const char
        *schedule;    /* by which its workers got their tasks: by messages each rank its share */
    char reason[200]; /* why there are no samples; "" if there are */

    int count;         /* repetitions, those of warming up left out */
    double *samples_s; /* [count], in the order they were measured; each the slowest rank's */
    int *rounds;       /* [count] of each sample, ascending; NULL: sample i is of round i */
    double start_s;    /* making the threads, before a repetition: mean */
    /* Of all workers in all repetitions, the share of their time; the four add up to 1. */
    double busy, talk, wait, lock;
    struct spent spent; /* the same time by the kernel's accounts; it adds up to 1, too, or to 0 if
                           nothing was measured */
    double root_moving; /* the share of rank 0's time that it moved numbers */
    bool root_limits;   /* that is what the others wait for: spent_root_limits() */
    double cpu_s;       /* processor time of all workers in tasks, mean of a repetition */
    struct report_worker *workers; /* [ranks * threads] in the last repetition; stay.rank is the
                                      number in the whole job */

    /* judged */
    struct interval time;
    struct interval speedup; /* base over this: the median of what it was in each round */
    double bound;            /* the most that the speed-up could be */
    enum bound_by bound_by;
    bool ties; /* with the work's best row, or cannot be told from it; the best with itself */
};

static inline int compare_row_workers(const struct compare_row *row)
{
    return row->ranks * row->threads;
}

/* Whether its numbers travel by messages. */
static inline bool compare_row_sends(const struct compare_row *row)
{
    return row->ranks > 1 && row->mechanism != MECHANISM_WINDOW;
}

struct compare_work {
    char work[2 * REPORT_TEXT]; /* as written */
    int64_t tasks;              /* of a repetition */
    bool tuned;                 /* their number was chosen by squares */
    int rows_count;
    struct compare_row *rows; /* the first is the base, MECHANISM_SERIAL */
    enum rounds_end ended;    /* why there are no more repetitions */
    double other_load;        /* cores used by others meanwhile; NAN: unknown */
    double stolen;            /* share of the cores' time that other machines had, 0 to 1 */

    bool launches; /* there is a command line for the best shape: */
    struct launch_lines launch;

    /* judged */
    double task_s;        /* of a task in the base */
    double cpu_share;     /* of the base's time in tasks, that it was on a core: 1 computes, 0
                             waits */
    double message_s;     /* what messages cost a task; 0: cannot be told. See compare_judge() */
    struct paired *pairs; /* [rows_count * rows_count]: owned; see compare_pairs.h */
    int best;       /* index of the fastest row without a gil that is not the base, -1: none */
    int winner;     /* the row to pick: best, or 0 where one worker alone is as good or better; -1:
                       cannot be told */
    char pick[240]; /* that in words, without the launch line; "" if it cannot be told */
    int sentences;  /* how many of the verdict's are of this work; they are in order */
};

struct compare_report {
    struct environment environment;
    uint64_t seed;
    int ranks, threads; /* as launched; threads of each rank */
    int workers;        /* of the shapes: ranks * threads */
    int cores;          /* usable by the job, on all hosts */
    double confidence;  /* of every interval */
    double apart;       /* the least difference that counts, a fraction */
    double budget_s;    /* 0: the number of repetitions was given */
    double elapsed_s;   /* of everything that was measured */
    int64_t gil_interval_ns;
    const char *place;        /* the policy */
    double memory_bandwidth;  /* bytes/s read and written by the workers of rank 0's host; 0: not
                                 measured */
    double message_bandwidth; /* bytes/s of messages between two ranks of rank 0's host; 0: not
                                 measured */
    double copy_bandwidth;    /* bytes/s that one core copies, measured with that */
    double mpi_init_s;        /* starting MPI: what processes cost to start */
    struct frequency clock;   /* of rank 0's host, when all was measured */
    bool tour;                /* `squares` without a command */
    char change[CONTRAST_SENTENCE]; /* how the job's cores changed meanwhile, a sentence or two; ""
                                     */
    char again[LAUNCH_TEXT]; /* if this was one rank: the command line that has more; or "" */
    int works_count;
    struct compare_work *works;

    char (*verdict)[CONTRAST_SENTENCE]; /* [verdict_count], judged: owned; those of each work, then
                                           those of all together */
    int verdict_count;
};

/* Why a work's repetitions ended, for programs: "fixed", "tight", "budget", "too-few", "most";
 * "cut-short" if they did not. */
const char *compare_end_name(enum rounds_end end);

/* The PUs that the job may use on the hosts of a row's team. */
int compare_row_pus(const struct compare_report *compare_report, const struct compare_row *row);

/* Works out what follows from what was measured, once. -1: out of memory.
 *
 * What messages cost is the time of the processes beyond what they would take at best:
 *
 *     message_s = (time(processes) - time(base) * max(p / cores, 1 / workers)) / tasks
 *
 * so it has in it all that they pay beyond their tasks, but it is no more than the time that they
 * spent on messages, all together. It is 0 where that is not above 0 or no processes were measured.
 */
int compare_judge(struct compare_report *compare_report, struct err *err);

void compare_release(struct compare_report *compare_report);

/* The sinks, of a comparison that was judged. -1: writing failed; NULL: out of memory, else a new
 * string.
 *
 * Table and verdict are for people, in 80 columns; only command lines are longer, to be copied. The
 * verdict has what to pick and how to launch it, as far as work->launch is filled in.
 *
 * CSV: a line for each row of each work, below one that names the columns. Columns are only ever
 * added behind the last; the first is the version. Lines end with a line feed; fields are quoted
 * as RFC 4180 says; what was not measured is empty. */
int compare_table(const struct compare_report *compare_report, bool all_workers, FILE *out);
int compare_verdict(const struct compare_report *compare_report, FILE *out);
char *compare_json(const struct compare_report *compare_report);
char *compare_csv(const struct compare_report *compare_report);

#endif
