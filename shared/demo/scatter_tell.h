/*
 * scatter_tell - reports what it took to move numbers to another rank: a ladder of tasks, done by
 * one rank and by two.
 */
#ifndef SQUARES_DEMO_SCATTER_TELL_H
#define SQUARES_DEMO_SCATTER_TELL_H

#include "demo/kit/ladder.h"

#include <stdbool.h>

/* Shows what was measured, its parts, the break-even, and the rule of thumb to compare it with.
 * `one_core`: both ranks share a core, so there is no break-even. */
void scatter_tell(const struct ladder *ladder, bool one_core, struct showing *showing);

#endif
