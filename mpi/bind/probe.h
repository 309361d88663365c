/*
 * probe - what a finding costs, measured: for about a second all workers compute, in turn on the
 * masks that the launcher gave and on the seats that squares gives, and then only one worker to a
 * core. The work is a chain of squares in registers: it shows whether cores are shared, not what
 * far memory costs.
 */
#ifndef SQUARES_BIND_PROBE_H
#define SQUARES_BIND_PROBE_H

#include "bind/seats.h"
#include "comm/team.h"
#include "findings/findings.h"

/* Collective. On the leader of each host fills `measured` of those findings whose cost such work
 * shows, from seat_map->seats as they were read back. -1, the same on all, when a crew cannot be
 * made. */
int probe_findings(struct findings *findings, const struct team *team, const struct seats *seats,
                   const struct seat_map *seat_map, struct err *err);

#endif
