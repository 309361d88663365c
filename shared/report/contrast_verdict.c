/* contrast_verdict - what the figures say, in sentences; each stands only where they carry it. */
#include "base/units.h"
#include "report/contrast.h"

#include <math.h>
#include <string.h>

/* A speed-up this close to another, or to its bound, is near it. */
static const double NEAR = 0.1;

static bool is_near(double value, double other)
{
    return fabs(value - other) <= NEAR * other;
}

/* The first row of that mechanism with samples, or NULL. */
static const struct contrast_row *row_of(const struct contrast_work *work, enum mechanism mechanism)
{
    for (int i = 0; i < work->rows_count; i++)
        if (work->rows[i].mechanism == mechanism && work->rows[i].count > 0)
            return &work->rows[i];
    return NULL;
}

static bool slower_than_serial(const struct contrast_work *work, const struct contrast_row *row)
{
    const struct contrast_row *base = &work->rows[0];
    return row->time.median > base->time.median || contrast_tie(base, row, 0);
}

/* --- the sentences --- */

static void tell_limit(const struct contrast_work *work, const struct contrast_row *best, FILE *out)
{
    static const char *const LIMITS[] = {
        [BOUND_WORKERS] = "the workers",
        [BOUND_CORES] = "the cores",
        [BOUND_LOCK] = "the locks",
        [BOUND_MEMORY] = "memory",
    };
    (void)fprintf(out, "%s: %s allow%s %.3g times serial, ", work->work, LIMITS[best->bound_by],
                  best->bound_by == BOUND_MEMORY ? "s" : "", best->bound);
    if (best->speedup.high < 1)
        (void)fprintf(out, "and nothing is as fast as serial.");
    else
        (void)fprintf(out, "and the best, %dx%d (%s), is %.3g times serial.", best->ranks,
                      best->threads, mechanism_name(best->mechanism), best->speedup.median);
}

static void tell_contrast(const struct contrast_work *work, double apart, FILE *out)
{
    const struct contrast_row *processes = row_of(work, MECHANISM_PROCESSES);
    const struct contrast_row *threads = row_of(work, MECHANISM_THREADS);
    if (processes == NULL || threads == NULL)
        return;
    if (contrast_tie(processes, threads, apart)) {
        (void)fprintf(out, " Processes (%.3g) and threads (%.3g) cannot be told apart.",
                      processes->speedup.median, threads->speedup.median);
        return;
    }
    bool first = processes->time.median < threads->time.median;
    double ratio = first ? threads->time.median / processes->time.median
                         : processes->time.median / threads->time.median;
    (void)fprintf(out, " %s are %.3g times as fast as %s.", first ? "Processes" : "Threads", ratio,
                  first ? "threads" : "processes");
}

static void tell_gil(const struct contrast_work *work, FILE *out)
{
    const struct contrast_row *threads = row_of(work, MECHANISM_THREADS);
    const struct contrast_row *gil = row_of(work, MECHANISM_THREADS_GIL);
    const struct contrast_row *own = row_of(work, MECHANISM_PROCESSES_GIL);
    if (threads == NULL || gil == NULL)
        return;
    if (is_near(gil->speedup.median, threads->speedup.median))
        (void)fprintf(out, " A gil costs threads nothing here (%.3g against %.3g).",
                      gil->speedup.median, threads->speedup.median);
    else if (gil->time.median > threads->time.median)
        (void)fprintf(out, " A gil keeps threads at %.3g, against %.3g without.",
                      gil->speedup.median, threads->speedup.median);
    if (own != NULL && own->speedup.median > gil->speedup.median * (1 + NEAR))
        (void)fprintf(out, " Processes, each with a gil of its own, reach %.3g.",
                      own->speedup.median);
}

static void tell_messages(const struct contrast_work *work, FILE *out)
{
    const struct contrast_row *processes = row_of(work, MECHANISM_PROCESSES);
    char cost[UNIT_TEXT];
    if (processes == NULL || !slower_than_serial(work, processes) || work->message_s < work->task_s)
        return;
    (void)fprintf(out,
                  " Messages cost %.2g times what a task does: below %s a task no number of ranks "
                  "pays.",
                  work->message_s / work->task_s, unit_duration(work->message_s, cost));
}

/* Prints `text` in lines of 80 columns, behind a mark. */
static void print_folded(const char *text, FILE *out)
{
    const int WIDTH = 78;
    const char *mark = "- ";
    while (*text != '\0') {
        int length = (int)strlen(text);
        if (length > WIDTH)
            for (length = WIDTH; length > 1 && text[length] != ' '; length--) {
            }
        (void)fprintf(out, "%s%.*s\n", mark, length, text);
        text += length;
        text += strspn(text, " ");
        mark = "  ";
    }
}

static void tell_work(const struct contrast *contrast, const struct contrast_work *work, FILE *out)
{
    char text[1200] = "";
    FILE *memory = work->best >= 0 ? fmemopen(text, sizeof(text), "w") : NULL;
    if (memory == NULL)
        return;
    tell_limit(work, &work->rows[work->best], memory);
    tell_contrast(work, contrast->apart, memory);
    tell_gil(work, memory);
    tell_messages(work, memory);
    (void)fclose(memory);
    print_folded(text, out);
    const char *line =
        work->launches ? environment_line(&contrast->environment, &work->launch) : "";
    if (line[0] != '\0')
        (void)fprintf(out, "  %s\n", line);
}

int contrast_verdict(const struct contrast *contrast, FILE *out)
{
    for (int i = 0; i < contrast->works_count; i++)
        tell_work(contrast, &contrast->works[i], out);
    return ferror(out) ? -1 : 0;
}
