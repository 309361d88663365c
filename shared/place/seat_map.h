/*
 * seat_map - where each worker of one host sits: what is drawn, checked and printed. It owns
 * nothing.
 */
#ifndef SQUARES_PLACE_SEAT_MAP_H
#define SQUARES_PLACE_SEAT_MAP_H

#include <hwloc.h>
#include <stdbool.h>

struct seat_map {
    const char *host; /* its name */
    hwloc_topology_t topology;
    hwloc_const_bitmap_t usable; /* PUs the job may use here */
    int ranks, threads;          /* of this host; of each rank */
    const int *numbers;          /* [ranks], each rank's number in the job, rising */
    const hwloc_bitmap_t *seats; /* [rank * threads + thread], OS numbers; none is empty */
    bool left; /* the workers are left to the kernel on purpose: wide seats are no fault */
};

static inline int seat_map_workers(const struct seat_map *seat_map)
{
    return seat_map->ranks * seat_map->threads;
}

#endif
