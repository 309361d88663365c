/*
 * cost_ballast - memory that a process has written to, in pages of the usual size.
 */
#ifndef SQUARES_DEMO_COST_BALLAST_H
#define SQUARES_DEMO_COST_BALLAST_H

#include "base/err.h"

#include <stddef.h>

/* Zeroed: none. */
struct ballast {
    char *memory;
    size_t size, page; /* bytes */
};

/* -1: there is not so much. To be dropped in any case. */
int ballast_load(struct ballast *ballast, size_t size, struct err *err);
void ballast_drop(struct ballast *ballast);

#endif
