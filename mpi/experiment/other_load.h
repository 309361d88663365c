/*
 * other_load - what keeps the job from its processors during a measurement: other programs on its
 * hosts, other virtual machines that a hypervisor runs instead, and the quota of a cgroup.
 */
#ifndef SQUARES_EXPERIMENT_OTHER_LOAD_H
#define SQUARES_EXPERIMENT_OTHER_LOAD_H

#include "comm/team.h"
#include "measure/load.h"
#include "place/quota.h"

#include <hwloc.h>

/* A rank's readings at the beginning. */
struct other_load_watch {
    struct load before; /* on leaders */
    double own_s;       /* processor time that this process had used */
    int64_t start_ns;
    struct quota quota;           /* of the host, on leaders */
    struct throttling throttling; /* of its group, if it has one and tells */
    bool throttles;               /* it does */
};

/* The result. */
struct other_load {
    double others;    /* cores that other programs used, on all hosts together; NAN: unknown */
    double stolen;    /* the share of those PUs' time that other virtual machines took, on the host
                         that lost most; also 0 if it cannot be seen */
    double throttled; /* the share of its quota's periods in which the job was stopped, on the host
                         where it was most; NAN: no host has a quota, or none tells */
    bool quota_changed; /* a host's quota is not the one it was */
};

/* Local. `pus`: on a host's leader, the job's PUs on this host, or NULL if they are not known;
 * other ranks' is not used. */
void other_load_watch_begin(struct other_load_watch *other_load_watch, hwloc_const_bitmap_t pus);

/* Collective, with the same `pus`; all ranks get the result. */
struct other_load other_load_watch_end(const struct other_load_watch *other_load_watch,
                                       const struct team *team, hwloc_const_bitmap_t pus);

#endif
