#include "findings/findings.h"

#include "base/text.h"
#include "findings/findings_add.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    const char *meaning;
    const char *remedy;
} CODES[FINDING_CODES] = {
    [FINDING_BOUND_TOO_TIGHT] = {"bound-too-tight", "a rank was given fewer cores than threads",
                                 "ask the launcher for a core for each thread"},
    [FINDING_UNBOUND] = {"unbound", "a worker may run on many cores, even on another worker's",
                         "bind each rank to cores of its own"},
    [FINDING_CORE_SHARED] = {"core-shared", "workers take turns on a PU though others are free",
                             "give each worker a core of its own"},
    [FINDING_SMT_SHARED] = {"smt-shared", "workers share a core as its hardware threads",
                            "computing gains little from a core's second hardware thread: start "
                            "no more workers than cores"},
    [FINDING_OVERSUBSCRIBED] = {"oversubscribed", "there are more workers than PUs",
                                "computing gains nothing from more workers than cores: start "
                                "fewer (work that waits may gain)"},
    [FINDING_NUMA_STRADDLE] = {"numa-straddle", "a rank's threads sit in several NUMA nodes",
                               "some of its memory is far from some of its threads: use at least "
                               "one rank for each NUMA node"},
    [FINDING_CACHE_STRADDLE] = {"cache-straddle",
                                "a rank's threads use several caches, though one has room",
                                "use a number of threads per rank that divides a cache's cores"},
    [FINDING_MIXED_KINDS] = {"mixed-kinds", "a rank's threads sit on fast and on slow cores",
                             "threads with equal parts wait for the slow cores: use one kind of "
                             "core for each rank, or hand out work in small chunks"},
    [FINDING_CORES_IDLE] = {"cores-idle", "usable cores have no worker",
                            "use them: more threads, or more ranks"},
    [FINDING_MASK_CLAMPED] = {"mask-clamped", "the kernel gave less than was asked for",
                              "a cgroup or the batch system allows less than it shows: ask it for "
                              "those PUs, or use fewer workers"},
    [FINDING_MOVED] = {"moved", "a worker was seen where it was not planned",
                       "something bound it anew, or it was never bound: 'squares place' shows "
                       "what set each mask"},
    [FINDING_SEAT_TAKEN] = {"seat-taken", "another program ran on a worker's seat",
                            "start one job at a time, give each job cores of its own (taskset, "
                            "mpirun, a batch system), or let the kernel place it: --place none"},
    [FINDING_QUOTA] = {"quota", "there are more workers than a cgroup's quota is good for",
                       "start fewer workers, or allow more (docker run --cpus, Kubernetes' "
                       "limits.cpu, systemd's CPUQuota)"},
};

const char *finding_name(enum finding_code code)
{
    return CODES[code].name;
}

const char *finding_meaning(enum finding_code code)
{
    return CODES[code].meaning;
}

struct finding *findings_add(struct findings *findings, enum finding_code code, bool as_launched)
{
    int last = findings->count < FINDINGS_MOST ? findings->count++ : FINDINGS_MOST - 1;
    struct finding *finding = &findings->list[last];
    *finding = (struct finding){.code = code, .as_launched = as_launched, .rank = -1, .other = -1};
    (void)snprintf(finding->remedy, sizeof(finding->remedy), "%s", CODES[code].remedy);
    return finding;
}

void findings_explain(struct findings *findings, const char *words)
{
    struct finding *f = NULL;
    for (int i = 0; i < findings->count && f == NULL; i++)
        if (findings->list[i].code == FINDING_UNBOUND && !findings->list[i].as_launched)
            f = &findings->list[i];
    if (f != NULL) {
        (void)snprintf(f->text, sizeof(f->text), "no worker is bound, as %s", words);
    } else {
        f = findings_add(findings, FINDING_UNBOUND, false);
        (void)snprintf(f->text, sizeof(f->text), "%s: the launcher bound the ranks anyway", words);
    }
    (void)snprintf(f->remedy, sizeof(f->remedy),
                   "a bound worker may share a CPU with another job: ask for whole hosts, or for a "
                   "batch system that confines jobs (Slurm: task/cgroup)");
    f->shape.threads = 0;
}

/* --- shapes to launch instead --- */

/* Launchers assume that all NUMA nodes have the same number of cores; if they have not, the shape
 * mentions no nodes. */
struct launch_shape launch_shape_of(const struct cores *cores, int hosts, int ranks, int most,
                                    int threads)
{
    return (struct launch_shape){.hosts = hosts,
                                 .ranks = ranks,
                                 .host_ranks = most,
                                 .threads = threads,
                                 .cores = cores->count,
                                 .pus = cores->pus,
                                 .nodes = cores->even ? cores->nodes : 1,
                                 .packages = cores->packages};
}

static struct launch_shape with(const struct launch_shape *shape, int host_ranks, int threads)
{
    struct launch_shape other = *shape;
    other.host_ranks = host_ranks;
    other.ranks = host_ranks * shape->hosts;
    other.threads = threads;
    return other;
}

/* Whether blocks of `size` cores fill every run of cores in the list that are in one node and of
 * one type, and cross no cache that has room for a block. */
static bool fills(const struct cores *cores, int size)
{
    int widest = cores_widest_cache(cores);
    for (int begin = 0, end; begin < cores->count; begin = end) {
        const struct core *first = &cores->list[begin];
        for (end = begin + 1; end < cores->count && cores->list[end].type == first->type &&
                              cores->list[end].node == first->node;)
            end++;
        if ((end - begin) % size != 0)
            return false;
        for (int block = begin; block < end; block += size)
            if (size <= widest && cores->list[block].cache != cores->list[block + size - 1].cache)
                return false;
    }
    return true;
}

struct launch_shape shape_filled(const struct launch_shape *shape, const struct cores *cores)
{
    int best = 1;
    for (int threads = 2; threads <= cores->count; threads++) {
        int off = abs(cores->count / threads - shape->host_ranks);
        int best_off = abs(cores->count / best - shape->host_ranks);
        bool nearer = off < best_off || (off == best_off && abs(threads - shape->threads) <
                                                                abs(best - shape->threads));
        if (nearer && fills(cores, threads))
            best = threads;
    }
    return with(shape, cores->count / best, best);
}

struct launch_shape shape_fitted(const struct launch_shape *shape, const struct cores *cores)
{
    if (shape->host_ranks * shape->threads <= shape->cores)
        return *shape;
    return shape_filled(shape, cores);
}

/* --- quotas --- */

/* Fewer threads, and then fewer ranks, until a host has no more than `most` workers. */
static struct launch_shape shape_within(const struct launch_shape *shape, int most)
{
    int ranks = shape->host_ranks < most ? shape->host_ranks : most;
    return with(shape, ranks, most / ranks);
}

void findings_of_quota(struct findings *findings, const struct quota *quota,
                       const struct seat_map *seat_map, const struct cores *cores,
                       const struct findings_job *job)
{
    char cpus[QUOTA_CPUS], group[QUOTA_SHOWN];
    int workers = seat_map->ranks * seat_map->threads;
    int most = quota->cpus > 0 ? quota_workers(quota->cpus) : workers;
    if (workers <= most)
        return;
    struct launch_shape shape =
        launch_shape_of(cores, job->hosts, job->ranks, job->most, seat_map->threads);
    struct finding *f = findings_add(findings, FINDING_QUOTA, false);
    (void)snprintf(f->text, sizeof(f->text),
                   "%d workers of host '%.60s' share a quota of %s (cgroup '%s'): once it is used "
                   "up, all of them are stopped until the next period",
                   workers, seat_map->host, quota_text(quota->cpus, cpus),
                   text_shown(quota->cgroup, sizeof(group) - 1, group, sizeof(group)));
    f->shape = shape_within(&shape, most);
}

/* --- workers that did not stay --- */

struct stay stay_of(int rank, int thread, hwloc_const_bitmap_t seat, bool bound,
                    hwloc_const_bitmap_t read, const struct residency *residency)
{
    hwloc_const_bitmap_t seen = residency->seen;
    struct stay stay = {
        .rank = rank,
        .thread = thread,
        .bound = bound || (read != NULL && hwloc_bitmap_isequal(read, seat)),
        .clamped = read != NULL && !hwloc_bitmap_isequal(read, seat),
        .strayed = seen != NULL && !hwloc_bitmap_isincluded(seen, seat),
        .moves = residency->moves,
    };
    seat_text(seat, stay.planned);
    if (read != NULL)
        seat_text(read, stay.read);
    if (seen != NULL)
        seat_text(seen, stay.seen);
    return stay;
}

static void note(int *count, struct stay *first, const struct stay *stay)
{
    if ((*count)++ == 0)
        *first = *stay;
}

void strays_note(struct strays *strays, const struct stay *stay)
{
    strays->workers++;
    if (!stay->bound)
        note(&strays->unbound, &strays->first_unbound, stay);
    if (stay->bound && stay->clamped)
        note(&strays->clamped, &strays->first_clamped, stay);
    if (stay->strayed)
        note(&strays->strayed, &strays->first_strayed, stay);
}

static const char *pus(const char *list)
{
    return seat_plural(list) ? "PUs" : "PU";
}

/* Any system takes less than this for its own background work. */
static const double TAKEN_LEAST = 0.1;

void takings_note(struct takings *takings, const struct stay *stay, double others_s, double delay_s,
                  double elapsed_s)
{
    bool taken = elapsed_s > 0 && stay->bound && !stay->clamped &&
                 others_s >= TAKEN_LEAST * elapsed_s && delay_s >= TAKEN_LEAST * elapsed_s;
    if (!taken)
        return;
    double others = others_s / elapsed_s, delay = delay_s / elapsed_s;
    if (takings->workers++ > 0 && takings->delay >= delay)
        return;
    takings->rank = stay->rank;
    takings->thread = stay->thread;
    takings->others = others;
    takings->delay = delay < 1 ? delay : 1;
    memcpy(takings->pus, stay->planned, sizeof(takings->pus));
}

void findings_of_takings(struct findings *findings, const struct takings *takings)
{
    char more[64] = "";
    if (takings->workers == 0)
        return;
    struct finding *f = findings_add(findings, FINDING_SEAT_TAKEN, false);
    f->rank = f->other = takings->rank;
    if (takings->workers > 1)
        (void)snprintf(more, sizeof(more), "; %d more waited, too", takings->workers - 1);
    (void)snprintf(f->text, sizeof(f->text),
                   "worker %d.%d waited %.0f %% of the time for its seat, %s %s, which other "
                   "programs used %.0f %% of the time%s",
                   takings->rank, takings->thread, 100 * takings->delay, pus(takings->pus),
                   takings->pus, 100 * takings->others, more);
}

/* "worker 1.3 of host 'n1' got PU 4", "3 workers of host 'n1' got others: the first, 1.3, got PU
 * 4": `all` is said of every one of them, `one` of the first. */
static void say_of(struct finding *f, int count, const struct stay *first, const char *host,
                   const char *all, const char *one)
{
    char where[80] = "";
    if (host[0] != '\0')
        (void)snprintf(where, sizeof(where), " of host '%.60s'", host);
    if (count == 1)
        (void)snprintf(f->text, sizeof(f->text), "worker %d.%d%s %s", first->rank, first->thread,
                       where, one);
    else
        (void)snprintf(f->text, sizeof(f->text), "%d workers%s %s: the first, %d.%d, %s", count,
                       where, all, first->rank, first->thread, one);
}

void findings_of_strays(struct findings *findings, const struct strays *strays, const char *host,
                        const struct launch_shape *shape)
{
    char one[2 * SEAT_TEXT + 80];
    if (strays->unbound > 0) {
        struct finding *f = findings_add(findings, FINDING_UNBOUND, false);
        say_of(f, strays->unbound, &strays->first_unbound, host, "are not bound",
               "could not be bound: the kernel refused");
        (void)snprintf(f->remedy, sizeof(f->remedy),
                       "a container or a batch system forbids it; times may vary more");
    }
    if (strays->clamped > 0) {
        const struct stay *first = &strays->first_clamped;
        struct finding *f = findings_add(findings, FINDING_MASK_CLAMPED, false);
        (void)snprintf(one, sizeof(one), "asked for %s %s and got %s %s", pus(first->planned),
                       first->planned, pus(first->read), first->read);
        say_of(f, strays->clamped, first, host, "got other PUs than they asked for", one);
        f->shape = *shape;
    }
    if (strays->strayed > 0) {
        const struct stay *first = &strays->first_strayed;
        struct finding *f = findings_add(findings, FINDING_MOVED, false);
        (void)snprintf(one, sizeof(one), "was planned on %s %s and seen on %s %s (%d move%s)",
                       pus(first->planned), first->planned, pus(first->seen), first->seen,
                       first->moves, plural(first->moves));
        say_of(f, strays->strayed, first, host, "were seen elsewhere than planned", one);
        f->shape = *shape;
    }
}
