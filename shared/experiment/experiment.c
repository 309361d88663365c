#include "experiment/experiment.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* The most tasks that are chosen: as numbers they take 64 MiB, more than most caches hold. */
static const int64_t TASKS_MOST = 1 << 23;

/* The part of a work's budget that its least rounds are planned to take. */
static const double PLANNED = 0.7;

/* One work that is measured. */
struct measuring {
    struct experiment *experiment;
    const struct experiment_rules *rules;
    const struct runner *runner;
    void *self;
    struct experiment_work *work;
    int rounds_done;
    /* Since they were cleared, a run showed: */
    bool changed; /* that what rows run on is not what it was */
    bool lost;    /* that a row can no longer be had */
    struct err *err;
};

static int64_t now_ns(const struct measuring *m)
{
    return m->runner->now_ns != NULL ? m->runner->now_ns(m->self) : clock_now_ns();
}

static double seconds_since(const struct measuring *m, int64_t start_ns)
{
    return clock_seconds(now_ns(m) - start_ns);
}

static int run_row(struct measuring *m, int row, struct row_result *result)
{
    *result = (struct row_result){0};
    if (m->runner->run(m->self, row, m->work->tasks, m->rounds_done, result, m->err) != 0)
        return -1;
    m->changed |= result->changed;
    return 0;
}

/* --- how many tasks --- */

/* Runs the base with more and more tasks, until it takes long enough to be measured: 20 ms. */
static int measure_task(struct measuring *m, double *task_s, double *cpu_share)
{
    const double ENOUGH_S = 0.02;
    struct row_result result;
    for (m->work->tasks = 1;;) {
        if (run_row(m, 0, &result) != 0)
            return -1;
        if (result.elapsed_s >= ENOUGH_S || m->work->tasks >= TASKS_MOST)
            break;
        double factor = fmin(fmax(1.5 * ENOUGH_S / result.elapsed_s, 2), 32);
        m->work->tasks = llround(fmin(factor * (double)m->work->tasks, (double)TASKS_MOST));
    }
    *task_s = result.elapsed_s / (double)m->work->tasks;
    *cpu_share = result.cpu_share;
    return 0;
}

/* Chooses as many tasks as let the planned rounds, and one to warm up, fit the budget, and the
 * same number for each worker. */
static int choose_tasks(struct measuring *m, double budget_s)
{
    double task_s = 0, cpu_share = 0, cost = 0;
    if (measure_task(m, &task_s, &cpu_share) != 0)
        return -1;
    for (int row = 0; row < m->work->rows_count; row++)
        cost += m->runner->cost(m->self, row, task_s, cpu_share);
    int rounds = m->rules->repeat > 0 ? m->rules->repeat : m->rules->enough;
    double base_s = PLANNED * budget_s / (rounds + 1) / cost;
    int64_t workers = m->rules->workers;
    int64_t each = llround(fmin(base_s / task_s, (double)TASKS_MOST)) / workers;
    m->work->tasks = (each > 0 ? each : 1) * workers;
    return 0;
}

/* --- the rounds --- */

/* Runs each row once, uncounted: caches fill, pages are mapped, and rows that cannot be had say
 * why. */
static int warm_up(struct measuring *m)
{
    struct row_result result;
    m->changed = false;
    for (int row = 0; row < m->work->rows_count; row++) {
        if (run_row(m, row, &result) != 0)
            return -1;
        (void)snprintf(m->work->rows[row].reason, sizeof(m->work->rows[row].reason), "%s",
                       result.reason);
    }
    return 0;
}

/* Warms up, and once more if something changes meanwhile. Before the first work nothing has been
 * measured, so what is there after the change is what counts; later works have to be measured on
 * what the earlier ones were. */
static int settle(struct measuring *m)
{
    if (warm_up(m) != 0)
        return -1;
    if (!m->changed)
        return 0;
    if (m->work == m->experiment->works)
        m->runner->rebase(m->self);
    if (warm_up(m) != 0)
        return -1;
    m->experiment->gave_up = m->changed;
    return 0;
}

/* The rows that can be had, by index into the work's. */
struct field {
    int count;
    int rows[EXPERIMENT_ROWS_MOST];
};

static struct field field_of(const struct experiment_work *work)
{
    struct field field = {0};
    for (int row = 0; row < work->rows_count; row++)
        if (work->rows[row].reason[0] == '\0')
            field.rows[field.count++] = row;
    return field;
}

/* Its samples are of fewer rounds than the other rows', so they cannot be compared. */
static void lose_row(struct measuring *m, int row, const char *reason)
{
    struct experiment_row *lost = &m->work->rows[row];
    (void)snprintf(lost->reason, sizeof(lost->reason), "%s", reason);
    lost->count = 0;
    m->lost = true;
    m->runner->lose(m->self, row);
}

static int add_sample(struct experiment_row *row, int round, double elapsed_s, struct err *err)
{
    size_t count = (size_t)row->count + 1;
    double *samples = realloc(row->samples_s, count * sizeof(*samples));
    if (samples != NULL)
        row->samples_s = samples;
    int *rounds = realloc(row->rounds, count * sizeof(*rounds));
    if (rounds != NULL)
        row->rounds = rounds;
    if (samples == NULL || rounds == NULL)
        return err_memory(err, "the samples");
    row->samples_s[row->count] = elapsed_s;
    row->rounds[row->count++] = round;
    return 0;
}

/* Runs each row once and keeps what they took. Ends early, keeping nothing, if something changes or
 * a row is lost. */
static int run_round(struct measuring *m, const struct field *field)
{
    int order[EXPERIMENT_ROWS_MOST];
    double elapsed_s[EXPERIMENT_ROWS_MOST];
    m->changed = m->lost = false;
    rounds_order(m->rules->seed, m->rounds_done, field->count, order);
    for (int i = 0; i < field->count && !m->changed && !m->lost; i++) {
        int row = field->rows[order[i]];
        struct row_result result;
        if (run_row(m, row, &result) != 0)
            return -1;
        if (!m->changed && result.reason[0] != '\0')
            lose_row(m, row, result.reason);
        elapsed_s[order[i]] = result.elapsed_s;
    }
    if (m->changed || m->lost)
        return 0;
    for (int i = 0; i < field->count; i++) {
        int row = field->rows[i];
        if (add_sample(&m->work->rows[row], m->rounds_done, elapsed_s[i], m->err) != 0)
            return -1;
        m->runner->keep(m->self, row);
    }
    return 0;
}

/* Runs a round until all rows have had it on the same cores, without the rows that are lost in it.
 * Gives up if the cores change twice in a row. Ends: each loss leaves one row less. */
static int run_round_settled(struct measuring *m, struct field *field)
{
    const int TRIES = 2;
    for (int tries = 0; tries < TRIES;) {
        if (run_round(m, field) != 0)
            return -1;
        if (m->changed) {
            m->experiment->dropped++;
            tries++;
        } else if (m->lost) {
            *field = field_of(m->work);
            tries = 0;
        } else {
            return 0;
        }
    }
    m->experiment->gave_up = true;
    return 0;
}

static enum rounds_end next_round(const struct measuring *m, const struct field *field,
                                  struct rounds *rounds)
{
    const double *samples[EXPERIMENT_ROWS_MOST];
    rounds->rules.rows = field->count;
    for (int i = 0; i < field->count; i++)
        samples[i] = m->work->rows[field->rows[i]].samples_s;
    return rounds_next(rounds, samples);
}

/* Ends: rounds_next() bounds the number of rounds. */
static int run_rounds(struct measuring *m, double budget_s, int64_t start)
{
    struct field field = field_of(m->work);
    const struct rounds_rules rules = {
        .rows = field.count,
        .repeat = m->rules->repeat,
        .confidence = m->rules->confidence,
        .tight = ROUNDS_TIGHT_DEFAULT,
        .budget_s = budget_s,
        .spent_s = seconds_since(m, start),
        .enough = m->rules->enough,
    };
    struct rounds rounds;
    rounds_start(&rounds, &rules);
    while ((m->work->ended = next_round(m, &field, &rounds)) == ROUNDS_GO_ON) {
        m->rounds_done = rounds.done;
        if (run_round_settled(m, &field) != 0)
            return -1;
        if (m->experiment->gave_up)
            return 0;
        rounds_passed(&rounds, seconds_since(m, start));
    }
    return 0;
}

/* --- a work, and all --- */

static int measure_work(struct measuring *m, double budget_s)
{
    int64_t start = now_ns(m);
    m->work->tasks = m->rules->tasks;
    if (m->rules->tasks == 0 && choose_tasks(m, budget_s) != 0)
        return -1;
    if (settle(m) != 0)
        return -1;
    return m->experiment->gave_up ? 0 : run_rounds(m, budget_s, start);
}

/* Later works get what a work leaves of its budget. They also pay for an overrun, but each keeps
 * half its fair share: nothing can be said of a work without repetitions. */
static double budget_of(const struct experiment *experiment, const struct experiment_rules *rules,
                        int work, int works)
{
    double left_s = rules->budget_s - experiment->elapsed_s;
    return fmax(left_s / (works - work), rules->budget_s / works / 2);
}

int experiment_run(struct experiment *experiment, const struct experiment_rules *rules, int works,
                   int rows, const struct runner *runner, void *self, struct err *err)
{
    for (int i = 0; i < works && !experiment->gave_up; i++) {
        struct measuring m = {.experiment = experiment,
                              .rules = rules,
                              .runner = runner,
                              .self = self,
                              .work = &experiment->works[i],
                              .err = err};
        m.work->rows_count = rows;
        experiment->works_count = i + 1;
        if (runner->open(self, i, err) != 0)
            return -1;
        int64_t start = now_ns(&m);
        int status = measure_work(&m, budget_of(experiment, rules, i, works));
        experiment->elapsed_s += seconds_since(&m, start);
        if (status != 0)
            return -1;
        runner->close(self, i);
    }
    return 0;
}

void experiment_release(struct experiment *experiment)
{
    for (int i = 0; i < experiment->works_count; i++)
        for (int row = 0; row < experiment->works[i].rows_count; row++) {
            free(experiment->works[i].rows[row].samples_s);
            free(experiment->works[i].rows[row].rounds);
        }
    *experiment = (struct experiment){0};
}
