/*
 * machine - a host as hwloc sees it: this one, or another that is described. Loading takes
 * milliseconds to seconds, so one rank of a host does it for all. One thread at a time.
 *
 * The topology holds everything the host has, even what this job may not use; the allowed PUs are
 * hwloc_topology_get_allowed_cpuset().
 */
#ifndef SQUARES_PLACE_MACHINE_H
#define SQUARES_PLACE_MACHINE_H

#include "base/err.h"

#include <hwloc.h>

enum {
    MACHINE_TEXT = 96,
    MACHINE_PUS = 16384, /* the most PUs supported */
};

struct machine {
    hwloc_topology_t topology;
    char cpu[MACHINE_TEXT]; /* the processor's name, or "" */
    int packages, numa, cores, pus;
};

/* Loads the topology of this host. Returns 0, or -1 and sets err if hwloc cannot, or if the
 * environment tells it to show another machine. */
int machine_load(struct machine *machine, struct err *err);

/* Loads another machine: `description` names a file in hwloc's XML or, if there is no such file, is
 * one of hwloc's synthetic descriptions ("pack:2 core:8 pu:2"). Returns 0, or -1 and sets err if
 * there is no such file, it cannot be read as a topology, hwloc refuses it, or it has more than
 * MACHINE_PUS. */
int machine_imagine(struct machine *machine, const char *description, struct err *err);

void machine_release(struct machine *machine);

/* Reads a list of PUs, OS numbers as in "0-3,8", which must all be on the machine; those that it
 * does not allow are left out. Returns a new bitmap that the caller frees, or NULL and sets err if
 * it is not such a list, some PUs are not on the machine, or none is allowed. */
hwloc_bitmap_t machine_pus(const struct machine *machine, const char *list, struct err *err);

#endif
