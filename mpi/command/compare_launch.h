/*
 * compare_launch - the command lines at the end of a comparison: how to run each work in its best
 * shape, and how to start rows that were missing.
 */
#ifndef SQUARES_COMMAND_COMPARE_LAUNCH_H
#define SQUARES_COMMAND_COMPARE_LAUNCH_H

#include "cli/compare_options.h"
#include "command/command.h"
#include "experiment/rank_rows.h"

/* On rank 0, after compare_judge. A line that cannot be made is left out. */
void compare_launch(struct compare_report *compare_report, const struct rank_rows *rank_rows,
                    const struct compare_options *options, const struct invocation *launch);

#endif
