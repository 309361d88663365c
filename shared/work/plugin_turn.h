/*
 * plugin_turn - what a plug-in can ask of the program during one call: a safepoint's functions and
 * a place for its message, behind the pointers that task.h promises.
 *
 * Made on the stack of the worker that calls the plug-in, for this call alone.
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
    struct crash_site site; /* whose call it is, on which numbers */
    struct err *err;
    struct belongings_thread before; /* what the call has to leave as it was */
    bool waiting;                    /* between wait_begin and wait_end */
    bool stopped;                    /* the plug-in was told that the job is stopping */

    int passes;         /* until pass reads the clock again */
    int stride;         /* from how many to how many passes it does */
    int64_t clocked_ns; /* when it last did */
    int64_t looked_ns;  /* when it last looked whether the job is stopping */
};

/* Before the plug-in is called. */
void turn_begin(struct turn *turn, const struct crash_site *site, const struct safepoint *at,
                struct err *err);

/* After it has returned `status`: 0, or -1 with why in err; also if it left its thread other than
 * it was. */
int turn_end(struct turn *turn, int status);

/* Records that a call has left something other than it was, in words of belongings.h. Returns -1.
 */
int turn_blame(const struct crash_site *site, const char *changed, struct err *err);

#endif
