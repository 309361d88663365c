#include "place/placement.h"

#include <limits.h>

/* Whether every rank may run on everything this job may use: then nothing has bound it. */
static bool nothing_bound(const struct placement *p, hwloc_const_bitmap_t allowed)
{
    for (int rank = 0; rank < p->ranks; rank++)
        if (!hwloc_bitmap_isincluded(allowed, p->masks[rank]))
            return false;
    return p->ranks > 0;
}

int placement_open(struct placement *placement, hwloc_topology_t topology,
                   const struct evidence *evidence, const hwloc_bitmap_t *masks, int ranks,
                   const struct placement_request *request, struct err *err)
{
    *placement = (struct placement){
        .topology = topology, .masks = masks, .ranks = ranks, .request = *request};
    placement->workers_most =
        evidence->quota.cpus > 0 ? quota_workers(evidence->quota.cpus) : INT_MAX;
    placement->widest = evidence_widest(evidence, placement->evidence);
    placement->united = hwloc_bitmap_alloc();
    if (placement->widest == NULL || placement->united == NULL)
        return err_memory(err, "the plan");
    for (int rank = 0; rank < ranks; rank++)
        hwloc_bitmap_or(placement->united, placement->united, masks[rank]);
    hwloc_bitmap_and(placement->united, placement->united, placement->widest);
    if (request->policy == PLACE_AUTO && evidence_undecided(evidence, placement->evidence)) {
        placement->undecided = evidence->manager_cpus;
        placement->request.policy = PLACE_NONE;
    }
    placement->unbound = placement->request.policy == PLACE_AUTO && !request->named &&
                         request->smt == 0 && nothing_bound(placement, evidence->cgroup);
    return cores_find(&placement->cores, topology, placement->widest, err);
}

/* The fewest threads that a rank has room for within its own mask, divided among the ranks with the
 * same mask. */
static int threads_within(const struct placement *p)
{
    int fewest = plan_auto_threads(p->cores.count, 1, p->request.smt);
    for (int rank = 0; rank < p->ranks; rank++) {
        int sharers = 0;
        for (int other = 0; other < p->ranks; other++)
            sharers += hwloc_bitmap_isequal(p->masks[other], p->masks[rank]);
        int room =
            cores_touched(&p->cores, p->masks[rank]) * (p->request.smt > 0 ? p->request.smt : 1);
        int threads = room / sharers > 0 ? room / sharers : 1;
        fewest = threads < fewest ? threads : fewest;
    }
    return fewest;
}

static int threads_by_cores(const struct placement *placement)
{
    if (placement->undecided > 0)
        return plan_auto_threads(placement->undecided, placement->ranks, 0);
    if (placement->request.never_widen || placement->request.policy == PLACE_NONE)
        return threads_within(placement);
    return plan_auto_threads(placement->cores.count, placement->ranks, placement->request.smt);
}

int placement_auto_threads(const struct placement *placement)
{
    int threads = threads_by_cores(placement);
    int most = placement->ranks > 0 ? placement->workers_most / placement->ranks : threads;
    return most < 1 ? 1 : most < threads ? most : threads;
}

static int plan_together(struct placement *p, hwloc_const_bitmap_t usable,
                         const struct plan_request *request, struct err *err)
{
    struct cores cores;
    if (cores_find(&cores, p->topology, usable, err) != 0)
        return -1;
    int status = plan_build(&p->plan, &cores, request, err);
    cores_release(&cores);
    return status;
}

static bool has_cores_for_all(const struct placement *p, const struct plan_request *request)
{
    int level = request->smt > 0 ? request->smt : 1;
    int room = cores_room(&p->cores, p->united, level);
    return room >= request->ranks * request->threads &&
           room >= level * cores_touched(&p->cores, p->united);
}

/* Whether every mask has a core with as many PUs as --smt asks for: launchers that bind to hardware
 * threads leave one PU per core. */
static bool masks_hold_smt(const struct placement *p)
{
    int smt = p->request.smt;
    for (int rank = 0; rank < p->ranks && smt > 1; rank++)
        if (cores_room(&p->cores, p->masks[rank], smt) ==
            cores_room(&p->cores, p->masks[rank], smt - 1))
            return false;
    return true;
}

static bool has_cores_to_spare(const struct placement *p, int threads)
{
    int workers = p->ranks * threads;
    return (p->request.most > workers ? p->request.most : workers) < p->cores.count;
}

int placement_plan(struct placement *placement, int threads, struct err *err)
{
    struct placement *p = placement;
    p->left = p->unbound && has_cores_to_spare(p, threads);
    if (p->left)
        p->request.policy = PLACE_NONE;
    const struct plan_request request = {p->ranks, threads, p->request.policy, p->request.smt};
    bool by_launcher = request.policy == PLACE_AUTO && masks_hold_smt(p) &&
                       plan_fits_within(p->topology, p->masks, &request);
    if (p->request.never_widen || request.policy == PLACE_NONE || by_launcher)
        return plan_within(&p->plan, p->topology, p->masks, &request, err);
    return plan_together(p, has_cores_for_all(p, &request) ? p->united : p->widest, &request, err);
}

void placement_release(struct placement *placement)
{
    plan_release(&placement->plan);
    cores_release(&placement->cores);
    hwloc_bitmap_free(placement->united);
    hwloc_bitmap_free(placement->widest);
    placement->united = placement->widest = NULL;
}
