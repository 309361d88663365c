/*
 * other_load - what others take of the processors of this job while something is measured: other
 * programs of its hosts, and other machines that a hypervisor lets run instead.
 */
#ifndef SQUARES_EXPERIMENT_OTHER_LOAD_H
#define SQUARES_EXPERIMENT_OTHER_LOAD_H

#include "comm/team.h"
#include "measure/load.h"

#include <hwloc.h>

/* What a rank has seen at the beginning. */
struct other_load_watch {
    struct load before; /* on leaders */
    double own_s;       /* processor time that this process had used */
    int64_t start_ns;
};

/* What came of it. */
struct other_load {
    double others; /* cores that other programs used, on all hosts together; NAN: cannot be told */
    double stolen; /* of those PUs' time, the share that went to other machines, on the host with
                      most of that; 0 also if none can be seen */
};

/* Local. `pus`: those of the job on this host, on its leader, or NULL if they are not known; not
 * used on the others. */
void other_load_watch_begin(struct other_load_watch *other_load_watch, hwloc_const_bitmap_t pus);

/* Collective, with the same `pus`; all ranks get the result. */
struct other_load other_load_watch_end(const struct other_load_watch *other_load_watch,
                                       const struct team *team, hwloc_const_bitmap_t pus);

#endif
