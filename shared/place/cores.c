#include "place/cores.h"

#include "place/kinds.h"

#include <stdlib.h>
#include <string.h>

/* Where a core lies, before its node, cache and kind have numbers. */
struct whereabouts {
    hwloc_obj_t core;
    hwloc_obj_t node;  /* the nearest NUMA node, or NULL */
    hwloc_obj_t cache; /* or NULL */
    struct kind kind;
};

static hwloc_obj_type_t core_type(hwloc_topology_t topology)
{
    return hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_CORE) > 0 ? HWLOC_OBJ_CORE : HWLOC_OBJ_PU;
}

/* A cache with only one core below it separates nothing. */
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

/* The first of the nearest nodes: a machine can have further memory that belongs to all its
 * nodes. */
static hwloc_obj_t nearest_node(hwloc_obj_t core)
{
    hwloc_obj_t up = core;
    while (up != NULL && up->memory_arity == 0)
        up = up->parent;
    hwloc_obj_t memory = up != NULL ? up->memory_first_child : NULL;
    while (memory != NULL && memory->type != HWLOC_OBJ_NUMANODE) /* after a memory-side cache */
        memory = memory->memory_first_child;
    return memory;
}

static struct whereabouts locate(hwloc_topology_t topology, const struct kinds *kinds,
                                 hwloc_obj_t core)
{
    return (struct whereabouts){
        .core = core,
        .node = nearest_node(core),
        .cache = shared_cache(topology, core),
        .kind = kinds_of(kinds, topology, core->cpuset),
    };
}

static int faster_first(const void *a, const void *b)
{
    const struct whereabouts *x = a, *y = b;
    if (x->kind.type != y->kind.type)
        return x->kind.type - y->kind.type;
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

/* The number of `what` among the objects met so far: `seen`, [*count]. */
static int number_of(hwloc_obj_t what, hwloc_obj_t *seen, int *count)
{
    for (int i = *count - 1; i >= 0; i--) /* usually the same as for the core before */
        if (seen[i] == what)
            return i;
    seen[*count] = what;
    return (*count)++;
}

/* Numbers the kinds, counting only those that some usable core has. */
static void number_kinds(struct cores *cores, const struct whereabouts *where)
{
    int types = 0, last = 0;
    for (int i = 0; i < cores->count; i++)
        last = where[i].kind.kind > last ? where[i].kind.kind : last;
    for (int kind = 0; kind <= last; kind++) {
        bool there = false;
        for (int i = 0; i < cores->count; i++)
            if (where[i].kind.kind == kind) {
                cores->list[i].kind = cores->kinds;
                there = true;
            }
        cores->kinds += there;
    }
    for (int i = 0; i < cores->count; i++) {
        types += i > 0 && where[i].kind.type != where[i - 1].kind.type;
        cores->list[i].type = types;
        cores->list[i].lag = where[i].kind.lag;
    }
}

/* `seen` has room for an object of each core. */
static void number_objects(struct cores *cores, const struct whereabouts *where, hwloc_obj_t *seen)
{
    for (int i = 0; i < cores->count; i++)
        cores->list[i].node = number_of(where[i].node, seen, &cores->nodes);
    for (int i = 0; i < cores->count; i++)
        cores->list[i].cache = number_of(where[i].cache, seen, &cores->caches);
    number_kinds(cores, where);
}

static int count_packages(hwloc_topology_t topology, hwloc_const_bitmap_t usable)
{
    int packages = 0;
    hwloc_obj_t package = NULL;
    while ((package = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_PACKAGE, package)) != NULL)
        packages += hwloc_bitmap_intersects(package->cpuset, usable);
    return packages;
}

/* Lists the cores with a usable PU, sorted; returns how many there are. */
static int gather(struct whereabouts *where, hwloc_topology_t topology, const struct kinds *kinds,
                  hwloc_const_bitmap_t usable)
{
    int count = 0;
    hwloc_obj_type_t type = core_type(topology);
    hwloc_obj_t core = NULL;
    while ((core = hwloc_get_next_obj_by_type(topology, type, core)) != NULL)
        if (hwloc_bitmap_intersects(core->cpuset, usable))
            where[count++] = locate(topology, kinds, core);
    qsort(where, (size_t)count, sizeof(*where), faster_first);
    return count;
}

static bool nodes_are_even(const struct cores *cores, hwloc_topology_t topology)
{
    int *in_node = calloc((size_t)cores->nodes, sizeof(*in_node));
    bool even =
        in_node != NULL && hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE) == cores->nodes;
    for (int i = 0; even && i < cores->count; i++)
        even = ++in_node[cores->list[i].node] <= cores->count / cores->nodes;
    free(in_node);
    return even;
}

/* What cores_find works on. */
struct finding_cores {
    struct whereabouts *where; /* [all] */
    hwloc_obj_t *seen;         /* [all], scratch */
    struct kinds kinds;
};

static int make_room(struct cores *cores, struct finding_cores *f, size_t all,
                     hwloc_topology_t topology, struct err *err)
{
    f->where = calloc(all, sizeof(*f->where));
    f->seen = calloc(all, sizeof(hwloc_obj_t));
    cores->list = calloc(all, sizeof(*cores->list));
    cores->core_of = calloc((size_t)cores->last_pu + 1, sizeof(*cores->core_of));
    if (f->where == NULL || f->seen == NULL || cores->list == NULL || cores->core_of == NULL)
        return err_memory(err, "the plan");
    for (int pu = 0; pu <= cores->last_pu; pu++)
        cores->core_of[pu] = -1;
    return kinds_find(&f->kinds, topology, err);
}

static int list_cores(struct cores *cores, struct finding_cores *f, hwloc_topology_t topology,
                      hwloc_const_bitmap_t usable, struct err *err)
{
    int count = gather(f->where, topology, &f->kinds, usable);
    for (int i = 0; i < count; i++)
        if (add_core(cores, f->where[i].core, usable) != 0)
            return err_memory(err, "the plan");
    if (count == 0)
        return err_set(err, ERR_FAILED, "this job may use no core of this host");
    number_objects(cores, f->where, f->seen);
    cores->packages = count_packages(topology, usable);
    cores->even = nodes_are_even(cores, topology);
    return 0;
}

int cores_find(struct cores *cores, hwloc_topology_t topology, hwloc_const_bitmap_t usable,
               struct err *err)
{
    size_t all = (size_t)hwloc_get_nbobjs_by_type(topology, core_type(topology));
    struct finding_cores f = {0};
    *cores =
        (struct cores){.last_pu = hwloc_bitmap_last(hwloc_topology_get_topology_cpuset(topology))};
    int status = make_room(cores, &f, all, topology, err);
    if (status == 0)
        status = list_cores(cores, &f, topology, usable, err);
    if (status != 0)
        cores_release(cores);
    kinds_release(&f.kinds);
    free(f.seen);
    free(f.where);
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
    int most = 0;
    int *under = calloc((size_t)cores->caches, sizeof(*under));
    for (int i = 0; under != NULL && i < cores->count; i++) {
        const struct core *core = &cores->list[i];
        if (i > 0 && core->type != core[-1].type)
            memset(under, 0, (size_t)cores->caches * sizeof(*under));
        int here = ++under[core->cache];
        most = here > most ? here : most;
    }
    free(under);
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

/* The core of a PU; NULL if it is not in the list. */
static const struct core *core_at(const struct cores *cores, int pu)
{
    int core = pu <= cores->last_pu ? cores->core_of[pu] : -1;
    return core >= 0 ? &cores->list[core] : NULL;
}

int cores_touched(const struct cores *cores, hwloc_const_bitmap_t set)
{
    return cores_room(cores, set, 1);
}

/* How many PUs of `core` are in `set`, counted up to `most`. */
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
