/*
 * rendezvous - whether a launcher or a resource manager that variables name is really there. Their
 * names and numbers prove nothing: variables are handed down to what has nothing to do with the
 * job, and outlive it. What a launcher listens at to bring its ranks together cannot be left over.
 *
 * What cannot be looked at (another pid namespace, a /proc that hides processes, a form of address
 * that is not known) counts as PERHAPS: MPI decides then.
 */
#ifndef SQUARES_PLACE_RENDEZVOUS_H
#define SQUARES_PLACE_RENDEZVOUS_H

#include "place/evidence.h"

enum presence { ABSENT, PERHAPS, PRESENT };

/* A number of a variable as ranks and sizes are: from 0, in decimal digits alone. -1: it is not
 * set, or is none. */
int rendezvous_number(const struct evidence_world *world, const char *name);

/* Whether a variable is set and not empty. */
bool rendezvous_set(const struct evidence_world *world, const char *name);

/* The PMIx server of this process (of Open MPI's mpirun, of srun --mpi=pmix, ...): one of the
 * processes above this one listens at the port it names. */
enum presence rendezvous_pmix(const struct evidence_world *world);

/* The PMI server (of Hydra, of srun --mpi=pmi2, ...): the descriptor it names is a socket, or it
 * names a port. */
enum presence rendezvous_pmi(const struct evidence_world *world);

/* Slurm: one of its processes is above this one, or the cgroup is one of its. */
enum presence rendezvous_slurm(const struct evidence_world *world);

/* Whether a process between the launcher and this one is a rank of MPI itself: then this one was
 * started by a rank, and is none. */
bool rendezvous_below_rank(const struct evidence_world *world);

#endif
