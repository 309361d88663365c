/*
 * scene - where a demo runs: the cores it may use, what it was asked for, and where it puts what it
 * has found.
 *
 * One process, before MPI starts; the cores are all those that this job may use on this host, as in
 * `run` and `compare`: a rank that the launcher bound to one core is widened.
 */
#ifndef SQUARES_DEMO_KIT_SCENE_H
#define SQUARES_DEMO_KIT_SCENE_H

#include "demo/kit/showing.h"
#include "measure/load.h"
#include "place/evidence.h"
#include "place/machine.h"
#include "place/placement.h"
#include "report/environment.h"

/* Most of --threads: a demo is to end within seconds. */
enum { SCENE_THREADS_MOST = 1024 };

struct scene {
    /* set before scene_open */
    int threads;          /* asked for; 0: the demo's own choice */
    uint64_t seed;        /* of everything random */
    const void *settings; /* the demo's, as its table has them */
    const char *program;  /* squares, as it was called, to be started once more; NULL: this is
                             another program */

    struct machine machine;
    struct evidence evidence;
    struct placement placement;
    hwloc_bitmap_t start; /* the mask this process began with */
    struct cores *cores;  /* usable; count is at least 1 */
    struct report_host host;
    struct showing showing;
};

/* Looks at the machine, and lets the calling thread run on all PUs that may be used. -1: hwloc
 * cannot tell. To be closed in any case. */
int scene_open(struct scene *scene, struct err *err);
void scene_close(struct scene *scene);

/* Seats for `workers` threads or processes: plan->seats[0 to workers - 1], a core each while cores
 * last, then PUs in turn. To be released by plan_release. */
int scene_plan(const struct scene *scene, int workers, struct plan *plan, struct err *err);

/* How busy the scene's PUs have been since boot: see load_of_others. */
struct load scene_load(const struct scene *scene);

/* Of a demo whose numbers of workers are its own: says so, if --threads was said. */
void scene_tell_fixed(struct scene *scene);

/* --threads or, if that was not said, `usual`. */
static inline int scene_threads(const struct scene *scene, int usual)
{
    return scene->threads > 0 ? scene->threads : usual;
}

#endif
