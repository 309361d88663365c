/*
 * run_report - everything that `run` reports, in one struct; every output is made from it.
 *
 * Filled on rank 0, read-only afterwards. Arrays are owned by the report; strings are copies.
 */
#ifndef SQUARES_REPORT_RUN_REPORT_H
#define SQUARES_REPORT_RUN_REPORT_H

#include "findings/findings.h"
#include "number/tally.h"
#include "report/environment.h"

#include <stdbool.h>
#include <stdio.h>

/* The rank of a worker that does not exist: a rank 0 that only feeds has only one thread. */
enum { REPORT_NOBODY = -1 };

/* One worker. Times are in seconds; busy + talk + wait + lock is the time of the row. */
struct report_worker {
    struct stay stay; /* stay.rank may be REPORT_NOBODY */
    int host;         /* index into hosts */
    int64_t tasks;
    int64_t chunks; /* that it was given */
    double busy_s, talk_s, wait_s, cpu_s;
    double lock_s;   /* waiting for the gil */
    double hidden_s; /* part of talk, while others that share its memory kept working */

    /* According to the kernel, in the same time. */
    double all_cpu_s;   /* processor time, in tasks and outside of them */
    double core_wait_s; /* ready to run, but not on a core; NAN: unknown */
    double moving_s; /* processor time outside of tasks that was spent moving numbers; the rest was
                        spent polling for messages in vain */
    double other_cpu_s; /* thread 0: processor time its process used outside its workers */
    double input_wait_s,
        output_wait_s;    /* waiting for a file to be read or written, with nothing else to do */
    int pus;              /* that it may run on; 0: unknown */
    bool refused;         /* the kernel lets no program choose its seat here */
    bool within;          /* its seat is among the PUs that it may run on */
    bool reseated;        /* at the end it might no longer run on its seat */
    bool rehomed;         /* thread 0: nor on the PUs its rank started with */
    char left[SEAT_TEXT]; /* the PUs it might run on then; "": unknown */
};

struct report_rank {
    int host;
    bool feeds, works;
    bool widened;           /* it was seated beyond its launcher's mask */
    char given[SEAT_TEXT];  /* the PUs the launcher gave it */
    char seated[SEAT_TEXT]; /* those of all its workers' seats */
    int64_t peak_bytes;     /* the most memory it ever held */
};

enum check_status {
    CHECK_AGREES,     /* what arrived is what was computed */
    CHECK_FORMULA,    /* and its sum is what a formula says */
    CHECK_DAMAGED,    /* what arrived is not what was computed, or its sum is wrong */
    CHECK_UNCOMPARED, /* no number travelled: every number has a result, and nothing more is known
                       */
};

struct run_report {
    struct environment environment;

    /* the job, one row */
    char work[2 * REPORT_TEXT];
    bool waits;       /* its tasks spend their time waiting, not computing */
    const char *cost; /* how the cost of tasks varies, and that in words; NULL: it does not */
    const char *cost_help;
    double longest; /* the longest task over the mean, if known; else 1 */
    const char *exchange;
    const char *exchange_help;
    char exchange_note[240]; /* why it is not another one; or "" */
    const char *schedule;    /* for workers that share memory */
    int64_t chunk;           /* its chunk size; 0: unknown */
    const char *input;       /* where the numbers came from: a range, a file, or a description */
    bool input_is_range;
    const char *output; /* the file written, or NULL */
    uint64_t seed;
    int ranks, threads;
    bool root_works;
    double gil_interval_s; /* 0: there is no gil */
    const char *place;     /* the policy by which workers were placed */
    double elapsed_s;      /* of the job: see mpi/README.md, "What is timed" */
    double other_load;     /* cores that other programs used meanwhile; NAN: unknown */
    double stolen;      /* share of its PUs' time that other machines on the same hardware took */
    double throttled;   /* share of a quota's periods in which the job was stopped; NAN: no quota */
    bool quota_changed; /* while the job ran */
    double mpi_init_s;  /* starting MPI, before the job */
    double place_s;     /* loading the topology, planning, binding, before the job */
    double finish_s;    /* checking, and bringing an output to the disk, after the job */
    struct report_rank *rank_rows; /* [ranks] */
    struct report_worker *workers; /* [ranks * threads], by rank, then thread */
    struct tally results;
    bool no_sum; /* no rank saw all results in order, as a sum of float64 needs */
    enum check_status check;
};

void report_release(struct run_report *report);

/* "serial", "processes", "threads" or "hybrid", followed by "+gil" if there is one. */
const char *report_mechanism(const struct run_report *report);

/* Tasks a second. */
double report_rate(const struct run_report *report);

/* Write the report. Return 0, or -1 if writing failed. */
int report_results(const struct run_report *report, FILE *out);
int report_table(const struct run_report *report, bool all_ranks, FILE *out);

/* The report as JSON, version 1, a new string to be freed; NULL: out of memory. */
char *report_json(const struct run_report *report);

#endif
