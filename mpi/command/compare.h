/*
 * compare - the command: the same work as processes, as threads and as both.
 */
#ifndef SQUARES_COMMAND_COMPARE_H
#define SQUARES_COMMAND_COMPARE_H

#include "cli/compare_options.h"
#include "comm/team.h"
#include "command/run.h"

/* Collective. Returns the exit code, the same on all ranks; rank 0 has printed all there is. */
int compare_command(const struct team *team, const struct compare_options *options,
                    const struct invocation *launch);

#endif
