/*
 * place_srun - what Slurm's srun offers here to start MPI programs with. It differs: Slurm 26.05
 * can come without pmix, which Open MPI needs.
 */
#ifndef SQUARES_COMMAND_PLACE_SRUN_H
#define SQUARES_COMMAND_PLACE_SRUN_H

#include "comm/team.h"
#include "findings/launch.h"

/* Collective. Fills `offers`, the same on all ranks, with the words of `srun --mpi=list`, asked by
 * rank 0: "none pmi2 pmix pmix_v4". "": there is no srun, or it does not tell. */
void srun_ask(const struct team *team, char offers[LAUNCH_OFFERS]);

#endif
