/*
 * compare_report - everything that `compare` reports, in one struct: the same work done by
 * processes, by threads, and by both. Every output is made from it.
 *
 * The code that measures fills in the measurements; compare_judge() works out the rest (marked
 * "judged" below), and nothing changes afterwards. Lives on rank 0. Arrays are owned by the
 * comparison; strings are copies unless they are constants. Times are in seconds.
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
enum { COMPARE_SENTENCE = 720 };

struct compare_row {
    enum mechanism mechanism;
    int ranks, threads;   /* the shape */
    int hosts;            /* number of hosts that the team uses */
    int host;             /* the first of them, an index into environment.hosts */
    int cores;            /* usable by the team */
    const char *exchange; /* "none" or the exchange's name */
    const char *schedule; /* how its workers got tasks; with messages, each rank its share */
    char reason[200];     /* why there are no samples; else "" */

    int count;         /* repetitions, without those for warming up */
    double *samples_s; /* [count], in the order of measuring; each the slowest rank's time */
    int *rounds;       /* [count], each sample's round, ascending; NULL: sample i is of round i */
    double start_s;    /* time to create the threads, before a repetition: mean */
    /* Shares of the time of all workers in all repetitions; the four add up to 1. */
    double busy, talk, wait, lock;
    struct spent spent; /* the same time, split by the kernel's accounts; the shares add up to 1, or
                           to 0 if nothing was measured */
    double root_moving; /* the share of its time in which rank 0 moved numbers */
    bool root_limits;   /* the others wait for that: spent_root_limits() */
    double cpu_s;       /* processor time of all workers in tasks, mean per repetition */
    struct report_worker *workers; /* [ranks * threads], from the last repetition; stay.rank is the
                                      rank in the whole job */

    /* judged */
    struct interval time;
    struct interval speedup; /* base over this: the median of the ratios in each round */
    double bound;            /* the highest speed-up possible */
    enum bound_by bound_by;
    bool ties; /* with the work's best row, or it is unknown which is faster; true for the best row
                  itself */
};

static inline int compare_row_workers(const struct compare_row *row)
{
    return row->ranks * row->threads;
}

/* Whether its numbers travel in messages. */
static inline bool compare_row_sends(const struct compare_row *row)
{
    return row->ranks > 1 && row->mechanism != MECHANISM_WINDOW;
}

struct compare_work {
    char work[2 * REPORT_TEXT]; /* as written */
    int64_t tasks;              /* in a repetition */
    bool tuned;                 /* squares chose the number of tasks */
    int rows_count;
    struct compare_row *rows; /* the first is the base, MECHANISM_SERIAL */
    enum rounds_end ended;    /* why there are no more repetitions */
    double other_load;        /* cores used by other programs meanwhile; NAN: unknown */
    double stolen;      /* share of the cores' time that other virtual machines took, 0 to 1 */
    double throttled;   /* share of a quota's periods in which the job was stopped; NAN: no quota */
    bool quota_changed; /* meanwhile */

    bool launches; /* there is a command line for the best shape: */
    struct launch_lines launch;

    /* judged */
    double task_s;        /* time of a task in the base */
    double cpu_share;     /* share of the base's time in tasks that it was on a core: 1 computes, 0
                             waits */
    double message_s;     /* what messages cost per task; 0: unknown. See compare_judge() */
    struct paired *pairs; /* [rows_count * rows_count]: owned; see compare_pairs.h */
    int best;             /* index of the fastest row without a gil other than the base; -1: none */
    int winner; /* the row to pick: best, or 0 if one worker alone is as good or better; -1: unknown
                 */
    char pick[240]; /* the same in words, without the launch line; "" if unknown */
    int sentences;  /* how many sentences of the verdict are about this work; they are in order */
};

struct compare_report {
    struct environment environment;
    uint64_t seed;
    int ranks, threads; /* as launched; threads of each rank */
    int workers;        /* in every shape: ranks * threads */
    int cores;          /* usable by the job, on all hosts */
    double confidence;  /* of every interval */
    double apart;       /* the smallest difference that counts, a fraction */
    double budget_s;    /* 0: the number of repetitions was given */
    double elapsed_s;   /* for everything that was measured */
    int64_t gil_interval_ns;
    const char *place;        /* the policy */
    double memory_bandwidth;  /* bytes/s that the workers of rank 0's host read and write; 0: not
                                 measured */
    double message_bandwidth; /* bytes/s in messages between two ranks of rank 0's host; 0: not
                                 measured */
    double copy_bandwidth;    /* bytes/s that one core copies, measured together with it */
    double mpi_init_s;        /* time to start MPI: the start-up cost of processes */
    struct frequency clock;   /* of rank 0's host, after all measuring */
    bool tour;                /* `squares` without a command */
    char change[COMPARE_SENTENCE]; /* how the job's cores changed meanwhile, in a sentence or two;
                                       or "" */
    char again[LAUNCH_TEXT]; /* if this was one rank: the command line for more ranks; else "" */
    int works_count;
    struct compare_work *works;

    char (*verdict)[COMPARE_SENTENCE]; /* [verdict_count], judged; owned; the sentences of each
                                           work, then those about all works */
    int verdict_count;
};

/* Why a work's repetitions ended, for programs: "fixed", "tight", "budget", "too-few", "most";
 * "cut-short" if the work was not finished. */
const char *compare_end_name(enum rounds_end end);

/* How many PUs the job may use on the hosts of a row's team. */
int compare_row_pus(const struct compare_report *compare_report, const struct compare_row *row);

/* Works out what follows from the measurements; called once. Returns 0, or -1 and sets err if
 * memory runs out.
 *
 * What messages cost is the time that processes take beyond the best they could do:
 *
 *     message_s = (time(processes) - time(base) * max(p / cores, 1 / workers)) / tasks
 *
 * So it includes everything that processes pay beyond their tasks, but it is no more than the time
 * that they spent on messages, summed over all of them. It is 0 if that is not above 0, or if no
 * processes were measured. */
int compare_judge(struct compare_report *compare_report, struct err *err);

void compare_release(struct compare_report *compare_report);

/* Write a judged comparison. Table and verdict return 0, or -1 if writing failed; the others return
 * a new string, or NULL if memory runs out.
 *
 * Table and verdict are for people, in 80 columns; only command lines, which are to be copied, are
 * longer. The verdict says what to pick and how to launch it, if work->launch is filled in.
 *
 * CSV: a line for each row of each work, after one that names the columns. New columns are only
 * ever added at the end; the first is the version. Lines end with a line feed; fields are quoted as
 * in RFC 4180; what was not measured is empty. */
int compare_table(const struct compare_report *compare_report, bool all_workers, FILE *out);
int compare_verdict(const struct compare_report *compare_report, FILE *out);
char *compare_json(const struct compare_report *compare_report);
char *compare_csv(const struct compare_report *compare_report);

#endif
