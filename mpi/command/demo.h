/*
 * demo - the command: lists the demos, runs one, prints its source.
 *
 * What needs one process runs before MPI starts, on the rank that speaks: so a demo may fork, and
 * the other ranks are out of its way. What passes messages comes behind.
 */
#ifndef SQUARES_COMMAND_DEMO_H
#define SQUARES_COMMAND_DEMO_H

#include "base/outtext.h"
#include "cli/demo_options.h"
#include "command/run.h"
#include "demo/demo.h"

/* Prints the list, or the source of the options' demo. */
void demo_list(void);
int demo_print_code(const struct demo *demo, struct err *err);

/* A demo under way. Zeroed on the ranks that do not speak. */
struct demo_show {
    const struct demo_options *options;
    const struct invocation *launch;
    struct scene scene;
    struct outtext json;
    bool speaks;
    int ranks_missing; /* that the part which passes messages would want; 0: it took place */
};

/* On the rank that speaks: opens the scene, asks for the prediction, runs what one process can
 * show. -1: it failed. To be ended in any case. */
int demo_begin(struct demo_show *show, const struct demo_options *options,
               const struct invocation *launch, struct err *err);

/* Collective: what passes messages. Returns the exit code, the same on all ranks. */
int demo_meet(const struct team *team, const void *show, const struct invocation *launch);

/* On the rank that speaks: tells what happened. -1: it cannot be written. */
int demo_tell(struct demo_show *show, struct err *err);

void demo_end(struct demo_show *show);

#endif
