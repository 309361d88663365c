/*
 * race - what the threads of the demo `race` share.
 */
#ifndef SQUARES_DEMO_RACE_H
#define SQUARES_DEMO_RACE_H

#include "crew/gil.h"
#include "demo/kit/gang.h"

struct race {
    _Alignas(128) long counter; /* what they all add to */
    _Alignas(128) long each;    /* additions of each thread */
    hwloc_const_bitmap_t one_core;
    int threads, seated; /* those that are on it already */
    pthread_mutex_t mutex;
    struct gil gil;
};

/* Ways to add that lose nothing, in race_kept.c; of those under the gil only the first, as the
 * other lets go of it within an addition. */
gang_fn race_locked, race_atomically, race_privately, race_under_gil, race_over_gil;

#endif
