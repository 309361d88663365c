/*
 * sharing - places (seats or whole cores) with more workers than they should have.
 */
#ifndef SQUARES_FINDINGS_SHARING_H
#define SQUARES_FINDINGS_SHARING_H

#include "place/cores.h"
#include "place/seat_map.h"

struct shared_place {
    int count;                  /* how many such places there are */
    hwloc_const_bitmap_t place; /* the first of them; owned by the seat map or the cores */
    int first, second;          /* two workers there: indices of seats */
    int workers;                /* how many workers are there */
};

struct sharing {
    struct shared_place on_pus;   /* more workers than PUs: they take turns */
    struct shared_place on_cores; /* enough PUs for all workers, but not enough cores */
};

/* Finds them. Places that memory does not suffice for are left out. */
void sharing_find(struct sharing *sharing, const struct seat_map *seat_map,
                  const struct cores *cores);

#endif
