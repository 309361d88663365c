/* cpu_sources_private - what cpu_sources' files have in common. */
#ifndef SQUARES_PLACE_CPU_SOURCES_PRIVATE_H
#define SQUARES_PLACE_CPU_SOURCES_PRIVATE_H

#include "place/cpu_sources.h"
#include "place/evidence.h"
#include "place/starter.h"

/* What the sources are read from. Sets are empty until they are found, and if they are unknown. */
struct cpu_look {
    const struct cpu_world *world;
    struct evidence_world evidence;
    struct cpu_sources *sources;
    struct starter starter;
    hwloc_bitmap_t online, cpuset, mask;
    hwloc_bitmap_t launcher; /* the mask of the launcher's own process */
    int fast, slow;          /* cores of the mask */
};

/* Finds what one source says. Sources are found in the order of their ids, and each may use what
 * those before it have found. */
typedef void cpu_find_fn(struct cpu_look *look, struct cpu_source *source);

cpu_find_fn cpu_find_online, cpu_find_cpuset, cpu_find_mask, cpu_find_quota;
cpu_find_fn cpu_find_pus, cpu_find_cores, cpu_find_p_cores, cpu_find_e_cores;

#endif
