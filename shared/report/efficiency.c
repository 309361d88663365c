#include "report/efficiency.h"

#include "measure/bounds.h"
#include "report/spent.h"

#include <math.h>

/* What the workers of a job did, summed. */
struct labour {
    int workers, ranks; /* only those that take part in the tasks */
    double work_s, busy_s, cpu_s;
    double queued_s; /* in tasks, ready to run but not on a core; infinite if unknown */
};

/* The PUs of a host, or as many of them as its quota allows the time of, if that stopped the job.
 */
static double processors_of(const struct run_report *report, const struct report_host *host)
{
    bool stopped = quota_stops(report->throttled) && !report->quota_changed && host->quota > 0;
    return stopped ? fmin(host->quota, host->usable_pus) : host->usable_pus;
}

/* Whether workers of a host take turns on what it has. */
static bool is_crowded(const struct run_report *report)
{
    bool crowded = false;
    for (int i = 0; i < report->environment.hosts_count; i++) {
        const struct report_host *host = &report->environment.hosts[i];
        crowded |= host->oversubscribed || host->workers > processors_of(report, host);
    }
    return crowded;
}

/* The part of a core that a worker can expect while all workers of its host are in tasks. */
static double core_each(const struct run_report *report)
{
    double least = 1;
    for (int i = 0; i < report->environment.hosts_count; i++) {
        const struct report_host *host = &report->environment.hosts[i];
        if (host->workers > processors_of(report, host))
            least = fmin(least, processors_of(report, host) / host->workers);
    }
    return least;
}

static struct labour labour_of(const struct run_report *report)
{
    struct labour labour = {0};
    bool by_cpu = is_crowded(report) && !report->waits;
    for (int i = 0; i < report->ranks * report->threads; i++) {
        const struct report_worker *w = &report->workers[i];
        if (!report->rank_rows[i / report->threads].works || w->stay.rank == REPORT_NOBODY)
            continue;
        labour.workers++;
        labour.ranks += i % report->threads == 0;
        /* Worker 0's processor time includes what it did for MPI between tasks, which is not part
         * of its busy time. */
        double cpu_s = fmin(w->busy_s, w->cpu_s);
        labour.work_s += by_cpu ? cpu_s : w->busy_s;
        labour.busy_s += w->busy_s;
        labour.cpu_s += cpu_s;
        labour.queued_s +=
            isnan(w->core_wait_s) ? INFINITY : fmin(w->core_wait_s, w->busy_s - cpu_s);
    }
    return labour;
}

/* The units in which processor time is counted: each hardware thread of a core counts as one. */
static int cores_of(const struct run_report *report)
{
    int cores = 0;
    for (int i = 0; i < report->environment.hosts_count; i++)
        cores += report->environment.hosts[i].usable_pus;
    return cores;
}

static struct efficiency judge(const struct run_report *report, const struct labour *labour)
{
    static const enum efficiency_by BY[] = {[BOUND_WORKERS] = EFFICIENCY_WORKERS,
                                            [BOUND_CORES] = EFFICIENCY_CORES,
                                            [BOUND_LOCK] = EFFICIENCY_LOCK};
    const struct bounds bounds = {
        .workers = labour->workers,
        .cores = cores_of(report),
        .gils = report->gil_interval_s > 0 ? labour->ranks : 0,
        .cpu_share = labour->cpu_s / labour->work_s,
    };
    enum bound_by by;
    double shared_s = labour->work_s / bounds_speedup(&bounds, &by);
    double longest_s = labour->work_s / (double)report->results.count * report->longest;
    double quota = environment_quota(&report->environment, 0, report->environment.hosts_count);
    double quota_s = quota > 0 && !report->quota_changed ? labour->cpu_s / quota : 0;
    const int counts[] = {[EFFICIENCY_WORKERS] = bounds.workers,
                          [EFFICIENCY_CORES] = bounds.cores,
                          [EFFICIENCY_LOCK] = bounds.gils,
                          [EFFICIENCY_TASK] = 1};
    struct efficiency e = {.known = true, .best_s = shared_s, .by = BY[by]};
    if (quota_s > e.best_s) {
        e.best_s = quota_s;
        e.by = EFFICIENCY_QUOTA;
    }
    if (longest_s > e.best_s) {
        e.best_s = longest_s;
        e.by = EFFICIENCY_TASK;
    }
    e.count = counts[e.by];
    return e;
}

/* Other programs cannot have taken more of the lost time than they took in total on the PUs that a
 * worker may run on, nor more than workers were queued for a core. */
static void find_lost(const struct run_report *report, const struct labour *labour,
                      struct efficiency *e)
{
    double could_s = labour->busy_s * core_each(report);
    double machines = report->stolen * cores_of(report) * report->elapsed_s / could_s;
    e->lost = 1 - labour->cpu_s / could_s;
    e->lost_untold = isnan(report->other_load);
    if (e->lost <= 0 || e->lost_untold)
        return;
    struct spent spent = spent_of_all(report->workers, report->ranks * report->threads);
    double taken_s =
        report->other_load * report->elapsed_s * (spent.crowding > 0 ? fmin(spent.crowding, 1) : 1);
    e->lost_programs = fmin(fmin(taken_s, labour->queued_s) / could_s, e->lost);
    e->lost_machines = fmin(machines, e->lost - e->lost_programs);
}

struct efficiency efficiency_of(const struct run_report *report)
{
    const double LEAST_S = 1e-3;
    struct labour labour = labour_of(report);
    if (report->elapsed_s < LEAST_S || labour.work_s <= 0 || report->results.count <= 0)
        return (struct efficiency){.known = false};
    struct efficiency e = judge(report, &labour);
    e.best_s = fmin(e.best_s, report->elapsed_s); /* clocks of ranks differ a little */
    e.share = e.best_s / report->elapsed_s;
    if (!report->waits)
        find_lost(report, &labour, &e);
    return e;
}

const char *efficiency_by_name(enum efficiency_by by)
{
    static const char *const NAMES[] = {"workers", "cores", "quota", "lock", "task"};
    return NAMES[by];
}

/* "the worker", "both workers", "all 3 workers". */
static void those(int count, const char *what, char *text, size_t size)
{
    if (count > 2)
        (void)snprintf(text, size, "all %d %ss", count, what);
    else
        (void)snprintf(text, size, "%s %s%s", count == 2 ? "both" : "the", what,
                       count == 2 ? "s" : "");
}

/* The word is core if each core has one PU. */
static const char *core_word(const struct run_report *report)
{
    int cores = 0;
    for (int i = 0; i < report->environment.hosts_count; i++)
        cores += report->environment.hosts[i].usable_cores;
    return cores == cores_of(report) ? "core" : "PU";
}

char *efficiency_words(const struct run_report *report, const struct efficiency *efficiency,
                       char text[EFFICIENCY_TEXT])
{
    char all[EFFICIENCY_TEXT / 2];
    const char *const things[] = {[EFFICIENCY_WORKERS] = "worker",
                                  [EFFICIENCY_CORES] = core_word(report),
                                  [EFFICIENCY_LOCK] = "gil"};
    if (efficiency->by == EFFICIENCY_QUOTA) {
        (void)snprintf(text, EFFICIENCY_TEXT, "the quota used up");
        return text;
    }
    if (efficiency->by == EFFICIENCY_TASK) {
        (void)snprintf(text, EFFICIENCY_TEXT, "the longest task started first");
        return text;
    }
    those(efficiency->count, things[efficiency->by], all, sizeof(all));
    (void)snprintf(text, EFFICIENCY_TEXT, "%s %s to the end", all,
                   efficiency->by == EFFICIENCY_LOCK ? "held" : "busy");
    return text;
}
