/*
 * tally - what a stream of results adds up to: count, exact sum, fingerprint, first and last.
 *
 * The sum of int64 numbers is exact (128 bits hold 2^63 of them), so parts may be added in any
 * order. The sum of float64 numbers depends on the order of additions: it is taken apart from the
 * rest, by one who sees all results in order, in eight lanes by position, and so does not depend on
 * how the stream was cut. The fingerprint
 * is the sum modulo 2^64 of every result's bits and of its two halves, xor-ed, times the lower half
 * of its position. It may be added in any order, so workers take it where results are made and rank
 * 0 where they arrive; both agree only when every result arrived unharmed and in its place (but for
 * accidents such as the swap of two results whose xor-ed halves are the same).
 */
#ifndef SQUARES_NUMBER_TALLY_H
#define SQUARES_NUMBER_TALLY_H

#include "number/numbers.h"

#include <stddef.h>

enum { TALLY_LANES = 8, TALLY_PREVIEW = 20, TALLY_TEXT = 48 };

struct tally {
    enum number_kind kind;
    int64_t count;
    uint64_t fingerprint;
    int128 sum;                /* of NUMBER_INT64 */
    double lanes[TALLY_LANES]; /* of NUMBER_FLOAT64 */
    int64_t first_at, last_at; /* lowest and highest position so far, and their results' bits */
    int64_t first_cell, last_cell;
    uint32_t previewed;             /* bit i: the result at position i is in the preview */
    int64_t preview[TALLY_PREVIEW]; /* the results at positions 0, 1, ... as bits */
};

/* The fingerprint of a run, as above. */
uint64_t numbers_fingerprint(const struct numbers *numbers);

/* Starts an empty tally. */
void tally_start(struct tally *tally, enum number_kind kind);

/* Adds results, in any order: all but the sum of float64. */
void tally_add(struct tally *tally, const struct numbers *results);

/* The same, while as many numbers from `ahead` on are fetched into the cache: those that are worked
 * on next. Adding up alone leaves the memory idle, which is half of the time of a pass over it.
 * NULL: none are next. */
void tally_add_before(struct tally *tally, const struct numbers *results, const int64_t *ahead);

/* Adds float64 results to the sum, in the order of the stream, and nothing else. */
void tally_add_floats(struct tally *tally, const struct numbers *results);

/* Adds what another part of the same stream came to, in any order. */
void tally_merge(struct tally *tally, const struct tally *other);

/* How many leading results the preview holds: all of them if that is tally->count. */
int tally_previewed(const struct tally *tally);

/* The sum in decimal: exact digits, or a text that reads back as the same double. */
char *tally_sum(const struct tally *tally, char text[TALLY_TEXT]);

/* An int128 in decimal. Returns `text`. */
char *int128_text(int128 value, char text[TALLY_TEXT]);

/* One number given as bits, as it is written into text files. Returns its length. */
int number_text(enum number_kind kind, int64_t cell, char *text, size_t size);

#endif
