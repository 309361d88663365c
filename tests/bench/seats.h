/*
 * seats - a core each for the two threads of a bench.
 */
#ifndef SQUARES_TESTS_BENCH_SEATS_H
#define SQUARES_TESTS_BENCH_SEATS_H

#include "place/seat.h"

/* Two PUs of those this process may use; with one alone both workers get it. */
static inline void choose_seats(hwloc_bitmap_t seats[2])
{
    seats[0] = hwloc_bitmap_alloc();
    seats[1] = hwloc_bitmap_alloc();
    hwloc_bitmap_t mine = seat_of(0);
    int first = hwloc_bitmap_first(mine), second = hwloc_bitmap_next(mine, first);
    hwloc_bitmap_only(seats[0], (unsigned)first);
    hwloc_bitmap_only(seats[1], (unsigned)(second < 0 ? first : second));
    hwloc_bitmap_free(mine);
}

#endif
