/*
 * cost_ballast - memory that a process has written to, in pages of the usual size.
 */
#ifndef SQUARES_DEMO_COST_BALLAST_H
#define SQUARES_DEMO_COST_BALLAST_H

#include "base/err.h"

#include <stddef.h>

/* Zeroed: no memory. */
struct ballast {
    char *memory;
    size_t size, page; /* bytes */
};

/* Returns 0, or -1 and sets err if there is not that much memory. Call ballast_drop in any case. */
int ballast_load(struct ballast *ballast, size_t size, struct err *err);
void ballast_drop(struct ballast *ballast);

#endif
