/*
 * starter - who started this process, and whether it is one of several. Asked once, before MPI
 * starts, as MPI sets such variables itself; once MPI has started, its communicator is the truth.
 *
 * The rule: a process is alone unless a launcher is there that MPI can join it to others by (see
 * rendezvous). A rank's number alone counts for nothing, as it may be left over: a process that
 * took itself for rank 1 of a job that is gone would say nothing, and write nothing.
 */
#ifndef SQUARES_PLACE_STARTER_H
#define SQUARES_PLACE_STARTER_H

#include "place/evidence.h"

struct starter {
    const char *name; /* "mpirun", "srun", ..., or STARTER_NONE; static */
    bool alone;       /* it was started by itself, whatever else the environment says */
    int rank;         /* among those that were started with it; 0 if alone */
    bool slurm_gone;  /* Slurm's variables are left over, if there are any */
};

/* No launcher: a shell, a script, another program. */
extern const char STARTER_NONE[];

/* Looks at nothing but `world`. */
void starter_find(struct starter *starter, const struct evidence_world *world);

#endif
