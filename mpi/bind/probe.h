/*
 * probe - measures what a finding costs. For about a second all workers compute, in turn on the
 * masks that the launcher gave, on the seats that squares gives, and with only one worker per core.
 * The work is a chain of squares in registers: it shows whether cores are shared, not what remote
 * memory costs.
 */
#ifndef SQUARES_BIND_PROBE_H
#define SQUARES_BIND_PROBE_H

#include "bind/seats.h"
#include "comm/team.h"
#include "findings/findings.h"

/* Collective. On the leader of each host, fills in `measured` of the findings whose cost such work
 * shows; seat_map->seats are the seats as they were read back. Returns 0, or -1 on all ranks if a
 * crew cannot be made on one. */
int probe_findings(struct findings *findings, const struct team *team, const struct seats *seats,
                   const struct seat_map *seat_map, struct err *err);

#endif
