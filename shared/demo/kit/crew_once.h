/*
 * crew_once - a crew made for one job, under a gil or without.
 */
#ifndef SQUARES_DEMO_KIT_CREW_ONCE_H
#define SQUARES_DEMO_KIT_CREW_ONCE_H

#include "crew/crew.h"
#include "demo/kit/scene.h"

struct crew_once {
    int threads;               /* of which the caller is the first */
    const struct scene *seats; /* they get a core each there while cores last; NULL: the kernel
                                  moves them about, away from cores that are busy */
    int64_t interval_ns;       /* the switch interval of the gil they share; 0: there is none */
};

/* Runs `job` to its end. *seconds (or NULL): what it took. -1: a thread could not be started, or
 * the job failed. */
int crew_once_run(const struct crew_once *crew_once, const struct crew_job *job, double *seconds,
                  struct err *err);

#endif
