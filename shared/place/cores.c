#include "place/cores.h"

#include <stdlib.h>

/* What a core lies in, before ordinals are given. */
struct whereabouts {
    hwloc_obj_t core;
    hwloc_obj_t node;  /* the nearest NUMA node, or NULL */
    hwloc_obj_t cache; /* or NULL */
    int kind;          /* hwloc's efficiency: the larger, the faster; or -1 */
};

static hwloc_obj_type_t core_type(hwloc_topology_t topology)
{
    return hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE) > 0 ? HWLOC_OBJ_CORE : HWLOC_OBJ_PU;
}

/* A cache of one core alone divides nothing. */
static hwloc_obj_t shared_cache(hwloc_topology_t topology, hwloc_obj_t core)
{
    hwloc_obj_t outermost = NULL;
    for (hwloc_obj_t up = core->parent; up != NULL; up = up->parent) {
        if (up->type == HWLOC_OBJ_L3CACHE)
            return up;
        if (hwloc_obj_type_is_dcache(up->type))
            outermost = up;
    }
    if (outermost == NULL ||
        hwloc_get_nbobjs_inside_cpuset_by_type(topology, outermost->cpuset, core->type) < 2)
        return NULL;
    return outermost;
}

/* The first of those that lie nearest: a machine can have further memory for all its nodes. */
static hwloc_obj_t nearest_node(hwloc_obj_t core)
{
    hwloc_obj_t up = core;
    while (up != NULL && up->memory_arity == 0)
        up = up->parent;
    hwloc_obj_t memory = up != NULL ? up->memory_first_child : NULL;
    while (memory != NULL && memory->type != HWLOC_OBJ_NUMANODE) /* behind a cache of its own */
        memory = memory->memory_first_child;
    return memory;
}

/* -1: hwloc cannot tell which kind is the faster, so to it they are one. */
static int kind_of(hwloc_topology_t topology, hwloc_obj_t core)
{
    int efficiency = -1;
    int kind = hwloc_cpukinds_get_by_cpuset(topology, core->cpuset, 0);
    if (kind < 0 ||
        hwloc_cpukinds_get_info(topology, (unsigned)kind, NULL, &efficiency, NULL, NULL, 0) != 0)
        return -1;
    return efficiency;
}

static struct whereabouts locate(hwloc_topology_t topology, hwloc_obj_t core)
{
    return (struct whereabouts){
        .core = core,
        .node = nearest_node(core),
        .cache = shared_cache(topology, core),
        .kind = kind_of(topology, core),
    };
}

static int faster_first(const void *a, const void *b)
{
    const struct whereabouts *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind > y->kind ? -1 : 1;
    return (int)x->core->logical_index - (int)y->core->logical_index;
}

static int add_core(struct cores *cores, hwloc_obj_t core, hwloc_const_bitmap_t usable)
{
    struct core *c = &cores->list[cores->count];
    c->pus = hwloc_bitmap_alloc();
    if (c->pus == NULL || hwloc_bitmap_and(c->pus, core->cpuset, usable) != 0) {
        hwloc_bitmap_free(c->pus);
        return -1;
    }
    c->threads = hwloc_bitmap_weight(c->pus);
    c->logical = (int)core->logical_index;
    for (int pu = hwloc_bitmap_first(c->pus); pu >= 0; pu = hwloc_bitmap_next(c->pus, pu))
        cores->core_of[pu] = cores->count;
    cores->count++;
    cores->pus += c->threads;
    cores->smt = c->threads > cores->smt ? c->threads : cores->smt;
    return 0;
}

/* The ordinals: each counts up where a core lies in something else than the one before it. */
static void count_borders(struct cores *cores, const struct whereabouts *where)
{
    for (int i = 1; i < cores->count; i++) {
        struct core *core = &cores->list[i];
        const struct core *before = core - 1;
        core->node = before->node + (where[i].node != where[i - 1].node);
        core->cache = before->cache + (where[i].cache != where[i - 1].cache);
        core->kind = before->kind + (where[i].kind != where[i - 1].kind);
    }
    const struct core *last = &cores->list[cores->count - 1];
    cores->nodes = last->node + 1;
    cores->caches = last->cache + 1;
    cores->kinds = last->kind + 1;
}

static int count_packages(hwloc_topology_t topology, hwloc_const_bitmap_t usable)
{
    int packages = 0;
    hwloc_obj_t package = NULL;
    while ((package = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PACKAGE, package)) != NULL)
        packages += hwloc_bitmap_intersects(package->cpuset, usable);
    return packages;
}

/* The cores with a usable PU, sorted; returns how many. */
static int gather(struct whereabouts *where, hwloc_topology_t topology, hwloc_const_bitmap_t usable)
{
    int count = 0;
    hwloc_obj_type_t type = core_type(topology);
    hwloc_obj_t core = NULL;
    while ((core = hwloc_get_next_obj_by_type(topology, type, core)) != NULL)
        if (hwloc_bitmap_intersects(core->cpuset, usable))
            where[count++] = locate(topology, core);
    qsort(where, (size_t)count, sizeof(*where), faster_first);
    return count;
}

static bool nodes_are_even(const struct cores *cores, hwloc_topology_t topology)
{
    int run = 0, each = cores->count / cores->nodes;
    for (int i = 0; i < cores->count; i++) {
        run = i > 0 && cores->list[i].node == cores->list[i - 1].node ? run + 1 : 1;
        if (run > each)
            return false;
    }
    return hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE) == cores->nodes;
}

int cores_find(struct cores *cores, hwloc_topology_t topology, hwloc_const_bitmap_t usable,
               struct err *err)
{
    size_t all = (size_t)hwloc_get_nbobjs_by_type(topology, core_type(topology));
    int last = hwloc_bitmap_last(hwloc_topology_get_topology_cpuset(topology));
    struct whereabouts *where = calloc(all, sizeof(*where));
    *cores = (struct cores){.list = calloc(all, sizeof(*cores->list)),
                            .core_of = calloc((size_t)last + 1, sizeof(*cores->core_of)),
                            .last_pu = last};
    int status = where != NULL && cores->list != NULL && cores->core_of != NULL
                     ? 0
                     : err_memory(err, "the plan");
    int count = status == 0 ? gather(where, topology, usable) : 0;
    for (int pu = 0; status == 0 && pu <= last; pu++)
        cores->core_of[pu] = -1;
    for (int i = 0; i < count && status == 0; i++)
        if (add_core(cores, where[i].core, usable) != 0)
            status = err_memory(err, "the plan");
    if (status == 0 && count == 0)
        status = err_set(err, ERR_FAILED, "this job may use no core of this host");
    if (status == 0) {
        count_borders(cores, where);
        cores->packages = count_packages(topology, usable);
        cores->even = nodes_are_even(cores, topology);
    } else {
        cores_release(cores);
    }
    free(where);
    return status;
}

void cores_release(struct cores *cores)
{
    for (int i = 0; i < cores->count; i++)
        hwloc_bitmap_free(cores->list[i].pus);
    free(cores->list);
    free(cores->core_of);
    *cores = (struct cores){0};
}

int cores_widest_cache(const struct cores *cores)
{
    int most = 0, run = 0;
    for (int i = 0; i < cores->count; i++) {
        run = i > 0 && cores->list[i].cache == cores->list[i - 1].cache ? run + 1 : 1;
        most = run > most ? run : most;
    }
    return most;
}

/* Whether `pu` is the lowest of `set` among the PUs of its core. */
static bool leads_its_core(const struct core *core, hwloc_const_bitmap_t set, int pu)
{
    for (int other = hwloc_bitmap_first(core->pus); other < pu;
         other = hwloc_bitmap_next(core->pus, other))
        if (hwloc_bitmap_isset(set, (unsigned)other))
            return false;
    return true;
}

/* The core of a PU; NULL: of none in the list. */
static const struct core *core_at(const struct cores *cores, int pu)
{
    int core = pu <= cores->last_pu ? cores->core_of[pu] : -1;
    return core >= 0 ? &cores->list[core] : NULL;
}

int cores_touched(const struct cores *cores, hwloc_const_bitmap_t set)
{
    return cores_room(cores, set, 1);
}

/* The PUs of `core` in `set`, up to `most`. */
static int pus_in(const struct core *core, hwloc_const_bitmap_t set, int most)
{
    int pus = 0;
    for (int pu = hwloc_bitmap_first(core->pus); pu >= 0 && pus < most;
         pu = hwloc_bitmap_next(core->pus, pu))
        pus += hwloc_bitmap_isset(set, (unsigned)pu);
    return pus;
}

int cores_room(const struct cores *cores, hwloc_const_bitmap_t set, int level)
{
    int room = 0;
    for (int pu = hwloc_bitmap_first(set); pu >= 0 && pu <= cores->last_pu;
         pu = hwloc_bitmap_next(set, pu)) {
        const struct core *core = core_at(cores, pu);
        if (core != NULL && leads_its_core(core, set, pu))
            room += pus_in(core, set, level);
    }
    return room;
}

int cores_first(const struct cores *cores, hwloc_const_bitmap_t set)
{
    int pu = hwloc_bitmap_first(set);
    while (pu >= 0 && core_at(cores, pu) == NULL)
        pu = hwloc_bitmap_next(set, pu);
    return pu >= 0 ? cores->core_of[pu] : -1;
}
