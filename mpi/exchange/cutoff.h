/*
 * cutoff - what a rank does once a piece is known to have failed: pieces above it are given up
 * at once; those below are still worked on, so that the failure reported is the lowest and does not
 * depend on which rank was quicker. But only for a second: then all is given up, as nobody waits
 * for long tasks only to learn of another failure.
 */
#ifndef SQUARES_EXCHANGE_CUTOFF_H
#define SQUARES_EXCHANGE_CUTOFF_H

#include <stdbool.h>
#include <stdint.h>

struct cutoff {
    bool begun;
    int64_t at;          /* first position of the lowest piece that failed */
    int64_t deadline_ns; /* when to give up all */
};

/* A piece that begins at position `at` has failed, here or elsewhere; any number of times. */
void cutoff_begin(struct cutoff *cutoff, int64_t at);

/* Whether to give up a piece that begins at `first`. */
bool cutoff_of(const struct cutoff *cutoff, int64_t first);

#endif
