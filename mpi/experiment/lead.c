#include "experiment/lead.h"

#include "base/clock.h"
#include "bind/seats.h"
#include "experiment/rank_runner.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Two rows differ only if their medians do by more than this: less is nobody's reason to choose. */
static const double APART = 0.05;

static int cores_of(const struct contest *contest, const struct compare_report *compare_report,
                    int row)
{
    const struct shape *shape = contest_shape(contest, row);
    return shape->host < 0 ? compare_report->cores
                           : compare_report->environment.hosts[shape->host].usable_cores;
}

/* Rows with room for their workers, without figures yet. */
static int add_rows(struct conductor *c)
{
    struct contest *contest = c->contest;
    struct compare_work *work = c->work;
    work->rows = calloc((size_t)contest->rows_count, sizeof(*work->rows));
    if (work->rows == NULL)
        return err_memory(&contest->err, "the report");
    work->rows_count = contest->rows_count;
    for (int row = 0; row < work->rows_count; row++) {
        const struct shape *shape = contest_shape(contest, row);
        struct compare_row *r = &work->rows[row];
        r->mechanism = contest->rows[row].mechanism;
        r->ranks = shape->ranks;
        r->threads = shape->threads;
        r->hosts = shape->host < 0 ? contest->team->hosts : 1;
        r->host = shape->host < 0 ? 0 : shape->host;
        r->cores = cores_of(contest, c->compare_report, row);
        bool sends = compare_row_sends(r);
        r->exchange = sends ? "message" : r->ranks > 1 ? "window" : "none";
        r->schedule = SCHEDULES[sends ? SCHEDULE_STATIC : SCHEDULE_DYNAMIC];
        r->workers = calloc((size_t)compare_row_workers(r), sizeof(*r->workers));
        if (r->workers == NULL)
            return err_memory(&contest->err, "the report");
    }
    return 0;
}

/* What one work leaves of its budget goes to those behind it; what it takes too much is theirs,
 * too, but for half of a fair part: nothing can be said of a work without repetitions. */
static int conduct_work(struct contest *contest, const struct compare_options *options,
                        struct compare_report *compare_report, struct progress *progress,
                        struct changes *changes, int index)
{
    struct conductor c = {.contest = contest,
                          .options = options,
                          .compare_report = compare_report,
                          .progress = progress,
                          .changes = changes,
                          .work = &compare_report->works[index]};
    double left_s = options->budget_s - compare_report->elapsed_s;
    double fair_s = options->budget_s / options->works_count;
    int64_t start = clock_now_ns();
    (void)snprintf(c.work->work, sizeof(c.work->work), "%s", contest->works[index].spec);
    int status = add_rows(&c);
    if (status == 0)
        status = conductor_measure(&c, fmax(left_s / (options->works_count - index), fair_s / 2));
    compare_report->elapsed_s += clock_seconds(clock_now_ns() - start);
    return status;
}

/* Only where tasks are so short that memory or messages may be what limits them. */
static void measure_memory(struct contest *contest, struct compare_report *compare_report)
{
    const double SHORT_S = 100e-9;
    for (int i = 0; i < compare_report->works_count && compare_report->memory_bandwidth <= 0; i++) {
        const struct compare_work *work = &compare_report->works[i];
        const struct compare_row *base = &work->rows[0];
        if (work->rows_count > 0 && base->count > 0 &&
            base->samples_s[0] < SHORT_S * (double)work->tasks)
            compare_report->memory_bandwidth = contest_bandwidth(contest, work->tasks);
    }
    if (compare_report->memory_bandwidth <= 0)
        return;
    const struct transport transport = contest_transport(contest);
    compare_report->message_bandwidth = transport.messages;
    compare_report->copy_bandwidth = transport.copies;
    transport_warn(&transport, &compare_report->environment);
}

static void watch(const struct compare_report *compare_report, struct compare_work *work,
                  struct other_load seen)
{
    work->other_load = seen.others;
    work->stolen = seen.stolen;
    for (int i = 0; i < work->rows_count; i++)
        sums_settle(&work->rows[i], &seen, compare_row_pus(compare_report, &work->rows[i]));
}

/* Said once, as `run` does. */
static void warn_unbound(struct compare_report *compare_report)
{
    const struct compare_work *work = &compare_report->works[0];
    bool refused = false, bound = false;
    for (int i = 0; compare_report->works_count > 0 && i < work->rows_count; i++)
        for (int k = 0; k < compare_row_workers(&work->rows[i]); k++) {
            refused |= work->rows[i].workers[k].refused && !work->rows[i].workers[k].stay.bound;
            bound |= work->rows[i].workers[k].stay.bound;
        }
    struct report_warning *w =
        refused ? environment_warn(&compare_report->environment, finding_name(FINDING_UNBOUND))
                : NULL;
    if (w == NULL)
        return;
    (void)snprintf(w->text, sizeof(w->text), "%s could not be bound: the kernel refused",
                   bound ? "some workers" : "the workers");
    (void)snprintf(w->remedy, sizeof(w->remedy),
                   "a container or a batch system forbids it; times may vary more");
}

/* One after the other, until the cores change for good. -1: failed; `open`: whether the ranks still
 * follow then. */
static int conduct_all(struct contest *contest, const struct compare_options *options,
                       struct compare_report *compare_report, struct progress *progress,
                       struct changes *changes, bool *open)
{
    int status = 0;
    for (int i = 0; status == 0 && i < options->works_count && !changes->lasting; i++) {
        *open = contest_open_work(contest, i) == 0;
        if (!*open)
            return -1; /* all ranks know, and have left */
        compare_report->works_count++;
        status = conduct_work(contest, options, compare_report, progress, changes, i);
        if (status == 0)
            watch(compare_report, &compare_report->works[i], contest_close_work(contest));
    }
    return status;
}

int conduct(struct contest *contest, const struct compare_options *options,
            struct compare_report *compare_report, struct progress *progress)
{
    struct changes changes = {.start_ns = clock_now_ns()};
    bool open = true;
    compare_report->apart = APART;
    compare_report->works = calloc((size_t)options->works_count, sizeof(*compare_report->works));
    if (compare_report->works == NULL) {
        contest_end(contest);
        return err_memory(&contest->err, "the report");
    }
    int status = conduct_all(contest, options, compare_report, progress, &changes, &open);
    if (status == 0 && !changes.lasting)
        measure_memory(contest, compare_report);
    if (open)
        contest_end(contest);
    if (status == 0) { /* of a comparison that failed nothing is told, and parts may be missing */
        warn_unbound(compare_report);
        changes_tell(&changes, options->works_count - compare_report->works_count, compare_report);
    }
    changes_forget(&changes);
    return status;
}
