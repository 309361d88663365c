/*
 * scene - where a demo runs: the cores it may use, what the user asked for, and where it puts its
 * results.
 *
 * One process, before MPI starts. The cores are all those that this job may use on this host, as in
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

/* The maximum of --threads: a demo should end within seconds. */
enum { SCENE_THREADS_MOST = 1024 };

struct scene {
    /* set before scene_open */
    int threads;          /* asked for by the user; 0: the demo chooses */
    uint64_t seed;        /* for everything random */
    const void *settings; /* the demo's settings, as in its table */
    const char *program;  /* the path of squares as it was called, to start it again; NULL: this is
                             another program */

    struct machine machine;
    struct evidence evidence;
    struct placement placement;
    hwloc_bitmap_t start; /* the mask this process began with */
    struct cores *cores;  /* usable ones; count is at least 1 */
    struct report_host host;
    struct showing showing;
};

/* Examines the machine, and lets the calling thread run on all usable PUs. Returns 0, or -1 and
 * sets err if hwloc fails. Close it in any case. */
int scene_open(struct scene *scene, struct err *err);
void scene_close(struct scene *scene);

/* Plans seats for `workers` threads or processes: plan->seats[0 to workers - 1], a core each while
 * there are enough, then PUs in turn. Returns 0, or -1 and sets err. Release with plan_release. */
int scene_plan(const struct scene *scene, int workers, struct plan *plan, struct err *err);

/* How busy the scene's PUs have been since boot: see load_of_others. */
struct load scene_load(const struct scene *scene);

/* For demos that choose their own numbers of workers: says so if --threads was given. */
void scene_tell_fixed(struct scene *scene);

/* --threads, or `usual` if it was not given. */
static inline int scene_threads(const struct scene *scene, int usual)
{
    return scene->threads > 0 ? scene->threads : usual;
}

#endif
