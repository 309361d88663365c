#include "report/contrast.h"

#include <math.h>
#include <stdlib.h>

const char *mechanism_name(enum mechanism mechanism)
{
    static const char *const NAMES[] = {
        [MECHANISM_SERIAL] = "serial",           [MECHANISM_PROCESSES] = "processes",
        [MECHANISM_HYBRID] = "hybrid",           [MECHANISM_THREADS] = "threads",
        [MECHANISM_THREADS_GIL] = "threads+gil", [MECHANISM_PROCESSES_GIL] = "processes+gil",
    };
    return NAMES[mechanism];
}

static int gils_of(const struct contrast_row *row)
{
    bool gil = row->mechanism == MECHANISM_THREADS_GIL || row->mechanism == MECHANISM_PROCESSES_GIL;
    return gil ? row->ranks : 0;
}

static void judge_row(struct contrast_row *row, const struct contrast_work *work,
                      const struct contrast *contrast)
{
    const struct bounds bounds = {
        .workers = row->ranks * row->threads,
        .cores = row->cores,
        .gils = gils_of(row),
        .task_s = work->task_s,
        .cpu_share = work->cpu_share,
        .bandwidth = contrast->bandwidth,
    };
    row->bound = bounds_speedup(&bounds, &row->bound_by);
    const struct contrast_row *base = &work->rows[0];
    row->speedup = interval_of_ratio(base->samples_s, base->count, row->samples_s, row->count,
                                     contrast->confidence);
}

static bool competes(const struct contrast_row *row)
{
    return row->count > 0 && row->mechanism != MECHANISM_SERIAL && gils_of(row) == 0;
}

bool contrast_tie(const struct contrast_row *a, const struct contrast_row *b, double apart)
{
    enum differ differ = interval_compare(&a->time, &b->time, apart);
    return differ == DIFFER_TIE || differ == DIFFER_UNKNOWN;
}

static void find_best(struct contrast_work *work, double apart)
{
    work->best = -1;
    for (int i = 0; i < work->rows_count; i++)
        if (competes(&work->rows[i]) &&
            (work->best < 0 || work->rows[i].time.median < work->rows[work->best].time.median))
            work->best = i;
    for (int i = 0; work->best >= 0 && i < work->rows_count; i++)
        work->rows[i].ties = competes(&work->rows[i]) &&
                             contrast_tie(&work->rows[i], &work->rows[work->best], apart);
}

/* What processes take beyond the computing, or waiting, that they cannot avoid: so many cores, so
 * many workers. */
static double cost_of_messages(const struct contrast_work *work)
{
    const struct contrast_row *base = &work->rows[0];
    for (int i = 0; i < work->rows_count; i++) {
        const struct contrast_row *row = &work->rows[i];
        if (row->mechanism != MECHANISM_PROCESSES || row->count == 0)
            continue;
        double computing = base->time.median * work->cpu_share / fmin(row->cores, row->ranks);
        double least = fmax(computing, base->time.median / row->ranks);
        return fmax(row->time.median - least, 0) / (double)work->tasks;
    }
    return 0;
}

/* What disturbs makes it wait for a core, which is no waiting of the task's own. */
static double quickest(const struct contrast_row *row)
{
    double least = row->samples_s[0];
    for (int i = 1; i < row->count; i++)
        least = fmin(least, row->samples_s[i]);
    return least;
}

static void judge_work(struct contrast_work *work, const struct contrast *contrast)
{
    struct contrast_row *base = &work->rows[0];
    for (int i = 0; i < work->rows_count; i++)
        if (work->rows[i].count > 0)
            work->rows[i].time =
                interval_of(work->rows[i].samples_s, work->rows[i].count, contrast->confidence);
    work->task_s = base->time.median / (double)work->tasks;
    work->cpu_share = fmin(base->cpu_s / quickest(base), 1);
    for (int i = 0; i < work->rows_count; i++)
        if (work->rows[i].count > 0)
            judge_row(&work->rows[i], work, contrast);
    find_best(work, contrast->apart);
    work->message_s = cost_of_messages(work);
}

void contrast_judge(struct contrast *contrast)
{
    for (int i = 0; i < contrast->works_count; i++)
        judge_work(&contrast->works[i], contrast);
}

void contrast_release(struct contrast *contrast)
{
    for (int i = 0; i < contrast->works_count; i++) {
        struct contrast_work *work = &contrast->works[i];
        for (int row = 0; row < work->rows_count; row++) {
            free(work->rows[row].samples_s);
            free(work->rows[row].workers);
        }
        free(work->rows);
    }
    free(contrast->works);
    contrast->works = NULL;
    contrast->works_count = 0;
    environment_release(&contrast->environment);
}
