/*
 * compare_launch - the command lines that a comparison closes with: how to run each work in its
 * best shape, and how to start what was missing.
 */
#ifndef SQUARES_COMPARE_LAUNCH_H
#define SQUARES_COMPARE_LAUNCH_H

#include "compare_options.h"
#include "contest.h"
#include "run.h"

/* On rank 0, once the contrast was judged. A line that cannot be made is left away. */
void compare_launch(struct contrast *contrast, const struct contest *contest,
                    const struct compare_options *options, const struct launch *launch);

#endif
