/*
 * run_report - all there is to tell about one command, in one struct; every output is a sink of it.
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

/* A worker that is not there: rank 0 has but one thread when it only feeds. */
enum { REPORT_NOBODY = -1 };

/* One worker. Times are seconds; busy + talk + wait + lock is the time of the row. */
struct report_worker {
    struct stay stay; /* stay.rank: or REPORT_NOBODY */
    int host;         /* index into hosts */
    int64_t tasks;
    int64_t chunks; /* that it was handed */
    double busy_s, talk_s, wait_s, cpu_s;
    double lock_s;   /* waiting for the gil */
    double hidden_s; /* of talk, while others who share its memory worked on */

    /* By the kernel's accounts, in the same time. */
    double all_cpu_s;   /* processor time, in tasks and outside of them */
    double core_wait_s; /* ready to run, but not on a core; NAN: the kernel does not tell */
    double moving_s;    /* processor time outside of tasks that went into moving numbers; what is
                           left of it looked for messages in vain */
    double other_cpu_s; /* thread 0: processor time of its process that no worker used */
    double input_wait_s,
        output_wait_s;    /* until a file had read or written, with nothing else to do */
    int pus;              /* that it may run on; 0: unknown */
    bool refused;         /* the kernel lets no program choose a seat here */
    bool within;          /* its seat is among the PUs that it may run on */
    bool reseated;        /* by the end it might no longer run where it was seated */
    bool rehomed;         /* thread 0: nor where its rank was started */
    char left[SEAT_TEXT]; /* the PUs that it might run on then; "": unknown */
};

struct report_rank {
    int host;
    bool feeds, works;
    bool widened;           /* it was seated beyond what the launcher gave it */
    char given[SEAT_TEXT];  /* the PUs the launcher gave it */
    char seated[SEAT_TEXT]; /* those of all its workers' seats */
    int64_t peak_bytes;     /* most memory it ever held */
};

enum check_status {
    CHECK_AGREES,     /* what arrived is what was made */
    CHECK_FORMULA,    /* and its sum is what a formula says */
    CHECK_DAMAGED,    /* what arrived is not what was made, or its sum is wrong */
    CHECK_UNCOMPARED, /* nothing arrived anywhere: every number has a result, and that is all */
};

struct run_report {
    struct environment environment;

    /* the job, one row */
    char work[2 * REPORT_TEXT];
    bool waits;       /* its tasks spend their time waiting, not computing */
    const char *cost; /* how tasks differ in cost, and in words; NULL: they do not */
    const char *cost_help;
    double longest; /* the longest task over the mean, as far as it is known; else 1 */
    const char *exchange;
    const char *exchange_help;
    char exchange_note[240]; /* why it is no other; "" */
    const char *schedule;    /* of the workers that share memory */
    int64_t chunk;           /* its chunk size; 0: nobody said */
    const char *input;       /* where the numbers came from: a range, a file, or in words */
    bool input_is_range;
    const char *output; /* the file written, or NULL */
    uint64_t seed;
    int ranks, threads;
    bool root_works;
    double gil_interval_s; /* 0: there is no gil */
    const char *place;     /* the policy by which workers were placed */
    double elapsed_s;      /* of the job: see mpi/README.md, "What is timed" */
    double other_load;     /* cores that other programs used meanwhile; NAN: unknown */
    double stolen;         /* share of its PUs' time that other machines on the same hardware had */
    double mpi_init_s;     /* starting MPI, before it */
    double place_s;        /* loading the topology, planning, binding, before it */
    double finish_s;       /* checking, bringing an output to the disk, after it */
    struct report_rank *rank_rows; /* [ranks] */
    struct report_worker *workers; /* [ranks * threads], by rank, then thread */
    struct tally results;
    bool no_sum; /* nobody saw all of the results in order, as the sum of float64 needs it */
    enum check_status check;
};

void report_release(struct run_report *report);

/* "serial", "processes", "threads" or "hybrid"; with "+gil" behind it under one. */
const char *report_mechanism(const struct run_report *report);

/* Tasks a second. */
double report_rate(const struct run_report *report);

/* The sinks; -1 when writing failed. */
int report_results(const struct run_report *report, FILE *out);
int report_table(const struct run_report *report, bool all_ranks, FILE *out);

/* The report as JSON, version 1, a new string to be freed; NULL: out of memory. */
char *report_json(const struct run_report *report);

#endif
