#include "experiment/lead.h"

#include "base/clock.h"
#include "bind/seats.h"
#include "experiment/rank_runner.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

static_assert((int)EXPERIMENT_ROWS_MOST >= (int)RANK_ROWS, "the engine has room for all rows");

/* Two rows differ only if their medians do by more than this: less is no reason to choose. */
static const double APART = 0.05;

/* Measures it only if some tasks are short enough to be limited by memory or messages. */
static void measure_memory(struct rank_rows *rank_rows, struct compare_report *compare_report)
{
    const double SHORT_S = 100e-9;
    for (int i = 0; i < compare_report->works_count && compare_report->memory_bandwidth <= 0; i++) {
        const struct compare_work *work = &compare_report->works[i];
        const struct compare_row *base = &work->rows[0];
        if (work->rows_count > 0 && base->count > 0 &&
            base->samples_s[0] < SHORT_S * (double)work->tasks)
            compare_report->memory_bandwidth = rank_rows_bandwidth(rank_rows, work->tasks);
    }
    if (compare_report->memory_bandwidth <= 0)
        return;
    const struct transport transport = rank_rows_transport(rank_rows);
    compare_report->message_bandwidth = transport.messages;
    compare_report->copy_bandwidth = transport.copies;
    transport_warn(&transport, &compare_report->environment);
}

/* Warns once, as `run` does. */
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

/* Moves a row's samples to the report. */
static void take_row(struct experiment_row *from, bool gave_up, struct compare_row *row)
{
    row->count = from->count;
    row->samples_s = from->samples_s;
    row->rounds = from->rounds;
    (void)snprintf(row->reason, sizeof(row->reason), "%s", from->reason);
    if (gave_up && row->count == 0 && row->reason[0] == '\0')
        (void)snprintf(row->reason, sizeof(row->reason),
                       "the cores of this job changed while it was measured");
    from->samples_s = NULL;
    from->rounds = NULL;
}

/* The report has the works that could be opened, which may be one less if it failed. */
static void take_over(struct experiment *experiment, const struct experiment_rules *rules,
                      struct compare_report *compare_report)
{
    compare_report->elapsed_s = experiment->elapsed_s;
    for (int i = 0; i < compare_report->works_count; i++) {
        struct experiment_work *from = &experiment->works[i];
        struct compare_work *work = &compare_report->works[i];
        work->tasks = from->tasks;
        work->tuned = rules->tasks == 0;
        work->ended = from->ended;
        for (int row = 0; row < work->rows_count; row++)
            take_row(&from->rows[row], experiment->gave_up, &work->rows[row]);
    }
}

/* How many rounds let all rows be told apart. */
static int rounds_enough(const struct rank_rows *rank_rows, double confidence)
{
    int plain = 0, locked = 0;
    for (int row = 0; row < rank_rows->rows_count; row++)
        *(mechanism_has_gil(rank_rows->rows[row].mechanism) ? &locked : &plain) += 1;
    return paired_least(confidence, paired_comparisons(plain, locked));
}

/* Leaves the other ranks as they are: they follow, or have left if runner->ranks_left. */
static int measure(struct rank_runner *runner, const struct experiment_rules *rules)
{
    struct rank_rows *rank_rows = runner->rank_rows;
    struct compare_report *compare_report = runner->compare_report;
    struct experiment_rules planned = *rules;
    planned.enough = rounds_enough(rank_rows, rules->confidence);
    int works = rank_rows->works_count;
    struct experiment *experiment = calloc(1, sizeof(*experiment));
    compare_report->works = calloc((size_t)works, sizeof(*compare_report->works));
    if (experiment == NULL || compare_report->works == NULL) {
        free(experiment);
        return err_memory(&rank_rows->err, "the report");
    }
    int status = experiment_run(experiment, &planned, works, rank_rows->rows_count, &RANK_RUNNER,
                                runner, &rank_rows->err);
    take_over(experiment, rules, compare_report);
    runner->changes.dropped = experiment->dropped;
    runner->changes.lasting = experiment->gave_up;
    experiment_release(experiment);
    free(experiment);
    return status;
}

int lead(struct rank_rows *rank_rows, const struct experiment_rules *rules,
         struct compare_report *compare_report, struct progress *progress)
{
    struct rank_runner runner = {.rank_rows = rank_rows,
                                 .compare_report = compare_report,
                                 .progress = progress,
                                 .changes = {.start_ns = clock_now_ns()}};
    compare_report->apart = APART;
    int status = measure(&runner, rules);
    if (status == 0 && !runner.changes.lasting)
        measure_memory(rank_rows, compare_report);
    if (!runner.ranks_left)
        rank_rows_end(rank_rows);
    if (status == 0) { /* a failed comparison is not reported, and parts of it may be missing */
        warn_unbound(compare_report);
        changes_tell(&runner.changes, rank_rows->works_count - compare_report->works_count,
                     compare_report);
    }
    changes_forget(&runner.changes);
    return status;
}
