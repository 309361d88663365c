/*
 * numbers - a run of consecutive numbers of a stream: the unit that is moved, and that a task works
 * on.
 *
 * A number has 8 bytes whatever its kind, so moving and storing it need not know the kind. The
 * memory belongs to the maker of the run.
 */
#ifndef SQUARES_NUMBER_NUMBERS_H
#define SQUARES_NUMBER_NUMBERS_H

#include <stdint.h>

enum number_kind { NUMBER_INT64, NUMBER_FLOAT64 };

enum { NUMBER_SIZE = 8 };

/* Wide enough for the sum of 2^63 numbers. */
__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

struct numbers {
    enum number_kind kind;
    int64_t first; /* position in the stream of the run's first number */
    int64_t count;
    union {
        void *cells; /* of either kind */
        int64_t *i64;
        double *f64;
    };
};

/* The `count` numbers of `all` that begin `offset` numbers after its first. Makes no copy. */
static inline struct numbers numbers_part(const struct numbers *all, int64_t offset, int64_t count)
{
    struct numbers part = *all;
    part.first += offset;
    part.count = count;
    part.i64 += offset;
    return part;
}

/* Reverses the bytes of each of `count` numbers: big-endian to little-endian or back. */
static inline void cells_swap(int64_t *cells, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        cells[i] = (int64_t)__builtin_bswap64((uint64_t)cells[i]);
}

/* Where share `index` begins if `total` things are divided into `shares` as evenly as possible, the
 * first shares getting one more. share_begin(total, shares, shares) is `total`. */
static inline int64_t share_begin(int64_t total, int64_t shares, int64_t index)
{
    int64_t extra = total % shares;
    return total / shares * index + (index < extra ? index : extra);
}

#endif
