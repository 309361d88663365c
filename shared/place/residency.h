/*
 * residency - on which PUs a thread was seen running; the thread samples itself, as one look at the
 * end proves nothing. A look costs some nanoseconds (sched_getcpu answers without entering the
 * kernel).
 */
#ifndef SQUARES_PLACE_RESIDENCY_H
#define SQUARES_PLACE_RESIDENCY_H

#include <hwloc.h>
#include <sched.h>
#include <stdint.h>

struct residency {
    int last;            /* the PU at the previous look, or -1 */
    int moves;           /* looks that found another PU than the previous one */
    int64_t looks;       /* number of looks */
    hwloc_bitmap_t seen; /* PUs it was seen on; NULL: not kept */
};

/* Called by the thread itself. */
static inline void residency_look(struct residency *residency)
{
    int pu = sched_getcpu();
    residency->looks++;
    if (pu == residency->last || pu < 0)
        return;
    residency->moves += residency->last >= 0;
    residency->last = pu;
    if (residency->seen != NULL)
        hwloc_bitmap_set(residency->seen, (unsigned)pu);
}

/* Starts over; not while the thread looks. */
static inline void residency_forget(struct residency *residency)
{
    residency->last = -1;
    residency->moves = 0;
    residency->looks = 0;
    if (residency->seen != NULL)
        hwloc_bitmap_zero(residency->seen);
}

#endif
