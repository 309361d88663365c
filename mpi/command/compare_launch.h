/*
 * compare_launch - the command lines that a comparison closes with: how to run each work in its
 * best shape, and how to start what was missing.
 */
#ifndef SQUARES_COMMAND_COMPARE_LAUNCH_H
#define SQUARES_COMMAND_COMPARE_LAUNCH_H

#include "cli/compare_options.h"
#include "command/command.h"
#include "experiment/rank_rows.h"

/* On rank 0, once the comparison was judged. A line that cannot be made is left away. */
void compare_launch(struct compare_report *compare_report, const struct rank_rows *rank_rows,
                    const struct compare_options *options, const struct invocation *launch);

#endif
