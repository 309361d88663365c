#include "work/timer_heap.h"

#include <stdlib.h>

bool timer_heap_reserve(struct timer_heap *timer_heap, int room)
{
    if (room <= timer_heap->room)
        return true;
    int *place = realloc(timer_heap->place, (size_t)room * sizeof(*place));
    if (place == NULL)
        return false;
    timer_heap->place = place;
    struct timer *heap = realloc(timer_heap->heap, (size_t)room * sizeof(*heap));
    if (heap == NULL)
        return false;
    timer_heap->heap = heap;
    for (int i = timer_heap->room; i < room; i++)
        place[i] = -1;
    timer_heap->room = room;
    return true;
}

void timer_heap_release(struct timer_heap *timer_heap)
{
    free(timer_heap->heap);
    free(timer_heap->place);
    *timer_heap = (struct timer_heap){0};
}

static void put(struct timer_heap *timer_heap, int at, struct timer timer)
{
    timer_heap->heap[at] = timer;
    timer_heap->place[timer.sleeper] = at;
}

/* Finds the place for `timer`, starting from the empty place `at` and moving up: later timers above
 * it move down. */
static void rise(struct timer_heap *timer_heap, int at, struct timer timer)
{
    while (at > 0 && timer_heap->heap[(at - 1) / 2].at_ns > timer.at_ns) {
        put(timer_heap, at, timer_heap->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    put(timer_heap, at, timer);
}

/* The same, moving down: the earlier of the two timers below moves up while it is earlier than
 * `timer`. */
static void sink(struct timer_heap *timer_heap, int at, struct timer timer)
{
    const struct timer *heap = timer_heap->heap;
    for (int below; (below = 2 * at + 1) < timer_heap->count; at = below) {
        if (below + 1 < timer_heap->count && heap[below + 1].at_ns < heap[below].at_ns)
            below++;
        if (heap[below].at_ns >= timer.at_ns)
            break;
        put(timer_heap, at, heap[below]);
    }
    put(timer_heap, at, timer);
}

void timer_heap_set(struct timer_heap *timer_heap, int sleeper, int64_t at_ns)
{
    timer_heap_drop(timer_heap, sleeper);
    rise(timer_heap, timer_heap->count++, (struct timer){at_ns, sleeper});
}

/* The last timer of the heap fills the gap, and moves up or down from there. */
void timer_heap_drop(struct timer_heap *timer_heap, int sleeper)
{
    int at = timer_heap->place[sleeper];
    if (at < 0)
        return;
    timer_heap->place[sleeper] = -1;
    struct timer last = timer_heap->heap[--timer_heap->count];
    if (at == timer_heap->count)
        return;
    if (at > 0 && timer_heap->heap[(at - 1) / 2].at_ns > last.at_ns)
        rise(timer_heap, at, last);
    else
        sink(timer_heap, at, last);
}
