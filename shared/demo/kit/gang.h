/*
 * gang - several threads that begin at the same moment, each on its own core while there are
 * enough: a demo measures from that moment to the end of the last thread.
 */
#ifndef SQUARES_DEMO_KIT_GANG_H
#define SQUARES_DEMO_KIT_GANG_H

#include "demo/kit/scene.h"

/* What a thread does; `member` counts from 0. */
typedef void gang_fn(void *arg, int member);

/* Runs fn(arg, member) on `threads` new threads and waits until they end. *seconds (or NULL): from
 * the start to the end of the slowest. Returns 0, or -1 and sets err if a thread could not be
 * started; then none has run. */
int gang_run(const struct scene *scene, int threads, gang_fn *fn, void *arg, double *seconds,
             struct err *err);

#endif
