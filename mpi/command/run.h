/*
 * run - the command: one job, numbers in, results out.
 */
#ifndef SQUARES_COMMAND_RUN_H
#define SQUARES_COMMAND_RUN_H

#include "cli/run_options.h"
#include "comm/team.h"

/* How the program was started, for the report. */
struct invocation {
    const char *program;  /* as it was called */
    const char *command;  /* the words as typed */
    const char *again;    /* a line for the shell that runs them again, without --threads */
    const char *launcher; /* who started the processes */
    hwloc_bitmap_t start; /* the PUs this process had before MPI, or NULL: unknown */
    double mpi_init_s;    /* how long MPI_Init took */
    bool tour;            /* without a command: closes with what else there is */
};

/* Collective. Returns the exit code, the same on all ranks; rank 0 has printed all there is. */
int run_command(const struct team *team, const struct run_options *options,
                const struct invocation *launch);

#endif
