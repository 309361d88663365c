/*
 * tries - several actions, each timed again and again, in turns: other activity on the machine
 * affects all alike, and as it only adds to a time, the least time is the action's own.
 */
#ifndef SQUARES_DEMO_KIT_TRIES_H
#define SQUARES_DEMO_KIT_TRIES_H

#include "base/err.h"

/* Each action is tried until its tries took TRIES_ENOUGH_NS together; but at least twice, unless
 * the first try took TRIES_LONG_NS. */
enum { TRIES_ENOUGH_NS = 100000000, TRIES_LONG_NS = 1000000000 };

enum { TRIES_ACTIONS_MOST = 16 };

/* Does `action`, counted from 0. Returns 0 if that worked; otherwise it is not tried again. */
typedef int tries_fn(void *arg, int action, struct err *err);

/* Stores the least times in seconds[0 to actions - 1]; NAN: the action did not work. Returns 0, or
 * -1 if an action has set err. */
int tries_run(tries_fn *fn, void *arg, int actions, double *seconds, struct err *err);

#endif
