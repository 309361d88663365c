/*
 * masks - sets of PUs in a form that can be sent: fixed in size, so that any rank can send one.
 */
#ifndef SQUARES_COMM_MASKS_H
#define SQUARES_COMM_MASKS_H

#include "place/machine.h"

#include "comm/collective.h"

enum { MASK_WORDS = MACHINE_PUS / (8 * sizeof(unsigned long)) };

struct mask {
    unsigned long words[MASK_WORDS];
};

/* Leaves out PUs numbered MACHINE_PUS and above. NULL stands for the empty set. */
void mask_from(struct mask *mask, hwloc_const_bitmap_t set);

/* A new set; NULL if memory runs out. */
hwloc_bitmap_t mask_to(const struct mask *mask);

/* New sets of `count` masks, in an array; call masks_release to free it. NULL if memory runs
 * out. */
hwloc_bitmap_t *masks_to(const struct mask *masks, int count);

void masks_release(hwloc_bitmap_t *sets, int count);

/* Collective over `host`: gathers `each` masks of every rank on rank 0, as all[rank * each + i]. */
void masks_gather(const struct mask *mine, int each, struct mask *all, MPI_Comm host);

/* Collective over `host`: gathers one mask of every rank on every rank. */
void masks_allgather(const struct mask *mine, struct mask *all, MPI_Comm host);

/* Collective over `host`: rank 0 sends each rank its `each` masks. */
void masks_scatter(const struct mask *all, int each, struct mask *mine, MPI_Comm host);

#endif
