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

/* A usable PU: the level-th of its core, counted from 0. */
struct pu {
    unsigned os;
    int core, level;
};

/* The usable PUs in the machine's order, an array of cores->pus to be freed; NULL: out of memory.
 */
static struct pu *list_pus(const struct cores *cores)
{
    struct pu *pus = calloc((unsigned)cores->pus, sizeof(*pus));
    int count = 0;
    for (int core = 0; pus != NULL && core < cores->count; core++) {
        int level = 0;
        for (int os = hwloc_bitmap_first(cores->sets[core]); os >= 0;
             os = hwloc_bitmap_next(cores->sets[core], os))
            pus[count++] = (struct pu){(unsigned)os, core, level++};
    }
    return pus;
}

/* Keeps `wanted` of the `count` PUs, at most all, and returns how many: every core's first before
 * any core's second, and so on; of the last level that is needed, some, spread evenly. */
static int keep_pus(struct pu *pus, int count, int wanted)
{
    int level = 0, below = 0, there = 0; /* PUs below that level, and of it */
    for (;; level++) {
        there = 0;
        for (int i = 0; i < count; i++)
            there += pus[i].level == level;
        if (there == 0 || below + there >= wanted)
            break;
        below += there;
    }
    int some = wanted - below < there ? wanted - below : there;
    int kept = 0;
    for (int i = 0, index = 0; i < count; i++) {
        bool keep = pus[i].level < level;
        if (pus[i].level == level) {
            keep = spread(some, there, index + 1) > spread(some, there, index);
            index++;
        }
        if (keep)
            pus[kept++] = pus[i];
    }
    return kept;
}

/* Several workers to a core. Each PU kept gets its even share of the workers; within a core they
 * take the PUs in turn, so that a rank's threads sit on different ones. */
static int seat_on_pus(struct plan *plan, const struct cores *cores)
{
    int workers = plan_workers(plan);
    struct pu *pus = list_pus(cores);
    if (pus == NULL)
        return -1;
    int kept = keep_pus(pus, cores->pus, workers);
    int status = 0;
    for (int begin = 0, end; begin < kept; begin = end) {
        for (end = begin; end < kept && pus[end].core == pus[begin].core;)
            end++;
        int first = spread(workers, kept, begin);
        for (int worker = first; worker < spread(workers, kept, end) && status == 0; worker++) {
            const struct pu *pu = &pus[begin + (worker - first) % (end - begin)];
            plan->seats[worker] = hwloc_bitmap_alloc();
            status =
                plan->seats[worker] == NULL ? -1 : hwloc_bitmap_only(plan->seats[worker], pu->os);
        }
    }
    free(pus);
    return status;
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
