/*
 * exchange_kind - the ways in which numbers can travel between rank 0 and the others, with their
 * names on a command line. mpi/exchange implements them.
 */
#ifndef SQUARES_NUMBER_EXCHANGE_KIND_H
#define SQUARES_NUMBER_EXCHANGE_KIND_H

#include "base/err.h"

#include <stdbool.h>

enum {
    EXCHANGE_KIND_AUTO, /* stands for one of the next two, depending on the job */
    EXCHANGE_KIND_MESSAGE,
    EXCHANGE_KIND_WINDOW,
    EXCHANGE_KIND_LOCAL,
    EXCHANGE_KIND_FILE,
    EXCHANGE_KINDS_COUNT,
};

struct exchange_kind {
    const char *name;
    const char *help;   /* what it does, for --help and the header of a report */
    bool makes_numbers; /* every rank makes its own numbers from a range; only tallies come back */
    bool own_files; /* every rank reads and writes its part of the files; only tallies come back */
};

extern const struct exchange_kind EXCHANGE_KINDS[EXCHANGE_KINDS_COUNT];

/* The kind with that name; NULL, and sets err, if no kind has it. */
const struct exchange_kind *exchange_kind_find(const char *name, struct err *err);

/* Whether results come back to rank 0, where they can be compared with what was made. */
static inline bool exchange_kind_brings_back(const struct exchange_kind *kind)
{
    return !kind->makes_numbers && !kind->own_files;
}

#endif
