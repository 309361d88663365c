#include "report/compare_report.h"

#include "report/compare_pairs.h"
#include "report/compare_words.h"

#include <math.h>
#include <stdlib.h>

const char *compare_end_name(enum rounds_end end)
{
    static const char *const NAMES[] = {
        [ROUNDS_GO_ON] = "cut-short", [ROUNDS_FIXED] = "fixed",     [ROUNDS_TIGHT] = "tight",
        [ROUNDS_BUDGET] = "budget",   [ROUNDS_TOO_FEW] = "too-few", [ROUNDS_MOST] = "most",
    };
    return NAMES[end];
}

int compare_row_pus(const struct compare_report *compare_report, const struct compare_row *row)
{
    const struct environment *environment = &compare_report->environment;
    int pus = 0;
    for (int i = row->host; i < row->host + row->hosts && i < environment->hosts_count; i++)
        pus += environment->hosts[i].usable_pus;
    return pus;
}

/* --- the base --- */

static double quickest(const struct compare_row *row)
{
    double least = row->samples_s[0];
    for (int i = 1; i < row->count; i++)
        least = fmin(least, row->samples_s[i]);
    return least;
}

static double mean(const struct compare_row *row)
{
    double sum = 0;
    for (int i = 0; i < row->count; i++)
        sum += row->samples_s[i];
    return sum / row->count;
}

/* Disturbances make the base wait for a core, which is not part of the task's own waiting. That
 * wait is left out if the kernel measures it; and the quickest repetition has the least of it. */
static double core_share(const struct compare_row *base)
{
    double in_tasks_s = mean(base) * base->spent.s[SPENT_TASKS];
    double share = base->cpu_s / quickest(base);
    if (in_tasks_s > 0)
        share = fmax(share, base->cpu_s / in_tasks_s);
    return fmin(fmax(share, 0), 1);
}

static void judge_base(struct compare_work *work)
{
    const struct compare_row *base = &work->rows[0];
    if (base->count == 0 || quickest(base) <= 0 || work->tasks <= 0)
        return;
    work->task_s = base->time.median / (double)work->tasks;
    work->cpu_share = core_share(base);
}

/* --- each row --- */

static void judge_bound(const struct compare_report *compare_report,
                        const struct compare_work *work, struct compare_row *row)
{
    const struct bounds bounds = {
        .workers = compare_row_workers(row),
        .cores = row->cores,
        .quota = environment_quota(&compare_report->environment, row->host, row->hosts),
        .gils = mechanism_gils(row->mechanism, row->ranks),
        .task_s = work->task_s,
        .cpu_share = work->cpu_share,
        .bandwidth = compare_report->memory_bandwidth,
    };
    if (work->task_s > 0)
        row->bound = bounds_speedup(&bounds, &row->bound_by);
}

static void judge_row(const struct compare_report *compare_report, const struct compare_work *work,
                      struct compare_row *row)
{
    judge_bound(compare_report, work, row);
    if (row->count > 0 && work->task_s > 0)
        row->speedup = compare_pair(work, &work->rows[0], row).ratio;
}

static void judge_times(struct compare_work *work, double confidence)
{
    for (int i = 0; i < work->rows_count; i++) {
        struct compare_row *row = &work->rows[i];
        if (row->count > 0)
            row->time = interval_of(row->samples_s, row->count, confidence);
    }
}

/* --- the best --- */

static bool competes(const struct compare_row *row)
{
    return row->count > 0 && row->mechanism != MECHANISM_SERIAL &&
           !mechanism_has_gil(row->mechanism);
}

static int fastest(const struct compare_work *work)
{
    int best = -1;
    for (int i = 0; i < work->rows_count; i++)
        if (competes(&work->rows[i]) &&
            (best < 0 || work->rows[i].time.median < work->rows[best].time.median))
            best = i;
    return best;
}

/* The row to pick, if one can be told: one worker alone, unless more workers gain something. */
static int winner_of(const struct compare_report *compare_report, const struct compare_work *work)
{
    if (work->best < 0 || work->rows[0].count == 0)
        return -1;
    switch (compare_relation(compare_report, work, &work->rows[0], &work->rows[work->best])) {
    case RELATION_SAME:
    case RELATION_FASTER:
        return 0;
    case RELATION_SLOWER:
        return work->best;
    case RELATION_BLURRED:
        break;
    }
    return -1;
}

/* Rows that do not compete (the base, and those under a gil) can be faster than the best one: those
 * do not tie with it. */
static void judge_best(const struct compare_report *compare_report, struct compare_work *work)
{
    work->best = fastest(work);
    work->winner = winner_of(compare_report, work);
    for (int i = 0; i < work->rows_count && work->best >= 0; i++) {
        struct compare_row *row = &work->rows[i];
        enum differ differ = compare_pair(work, &work->rows[work->best], row).differ;
        row->ties = row->count > 0 && (differ == DIFFER_TIE || differ == DIFFER_UNKNOWN);
    }
}

/* --- messages --- */

static void judge_messages(struct compare_work *work)
{
    const struct compare_row *row = NULL;
    for (int i = 0; i < work->rows_count && row == NULL; i++)
        if (work->rows[i].mechanism == MECHANISM_PROCESSES && work->rows[i].count > 0)
            row = &work->rows[i];
    if (row == NULL || work->task_s <= 0)
        return;
    double base = work->rows[0].time.median;
    double computing = row->cores > 0 ? work->cpu_share / row->cores : 0;
    double ideal = base * fmax(computing, 1.0 / row->ranks);
    double spent = row->spent.s[SPENT_MOVING] * row->time.median * row->ranks;
    work->message_s = fmax(fmin(row->time.median - ideal, spent) / (double)work->tasks, 0);
}

/* --- all --- */

static int judge_work(const struct compare_report *compare_report, struct compare_work *work,
                      struct err *err)
{
    judge_times(work, compare_report->confidence);
    judge_base(work);
    if (compare_judge_pairs(compare_report, work, err) != 0)
        return -1;
    for (int i = 0; i < work->rows_count; i++)
        judge_row(compare_report, work, &work->rows[i]);
    judge_best(compare_report, work);
    judge_messages(work);
    return 0;
}

int compare_judge(struct compare_report *compare_report, struct err *err)
{
    for (int i = 0; i < compare_report->works_count; i++) {
        compare_report->works[i].best = compare_report->works[i].winner = -1;
        if (compare_report->works[i].rows_count > 0 &&
            judge_work(compare_report, &compare_report->works[i], err) != 0)
            return -1;
    }
    return compare_say_all(compare_report, err);
}

void compare_release(struct compare_report *compare_report)
{
    environment_release(&compare_report->environment);
    for (int i = 0; i < compare_report->works_count; i++) {
        struct compare_work *work = &compare_report->works[i];
        for (int k = 0; k < work->rows_count; k++) {
            free(work->rows[k].samples_s);
            free(work->rows[k].rounds);
            free(work->rows[k].workers);
        }
        free(work->rows);
        free(work->pairs);
    }
    free(compare_report->works);
    free(compare_report->verdict);
    compare_report->works = NULL;
    compare_report->verdict = NULL;
    compare_report->works_count = compare_report->verdict_count = 0;
}
