/*
 * place_srun - which MPI start-up methods Slurm's srun offers here. They differ: Slurm 26.05 may
 * come without pmix, which Open MPI needs.
 */
#ifndef SQUARES_COMMAND_PLACE_SRUN_H
#define SQUARES_COMMAND_PLACE_SRUN_H

#include "comm/team.h"
#include "findings/launch.h"

/* Collective. Fills `offers`, the same on all ranks, with the words that `srun --mpi=list` gives
 * rank 0: "none pmi2 pmix pmix_v4". "": there is no srun, or it does not answer. */
void srun_ask(const struct team *team, char offers[LAUNCH_OFFERS]);

#endif
