/*
 * tries - several actions, each timed again and again, in turns: what else runs on the machine
 * meets them alike, and as it only ever adds to a time, the least of them is the action's own.
 */
#ifndef SQUARES_DEMO_KIT_TRIES_H
#define SQUARES_DEMO_KIT_TRIES_H

#include "base/err.h"

/* Each until all its tries took TRIES_ENOUGH_NS together; but a second time, unless the first took
 * TRIES_LONG_NS. */
enum { TRIES_ENOUGH_NS = 100000000, TRIES_LONG_NS = 1000000000 };

enum { TRIES_ACTIONS_MOST = 16 };

/* Does `action`, counted from 0. Returns 0 if that worked; anything else, and it is not tried
 * again. */
typedef int tries_fn(void *arg, int action, struct err *err);

/* seconds[0 to actions - 1]: the least; NAN: it did not work. -1: a failure that has set err. */
int tries_run(tries_fn *fn, void *arg, int actions, double *seconds, struct err *err);

#endif
