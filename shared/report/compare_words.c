#include "report/compare_words.h"

#include "base/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sentence_add(struct sentence *sentence, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_vadd(sentence->text, sizeof(sentence->text), format, arguments);
    va_end(arguments);
}

/* --- the cast --- */

static const struct compare_row *fastest(const struct compare_work *work, enum mechanism mechanism)
{
    const struct compare_row *found = NULL;
    for (int i = 0; i < work->rows_count; i++) {
        const struct compare_row *row = &work->rows[i];
        if (row->mechanism == mechanism && row->count > 0 &&
            (found == NULL || row->time.median < found->time.median))
            found = row;
    }
    return found;
}

enum nature nature_of(const struct compare_work *work)
{
    const double MOSTLY = 0.9;
    if (work->cpu_share >= MOSTLY)
        return NATURE_COMPUTES;
    return work->cpu_share <= 1 - MOSTLY ? NATURE_WAITS : NATURE_MIXED;
}

struct cast cast_of(const struct compare_report *compare_report, const struct compare_work *work)
{
    bool measured = work->rows_count > 0 && work->rows[0].count > 0;
    return (struct cast){
        .compare_report = compare_report,
        .work = work,
        .nature = nature_of(work),
        .base = measured ? &work->rows[0] : NULL,
        .processes = fastest(work, MECHANISM_PROCESSES),
        .window = fastest(work, MECHANISM_WINDOW),
        .hybrid = fastest(work, MECHANISM_HYBRID),
        .threads = fastest(work, MECHANISM_THREADS),
        .threads_gil = fastest(work, MECHANISM_THREADS_GIL),
        .processes_gil = fastest(work, MECHANISM_PROCESSES_GIL),
        .best = work->best >= 0 ? &work->rows[work->best] : NULL,
    };
}

enum relation relation_of(const struct cast *cast, const struct compare_row *first,
                          const struct compare_row *second)
{
    return compare_relation(cast->compare_report, cast->work, first, second);
}

double longer_of(const struct cast *cast, const struct compare_row *first,
                 const struct compare_row *second)
{
    return compare_pair(cast->work, first, second).ratio.median;
}

/* --- phrases --- */

char *phrase_ratio(double ratio, char text[PHRASE])
{
    int decimals = ratio < 9.95;
    for (double shown = ratio; shown > 0 && shown < 0.95 && decimals < 6; decimals++)
        shown *= 10;
    (void)snprintf(text, PHRASE, "%.*f", decimals, ratio);
    return text;
}

char *phrase_team(const struct compare_row *row, char text[PHRASE])
{
    int workers = compare_row_workers(row);
    if (row->mechanism == MECHANISM_WINDOW)
        (void)snprintf(text, PHRASE, "%d processes with a window", workers);
    else if (row->ranks > 1 && row->threads > 1)
        (void)snprintf(text, PHRASE, "the hybrid %dx%d", row->ranks, row->threads);
    else if (row->threads > 1)
        (void)snprintf(text, PHRASE, "%d threads", workers);
    else
        (void)snprintf(text, PHRASE, "%d process%s", workers, workers == 1 ? "" : "es");
    return text;
}

char *phrase_shape(const struct compare_row *row, char text[PHRASE])
{
    (void)snprintf(text, PHRASE, "%s (%dx%d)", mechanism_name(row->mechanism), row->ranks,
                   row->threads);
    return text;
}

/* A ratio as phrase_ratio() shows it. */
static double shown(double ratio)
{
    char text[PHRASE];
    return strtod(phrase_ratio(ratio, text), NULL);
}

bool reads_above(const struct compare_row *row, double speedup)
{
    return shown(speedup) > shown(row->bound);
}

/* A whole number is followed by what it counts. */
static void add_bound(const struct cast *cast, const struct compare_row *row,
                      struct sentence *sentence)
{
    int bound = (int)lround(row->bound);
    bool whole = fabs(row->bound - bound) < 0.005 * row->bound;
    char ratio[PHRASE];
    if (whole && row->bound_by == BOUND_CORES && bound == row->cores)
        sentence_add(sentence, " of %d core%s", bound, plural(bound));
    else if (row->bound_by == BOUND_QUOTA && cast->nature == NATURE_COMPUTES && row->bound > 1)
        sentence_add(sentence, " of the quota's %.32s CPUs", phrase_ratio(row->bound, ratio));
    else if (whole && row->bound_by == BOUND_WORKERS && cast->nature == NATURE_COMPUTES)
        sentence_add(sentence, " of at most %d", bound);
    else if (whole && row->bound_by == BOUND_WORKERS)
        sentence_add(sentence, " of %d tasks in flight", bound);
    else
        sentence_add(sentence, " of at most %.32s", phrase_ratio(row->bound, ratio));
}

char *phrase_reached(const struct cast *cast, const struct compare_row *row, double speedup,
                     char text[PHRASE])
{
    struct sentence reached = {""};
    char ratio[PHRASE];
    sentence_add(&reached, "%.32s", phrase_ratio(speedup, ratio));
    if (reads_above(row, speedup))
        sentence_add(&reached, " (above the estimate of %.32s)", phrase_ratio(row->bound, ratio));
    else
        add_bound(cast, row, &reached);
    (void)snprintf(text, PHRASE, "%.95s", reached.text);
    return text;
}

/* An interval narrows with the square root of the number of repetitions: four times as many halve
 * it. With a budget, measuring ends early once all intervals are tight: then only a higher number
 * of repetitions helps. */
char *phrase_more(const struct cast *cast, const struct compare_row *row, char text[PHRASE])
{
    double budget_s = 4 * cast->compare_report->budget_s;
    int repeat = 4 * row->count;
    int least = interval_least(cast->compare_report->confidence);
    bool tight = cast->work->ended == ROUNDS_TIGHT || cast->work->ended == ROUNDS_MOST;
    if (cast->compare_report->budget_s <= 0 || tight)
        (void)snprintf(text, PHRASE, "--repeat %d", repeat > least ? repeat : least);
    else if (budget_s < 120)
        (void)snprintf(text, PHRASE, "--budget %.0fs", ceil(budget_s));
    else
        (void)snprintf(text, PHRASE, "--budget %.0fmin", ceil(budget_s / 60));
    return text;
}
