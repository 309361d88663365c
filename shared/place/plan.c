#include "place/plan.h"

#include "base/text.h"
#include "place/blocks.h"

#include <stdlib.h>

const char *const PLACE_POLICIES[] = {"auto", "compact", "spread", "none", NULL};

int plan_auto_threads(int cores, int ranks, int smt)
{
    int each = smt > 0 ? smt : 1;
    if (cores >= ranks)
        return cores / ranks * each;
    return cores * each > ranks ? cores * each / ranks : 1;
}

/* Where part `index` of `parts` begins on a line of `length`: evenly spread, even with more parts
 * than length. */
static int spread(int length, int parts, int index)
{
    return (int)((int64_t)length * index / parts);
}

/* A plan being made. */
struct making {
    struct plan *plan;
    const struct plan_request *request;
    const struct cores *cores;
    int level;          /* workers per core while there are enough cores */
    int size;           /* cores that a rank then takes */
    struct core **line; /* the cores to assign, [count] */
    int count;
};

static hwloc_bitmap_t *seat_at(const struct making *m, int rank, int thread)
{
    return &m->plan->seats[rank * m->request->threads + thread];
}

/* --- enough cores --- */

/* The index-th usable PU of a core, as a new set. */
static hwloc_bitmap_t pu_of(const struct core *core, int index)
{
    int pu = hwloc_bitmap_first(core->pus);
    while (index-- > 0)
        pu = hwloc_bitmap_next(core->pus, pu);
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    if (set != NULL && hwloc_bitmap_only(set, (unsigned)pu) != 0) {
        hwloc_bitmap_free(set);
        return NULL;
    }
    return set;
}

/* A worker alone on its core may use all its PUs. */
static int sit_on(const struct making *m, int rank, int thread, int place)
{
    hwloc_bitmap_t *seat = seat_at(m, rank, thread);
    const struct core *core = m->line[place];
    *seat = m->level == 1 ? hwloc_bitmap_dup(core->pus) : pu_of(core, thread % m->level);
    return *seat != NULL ? 0 : -1;
}

/* How many cores the rank whose block is line[start, start + size) may spread its threads over: up
 * to the next rank's block, but across no border that the block does not cross itself. */
static int room_of(const struct making *m, int start, int next)
{
    int end = start + m->size;
    const struct core *last = m->line[end - 1];
    while (end < next && m->line[end]->kind == last->kind && m->line[end]->lag == last->lag &&
           m->line[end]->node == last->node && m->line[end]->cache == last->cache)
        end++;
    return end - start;
}

static int seat_rank(const struct making *m, int rank, int start, int room)
{
    for (int thread = 0; thread < m->request->threads; thread++) {
        int place =
            start + (m->level == 1 ? spread(room, m->request->threads, thread) : thread / m->level);
        if (sit_on(m, rank, thread, place) != 0)
            return -1;
    }
    return 0;
}

static int seat_blocks(const struct making *m, struct err *err)
{
    int ranks = m->request->ranks;
    int *starts = calloc((size_t)ranks, sizeof(*starts));
    if (starts == NULL)
        return err_memory(err, "the plan");
    /* If types differ, the first cores are the fastest, and all of those should be used. */
    bool several_types = m->line[m->count - 1]->type > m->line[0]->type;
    struct blocks blocks = {ranks, m->size, several_types};
    int status = blocks_choose(starts, &blocks, m->line, m->count, err);
    for (int rank = 0; rank < ranks && status == 0; rank++) {
        int next = rank + 1 < ranks ? starts[rank + 1] : m->count;
        status = seat_rank(m, rank, starts[rank], room_of(m, starts[rank], next));
    }
    free(starts);
    return status;
}

static int seat_compact(const struct making *m)
{
    int status = 0;
    for (int rank = 0; rank < m->request->ranks && status == 0; rank++)
        status = seat_rank(m, rank, rank * m->size, m->size);
    return status;
}

static int seat_spread(const struct making *m)
{
    int status = 0;
    for (int rank = 0; rank < m->request->ranks && status == 0; rank++) {
        int start = spread(m->count, m->request->ranks, rank);
        status = seat_rank(m, rank, start, spread(m->count, m->request->ranks, rank + 1) - start);
    }
    return status;
}

static int seat_on_cores(const struct making *m, struct err *err)
{
    switch (m->request->policy) {
    case PLACE_COMPACT:
        return seat_compact(m);
    case PLACE_SPREAD:
        return seat_spread(m);
    default:
        return seat_blocks(m, err);
    }
}

/* --- more workers than cores --- */

/* A usable PU: number `level` of its core, counted from 0. */
struct pu {
    int core, level;
    unsigned os;
};

/* Lists the usable PUs in the order of the cores, at most `smt` of each core; the caller frees the
 * array. */
static struct pu *list_pus(const struct cores *cores, int smt, int *count)
{
    struct pu *pus = calloc((size_t)cores->pus, sizeof(*pus));
    *count = 0;
    for (int core = 0; pus != NULL && core < cores->count; core++) {
        int level = 0;
        for (int os = hwloc_bitmap_first(cores->list[core].pus); os >= 0 && level < smt;
             os = hwloc_bitmap_next(cores->list[core].pus, os))
            pus[(*count)++] = (struct pu){core, level++, (unsigned)os};
    }
    return pus;
}

/* Keeps `wanted` of the `count` PUs, or all if there are fewer, and returns how many: the first of
 * every core before the second of any, and so on; from the last level needed, it keeps PUs that are
 * evenly spread. */
static int keep_pus(struct pu *pus, int count, int wanted)
{
    int level = 0, below = 0, there = 0; /* PUs below that level, and at it */
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

/* Several workers per core. Each kept PU gets an even share of the workers; within a core they take
 * the PUs in turn, so that a rank's threads are on different ones. */
static int seat_on_pus(const struct making *m)
{
    int workers = plan_workers(m->plan);
    int smt = m->request->smt > 0 ? m->request->smt : m->cores->smt;
    int count;
    struct pu *pus = list_pus(m->cores, smt, &count);
    if (pus == NULL)
        return -1;
    int kept = keep_pus(pus, count, workers);
    int status = 0;
    for (int begin = 0, end; begin < kept; begin = end) {
        for (end = begin; end < kept && pus[end].core == pus[begin].core;)
            end++;
        int first = spread(workers, kept, begin);
        for (int worker = first; worker < spread(workers, kept, end) && status == 0; worker++) {
            const struct pu *pu = &pus[begin + (worker - first) % (end - begin)];
            hwloc_bitmap_t seat = m->plan->seats[worker] = hwloc_bitmap_alloc();
            status = seat == NULL ? -1 : hwloc_bitmap_only(seat, pu->os);
        }
    }
    free(pus);
    return status;
}

/* --- the whole plan --- */

/* How many of the first `count` cores of the line to use: those of the fastest types, with as few
 * types as have room for the ranks. AUTO prefers the fewest types that let each rank have cores of
 * one type only, if any number of types does. 0: there are too few cores. */
static int cut_line(const struct making *m, int count)
{
    int ranks = m->request->ranks, enough = 0, whole = 0;
    for (int begin = 0, end; begin < count; begin = end) {
        for (end = begin; end < count && m->line[end]->type == m->line[begin]->type;)
            end++;
        whole += (end - begin) / m->size;
        if (whole >= ranks && m->request->policy == PLACE_AUTO)
            return end;
        if (enough == 0 && end >= ranks * m->size)
            enough = end;
    }
    return enough;
}

/* Lines up the cores with enough PUs for `level` workers. False: there are too few. */
static bool line_up(struct making *m)
{
    int count = 0;
    for (int i = 0; i < m->cores->count; i++)
        if (m->cores->list[i].threads >= m->level)
            m->line[count++] = &m->cores->list[i];
    m->count = cut_line(m, count);
    return m->count > 0;
}

/* Whether some core has as many PUs as `smt` asks for. */
static int accept_smt(const struct cores *cores, int smt, struct err *err)
{
    if (smt <= cores->smt)
        return 0;
    err_set(err, ERR_INPUT, "--smt %d is more than the %d hardware thread%s of a core here", smt,
            cores->smt, plural(cores->smt));
    return err_remedy(err, "use --smt %d or less", cores->smt);
}

int plan_build(struct plan *plan, const struct cores *cores, const struct plan_request *request,
               struct err *err)
{
    int level = request->smt > 0 ? request->smt : 1;
    struct making m = {plan, request, cores, level, (request->threads + level - 1) / level,
                       NULL, 0};
    *plan = (struct plan){.ranks = request->ranks, .threads = request->threads};
    if (accept_smt(cores, request->smt, err) != 0)
        return -1;
    plan->seats = calloc((size_t)request->ranks * (size_t)request->threads, sizeof(*plan->seats));
    m.line = calloc((size_t)cores->count, sizeof(struct core *));
    int status = -1;
    if (plan->seats != NULL && m.line != NULL)
        status = line_up(&m) ? seat_on_cores(&m, err) : seat_on_pus(&m);
    free(m.line);
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
