/*
 * command - what a command is, and how any of them is run: one row each, in main.c's table.
 */
#ifndef SQUARES_COMMAND_COMMAND_H
#define SQUARES_COMMAND_COMMAND_H

#include "cli/command_line.h"
#include "comm/team.h"

#include <hwloc.h>

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

enum { COMMAND_GOES_ON = -1 };

/* Functions that are NULL are left out. `state` begins with the options of the command's line; the
 * rest of it is zeroed. */
struct command {
    const struct command_line *line;
    size_t state_size; /* 0: the options are all of it */
    /* Whether MPI is wanted at all; NULL: it is. */
    bool (*needs_mpi)(const void *state);
    /* Before MPI starts, on every rank; one of them speaks. Returns the exit code if that was all,
     * or COMMAND_GOES_ON, also with err set: then the ranks agree on that first. */
    int (*before_mpi)(void *state, const struct invocation *invocation, bool speaks,
                      struct err *err);
    /* Collective. Returns the exit code, the same on all ranks; rank 0 has printed all there is. */
    int (*inside)(const struct team *team, void *state, const struct invocation *invocation);
    /* On the rank that speaks, once MPI has ended and all went well. Returns 0, or -1 and sets
     * err. */
    int (*after_mpi)(void *state, struct err *err);
    /* On every rank, in any case; the options are released by the line. */
    void (*end)(void *state);
};

extern const struct command RUN_COMMAND, COMPARE_COMMAND, PLACE_COMMAND, DEMO_COMMAND;

/* Runs a command with argv[0] as its name and its words after that; `tour`: none was given. Returns
 * the exit code. */
int command_run(const struct command *command, bool tour, const char *program, int argc,
                char **argv);

#endif
