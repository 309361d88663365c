/*
 * race - what the threads of the demo `race` share.
 */
#ifndef SQUARES_DEMO_RACE_H
#define SQUARES_DEMO_RACE_H

#include "crew/gil.h"
#include "demo/kit/gang.h"

struct race {
    _Alignas(128) long counter; /* the counter to which all add */
    _Alignas(128) long each;    /* additions of each thread */
    hwloc_const_bitmap_t one_core;
    int threads, seated; /* how many are on that core already */
    pthread_mutex_t mutex;
    struct gil gil;
};

/* Ways to add, in race_kept.c. All keep every addition except race_over_gil, which releases the gil
 * within an addition. */
gang_fn race_locked, race_atomically, race_privately, race_under_gil, race_over_gil;

#endif
