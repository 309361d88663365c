/*
 * compare_options - the command line of `compare`, read the same way on every rank before MPI
 * starts.
 */
#ifndef SQUARES_CLI_COMPARE_OPTIONS_H
#define SQUARES_CLI_COMPARE_OPTIONS_H

#include "cli/run_options.h"
#include "experiment/rules.h"

struct compare_options {
    int works_count;
    struct work works[EXPERIMENT_WORKS]; /* owned */
    bool ranged;
    struct range range;
    struct placement_request placing; /* threads: EXPERIMENT_THREADS by default */
    int64_t gil_ns;
    int repeat;      /* trials of each row; 0: as many as tell rows apart, within the budget */
    double budget_s; /* for all works together */
    double confidence;
    uint64_t seed;
    const char *json, *csv; /* a file, "-", or NULL */
    bool quiet, verbose;
    bool no_fsync; /* files need not be on the disk when the command ends */
    enum progress_choice progress;
    bool help;
};

#endif
