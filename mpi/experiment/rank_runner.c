#include "experiment/rank_runner.h"

#include "number/source.h"
#include "report/mechanism.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct compare_work *open_work_of(const struct rank_runner *runner)
{
    return &runner->compare_report->works[runner->compare_report->works_count - 1];
}

/* --- a work --- */

static int cores_of(const struct rank_runner *runner, int row)
{
    const struct shape *shape = rank_rows_shape(runner->rank_rows, row);
    const struct compare_report *report = runner->compare_report;
    return shape->host < 0 ? report->cores : report->environment.hosts[shape->host].usable_cores;
}

/* Says what a row is, and makes room for its workers. */
static int describe_row(const struct rank_runner *runner, int row, struct compare_row *r,
                        struct err *err)
{
    const struct rank_rows *rank_rows = runner->rank_rows;
    const struct shape *shape = rank_rows_shape(rank_rows, row);
    r->mechanism = rank_rows->rows[row].mechanism;
    r->ranks = shape->ranks;
    r->threads = shape->threads;
    r->hosts = shape->host < 0 ? rank_rows->team->hosts : 1;
    r->host = shape->host < 0 ? 0 : shape->host;
    r->cores = cores_of(runner, row);
    bool sends = compare_row_sends(r);
    r->exchange = sends ? "message" : r->ranks > 1 ? "window" : "none";
    r->schedule = SCHEDULES[sends ? SCHEDULE_STATIC : SCHEDULE_DYNAMIC];
    r->workers = calloc((size_t)compare_row_workers(r), sizeof(*r->workers));
    return r->workers != NULL ? 0 : err_memory(err, "the report");
}

static int open_work_on_ranks(void *self, int index, struct err *err)
{
    struct rank_runner *runner = self;
    struct rank_rows *rank_rows = runner->rank_rows;
    runner->ranks_left = rank_rows_open_work(rank_rows, index) != 0;
    if (runner->ranks_left)
        return -1;
    runner->compare_report->works_count++;
    memset(runner->sums, 0, sizeof(runner->sums));
    struct compare_work *work = open_work_of(runner);
    (void)snprintf(work->work, sizeof(work->work), "%s", rank_rows->works[index].spec);
    work->rows = calloc((size_t)rank_rows->rows_count, sizeof(*work->rows));
    if (work->rows == NULL)
        return err_memory(err, "the report");
    work->rows_count = rank_rows->rows_count;
    for (int row = 0; row < work->rows_count; row++)
        if (describe_row(runner, row, &work->rows[row], err) != 0)
            return -1;
    return 0;
}

static void close_work_on_ranks(void *self, int index)
{
    (void)index;
    struct rank_runner *runner = self;
    struct compare_work *work = open_work_of(runner);
    struct other_load seen = rank_rows_close_work(runner->rank_rows);
    work->other_load = seen.others;
    work->stolen = seen.stolen;
    work->throttled = seen.throttled;
    work->quota_changed = seen.quota_changed;
    for (int row = 0; row < work->rows_count; row++) {
        struct compare_row *r = &work->rows[row];
        sums_give(&runner->sums[row], r);
        sums_settle(r, &seen, compare_row_pus(runner->compare_report, r));
    }
}

/* --- a run --- */

static int check_results(struct rank_runner *runner, int row, const struct trial_result *result,
                         struct err *err)
{
    if (result->reason[0] != '\0')
        return 0;
    if (row == 0)
        runner->fingerprint = result->fingerprint;
    if (result->fingerprint == runner->fingerprint)
        return 0;
    const struct compare_work *work = open_work_of(runner);
    const struct compare_row *r = &work->rows[row];
    return err_set(err, ERR_FAILED,
                   "'%.80s': the results of %dx%d (%s) are not those of the serial run", work->work,
                   r->ranks, r->threads, mechanism_name(r->mechanism));
}

/* A row whose workers cannot have their seats is not the shape that it claims to be. If the kernel
 * lets no program choose its PUs, rows are measured unbound, provided that their seats are among
 * the PUs of their rank. */
static void find_reason(const struct compare_row *row, char reason[EXPERIMENT_REASON])
{
    for (int i = 0; i < compare_row_workers(row) && reason[0] == '\0'; i++) {
        const struct stay *stay = &row->workers[i].stay;
        if (stay->clamped && !(row->workers[i].refused && row->workers[i].within))
            (void)snprintf(reason, EXPERIMENT_REASON,
                           "thread %d of rank %d cannot have PU%s %.40s: it is confined to PU%s "
                           "%.40s",
                           stay->thread, stay->rank, seat_plural(stay->planned) ? "s" : "",
                           stay->planned, seat_plural(stay->read) ? "s" : "", stay->read);
    }
}

static double cpu_share_of(const struct report_worker *alone)
{
    double in_tasks_s = spent_of(alone).s[SPENT_TASKS];
    return in_tasks_s > 0 ? fmin(alone->cpu_s / in_tasks_s, 1) : 1;
}

static int run_row_on_ranks(void *self, int row, int64_t tasks, int rounds_done,
                            struct row_result *result, struct err *err)
{
    struct rank_runner *runner = self;
    struct compare_row *r = &open_work_of(runner)->rows[row];
    struct trial_result trial = {0};
    if (rank_rows_try(runner->rank_rows, row, tasks, &trial, r->workers) != 0)
        return -1;
    if (trial.reason[0] == '\0')
        result->changed = changes_look(&runner->changes, row, r);
    if (check_results(runner, row, &trial, err) != 0)
        return -1;
    result->elapsed_s = trial.elapsed_s;
    result->cpu_share = cpu_share_of(&r->workers[0]);
    (void)snprintf(result->reason, sizeof(result->reason), "%s", trial.reason);
    find_reason(r, result->reason);
    runner->start_s[row] = trial.start_s;
    progress_tell(runner->progress, rounds_done, COUNT_UNKNOWN);
    return 0;
}

static void keep_row(void *self, int row)
{
    struct rank_runner *runner = self;
    sums_add(&runner->sums[row], &open_work_of(runner)->rows[row], runner->start_s[row]);
}

static void lose_row(void *self, int row)
{
    ((struct rank_runner *)self)->sums[row] = (struct sums){0};
}

static double cost_of_row(const void *self, int row, double task_s, double cpu_share)
{
    const double MESSAGE_S = 5e-9; /* about what a number costs by messages */
    const struct compare_row *r = &open_work_of(self)->rows[row];
    const struct bounds bounds = {
        .workers = compare_row_workers(r),
        .cores = r->cores,
        .gils = mechanism_gils(r->mechanism, r->ranks),
        .task_s = task_s,
        .cpu_share = cpu_share,
    };
    enum bound_by by;
    return 1 / bounds_speedup(&bounds, &by) + (compare_row_sends(r) ? MESSAGE_S / task_s : 0);
}

static void forget_changes(void *self)
{
    changes_forget(&((struct rank_runner *)self)->changes);
}

const struct runner RANK_RUNNER = {
    .open = open_work_on_ranks,
    .run = run_row_on_ranks,
    .keep = keep_row,
    .lose = lose_row,
    .cost = cost_of_row,
    .rebase = forget_changes,
    .close = close_work_on_ranks,
};
