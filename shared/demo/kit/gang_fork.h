/*
 * gang_fork - a gang of processes: children that begin at the same moment, each on its own core
 * while there are enough. What they write is lost when they end, except in memory from child_share.
 */
#ifndef SQUARES_DEMO_KIT_GANG_FORK_H
#define SQUARES_DEMO_KIT_GANG_FORK_H

#include "demo/kit/scene.h"

enum { GANG_FORK_MOST = 64 };

/* What a child does; `member` counts from 0. */
typedef void gang_fork_fn(void *arg, int member);

/* Runs fn(arg, member) in `children` (at most GANG_FORK_MOST) new processes and waits until they
 * end, for some seconds. Returns 0, or -1 and sets err if one could not be started, in which case
 * none has run, or if one was killed. */
int gang_fork_run(const struct scene *scene, int children, gang_fork_fn *fn, void *arg,
                  struct err *err);

#endif
