/*
 * rendezvous - whether a launcher or a resource manager named by variables really exists. Names and
 * numbers prove nothing: variables are passed on to processes that are not part of the job, and
 * outlive it. The socket on which a launcher listens to connect its ranks cannot be left over.
 *
 * What cannot be checked (another PID namespace, a /proc that hides processes, an unknown form of
 * address) counts as PERHAPS: then MPI decides.
 */
#ifndef SQUARES_PLACE_RENDEZVOUS_H
#define SQUARES_PLACE_RENDEZVOUS_H

#include "place/evidence.h"

enum presence { ABSENT, PERHAPS, PRESENT };

/* The value of a variable that holds a rank or a size: from 0, decimal digits only. -1: it is not
 * set, or not such a number. */
int rendezvous_number(const struct evidence_world *world, const char *name);

/* Whether a variable is set and not empty. */
bool rendezvous_set(const struct evidence_world *world, const char *name);

/* Whether the PMIx server of this process exists (of Open MPI's mpirun, of srun --mpi=pmix, ...):
 * an ancestor of this process listens on the port that the variables name. */
enum presence rendezvous_pmix(const struct evidence_world *world);

/* Whether the PMI server exists (of Hydra, of srun --mpi=pmi2, ...): the descriptor that the
 * variables name is a socket, or they name a port. */
enum presence rendezvous_pmi(const struct evidence_world *world);

/* Whether Slurm exists: one of its processes is an ancestor of this one, or the cgroup is one of
 * Slurm's. */
enum presence rendezvous_slurm(const struct evidence_world *world);

/* Whether a process between the launcher and this one is itself a rank of MPI: then a rank started
 * this process, and it is not a rank. */
bool rendezvous_below_rank(const struct evidence_world *world);

#endif
