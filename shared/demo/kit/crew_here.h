/*
 * crew_here - a crew on the cores of a scene: a core for each worker while there are enough. The
 * calling thread is its worker 0, and stays on one core until the crew ends.
 */
#ifndef SQUARES_DEMO_KIT_CREW_HERE_H
#define SQUARES_DEMO_KIT_CREW_HERE_H

#include "crew/crew.h"
#include "demo/kit/scene.h"

struct workers {
    const struct scene *scene;
    struct plan plan; /* the crew's seats */
    struct crew *crew;
};

/* Starts a crew of `threads` threads, at least 1. Returns 0, or -1 and sets err if a thread could
 * not be started; then none is left. Close it in any case; closing a zeroed one is allowed. */
int workers_open(struct workers *workers, const struct scene *scene, int threads, struct err *err);
void workers_close(struct workers *workers);

/* Like crew_run. *seconds: the time of the whole job, including waking the other workers. */
int workers_run(const struct workers *workers, const struct crew_job *job, double *seconds,
                struct err *err);

#endif
