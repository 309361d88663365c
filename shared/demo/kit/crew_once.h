/*
 * crew_once - a crew made for a single job, with a gil or without.
 */
#ifndef SQUARES_DEMO_KIT_CREW_ONCE_H
#define SQUARES_DEMO_KIT_CREW_ONCE_H

#include "crew/crew.h"
#include "demo/kit/scene.h"

struct crew_once {
    int threads;               /* including the caller, which is the first */
    const struct scene *seats; /* each gets a core of it while there are enough; NULL: the kernel
                                  moves them about, away from busy cores */
    int64_t interval_ns;       /* the switch interval of their gil; 0: there is no gil */
};

/* Runs `job` to its end. *seconds (or NULL): the time it took. Returns 0, or -1 and sets err if a
 * thread could not be started, or the job failed. */
int crew_once_run(const struct crew_once *crew_once, const struct crew_job *job, double *seconds,
                  struct err *err);

#endif
