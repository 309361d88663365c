/*
 * process_pool - processes that live until they are dismissed, each on its own core while there are
 * enough, with a socket to each. Messages on it arrive whole or not at all.
 */
#ifndef SQUARES_DEMO_KIT_PROCESS_POOL_H
#define SQUARES_DEMO_KIT_PROCESS_POOL_H

#include "demo/kit/scene.h"

#include <poll.h>
#include <sys/types.h>

/* A worker's life, in its own process; `socket` is its end, `number` counts from 1. It must return
 * when the other end of the socket is closed: recv then returns 0. */
typedef void process_pool_fn(int socket, int number);

struct process_pool {
    int size, started;
    process_pool_fn *live;
    struct plan plan;
    struct pollfd ours[SCENE_THREADS_MOST]; /* our ends, to poll for answers */
    int theirs;                             /* of the worker that is being started */
    pid_t workers[SCENE_THREADS_MOST];
};

/* Starts `size` workers, at most SCENE_THREADS_MOST. Returns 0, or -1 and sets err if no more can
 * be started. Dismiss them in any case. */
int process_pool_hire(struct process_pool *process_pool, const struct scene *scene, int size,
                      process_pool_fn *live, struct err *err);

/* Closes our ends, waits for the workers to end, and kills those that take longer than a second. */
void process_pool_dismiss(struct process_pool *process_pool);

#endif
