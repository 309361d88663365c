/*
 * open_work - opens a workload on all ranks of a team: first, on each host's leader, what the host
 * shares, and then what each rank has.
 */
#ifndef SQUARES_EXPERIMENT_OPEN_WORK_H
#define SQUARES_EXPERIMENT_OPEN_WORK_H

#include "comm/team.h"
#include "work/work.h"

/* Collective. Returns 0, or -1 on all ranks if it failed on one; call
 * close_work in either case. */
int open_work(struct work *work, const struct team *team, struct err *err);

/* Collective, also after a failed open_work: leaders close what the host shares once all ranks have
 * closed their own part. */
void close_work(struct work *work, const struct team *team);

#endif
