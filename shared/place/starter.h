/*
 * starter - which launcher started this process, and whether it is one of several. Asked once,
 * before MPI starts, as MPI sets such variables itself; after that, MPI's communicator is the
 * truth.
 *
 * The rule: a process is alone unless a launcher exists through which MPI can join it to others
 * (see rendezvous). A rank number alone proves nothing, as it may be left over: a process that
 * believed it was rank 1 of a job that has ended would print nothing and write nothing.
 */
#ifndef SQUARES_PLACE_STARTER_H
#define SQUARES_PLACE_STARTER_H

#include "place/evidence.h"

struct starter {
    const char *name; /* "mpirun", "srun", ..., or STARTER_NONE; static */
    bool alone;       /* it was started alone, whatever the environment says */
    int rank;         /* among the processes started with it; 0 if alone */
    bool slurm_gone;  /* Slurm's variables, if there are any, are left over */
};

/* No launcher: a shell, a script, another program. */
extern const char STARTER_NONE[];

/* Looks at nothing but `world`. */
void starter_find(struct starter *starter, const struct evidence_world *world);

#endif
