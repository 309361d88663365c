/*
 * timer_heap - when to wake each sleeper: a binary heap of times, with the place of each sleeper in
 * it, so that a timer can be cancelled. Sleepers are small numbers (file descriptors), each with at
 * most one timer. Used by one thread.
 *
 *     heap   [ 3 | 9 | 4 | ... ]    sleepers; none is due before the one at (its place - 1) / 2
 *     place  [ - - - 0 2 - - - - 1 ]    where in the heap sleeper 3, 4, 9 is; -1: no timer
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
    int room; /* all sleepers are below this */
};

/* Makes room for sleepers below `room`. Begin with (struct timer_heap){0}. False: no memory. */
bool timer_heap_reserve(struct timer_heap *timer_heap, int room);

void timer_heap_release(struct timer_heap *timer_heap);

/* Sets the timer of a sleeper for which there is room, replacing the one it has. */
void timer_heap_set(struct timer_heap *timer_heap, int sleeper, int64_t at_ns);

/* Cancels a sleeper's timer, if it has one. */
void timer_heap_drop(struct timer_heap *timer_heap, int sleeper);

/* The earliest timer, or any of several at the same time; NULL if there is none. */
static inline const struct timer *timer_heap_first(const struct timer_heap *timer_heap)
{
    return timer_heap->count > 0 ? &timer_heap->heap[0] : NULL;
}

#endif
