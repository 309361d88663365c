/*
 * run_options - the command line of `run`, read the same way on every rank before MPI starts.
 */
#ifndef SQUARES_CLI_RUN_OPTIONS_H
#define SQUARES_CLI_RUN_OPTIONS_H

#include "cli/words.h"
#include "crew/schedule.h"
#include "number/exchange_kind.h"
#include "number/source.h"
#include "place/placement.h"
#include "work/work.h"

struct run_options {
    /* where the numbers come from: exactly one of these three */
    char **words; /* the numbers among the words of the command line: copies, owned */
    int words_count;
    bool ranged;
    struct range range;
    const char *range_text;
    const char *input;

    const char *output; /* or NULL */
    enum number_type type;
    struct work work; /* owned */
    const struct exchange_kind *exchange;
    enum schedule schedule; /* if ... */
    bool scheduled;         /* ... one was given */
    int64_t chunk;          /* 0: not given */
    struct placement_request placing;
    int64_t gil_ns; /* 0: none */
    bool root_works;
    uint64_t seed;
    const char *json; /* a file, "-", or NULL */
    bool quiet, verbose;
    bool no_fsync; /* files need not be on the disk when the command ends */
    enum progress_choice progress;
    bool help;
};

#endif
