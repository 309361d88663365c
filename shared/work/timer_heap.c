#include "work/timer_heap.h"

#include <stdlib.h>

bool alarms_reserve(struct alarms *alarms, int room)
{
    if (room <= alarms->room)
        return true;
    int *place = realloc(alarms->place, (size_t)room * sizeof(*place));
    if (place == NULL)
        return false;
    alarms->place = place;
    struct alarm *heap = realloc(alarms->heap, (size_t)room * sizeof(*heap));
    if (heap == NULL)
        return false;
    alarms->heap = heap;
    for (int i = alarms->room; i < room; i++)
        place[i] = -1;
    alarms->room = room;
    return true;
}

void alarms_release(struct alarms *alarms)
{
    free(alarms->heap);
    free(alarms->place);
    *alarms = (struct alarms){0};
}

static void put(struct alarms *alarms, int at, struct alarm alarm)
{
    alarms->heap[at] = alarm;
    alarms->place[alarm.sleeper] = at;
}

/* Finds the place of `alarm` from the empty one `at` upwards: later ones above it come down. */
static void rise(struct alarms *alarms, int at, struct alarm alarm)
{
    while (at > 0 && alarms->heap[(at - 1) / 2].at_ns > alarm.at_ns) {
        put(alarms, at, alarms->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    put(alarms, at, alarm);
}

/* The same downwards: the earlier one of the two below comes up while it is earlier than `alarm`.
 */
static void sink(struct alarms *alarms, int at, struct alarm alarm)
{
    const struct alarm *heap = alarms->heap;
    for (int below; (below = 2 * at + 1) < alarms->count; at = below) {
        if (below + 1 < alarms->count && heap[below + 1].at_ns < heap[below].at_ns)
            below++;
        if (heap[below].at_ns >= alarm.at_ns)
            break;
        put(alarms, at, heap[below]);
    }
    put(alarms, at, alarm);
}

void alarms_set(struct alarms *alarms, int sleeper, int64_t at_ns)
{
    alarms_drop(alarms, sleeper);
    rise(alarms, alarms->count++, (struct alarm){at_ns, sleeper});
}

/* The last alarm of the heap fills the gap, up or down from there. */
void alarms_drop(struct alarms *alarms, int sleeper)
{
    int at = alarms->place[sleeper];
    if (at < 0)
        return;
    alarms->place[sleeper] = -1;
    struct alarm last = alarms->heap[--alarms->count];
    if (at == alarms->count)
        return;
    if (at > 0 && alarms->heap[(at - 1) / 2].at_ns > last.at_ns)
        rise(alarms, at, last);
    else
        sink(alarms, at, last);
}
