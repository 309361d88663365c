/*
 * gang_pair - one worker or two, each bound to a PU that the caller chooses, who begin when both
 * sit there.
 */
#ifndef SQUARES_DEMO_KIT_GANG_PAIR_H
#define SQUARES_DEMO_KIT_GANG_PAIR_H

#include "demo/kit/scene.h"

/* What a worker does; `member` is 0 or 1, `began_ns` (clock_now_ns) the same for both. */
typedef void gang_pair_fn(void *arg, int member, int64_t began_ns);

/* Runs fn(arg, member) on new threads, on pus[0] and, if `members` is 2, pus[1]; waits for their
 * end. *seated becomes false if the kernel let one of them not sit there. -1: a thread could not be
 * started, and none has run. */
int gang_pair_run(const struct scene *scene, const int pus[2], int members, gang_pair_fn *fn,
                  void *arg, bool *seated, struct err *err);

#endif
