/*
 * sharing - places, seats or whole cores, where more workers sit than should.
 */
#ifndef SQUARES_FINDINGS_SHARING_H
#define SQUARES_FINDINGS_SHARING_H

#include "place/cores.h"
#include "place/seat_map.h"

struct shared_place {
    int count;                  /* how many such places there are */
    hwloc_const_bitmap_t place; /* the first of them; of the seat map or the cores */
    int first, second;          /* two that sit there: indices of seats */
    int workers;                /* how many sit there */
};

struct sharing {
    struct shared_place on_pus;   /* more workers than PUs: they take turns */
    struct shared_place on_cores; /* PUs for all, but not cores */
};

/* Finds them. What memory is too short for is left out. */
void sharing_find(struct sharing *sharing, const struct seat_map *seat_map,
                  const struct cores *cores);

#endif
