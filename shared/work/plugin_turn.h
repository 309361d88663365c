/*
 * plugin_turn - what a plug-in can ask of the program during one call: a safepoint's functions and
 * a place for its message, through the pointers that task.h promises.
 *
 * Made on the stack of the worker that calls the plug-in, for this call only.
 */
#ifndef SQUARES_WORK_PLUGIN_TURN_H
#define SQUARES_WORK_PLUGIN_TURN_H

#include "base/err.h"
#include "crew/safepoint.h"
#include "task/task.h"
#include "work/belongings.h"
#include "work/plugin_crash.h"

#include <stdbool.h>
#include <stdint.h>

struct turn {
    struct task_turn task; /* what the plug-in sees; first, so that its address is the turn's */
    const struct safepoint *at;
    struct crash_site site; /* which call it is, on which numbers */
    struct err *err;
    struct belongings_thread before; /* what the call must leave unchanged */
    bool waiting;                    /* between wait_begin and wait_end */
    bool stopped;                    /* the plug-in was told that the job is stopping */

    int passes;         /* passes left until pass reads the clock again */
    int stride;         /* passes between two readings of the clock */
    int64_t clocked_ns; /* when pass last read the clock */
    int64_t looked_ns;  /* when it last checked for a stop */
};

/* Called before the plug-in. */
void turn_begin(struct turn *turn, const struct crash_site *site, const struct safepoint *at,
                struct err *err);

/* Called after the plug-in has returned `status`. Returns 0, or -1 and sets err if it failed, or if
 * it left its thread changed. */
int turn_end(struct turn *turn, int status);

/* Records that a call has left something changed, in the words of belongings.h. Returns -1. */
int turn_blame(const struct crash_site *site, const char *changed, struct err *err);

#endif
