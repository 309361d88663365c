/*
 * gang_fork - a gang of processes: children that begin at the same moment, a core each while cores
 * last. What they write is lost with them, but for what they write to memory of child_share.
 */
#ifndef SQUARES_DEMO_KIT_GANG_FORK_H
#define SQUARES_DEMO_KIT_GANG_FORK_H

#include "demo/kit/scene.h"

enum { BROOD_MOST = 64 };

/* What a child does; `member` counts from 0. */
typedef void gang_fork_fn(void *arg, int member);

/* Runs fn(arg, member) in `children` (at most BROOD_MOST) new processes and waits for their end,
 * for some seconds. -1: one could not be started, and then none has run; or it was killed. */
int gang_fork_run(const struct scene *scene, int children, gang_fork_fn *fn, void *arg,
                  struct err *err);

#endif
