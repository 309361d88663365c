#include "place/plan.h"

#include <stdlib.h>

/* The usable cores in the machine's order, each as the set of its usable PUs. */
struct cores {
    int count;
    int pus;
    hwloc_bitmap_t *sets;
};

static void cores_release(struct cores *cores)
{
    for (int i = 0; i < cores->count; i++)
        hwloc_bitmap_free(cores->sets[i]);
    free(cores->sets);
    *cores = (struct cores){0};
}

/* Machines that show no cores count each PU as one. */
static hwloc_obj_type_t core_type(hwloc_topology_t topology, int *count)
{
    *count = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE);
    if (*count > 0)
        return HWLOC_OBJ_CORE;
    *count = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_PU);
    return HWLOC_OBJ_PU;
}

static int cores_find(struct cores *cores, hwloc_topology_t topology, hwloc_const_bitmap_t usable,
                      struct err *err)
{
    int all;
    hwloc_obj_type_t type = core_type(topology, &all);
    *cores = (struct cores){.sets = calloc((unsigned)all, sizeof(*cores->sets))};
    if (cores->sets == NULL)
        return err_memory(err, "the plan");
    for (int i = 0; i < all; i++) {
        hwloc_obj_t core = hwloc_get_obj_by_type(topology, type, (unsigned)i);
        if (!hwloc_bitmap_intersects(core->cpuset, usable))
            continue;
        hwloc_bitmap_t set = hwloc_bitmap_alloc();
        if (set == NULL || hwloc_bitmap_and(set, core->cpuset, usable) != 0) {
            hwloc_bitmap_free(set);
            cores_release(cores);
            return err_memory(err, "the plan");
        }
        cores->sets[cores->count++] = set;
        cores->pus += hwloc_bitmap_weight(set);
    }
    if (cores->count > 0)
        return 0;
    cores_release(cores);
    return err_set(err, ERR_FAILED, "this job may use no core of this host");
}

int plan_auto_threads(hwloc_topology_t topology, hwloc_const_bitmap_t usable, int ranks)
{
    int all;
    hwloc_obj_type_t type = core_type(topology, &all);
    int cores = 0;
    for (int i = 0; i < all; i++)
        cores += hwloc_bitmap_intersects(hwloc_get_obj_by_type(topology, type, (unsigned)i)->cpuset,
                                         usable);
    return cores > ranks ? cores / ranks : 1;
}

/* Where part `index` of `parts` begins on a line of `length`: evenly, also with more parts than
 * length. */
static int spread(int length, int parts, int index)
{
    return (int)((int64_t)length * index / parts);
}

/* A core of its own for each worker: rank by rank along the machine. */
static int seat_on_cores(struct plan *plan, const struct cores *cores)
{
    for (int rank = 0; rank < plan->ranks; rank++) {
        int begin = spread(cores->count, plan->ranks, rank);
        int length = spread(cores->count, plan->ranks, rank + 1) - begin;
        for (int thread = 0; thread < plan->threads; thread++) {
            int core = begin + spread(length, plan->threads, thread);
            hwloc_bitmap_t *seat = &plan->seats[rank * plan->threads + thread];
            *seat = hwloc_bitmap_dup(cores->sets[core]);
            if (*seat == NULL)
                return -1;
        }
    }
    return 0;
}

/* Several workers to a core: workers fill the cores evenly, those of a core its PUs in turn. */
static int seat_on_pus(struct plan *plan, const struct cores *cores)
{
    int workers = plan_workers(plan);
    int pu = -1;
    int last_core = -1;
    for (int worker = 0; worker < workers; worker++) {
        int core = spread(cores->count, workers, worker);
        if (core != last_core)
            pu = -1;
        last_core = core;
        pu = hwloc_bitmap_next(cores->sets[core], pu);
        if (pu < 0)
            pu = hwloc_bitmap_first(cores->sets[core]);
        plan->seats[worker] = hwloc_bitmap_alloc();
        if (plan->seats[worker] == NULL ||
            hwloc_bitmap_only(plan->seats[worker], (unsigned)pu) != 0)
            return -1;
    }
    return 0;
}

int plan_build(struct plan *plan, hwloc_topology_t topology, hwloc_const_bitmap_t usable, int ranks,
               int threads, struct err *err)
{
    struct cores cores;
    *plan = (struct plan){.ranks = ranks, .threads = threads};
    if (cores_find(&cores, topology, usable, err) != 0)
        return -1;
    plan->cores = cores.count;
    plan->pus = cores.pus;
    plan->seats = calloc((size_t)ranks * (size_t)threads, sizeof(hwloc_bitmap_t));
    int status = -1;
    if (plan->seats != NULL)
        status = plan_workers(plan) <= cores.count ? seat_on_cores(plan, &cores)
                                                   : seat_on_pus(plan, &cores);
    cores_release(&cores);
    if (status == 0)
        return 0;
    plan_release(plan);
    return err_memory(err, "the plan");
}

void plan_release(struct plan *plan)
{
    for (int i = 0; plan->seats != NULL && i < plan_workers(plan); i++)
        hwloc_bitmap_free(plan->seats[i]);
    free(plan->seats);
    plan->seats = NULL;
}
