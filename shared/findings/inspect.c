/* inspect - finds what is wrong with masks and seats. */
#include "findings/findings.h"

#include "base/text.h"
#include "findings/findings_add.h"
#include "findings/sharing.h"

#include <stdio.h>
#include <stdlib.h>

/* What is examined, and how to word it. The occupant of a seat is a rank if the launcher's masks
 * are examined, and a worker if the seats are. */
struct inspection {
    struct findings *findings;
    const struct seat_map *seat_map;
    const struct cores *cores;
    struct launch_shape shape; /* as asked for */
    bool as_launched;
};

static struct inspection inspection_of(struct findings *findings, const struct seat_map *seat_map,
                                       const struct cores *cores, int threads,
                                       const struct findings_job *job, bool as_launched)
{
    return (struct inspection){findings, seat_map, cores,
                               launch_shape_of(cores, job->hosts, job->ranks, job->most, threads),
                               as_launched};
}

static struct finding *add(const struct inspection *in, enum finding_code code)
{
    return findings_add(in->findings, code, in->as_launched);
}

static int number_of(const struct inspection *in, int rank)
{
    return in->seat_map->numbers != NULL ? in->seat_map->numbers[rank] : rank;
}

/* "rank 3" or "worker 3.1": the occupant of the seat with that index. */
static const char *name(const struct inspection *in, int seat, char text[32])
{
    int threads = in->seat_map->threads;
    if (threads == 1)
        (void)snprintf(text, 32, "rank %d", number_of(in, seat));
    else
        (void)snprintf(text, 32, "worker %d.%d", number_of(in, seat / threads), seat % threads);
    return text;
}

static const char *pu_word(hwloc_const_bitmap_t set)
{
    return hwloc_bitmap_weight(set) == 1 ? "PU" : "PUs";
}

/* " (and 3 more ranks)", or nothing. */
static const char *and_more(int more, const char *noun, char text[32])
{
    text[0] = '\0';
    if (more > 0)
        (void)snprintf(text, 32, " (and %d more %s%s)", more, noun, plural(more));
    return text;
}

/* --- sharing --- */

/* "core L#3 (PU P#3,11)" or "2 cores (PU P#0-3)". */
static const char *place_text(const struct inspection *in, hwloc_const_bitmap_t set, char text[96])
{
    char pus[SEAT_TEXT];
    int touched = cores_touched(in->cores, set);
    seat_text(set, pus);
    if (touched == 1)
        (void)snprintf(text, 96, "core L#%d (%s P#%s)",
                       in->cores->list[cores_first(in->cores, set)].logical, pu_word(set), pus);
    else
        (void)snprintf(text, 96, "%d cores (%s P#%s)", touched, pu_word(set), pus);
    return text;
}

static void tell_crowd(const struct inspection *in, const struct shared_place *shared_place,
                       enum finding_code code)
{
    if (shared_place->count == 0)
        return;
    char first[32], second[32], place[96], more[32], others[32] = "";
    struct finding *f = add(in, code);
    if (shared_place->workers > 2)
        (void)snprintf(others, sizeof(others), " and %d more", shared_place->workers - 2);
    (void)snprintf(f->text, sizeof(f->text), "%s and %s%s share %s of host '%.40s'%s%s",
                   name(in, shared_place->first, first), name(in, shared_place->second, second),
                   others, place_text(in, shared_place->place, place), in->seat_map->host,
                   code == FINDING_SMT_SHARED ? " as hardware threads" : " and take turns",
                   and_more(shared_place->count - 1, "place", more));
    f->rank = number_of(in, shared_place->first / in->seat_map->threads);
    f->other = number_of(in, shared_place->second / in->seat_map->threads);
    f->shape = shape_fitted(&in->shape, in->cores);
}

static bool oversubscribed(const struct inspection *in)
{
    return in->seat_map->ranks * in->shape.threads > in->cores->pus;
}

static void look_for_sharing(const struct inspection *in)
{
    struct sharing sharing;
    if (oversubscribed(in)) {
        if (in->as_launched) /* findings_of_seats reports it */
            return;
        int workers = seat_map_workers(in->seat_map);
        struct finding *f = add(in, FINDING_OVERSUBSCRIBED);
        (void)snprintf(f->text, sizeof(f->text),
                       "%d workers share %d PU%s (%d core%s) of host '%.60s' and take turns",
                       workers, in->cores->pus, plural(in->cores->pus), in->cores->count,
                       plural(in->cores->count), in->seat_map->host);
        f->shape = shape_fitted(&in->shape, in->cores);
        return;
    }
    sharing_find(&sharing, in->seat_map, in->cores);
    tell_crowd(in, &sharing.on_pus, FINDING_CORE_SHARED);
    tell_crowd(in, &sharing.on_cores, FINDING_SMT_SHARED);
}

/* --- a rank's own cores --- */

/* How much of the machine a rank's seats span. */
struct reach {
    int cores;
    int nodes, caches, kinds;
};

/* Counts each node, cache and kind once, wherever its cores are in the list. */
static struct reach reach_of(const struct cores *cores, hwloc_const_bitmap_t set)
{
    struct reach reach = {0};
    enum { NODES, CACHES, KINDS, WHAT };
    hwloc_bitmap_t in[WHAT];
    for (int k = 0; k < WHAT; k++)
        in[k] = hwloc_bitmap_alloc();
    for (int i = 0; i < cores->count; i++) {
        const struct core *core = &cores->list[i];
        const int numbers[WHAT] = {core->node, core->cache, core->kind};
        if (!hwloc_bitmap_intersects(core->pus, set))
            continue;
        reach.cores++;
        for (int k = 0; k < WHAT; k++)
            if (in[k] != NULL)
                (void)hwloc_bitmap_set(in[k], (unsigned)numbers[k]);
    }
    int *const counts[WHAT] = {&reach.nodes, &reach.caches, &reach.kinds};
    for (int k = 0; k < WHAT; k++) {
        *counts[k] = in[k] != NULL ? hwloc_bitmap_weight(in[k]) : 0;
        hwloc_bitmap_free(in[k]);
    }
    return reach;
}

/* How many ranks have a fault, and the first of them. */
struct faulty {
    int count, rank;
    struct reach reach;
};

static void blame(struct faulty *faulty, bool at_fault, int rank, const struct reach *reach)
{
    if (at_fault && faulty->count++ == 0)
        *faulty = (struct faulty){1, rank, *reach};
}

/* Begins a finding about the first faulty rank: "rank 3's 4 threads". */
static struct finding *accuse(const struct inspection *in, const struct faulty *faulty,
                              enum finding_code code, char who[64])
{
    struct finding *f = add(in, code);
    int number = number_of(in, faulty->rank);
    int threads = in->shape.threads;
    f->rank = f->other = number;
    if (threads > 1)
        (void)snprintf(who, 64, "rank %d's %d threads", number, threads);
    else
        (void)snprintf(who, 64, "rank %d", number);
    return f;
}

static void tell_straddles(const struct inspection *in, const struct faulty *nodes,
                           const struct faulty *caches, const struct faulty *kinds)
{
    char who[64], more[32];
    const char *host = in->seat_map->host;
    if (nodes->count > 0) {
        struct finding *f = accuse(in, nodes, FINDING_NUMA_STRADDLE, who);
        (void)snprintf(f->text, sizeof(f->text), "%s sit in %d NUMA nodes of host '%.60s'%s", who,
                       nodes->reach.nodes, host, and_more(nodes->count - 1, "rank", more));
        f->shape = shape_filled(&in->shape, in->cores);
    }
    if (caches->count > 0) {
        struct finding *f = accuse(in, caches, FINDING_CACHE_STRADDLE, who);
        (void)snprintf(f->text, sizeof(f->text),
                       "%s sit under %d last-level caches of host '%.60s', though one has room%s",
                       who, caches->reach.caches, host, and_more(caches->count - 1, "rank", more));
        f->shape = shape_filled(&in->shape, in->cores);
    }
    if (kinds->count > 0) {
        struct finding *f = accuse(in, kinds, FINDING_MIXED_KINDS, who);
        (void)snprintf(f->text, sizeof(f->text),
                       "%s sit on cores of %d kinds, fast and slow, of host '%.60s'%s", who,
                       kinds->reach.kinds, host, and_more(kinds->count - 1, "rank", more));
        f->shape = shape_filled(&in->shape, in->cores);
    }
}

/* Collects all PUs of a rank's seats in `set`. */
static int unite(hwloc_bitmap_t set, const struct seat_map *seat_map, int rank)
{
    hwloc_bitmap_zero(set);
    for (int thread = 0; thread < seat_map->threads; thread++)
        if (hwloc_bitmap_or(set, set, seat_map->seats[rank * seat_map->threads + thread]) != 0)
            return -1;
    return 0;
}

/* Ranks whose seats are wider than they need are not bound, and so straddle nothing in particular:
 * they are skipped. */
static void look_at_ranks(const struct inspection *in, hwloc_bitmap_t set)
{
    struct faulty nodes = {0}, caches = {0}, kinds = {0};
    int widest = cores_widest_cache(in->cores);
    for (int rank = 0; rank < in->seat_map->ranks; rank++) {
        if (unite(set, in->seat_map, rank) != 0)
            return;
        struct reach reach = reach_of(in->cores, set);
        if (reach.cores > in->shape.threads)
            continue;
        blame(&nodes, reach.nodes > 1, rank, &reach);
        blame(&caches, reach.caches > 1 && reach.nodes == 1 && in->shape.threads <= widest, rank,
              &reach);
        blame(&kinds, reach.kinds > 1, rank, &reach);
    }
    tell_straddles(in, &nodes, &caches, &kinds);
}

/* --- the launcher's masks --- */

/* How many ranks have the same mask as this one. */
static int sharers_of(const struct seat_map *seat_map, int rank)
{
    int sharers = 0;
    for (int other = 0; other < seat_map->ranks; other++)
        sharers += hwloc_bitmap_isequal(seat_map->seats[other], seat_map->seats[rank]);
    return sharers;
}

static void tell_tight(const struct inspection *in, const struct faulty *tight)
{
    char who[64], more[32], pus[SEAT_TEXT], others[48] = "";
    hwloc_const_bitmap_t mask = in->seat_map->seats[tight->rank];
    int sharers = sharers_of(in->seat_map, tight->rank);
    struct finding *f = accuse(in, tight, FINDING_BOUND_TOO_TIGHT, who);
    if (sharers > 1)
        (void)snprintf(others, sizeof(others), ", and those of %d more rank%s,", sharers - 1,
                       plural(sharers - 1));
    (void)snprintf(
        f->text, sizeof(f->text), "%s%s were given %d core%s of host '%.40s' (%s P#%s)%s", who,
        others, tight->reach.cores, plural(tight->reach.cores), in->seat_map->host, pu_word(mask),
        seat_text(mask, pus), and_more(tight->count - sharers, "rank", more));
    f->shape = shape_fitted(&in->shape, in->cores);
}

/* Too tight: fewer cores than threads, counting all ranks that share the mask, and less than their
 * fair part of the host. */
static void look_for_tight_masks(const struct inspection *in)
{
    struct faulty tight = {0}, loose = {0};
    const struct seat_map *seat_map = in->seat_map;
    char who[64], more[32];
    for (int rank = 0; rank < seat_map->ranks; rank++) {
        struct reach reach = reach_of(in->cores, seat_map->seats[rank]);
        int sharers = sharers_of(seat_map, rank);
        blame(&tight,
              in->shape.threads > 1 && reach.cores < in->shape.threads * sharers &&
                  reach.cores * seat_map->ranks < in->cores->count * sharers,
              rank, &reach);
        blame(&loose,
              seat_map->ranks > 1 && reach.cores > in->shape.threads &&
                  reach.cores == in->cores->count,
              rank, &reach);
    }
    if (tight.count > 0)
        tell_tight(in, &tight);
    if (loose.count > 0 && !oversubscribed(in)) {
        struct finding *f = accuse(in, &loose, FINDING_UNBOUND, who);
        (void)snprintf(f->text, sizeof(f->text),
                       "%s may run on any of %d cores of host '%.60s'%s: the kernel may move "
                       "%s, even onto another worker's core",
                       who, loose.reach.cores, seat_map->host,
                       and_more(loose.count - 1, "rank", more),
                       loose.count > 1 || in->shape.threads > 1 ? "them" : "it");
        f->shape = shape_fitted(&in->shape, in->cores);
    }
}

void findings_of_masks(struct findings *findings, const struct seat_map *seat_map,
                       const struct cores *cores, int threads, const struct findings_job *job)
{
    struct inspection in = inspection_of(findings, seat_map, cores, threads, job, true);
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    if (set == NULL) /* a shortage this severe is reported elsewhere */
        return;
    look_for_tight_masks(&in);
    look_for_sharing(&in);
    look_at_ranks(&in, set);
    hwloc_bitmap_free(set);
}

/* --- the workers' seats --- */

/* A refusal was already reported, and wide seats on purpose are no fault. */
static void look_for_wide_seats(const struct inspection *in)
{
    if (in->seat_map->left)
        return;
    for (int i = 0; i < in->findings->count; i++)
        if (in->findings->list[i].code == FINDING_UNBOUND && !in->findings->list[i].as_launched)
            return;
    int wide = 0, first = 0;
    char who[32];
    for (int i = seat_map_workers(in->seat_map) - 1; i >= 0; i--)
        if (cores_touched(in->cores, in->seat_map->seats[i]) > 1) {
            wide++;
            first = i;
        }
    if (wide == 0)
        return;
    struct finding *f = add(in, FINDING_UNBOUND);
    (void)snprintf(f->text, sizeof(f->text),
                   "%d of %d workers of host '%.60s' %s not bound to a single core: the first is "
                   "%s",
                   wide, seat_map_workers(in->seat_map), in->seat_map->host,
                   wide == 1 ? "is" : "are", name(in, first, who));
    f->shape = shape_fitted(&in->shape, in->cores);
}

static void look_for_idle_cores(const struct inspection *in, hwloc_bitmap_t set)
{
    hwloc_bitmap_zero(set);
    for (int i = 0; i < seat_map_workers(in->seat_map); i++)
        if (hwloc_bitmap_or(set, set, in->seat_map->seats[i]) != 0)
            return;
    int workers = seat_map_workers(in->seat_map), taken = cores_touched(in->cores, set);
    if (in->seat_map->left && workers < taken) /* each worker runs on one core at a time */
        taken = workers;
    int idle = in->cores->count - taken;
    if (idle == 0)
        return;
    struct finding *f = add(in, FINDING_CORES_IDLE);
    (void)snprintf(f->text, sizeof(f->text), "%d of %d usable cores of host '%.60s' ha%s no worker",
                   idle, in->cores->count, in->seat_map->host, idle == 1 ? "s" : "ve");
    f->shape = shape_filled(&in->shape, in->cores);
}

void findings_of_seats(struct findings *findings, const struct seat_map *seat_map,
                       const struct cores *cores, const struct findings_job *job)
{
    struct inspection in = inspection_of(findings, seat_map, cores, seat_map->threads, job, false);
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    if (set == NULL)
        return;
    look_for_wide_seats(&in);
    look_for_sharing(&in);
    look_at_ranks(&in, set);
    look_for_idle_cores(&in, set);
    hwloc_bitmap_free(set);
}
