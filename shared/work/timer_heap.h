/*
 * timer_heap - who is to be woken when: a binary heap of times, with the place of each sleeper in
 * it, so that an alarm can be taken back. Sleepers are small numbers (file descriptors), each with
 * at most one alarm. One thread.
 *
 *     heap   [ 3 | 9 | 4 | ... ]    sleepers; none is due before the one at (its place - 1) / 2
 *     place  [ - - - 0 2 - - - - 1 ]    where in the heap sleeper 3, 4, 9 is; -1: no alarm
 */
#ifndef SQUARES_WORK_TIMER_HEAP_H
#define SQUARES_WORK_TIMER_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct timer {
    int64_t at_ns;
    int sleeper;
};

struct timer_heap {
    struct timer *heap;
    int *place;
    int count;
    int room; /* sleepers are below this */
};

/* Starts as (struct timers){0}. Makes room for sleepers below `room`; false: no memory. */
bool timer_heap_reserve(struct timer_heap *timer_heap, int room);

void timer_heap_release(struct timer_heap *timer_heap);

/* Sets the alarm of a sleeper for whom there is room, instead of the one it has. */
void timer_heap_set(struct timer_heap *timer_heap, int sleeper, int64_t at_ns);

/* Takes back a sleeper's alarm; there need be none. */
void timer_heap_drop(struct timer_heap *timer_heap, int sleeper);

/* The earliest alarm, NULL if there is none; among those at the same time any. */
static inline const struct timer *timer_heap_first(const struct timer_heap *timer_heap)
{
    return timer_heap->count > 0 ? &timer_heap->heap[0] : NULL;
}

#endif
