#include "findings/sharing.h"

#include <stdbool.h>
#include <stdlib.h>

/* The workers in one place. */
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

static void note_crowd(struct shared_place *shared_place, hwloc_const_bitmap_t place,
                       const struct sitters *sitters)
{
    if (shared_place->count++ == 0)
        *shared_place =
            (struct shared_place){1, place, sitters->first, sitters->second, sitters->workers};
}

/* Whether an earlier seat is the same set, so that it has been examined already. */
static bool seen_before(const struct seat_map *seat_map, int seat)
{
    for (int i = 0; i < seat; i++)
        if (hwloc_bitmap_isequal(seat_map->seats[i], seat_map->seats[seat]))
            return true;
    return false;
}

/* Whether no core has two workers: the usual case, found without comparing all pairs. */
static bool all_apart(const struct seat_map *seat_map, const struct cores *cores)
{
    hwloc_bitmap_t all = hwloc_bitmap_alloc();
    int sum = 0, status = all != NULL ? 0 : -1;
    for (int i = 0; i < seat_map_workers(seat_map) && status == 0; i++) {
        sum += cores_touched(cores, seat_map->seats[i]);
        status = hwloc_bitmap_or(all, all, seat_map->seats[i]);
    }
    bool apart = status == 0 && sum == cores_touched(cores, all);
    hwloc_bitmap_free(all);
    return apart;
}

/* Seats with more workers than PUs, or than cores. */
static void sharing_of_seats(struct sharing *sharing, const struct seat_map *seat_map,
                             const struct cores *cores)
{
    int count = seat_map_workers(seat_map);
    for (int seat = 0; seat < count; seat++) {
        hwloc_const_bitmap_t place = seat_map->seats[seat];
        struct sitters sitters = {0};
        for (int i = 0; i < count; i++)
            if (hwloc_bitmap_isincluded(seat_map->seats[i], place))
                sit(&sitters, i);
        if (sitters.workers < 2 || seen_before(seat_map, seat))
            continue;
        int touched = cores_touched(cores, place);
        if (sitters.workers > hwloc_bitmap_weight(place))
            note_crowd(&sharing->on_pus, place, &sitters);
        else if (touched > 1 && sitters.workers > touched)
            note_crowd(&sharing->on_cores, place, &sitters);
    }
}

/* The only core that a seat is on; -1: several, or none. */
static int only_core(const struct cores *cores, hwloc_const_bitmap_t seat)
{
    return cores_touched(cores, seat) == 1 ? cores_first(cores, seat) : -1;
}

/* Notes the core if each of its workers has a PU to itself. */
static void shared_place_of_core(struct sharing *sharing, const struct seat_map *seat_map,
                                 const struct cores *cores, int core, const struct sitters *sitters)
{
    hwloc_bitmap_t all = hwloc_bitmap_alloc();
    int status = all != NULL ? 0 : -1;
    for (int i = sitters->first; i < seat_map_workers(seat_map) && status == 0; i++)
        if (only_core(cores, seat_map->seats[i]) == core)
            status = hwloc_bitmap_or(all, all, seat_map->seats[i]);
    if (status == 0 && sitters->workers <= hwloc_bitmap_weight(all))
        note_crowd(&sharing->on_cores, cores->list[core].pus, sitters);
    hwloc_bitmap_free(all);
}

static void sharing_of_cores(struct sharing *sharing, const struct seat_map *seat_map,
                             const struct cores *cores)
{
    struct sitters *sitters = calloc((size_t)cores->count, sizeof(*sitters));
    for (int i = 0; sitters != NULL && i < seat_map_workers(seat_map); i++) {
        int core = only_core(cores, seat_map->seats[i]);
        if (core >= 0)
            sit(&sitters[core], i);
    }
    for (int core = 0; sitters != NULL && core < cores->count; core++)
        if (sitters[core].workers > 1)
            shared_place_of_core(sharing, seat_map, cores, core, &sitters[core]);
    free(sitters);
}

void sharing_find(struct sharing *sharing, const struct seat_map *seat_map,
                  const struct cores *cores)
{
    *sharing = (struct sharing){0};
    if (all_apart(seat_map, cores))
        return;
    sharing_of_seats(sharing, seat_map, cores);
    sharing_of_cores(sharing, seat_map, cores);
}
