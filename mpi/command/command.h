/*
 * command - what a command is, and how every command is run. Each has a row in main.c's table.
 */
#ifndef SQUARES_COMMAND_COMMAND_H
#define SQUARES_COMMAND_COMMAND_H

#include "cli/command_line.h"
#include "comm/team.h"

#include <hwloc.h>

/* How the program was started, for the report. */
struct invocation {
    const char *program;  /* as it was called */
    const char *command;  /* the words typed after the program's name */
    const char *again;    /* a shell line that runs them again, without --threads */
    const char *launcher; /* what started the processes */
    hwloc_bitmap_t start; /* the PUs this process had before MPI, or NULL: unknown */
    double mpi_init_s;    /* how long MPI_Init took */
    bool tour;            /* started without a command: ends with what else squares can do */
};

enum { COMMAND_GOES_ON = -1 };

/* Functions that are NULL are skipped. */
struct command {
    const struct command_line *line;
    /* Zeroed; begins with the options of the line. Not allocated: memory that one rank lacks before
     * MPI starts could not be told with its number. */
    void *state;
    /* It asks who has started this process, or those above it: it reads what a launcher has left in
     * the environment even if this process is no rank. For others that is dropped. */
    bool asks_who;
    /* Whether MPI is needed; NULL: always. */
    bool (*needs_mpi)(const void *state);
    /* Called before MPI starts, on every rank; `speaks` on the one that prints. Returns the exit
     * code if the command is done, or COMMAND_GOES_ON; with err set, too: then the ranks first
     * agree on that. */
    int (*before_mpi)(void *state, const struct invocation *invocation, bool speaks,
                      struct err *err);
    /* Collective. Returns the exit code, the same on all ranks; rank 0 has then printed
     * everything. */
    int (*inside)(const struct team *team, void *state, const struct invocation *invocation);
    /* Called on the rank that prints, once MPI has ended, if all went well. Returns 0, or -1 and
     * sets err. */
    int (*after_mpi)(void *state, struct err *err);
    /* Called on every rank at the end, even after a failure, if the line was read. The line
     * releases the options. */
    void (*end)(void *state);
};

extern const struct command RUN_COMMAND, COMPARE_COMMAND, PLACE_COMMAND, CPUS_COMMAND, DEMO_COMMAND;

/* Runs a command with its name in argv[0] and its words after that. `tour`: the user gave no
 * command. Returns the exit code. */
int command_run(const struct command *command, bool tour, const char *program, int argc,
                char **argv);

#endif
