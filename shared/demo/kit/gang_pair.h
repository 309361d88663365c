/*
 * gang_pair - one worker or two, each bound to a PU that the caller chooses; they begin once both
 * are bound.
 */
#ifndef SQUARES_DEMO_KIT_GANG_PAIR_H
#define SQUARES_DEMO_KIT_GANG_PAIR_H

#include "demo/kit/scene.h"

/* What a worker does; `member` is 0 or 1, `began_ns` (clock_now_ns) is the same for both. */
typedef void gang_pair_fn(void *arg, int member, int64_t began_ns);

/* Runs fn(arg, member) on new threads, on pus[0] and, if `members` is 2, pus[1]; waits until they
 * end. Sets *seated to false if the kernel refused to bind one of them. Returns 0, or -1 and sets
 * err if a thread could not be started; then none has run. */
int gang_pair_run(const struct scene *scene, const int pus[2], int members, gang_pair_fn *fn,
                  void *arg, bool *seated, struct err *err);

#endif
