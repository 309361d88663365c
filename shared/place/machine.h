/*
 * machine - this host as hwloc sees it. Loading takes milliseconds to seconds, so one rank of a
 * host does it for all. One thread at a time.
 */
#ifndef SQUARES_PLACE_MACHINE_H
#define SQUARES_PLACE_MACHINE_H

#include "base/err.h"

#include <hwloc.h>

enum { MACHINE_TEXT = 96 };

struct machine {
    hwloc_topology_t topology;
    char cpu[MACHINE_TEXT]; /* the processor's name, or "" */
    int packages, numa, cores, pus;
};

/* Loads the topology. -1: hwloc cannot. */
int machine_load(struct machine *machine, struct err *err);

void machine_release(struct machine *machine);

/* The PUs this job may use: those that hwloc finds allowed here, and among them `offered` (the
 * union of the masks the launcher gave). A new bitmap; all that is allowed when `offered` leaves
 * nothing. */
hwloc_bitmap_t machine_usable(const struct machine *machine, hwloc_const_bitmap_t offered);

#endif
