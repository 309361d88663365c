/*
 * cpus_options - the command line of `squares cpus`.
 */
#ifndef SQUARES_CLI_CPUS_OPTIONS_H
#define SQUARES_CLI_CPUS_OPTIONS_H

#include <stdbool.h>

/* Strings are the command line's. */
struct cpus_options {
    const char *json; /* a file, "-", or NULL */
    bool no_fsync, quiet, help;
};

#endif
