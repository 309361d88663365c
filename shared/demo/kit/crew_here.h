/*
 * crew_here - a crew on the cores of a scene, a core each while cores last. The calling thread is
 * its worker 0, and sits on one core until the crew ends.
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

/* Starts so many threads, at least 1. -1: a thread could not be started, and none is left. To be
 * closed in any case; zeroed it is closed. */
int workers_open(struct workers *workers, const struct scene *scene, int threads, struct err *err);
void workers_close(struct workers *workers);

/* As crew_run. *seconds: of the whole job, the waking of the others included. */
int workers_run(const struct workers *workers, const struct crew_job *job, double *seconds,
                struct err *err);

#endif
