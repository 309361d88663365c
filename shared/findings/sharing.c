#include "findings/sharing.h"

#include <stdbool.h>
#include <stdlib.h>

/* Who sits in a place. */
struct sitters {
    int first, second, workers;
};

static void sit(struct sitters *sitters, int seat)
{
    if (sitters->workers == 0)
        sitters->first = seat;
    if (sitters->workers == 1)
        sitters->second = seat;
    sitters->workers++;
}

static void note_crowd(struct crowd *crowd, hwloc_const_bitmap_t place,
                       const struct sitters *sitters)
{
    if (crowd->count++ == 0)
        *crowd = (struct crowd){1, place, sitters->first, sitters->second, sitters->workers};
}

/* Whether a seat below is the same set, which then has been looked at. */
static bool seen_before(const struct lineup *lineup, int seat)
{
    for (int i = 0; i < seat; i++)
        if (hwloc_bitmap_isequal(lineup->seats[i], lineup->seats[seat]))
            return true;
    return false;
}

/* No core has two workers: the usual case, told without comparing everyone with everyone. */
static bool all_apart(const struct lineup *lineup, const struct cores *cores)
{
    hwloc_bitmap_t all = hwloc_bitmap_alloc();
    int sum = 0, status = all != NULL ? 0 : -1;
    for (int i = 0; i < lineup_workers(lineup) && status == 0; i++) {
        sum += cores_touched(cores, lineup->seats[i]);
        status = hwloc_bitmap_or(all, all, lineup->seats[i]);
    }
    bool apart = status == 0 && sum == cores_touched(cores, all);
    hwloc_bitmap_free(all);
    return apart;
}

/* Seats with more workers than PUs, or than cores. */
static void crowds_of_seats(struct crowds *crowds, const struct lineup *lineup,
                            const struct cores *cores)
{
    int count = lineup_workers(lineup);
    for (int seat = 0; seat < count; seat++) {
        hwloc_const_bitmap_t place = lineup->seats[seat];
        struct sitters sitters = {0};
        for (int i = 0; i < count; i++)
            if (hwloc_bitmap_isincluded(lineup->seats[i], place))
                sit(&sitters, i);
        if (sitters.workers < 2 || seen_before(lineup, seat))
            continue;
        int touched = cores_touched(cores, place);
        if (sitters.workers > hwloc_bitmap_weight(place))
            note_crowd(&crowds->on_pus, place, &sitters);
        else if (touched > 1 && sitters.workers > touched)
            note_crowd(&crowds->on_cores, place, &sitters);
    }
}

/* The one core that a seat lies on; -1: several, or none. */
static int only_core(const struct cores *cores, hwloc_const_bitmap_t seat)
{
    return cores_touched(cores, seat) == 1 ? cores_first(cores, seat) : -1;
}

/* The core's workers, each with a PU for itself. */
static void crowd_of_core(struct crowds *crowds, const struct lineup *lineup,
                          const struct cores *cores, int core, const struct sitters *sitters)
{
    hwloc_bitmap_t all = hwloc_bitmap_alloc();
    int status = all != NULL ? 0 : -1;
    for (int i = sitters->first; i < lineup_workers(lineup) && status == 0; i++)
        if (only_core(cores, lineup->seats[i]) == core)
            status = hwloc_bitmap_or(all, all, lineup->seats[i]);
    if (status == 0 && sitters->workers <= hwloc_bitmap_weight(all))
        note_crowd(&crowds->on_cores, cores->list[core].pus, sitters);
    hwloc_bitmap_free(all);
}

static void crowds_of_cores(struct crowds *crowds, const struct lineup *lineup,
                            const struct cores *cores)
{
    struct sitters *sitters = calloc((size_t)cores->count, sizeof(*sitters));
    for (int i = 0; sitters != NULL && i < lineup_workers(lineup); i++) {
        int core = only_core(cores, lineup->seats[i]);
        if (core >= 0)
            sit(&sitters[core], i);
    }
    for (int core = 0; sitters != NULL && core < cores->count; core++)
        if (sitters[core].workers > 1)
            crowd_of_core(crowds, lineup, cores, core, &sitters[core]);
    free(sitters);
}

void crowds_find(struct crowds *crowds, const struct lineup *lineup, const struct cores *cores)
{
    *crowds = (struct crowds){0};
    if (all_apart(lineup, cores))
        return;
    crowds_of_seats(crowds, lineup, cores);
    crowds_of_cores(crowds, lineup, cores);
}
