/*
 * tally - what a stream of results adds up to: count, exact sum, fingerprint, first and last.
 *
 * The sum of int64 numbers is exact (128 bits hold the sum of 2^63 of them), so parts may be added
 * in any order. The sum of float64 numbers depends on the order of additions. So it is taken
 * separately, by one rank that sees all results in order, in eight lanes by position; then it does
 * not depend on how the stream was cut.
 *
 * The fingerprint is a sum modulo 2^64: for every result its bits, plus its two halves, xor-ed,
 * times the lower half of its position. It may be added in any order, so workers take it where
 * results are made and rank 0 takes it where they arrive. The two agree only if every result
 * arrived unchanged and in its place (except for accidents, such as a swap of two results whose
 * xor-ed halves are equal).
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
    int64_t first_at, last_at; /* lowest and highest position so far; then their results' bits */
    int64_t first_cell, last_cell;
    uint32_t previewed;             /* bit i: the result at position i is in the preview */
    int64_t preview[TALLY_PREVIEW]; /* the results at positions 0, 1, ... as bits */
};

/* The fingerprint of a run, as defined above. */
uint64_t numbers_fingerprint(const struct numbers *numbers);

/* Starts an empty tally. */
void tally_start(struct tally *tally, enum number_kind kind);

/* Adds results, in any order; everything except the sum of float64. */
void tally_add(struct tally *tally, const struct numbers *results);

/* As tally_add, while it fetches as many numbers from `ahead` into the cache: those that come next.
 * Adding up alone leaves the memory idle for half the time of a pass. NULL: none come next. */
void tally_add_before(struct tally *tally, const struct numbers *results, const int64_t *ahead);

/* Adds float64 results to the sum, in the order of the stream, and nothing else. */
void tally_add_floats(struct tally *tally, const struct numbers *results);

/* Adds the tally of another part of the same stream, in any order. */
void tally_merge(struct tally *tally, const struct tally *other);

/* How many leading results the preview holds; if that is tally->count, it holds all. */
int tally_previewed(const struct tally *tally);

/* The sum in decimal: exact digits, or a text that reads back as the same double. */
char *tally_sum(const struct tally *tally, char text[TALLY_TEXT]);

/* An int128 in decimal. Returns `text`. */
char *int128_text(int128 value, char text[TALLY_TEXT]);

/* Writes one number, given as bits, as in text files. Returns the text's length. */
int number_text(enum number_kind kind, int64_t cell, char *text, size_t size);

#endif
