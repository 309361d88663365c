/* plan_within - plans that keep the launcher's binding: every rank stays within its mask. */
#include "place/plan.h"

#include <stdlib.h>
#include <string.h>

/* The ranks that have the mask of rank `first`, which is the lowest of them. */
struct group {
    int first, ranks;
};

/* Counts the ranks with the same mask as rank `first`. False: a lower rank has that mask, so the
 * group was counted there. */
static bool group_of(struct group *group, const hwloc_bitmap_t *masks, int ranks, int first)
{
    *group = (struct group){first, 0};
    for (int rank = 0; rank < ranks; rank++) {
        if (!hwloc_bitmap_isequal(masks[rank], masks[first]))
            continue;
        if (rank < first)
            return false;
        group->ranks++;
    }
    return true;
}

/* Which cores are already taken. */
struct claims {
    const struct cores *cores;
    bool *taken;         /* [cores->count] */
    hwloc_bitmap_t part; /* scratch */
};

/* Takes the cores of a mask and returns how many workers they hold, up to `level` each; -1: one of
 * them was already taken. */
static int claim(struct claims *claims, hwloc_const_bitmap_t mask, int level)
{
    int room = 0;
    for (int i = 0; i < claims->cores->count; i++) {
        hwloc_bitmap_and(claims->part, claims->cores->list[i].pus, mask);
        int pus = hwloc_bitmap_weight(claims->part);
        if (pus > 0 && claims->taken[i])
            return -1;
        claims->taken[i] |= pus > 0;
        room += pus < level ? pus : level;
    }
    return room;
}

static bool groups_fit(struct claims *claims, const hwloc_bitmap_t *masks,
                       const struct plan_request *request)
{
    int level = request->smt > 0 ? request->smt : 1;
    for (int first = 0; first < request->ranks; first++) {
        struct group group;
        if (group_of(&group, masks, request->ranks, first) &&
            claim(claims, masks[first], level) < group.ranks * request->threads)
            return false;
    }
    return true;
}

bool plan_fits_within(hwloc_topology_t topology, const hwloc_bitmap_t *masks,
                      const struct plan_request *request)
{
    struct cores cores;
    struct err ignored = ERR_INIT;
    if (cores_find(&cores, topology, hwloc_topology_get_topology_cpuset(topology), &ignored) != 0)
        return false;
    struct claims claims = {&cores, calloc((size_t)cores.count, sizeof(bool)),
                            hwloc_bitmap_alloc()};
    bool fit = claims.taken != NULL && claims.part != NULL && groups_fit(&claims, masks, request);
    hwloc_bitmap_free(claims.part);
    free(claims.taken);
    cores_release(&cores);
    return fit;
}

/* Moves the seats of a group's plan to the ranks of the group. */
static int take_seats(struct plan *plan, const hwloc_bitmap_t *masks, const struct group *group,
                      struct plan *part)
{
    int threads = plan->threads;
    for (int rank = group->first, nth = 0; nth < group->ranks; rank++) {
        if (!hwloc_bitmap_isequal(masks[rank], masks[group->first]))
            continue;
        memcpy(&plan->seats[rank * threads], &part->seats[nth * threads],
               (size_t)threads * sizeof(*plan->seats));
        memset(&part->seats[nth * threads], 0, (size_t)threads * sizeof(*plan->seats));
        nth++;
    }
    return 0;
}

static int plan_group(struct plan *plan, hwloc_topology_t topology, const hwloc_bitmap_t *masks,
                      const struct plan_request *request, const struct group *group,
                      struct err *err)
{
    struct cores cores;
    struct plan part = {0};
    struct plan_request wanted = *request;
    wanted.ranks = group->ranks;
    if (cores_find(&cores, topology, masks[group->first], err) != 0)
        return -1;
    int status = plan_build(&part, &cores, &wanted, err);
    cores_release(&cores);
    if (status == 0)
        status = take_seats(plan, masks, group, &part);
    plan_release(&part);
    return status;
}

/* No thread is bound more closely: each may go where its rank may. */
static int sit_anywhere(struct plan *plan, hwloc_topology_t topology, const hwloc_bitmap_t *masks,
                        struct err *err)
{
    hwloc_const_bitmap_t all = hwloc_topology_get_topology_cpuset(topology);
    for (int i = 0; i < plan_workers(plan); i++) {
        hwloc_const_bitmap_t mask = masks[i / plan->threads];
        plan->seats[i] = hwloc_bitmap_dup(mask);
        if (plan->seats[i] == NULL || (hwloc_bitmap_intersects(mask, all) &&
                                       hwloc_bitmap_and(plan->seats[i], mask, all) != 0))
            return err_memory(err, "the plan");
    }
    return 0;
}

int plan_within(struct plan *plan, hwloc_topology_t topology, const hwloc_bitmap_t *masks,
                const struct plan_request *request, struct err *err)
{
    *plan = (struct plan){.ranks = request->ranks, .threads = request->threads};
    plan->seats = calloc((size_t)request->ranks * (size_t)request->threads, sizeof(*plan->seats));
    if (plan->seats == NULL)
        return err_memory(err, "the plan");
    int status = 0;
    if (request->policy == PLACE_NONE)
        status = sit_anywhere(plan, topology, masks, err);
    for (int first = 0; first < request->ranks && request->policy != PLACE_NONE && status == 0;
         first++) {
        struct group group;
        if (group_of(&group, masks, request->ranks, first))
            status = plan_group(plan, topology, masks, request, &group, err);
    }
    if (status != 0)
        plan_release(plan);
    return status;
}
