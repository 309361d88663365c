/*
 * cutoff - what a rank does once it knows that a piece has failed. It gives up pieces above the
 * failed one at once. It still works on those below, so that the failure reported is the lowest and
 * does not depend on which rank was quicker. After a second it gives up everything: long tasks are
 * not worth waiting for just to learn of another failure.
 */
#ifndef SQUARES_EXCHANGE_CUTOFF_H
#define SQUARES_EXCHANGE_CUTOFF_H

#include <stdbool.h>
#include <stdint.h>

struct cutoff {
    bool begun;
    int64_t at;          /* first position of the lowest piece that failed */
    int64_t deadline_ns; /* when to give up everything */
};

/* Notes that a piece that begins at position `at` has failed, here or elsewhere. May be called any
 * number of times. */
void cutoff_begin(struct cutoff *cutoff, int64_t at);

/* Whether to give up a piece that begins at `first`. */
bool cutoff_of(const struct cutoff *cutoff, int64_t first);

#endif
