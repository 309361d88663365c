/*
 * place_elsewhere - `place` for a machine that is not here: one that a file or a text describes.
 */
#ifndef SQUARES_COMMAND_PLACE_ELSEWHERE_H
#define SQUARES_COMMAND_PLACE_ELSEWHERE_H

#include "cli/place_options.h"
#include "command/command.h"

/* Calls no MPI. Prints everything, and returns the exit code. */
int place_elsewhere(const struct place_options *options, const struct invocation *launch);

#endif
