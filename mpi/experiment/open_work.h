/*
 * open_work - opens a workload on all ranks of a team: what a host shares first, on its leader, and
 * then what each rank has.
 */
#ifndef SQUARES_EXPERIMENT_OPEN_WORK_H
#define SQUARES_EXPERIMENT_OPEN_WORK_H

#include "comm/team.h"
#include "work/work.h"

/* Collective. -1 on all if it failed on one; closed by close_work all
 * the same. */
int open_work(struct work *work, const struct team *team, struct err *err);

/* Collective, also after a failed open_work: leaders close what the host shares when all ranks
 * have closed. */
void close_work(struct work *work, const struct team *team);

#endif
