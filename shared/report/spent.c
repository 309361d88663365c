#include "report/spent.h"

#include "place/machine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *spent_name(enum spent_kind kind)
{
    static const char *const NAMES[] = {"tasks",         "moving",  "no_core", "held",
                                        "cause_unknown", "nothing", "lock"};
    return NAMES[kind];
}

bool spent_is_queue(enum spent_kind kind)
{
    return kind == SPENT_NO_CORE || kind == SPENT_HELD || kind == SPENT_UNKNOWN;
}

double spent_sum(const struct spent *spent)
{
    double sum = 0;
    for (int k = 0; k < SPENT_KINDS; k++)
        sum += spent->s[k];
    return sum;
}

/* Time that a worker waited for a core counts as part of its tasks' time only as far as it was in a
 * task but not on a core. */
struct spent spent_of(const struct report_worker *w)
{
    double queued = isnan(w->core_wait_s) ? 0 : w->core_wait_s;
    double outside = w->talk_s + w->wait_s;
    double within_tasks = fmin(queued, fmax(w->busy_s - w->cpu_s, 0));
    double moving = fmin(w->moving_s, outside);
    double outside_tasks = fmin(queued - within_tasks, outside - moving);
    struct spent spent = {.untold = isnan(w->core_wait_s)};
    spent.s[SPENT_TASKS] = w->busy_s - within_tasks;
    spent.s[SPENT_MOVING] = moving;
    spent.s[SPENT_NO_CORE] = within_tasks + outside_tasks;
    spent.s[SPENT_NOTHING] = outside - moving - outside_tasks;
    spent.s[SPENT_LOCK] = w->lock_s;
    return spent;
}

void spent_add(struct spent *sum, const struct spent *worker)
{
    for (int k = 0; k < SPENT_KINDS; k++)
        sum->s[k] += worker->s[k];
    sum->foreign_s += worker->foreign_s;
    sum->untold |= worker->untold;
    sum->crowding = fmax(sum->crowding, worker->crowding);
}

/* --- who had the cores --- */

/* Processor time of the job on each PU of one host, assuming that each worker's is spread evenly
 * over the PUs it may run on; and what was used outside workers, which may have been on any PU. */
struct crowd {
    int host;
    double pu_s[MACHINE_PUS];
    double workers[MACHINE_PUS];
    double most; /* the most of those */
    double anywhere_s;
};

/* NULL: unknown. */
static hwloc_bitmap_t pus_of(const struct report_worker *w)
{
    hwloc_bitmap_t pus = hwloc_bitmap_alloc();
    bool whole = w->stay.read[0] != '\0' && strchr(w->stay.read, '.') == NULL;
    if (pus != NULL && whole && hwloc_bitmap_list_sscanf(pus, w->stay.read) == 0 &&
        hwloc_bitmap_weight(pus) > 0 && hwloc_bitmap_last(pus) < MACHINE_PUS)
        return pus;
    hwloc_bitmap_free(pus);
    return NULL;
}

static void join(struct crowd *crowd, const struct report_worker *w)
{
    hwloc_bitmap_t pus = pus_of(w);
    crowd->anywhere_s += w->other_cpu_s + (pus == NULL ? w->all_cpu_s : 0);
    for (int pu = pus != NULL ? hwloc_bitmap_first(pus) : -1; pu >= 0;
         pu = hwloc_bitmap_next(pus, pu)) {
        crowd->pu_s[pu] += w->all_cpu_s / hwloc_bitmap_weight(pus);
        crowd->workers[pu] += 1.0 / hwloc_bitmap_weight(pus);
        crowd->most = fmax(crowd->most, crowd->workers[pu]);
    }
    hwloc_bitmap_free(pus);
}

/* The longest time that the other workers of the crowd can have kept a worker off its PUs: while it
 * waits, all of its PUs are taken. */
static double others_s(const struct crowd *crowd, const struct report_worker *w)
{
    hwloc_bitmap_t pus = pus_of(w);
    double sum = 0;
    if (pus == NULL)
        return INFINITY;
    for (int pu = hwloc_bitmap_first(pus); pu >= 0; pu = hwloc_bitmap_next(pus, pu))
        sum += crowd->pu_s[pu];
    double each = (sum - w->all_cpu_s) / hwloc_bitmap_weight(pus) + crowd->anywhere_s;
    hwloc_bitmap_free(pus);
    return each;
}

/* Adds the workers of a host. */
static void add_host(struct spent *sum, struct crowd *crowd, const struct report_worker *workers,
                     int count)
{
    for (int i = 0; i < count; i++)
        if (workers[i].stay.rank != REPORT_NOBODY && workers[i].host == crowd->host)
            join(crowd, &workers[i]);
    for (int i = 0; i < count; i++) {
        if (workers[i].stay.rank == REPORT_NOBODY || workers[i].host != crowd->host)
            continue;
        struct spent one = spent_of(&workers[i]);
        one.crowding = crowd->most;
        one.foreign_s = fmax(one.s[SPENT_NO_CORE] - others_s(crowd, &workers[i]), 0);
        spent_add(sum, &one);
    }
}

/* Without memory for a crowd, all waiting counts as explained. */
static void add_plainly(struct spent *sum, int host, const struct report_worker *workers, int count)
{
    for (int i = 0; i < count; i++) {
        if (workers[i].stay.rank == REPORT_NOBODY || workers[i].host != host)
            continue;
        struct spent one = spent_of(&workers[i]);
        spent_add(sum, &one);
    }
}

struct spent spent_of_all(const struct report_worker *workers, int count)
{
    struct spent sum = {.untold = false};
    int hosts = 0;
    for (int i = 0; i < count; i++)
        if (workers[i].stay.rank != REPORT_NOBODY && workers[i].host >= hosts)
            hosts = workers[i].host + 1;
    for (int host = 0; host < hosts; host++) {
        struct crowd *crowd = calloc(1, sizeof(*crowd));
        if (crowd != NULL) {
            crowd->host = host;
            add_host(&sum, crowd, workers, count);
        } else {
            add_plainly(&sum, host, workers, count);
        }
        free(crowd);
    }
    return sum;
}

/* While other programs have a PU, they keep all workers off it that wait for it. */
void spent_settle(struct spent *spent, double taken, int workers)
{
    enum spent_kind kind = isnan(taken) ? SPENT_UNKNOWN : SPENT_HELD;
    double had_s = isnan(taken) ? 0 : taken * spent->crowding / workers * spent_sum(spent);
    double moved_s = fmin(fmax(spent->foreign_s - had_s, 0), spent->s[SPENT_NO_CORE]);
    spent->s[kind] += moved_s;
    spent->s[SPENT_NO_CORE] -= moved_s;
    spent->foreign_s -= moved_s;
}

struct spent spent_of_job(const struct run_report *report)
{
    int pus = 0, workers = 0;
    struct spent spent = spent_of_all(report->workers, report->ranks * report->threads);
    for (int i = 0; i < report->environment.hosts_count; i++)
        pus += report->environment.hosts[i].usable_pus;
    for (int i = 0; i < report->ranks * report->threads; i++)
        workers += report->workers[i].stay.rank != REPORT_NOBODY;
    spent_settle(&spent, report->other_load + report->stolen * pus, workers);
    return spent;
}

/* --- rank 0 --- */

static double share_of(const struct spent *spent, enum spent_kind kind)
{
    double all = spent_sum(spent);
    return all > 0 ? spent->s[kind] / all : 0;
}

bool spent_root_limits(const struct spent *root, const struct spent *others)
{
    const double MOST = 0.5, HARDLY = 0.15, OFTEN = 0.25;
    return share_of(root, SPENT_MOVING) >= MOST && share_of(root, SPENT_NOTHING) <= HARDLY &&
           share_of(others, SPENT_NOTHING) >= OFTEN;
}
