/*
 * machine - a host as hwloc sees it: the one this runs on, or one that is not here. Loading takes
 * milliseconds to seconds, so one rank of a host does it for all. One thread at a time.
 *
 * The topology holds all that the host has, also what this job is not allowed; the allowed PUs are
 * hwloc_topology_get_allowed_cpuset().
 */
#ifndef SQUARES_PLACE_MACHINE_H
#define SQUARES_PLACE_MACHINE_H

#include "base/err.h"

#include <hwloc.h>

enum {
    MACHINE_TEXT = 96,
    MACHINE_PUS = 16384, /* most PUs that are told apart */
};

struct machine {
    hwloc_topology_t topology;
    char cpu[MACHINE_TEXT]; /* the processor's name, or "" */
    int packages, numa, cores, pus;
};

/* Loads the topology of this host. -1: hwloc cannot, or was told by the environment to show another
 * machine. */
int machine_load(struct machine *machine, struct err *err);

/* Loads a machine that is not here: `description` names a file in hwloc's XML or, when there is no
 * such file, is one of hwloc's synthetic descriptions ("pack:2 core:8 pu:2"). -1: no such file, not
 * readable as one, refused by hwloc, or more than MACHINE_PUS. */
int machine_imagine(struct machine *machine, const char *description, struct err *err);

void machine_release(struct machine *machine);

/* Reads a list of PUs, OS numbers as in "0-3,8", all of the machine; those that it does not allow
 * are left out. NULL: not such a list, not all are there, or none is allowed. The caller frees it.
 */
hwloc_bitmap_t machine_pus(const struct machine *machine, const char *list, struct err *err);

#endif
