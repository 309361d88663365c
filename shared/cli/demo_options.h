/*
 * demo_options - the command line of `demo`, read the same way on every rank before MPI starts.
 */
#ifndef SQUARES_CLI_DEMO_OPTIONS_H
#define SQUARES_CLI_DEMO_OPTIONS_H

#include "demo/demo.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct demo_options {
    const struct demo *demo; /* NULL: show the list */
    int threads;             /* 0: not given */
    uint64_t seed;
    const char *json; /* a file, "-", or NULL */
    bool code, help;
    bool no_fsync; /* files need not be on the disk when the command ends */
    alignas(max_align_t) char settings[DEMO_SETTINGS]; /* the demo's own */
};

#endif
