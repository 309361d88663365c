/*
 * scatter_tell - what it took to move numbers to another rank, told by a ladder that was climbed by
 * one and by two of them.
 */
#ifndef SQUARES_DEMO_SCATTER_TELL_H
#define SQUARES_DEMO_SCATTER_TELL_H

#include "demo/kit/ladder.h"

#include <stdbool.h>

/* Adds what was measured, the parts of it, the break-even and the rule it is compared with.
 * `one_core`: both ranks share one, so that there is none. */
void moving_tell(const struct ladder *ladder, bool one_core, struct showing *showing);

#endif
