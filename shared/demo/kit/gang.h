/*
 * gang - some threads that begin at the same moment, a core each while cores last: what a demo
 * measures is between that moment and the end of the last of them.
 */
#ifndef SQUARES_DEMO_KIT_GANG_H
#define SQUARES_DEMO_KIT_GANG_H

#include "demo/kit/scene.h"

/* What a thread does; `member` counts from 0. */
typedef void gang_fn(void *arg, int member);

/* Runs fn(arg, member) on `threads` new threads and waits for their end. *seconds (or NULL): from
 * the start to the end of the slowest. -1: a thread could not be started, and none has run. */
int gang_run(const struct scene *scene, int threads, gang_fn *fn, void *arg, double *seconds,
             struct err *err);

#endif
