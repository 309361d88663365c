/*
 * leftover - the variables by which a launcher tells a process which rank of a job it is. A process
 * hands them down to all it starts, so they are also found where no job is: in a terminal that was
 * opened from one, in a script that a rank runs, in a file that a user reads back.
 *
 * The main thread's alone, while there is no other: it changes the environment.
 */
#ifndef SQUARES_PLACE_LEFTOVER_H
#define SQUARES_PLACE_LEFTOVER_H

#include <stdbool.h>

enum leftover_kind {
    LEFTOVER_NONE,    /* the user's, or another program's */
    LEFTOVER_RANK,    /* of the launcher of an MPI job: OMPI_COMM_WORLD_RANK, PMIX_RANK, ... */
    LEFTOVER_MANAGER, /* of a resource manager that can start ranks itself: SLURM_PROCID, ... */
};

/* What a variable ("NAME=value") is. What a user sets for all jobs is none. */
enum leftover_kind leftover_kind(const char *variable);

/* For good: takes the launchers' variables out of this process's environment, and the managers' if
 * those are not there either. */
void leftover_shed(bool managers);

/* The managers' variables that were taken out for a while; zeroed it is empty. */
struct leftover_hidden {
    char **variables; /* owned; NULL ends it */
};

/* Takes the managers' variables out until leftover_show. Where there is no memory for them they
 * stay. */
void leftover_hide(struct leftover_hidden *hidden);

/* Puts them back. */
void leftover_show(struct leftover_hidden *hidden);

#endif
