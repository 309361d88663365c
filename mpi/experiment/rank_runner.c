#include "experiment/rank_runner.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The most numbers that squares chooses by itself: 64 MiB of them, more than most caches hold. */
static const int64_t TASKS_MOST = 1 << 23;

/* The part of a work's budget that its least rounds are planned to take. */
static const double PLANNED = 0.7;

/* --- one trial --- */

static int check_results(struct conductor *c, int row, const struct trial_result *result)
{
    if (result->reason[0] != '\0')
        return 0;
    if (row == 0)
        c->fingerprint = result->fingerprint;
    if (result->fingerprint == c->fingerprint)
        return 0;
    const struct compare_row *r = &c->work->rows[row];
    return err_set(&c->contest->err, ERR_FAILED,
                   "'%.80s': the results of %dx%d (%s) are not those of the serial run",
                   c->work->work, r->ranks, r->threads, mechanism_name(r->mechanism));
}

/* Runs a row once. -1: it failed. */
static int try_row(struct conductor *c, int row, struct trial_result *result)
{
    struct compare_row *r = &c->work->rows[row];
    if (contest_try(c->contest, row, c->work->tasks, result, r->workers) != 0)
        return -1;
    if (result->reason[0] == '\0')
        c->changed |= changes_look(c->changes, row, r);
    return check_results(c, row, result);
}

/* A row whose workers could not have their seats is not the shape that it says. Where the kernel
 * lets no program choose one, rows are measured unbound, if the seats are among the PUs of the
 * rank.
 */
static void find_reason(struct compare_row *row, const struct trial_result *result)
{
    (void)snprintf(row->reason, sizeof(row->reason), "%s", result->reason);
    for (int i = 0; i < compare_row_workers(row) && row->reason[0] == '\0'; i++) {
        const struct stay *stay = &row->workers[i].stay;
        if (stay->clamped && !(row->workers[i].refused && row->workers[i].within))
            (void)snprintf(row->reason, sizeof(row->reason),
                           "rank %d is confined to PU%s %.40s, its thread %d cannot have %.40s",
                           stay->rank, seat_plural(stay->read) ? "s" : "", stay->read, stay->thread,
                           stay->planned);
    }
}

/* Room for another one. */
static int grow_samples(struct compare_row *row, struct err *err)
{
    size_t count = (size_t)row->count + 1;
    double *samples = realloc(row->samples_s, count * sizeof(*samples));
    if (samples != NULL)
        row->samples_s = samples;
    int *rounds = realloc(row->rounds, count * sizeof(*rounds));
    if (rounds != NULL)
        row->rounds = rounds;
    return samples != NULL && rounds != NULL ? 0 : err_memory(err, "the samples");
}

static int keep_sample(struct conductor *c, int row, int round, const struct trial_result *result)
{
    struct compare_row *r = &c->work->rows[row];
    if (grow_samples(r, &c->contest->err) != 0)
        return -1;
    r->rounds[r->count] = round;
    r->samples_s[r->count++] = result->elapsed_s;
    sums_add(&c->sums[row], r, result->start_s);
    return 0;
}

/* --- how many tasks --- */

/* Runs the base with more and more tasks, until it takes long enough to be measured: 20 ms. */
static int measure_task(struct conductor *c, double *task_s, double *cpu_share)
{
    const double ENOUGH_S = 0.02;
    struct trial_result result = {0};
    for (c->work->tasks = 1;;) {
        if (try_row(c, 0, &result) != 0)
            return -1;
        if (result.elapsed_s >= ENOUGH_S || c->work->tasks >= TASKS_MOST)
            break;
        double factor = fmin(fmax(1.5 * ENOUGH_S / result.elapsed_s, 2), 32);
        c->work->tasks = llround(fmin(factor * (double)c->work->tasks, (double)TASKS_MOST));
    }
    *task_s = result.elapsed_s / (double)c->work->tasks;
    const struct report_worker *alone = &c->work->rows[0].workers[0];
    double in_tasks_s = spent_of(alone).s[SPENT_TASKS];
    *cpu_share = in_tasks_s > 0 ? fmin(alone->cpu_s / in_tasks_s, 1) : 1;
    return 0;
}

/* How long a round of all rows takes, in times of the base. */
static double cost_of_round(const struct conductor *c, double task_s, double cpu_share)
{
    const double MESSAGE_S = 5e-9; /* about what a number costs by messages */
    double cost = 0;
    for (int row = 0; row < c->work->rows_count; row++) {
        const struct compare_row *r = &c->work->rows[row];
        const struct bounds bounds = {
            .workers = compare_row_workers(r),
            .cores = r->cores,
            .gils = mechanism_gils(r->mechanism, r->ranks),
            .task_s = task_s,
            .cpu_share = cpu_share,
        };
        enum bound_by by;
        cost += 1 / bounds_speedup(&bounds, &by) + (compare_row_sends(r) ? MESSAGE_S / task_s : 0);
    }
    return cost;
}

/* So many that the least number of rounds, and one to warm up, fit the budget; and as many for each
 * worker. */
static int choose_tasks(struct conductor *c, double budget_s, int rounds)
{
    double task_s = 0, cpu_share = 0;
    if (measure_task(c, &task_s, &cpu_share) != 0)
        return -1;
    int64_t workers = c->compare_report->workers;
    double base_s = PLANNED * budget_s / (rounds + 1) / cost_of_round(c, task_s, cpu_share);
    int64_t each = llround(fmin(base_s / task_s, (double)TASKS_MOST)) / workers;
    c->work->tasks = (each > 0 ? each : 1) * workers;
    return 0;
}

/* --- the rounds of a work --- */

/* Not counted: caches fill, pages come, and rows that cannot be had show it. */
static int warm_up(struct conductor *c)
{
    struct trial_result result = {0};
    c->changed = false;
    for (int row = 0; row < c->work->rows_count; row++) {
        if (try_row(c, row, &result) != 0)
            return -1;
        find_reason(&c->work->rows[row], &result);
    }
    return 0;
}

/* Rows that are not measured any more. */
static void give_up(struct conductor *c)
{
    c->changes->lasting = true;
    for (int row = 0; row < c->work->rows_count; row++) {
        struct compare_row *r = &c->work->rows[row];
        if (r->count == 0)
            (void)snprintf(r->reason, sizeof(r->reason),
                           "the cores of this job changed while it was measured");
    }
}

/* If the cores change meanwhile it begins anew, once: of the first work nothing has been measured
 * on those before, of a later one the earlier have. */
static int settle(struct conductor *c)
{
    if (warm_up(c) != 0)
        return -1;
    if (!c->changed)
        return 0;
    if (c->work == c->compare_report->works)
        changes_forget(c->changes);
    if (warm_up(c) != 0)
        return -1;
    if (c->changed)
        give_up(c);
    return 0;
}

/* The rows that can be had, by index into the work's. */
struct field {
    int count;
    int rows[CONTEST_ROWS];
};

static struct field field_of(const struct compare_work *work)
{
    struct field field = {0};
    for (int row = 0; row < work->rows_count; row++)
        if (work->rows[row].reason[0] == '\0')
            field.rows[field.count++] = row;
    return field;
}

/* Ends early if the cores change. */
static int run_round(struct conductor *c, const struct field *field, int round)
{
    int order[CONTEST_ROWS];
    c->changed = false;
    rounds_order(c->options->seed, round, field->count, order);
    for (int i = 0; i < field->count && !c->changed; i++) {
        int row = field->rows[order[i]];
        struct trial_result result = {0};
        if (try_row(c, row, &result) != 0 || keep_sample(c, row, round, &result) != 0)
            return -1;
        progress_tell(c->progress, round, COUNT_UNKNOWN);
    }
    return 0;
}

static enum rounds_end next_round(const struct conductor *c, const struct field *field,
                                  const struct rounds *rounds)
{
    const double *samples[CONTEST_ROWS];
    for (int i = 0; i < field->count; i++)
        samples[i] = c->work->rows[field->rows[i]].samples_s;
    return rounds_next(rounds, samples);
}

/* So many rounds that rows can be told apart by all of them: if there is time for as many. */
static int rounds_planned(const struct conductor *c)
{
    int plain = 0, locked = 0;
    for (int row = 0; row < c->work->rows_count; row++)
        *(mechanism_has_gil(c->work->rows[row].mechanism) ? &locked : &plain) += 1;
    return paired_least(c->options->confidence, paired_comparisons(plain, locked));
}

/* Leaves out what a round has measured. */
static void drop_round(struct conductor *c, int round)
{
    for (int row = 0; row < c->work->rows_count; row++) {
        struct compare_row *r = &c->work->rows[row];
        while (r->count > 0 && r->rounds[r->count - 1] == round)
            r->count--;
    }
    c->changes->dropped++;
}

/* A round that all rows have on the same cores, or none has: then it is tried once more. */
static int run_round_settled(struct conductor *c, const struct field *field, int round)
{
    const int TRIES = 2;
    for (int i = 0; i < TRIES; i++) {
        struct sums before[CONTEST_ROWS];
        memcpy(before, c->sums, sizeof(before));
        if (run_round(c, field, round) != 0)
            return -1;
        if (!c->changed)
            return 0;
        memcpy(c->sums, before, sizeof(before));
        drop_round(c, round);
    }
    give_up(c);
    return 0;
}

/* Ends: rounds_next() bounds the number of rounds. */
static int run_rounds(struct conductor *c, double budget_s, int64_t start)
{
    const struct field field = field_of(c->work);
    const struct rounds_rules rules = {
        .rows = field.count,
        .repeat = c->options->repeat,
        .confidence = c->options->confidence,
        .tight = ROUNDS_TIGHT_DEFAULT,
        .budget_s = budget_s,
        .spent_s = clock_seconds(clock_now_ns() - start),
        .seed = c->options->seed,
        .enough = rounds_planned(c),
    };
    struct rounds rounds;
    rounds_start(&rounds, &rules);
    while ((c->work->ended = next_round(c, &field, &rounds)) == ROUNDS_GO_ON) {
        if (run_round_settled(c, &field, rounds.done) != 0)
            return -1;
        if (c->changes->lasting)
            return 0;
        rounds_passed(&rounds, clock_seconds(clock_now_ns() - start));
    }
    return 0;
}

int conductor_measure(struct conductor *c, double budget_s)
{
    const struct compare_options *o = c->options;
    int rounds = o->repeat > 0 ? o->repeat : rounds_planned(c);
    int64_t start = clock_now_ns();
    c->work->tasks = o->range.count;
    c->work->tuned = !o->ranged;
    if (c->work->tuned && choose_tasks(c, budget_s, rounds) != 0)
        return -1;
    if (settle(c) != 0)
        return -1;
    if (!c->changes->lasting && run_rounds(c, budget_s, start) != 0)
        return -1;
    for (int row = 0; row < c->work->rows_count; row++)
        sums_give(&c->sums[row], &c->work->rows[row]);
    return 0;
}
