/*
 * leftover - the variables by which a launcher tells a process which rank of a job it is. A process
 * passes them on to everything it starts, so they are also found outside of any job: in a terminal
 * that was opened from one, in a script that a rank runs, in a file that a user reads back.
 *
 * Called by the main thread only, while there is no other thread: it changes the environment.
 */
#ifndef SQUARES_PLACE_LEFTOVER_H
#define SQUARES_PLACE_LEFTOVER_H

#include <stdbool.h>

enum leftover_kind {
    LEFTOVER_NONE,    /* the user's, or another program's */
    LEFTOVER_RANK,    /* set by the launcher of an MPI job: OMPI_COMM_WORLD_RANK, PMIX_RANK, ... */
    LEFTOVER_MANAGER, /* set by a resource manager that can start ranks itself: SLURM_PROCID, ... */
};

/* What a variable ("NAME=value") is. What a user sets for all jobs is LEFTOVER_NONE. */
enum leftover_kind leftover_kind(const char *variable);

/* Removes the launchers' variables from this process's environment for good, and with `managers`
 * the resource managers' variables too. */
void leftover_shed(bool managers);

/* The managers' variables while they are hidden; empty when zeroed. */
struct leftover_hidden {
    char **variables; /* owned; ends with NULL */
};

/* Hides the managers' variables until leftover_show. Those for which there is no memory stay. */
void leftover_hide(struct leftover_hidden *hidden);

/* Puts them back. */
void leftover_show(struct leftover_hidden *hidden);

#endif
