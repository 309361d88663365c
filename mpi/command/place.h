/*
 * place - the command: plans, draws, checks and explains where ranks and threads sit.
 */
#ifndef SQUARES_COMMAND_PLACE_H
#define SQUARES_COMMAND_PLACE_H

#include "cli/place_options.h"
#include "comm/team.h"
#include "command/run.h"

/* Collective: about this job on its hosts. Returns the exit code, the same on all ranks; rank 0 has
 * printed all there is. */
int place_command(const struct team *team, const struct place_options *options,
                  const struct invocation *launch);

/* About a machine that is not here; calls no MPI. Returns the exit code. */
int place_elsewhere(const struct place_options *options, const struct invocation *launch);

#endif
