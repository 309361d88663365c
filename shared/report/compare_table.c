/* compare_table - a comparison for people to read in a terminal: 80 columns, no colour. */
#include "base/paragraph.h"
#include "base/text.h"
#include "base/units.h"
#include "report/compare_lines.h"
#include "report/compare_words.h"

#include <stdlib.h>
#include <string.h>

/* The column where the words after a title begin. */
enum { TITLE = 11 };

static void titled(const char *title, const char *words, FILE *out)
{
    (void)fprintf(out, "%-*s", TITLE, title);
    paragraph_print(words, TITLE, TITLE, out);
}

/* --- what was compared, and how --- */

/* Each shape once; all works have the shapes of the first. */
static void print_what(const struct compare_report *compare_report, FILE *out)
{
    const struct compare_work *work =
        compare_report->works_count > 0 ? &compare_report->works[0] : NULL;
    char words[512];
    (void)snprintf(words, sizeof(words), "compare: %d worker%s on %d core%s",
                   compare_report->workers, plural(compare_report->workers), compare_report->cores,
                   plural(compare_report->cores));
    char last[LINE_TEXT] = "", shape[LINE_TEXT];
    for (int i = 0; work != NULL && i < work->rows_count; i++) {
        const struct compare_row *row = &work->rows[i];
        if (row->mechanism == MECHANISM_SERIAL || mechanism_has_gil(row->mechanism) ||
            strcmp(line_shape(row, shape), last) == 0 ||
            strlen(words) + sizeof(shape) > sizeof(words))
            continue;
        text_add(words, sizeof(words), "%s %s", last[0] == '\0' ? ", as" : "", shape);
        (void)snprintf(last, sizeof(last), "%s", shape);
    }
    titled("squares", words, out);
}

static bool same_end(const struct compare_report *compare_report)
{
    for (int i = 1; i < compare_report->works_count; i++)
        if (compare_report->works[i].ended != compare_report->works[0].ended)
            return false;
    return compare_report->works_count > 0;
}

/* Why there are no more repetitions. */
static const char *end_words(enum rounds_end end)
{
    static const char *const WORDS[] = {
        [ROUNDS_GO_ON] = "cut short",
        [ROUNDS_FIXED] = "as many as were asked for",
        [ROUNDS_TIGHT] = "until all intervals were tight",
        [ROUNDS_BUDGET] = "until the budget was spent",
        [ROUNDS_TOO_FEW] = "as even one of each takes longer than the budget",
        [ROUNDS_MOST] = "the most allowed",
    };
    return WORDS[end];
}

/* "7 to 24 repetitions" of the rows that were measured. */
static void count_repetitions(const struct compare_work *works, int count, char *text, size_t size)
{
    int least = 0, most = 0;
    for (int i = 0; i < count; i++)
        for (int k = 0; k < works[i].rows_count; k++) {
            int n = works[i].rows[k].count;
            if (n > 0 && (least == 0 || n < least))
                least = n;
            most = n > most ? n : most;
        }
    if (least == most)
        (void)snprintf(text, size, "%d repetition%s", most, plural(most));
    else
        (void)snprintf(text, size, "%d to %d repetitions", least, most);
}

static void print_how(const struct compare_report *compare_report, FILE *out)
{
    char words[512], count[64], took[UNIT_TEXT], budget[UNIT_TEXT], whole[64] = "";
    count_repetitions(compare_report->works, compare_report->works_count, count, sizeof(count));
    if (compare_report->budget_s > 0)
        (void)snprintf(whole, sizeof(whole), " of the %s budget",
                       unit_duration(compare_report->budget_s, budget));
    (void)snprintf(words, sizeof(words),
                   "%s of each row, in random order%s%s; %s%s; medians and %g %% intervals; rows "
                   "less than %g %% apart tie",
                   count, same_end(compare_report) ? ", " : "",
                   same_end(compare_report) ? end_words(compare_report->works[0].ended) : "",
                   unit_duration(compare_report->elapsed_s, took), whole,
                   100 * compare_report->confidence, 100 * compare_report->apart);
    titled("measured", words, out);
}

/* Whether any row's bar has that mark. */
static bool bars_have(const struct compare_report *compare_report, char mark)
{
    char bar[BAR_TEXT];
    for (int i = 0; i < compare_report->works_count; i++)
        for (int k = 0; k < compare_report->works[i].rows_count; k++)
            if (strchr(line_bar(&compare_report->works[i].rows[k], bar), mark) != NULL)
                return true;
    return false;
}

/* Rare marks are explained only if there are any. */
static void print_legend(const struct compare_report *compare_report, FILE *out)
{
    bool untold = false, throttled = false;
    char words[320];
    for (int i = 0; i < compare_report->works_count; i++)
        for (int k = 0; k < compare_report->works[i].rows_count; k++)
            untold |= compare_report->works[i].rows[k].spent.untold;
    for (int i = 0; i < compare_report->works_count; i++)
        throttled |= quota_stops(compare_report->works[i].throttled);
    (void)snprintf(
        words, sizeof(words),
        "* fastest, ~ ties, ? may tie; time spent: # tasks, = moving numbers, %s. nothing "
        "to do, x lock%s%s%s",
        untold      ? ""
        : throttled ? ": no core free, or stopped by the quota, "
                    : ": no core free, ",
        !bars_have(compare_report, '-') ? ""
        : throttled ? ", - stopped by the quota or not running for another reason"
                    : ", - not running for another reason",
        bars_have(compare_report, '+') ? ", + not running for an unknown reason" : "",
        untold ? "; the kernel does not tell how long a worker waits for a core" : "");
    titled("legend", words, out);
}

static void print_header(const struct compare_report *compare_report, FILE *out)
{
    print_what(compare_report, out);
    environment_print(&compare_report->environment, out);
    if (environment_left(&compare_report->environment))
        titled("placed",
               "none: left to the kernel in all rows, as nothing bound this job and no row needs "
               "all the cores that it may use",
               out);
    print_how(compare_report, out);
    print_legend(compare_report, out);
}

/* --- a work --- */

static const char *nature_words(const struct compare_work *work)
{
    static const char *const WORDS[] = {
        [NATURE_COMPUTES] = "computing", [NATURE_WAITS] = "waiting", [NATURE_MIXED] = "mixed"};
    return WORDS[nature_of(work)];
}

static void print_work(const struct compare_work *work, FILE *out)
{
    char words[sizeof(work->work) + 256], tasks[LINE_TEXT], task[UNIT_TEXT];
    (void)snprintf(words, sizeof(words), "%s on %s task%s", work->work,
                   line_count(work->tasks, tasks), plural(work->tasks));
    if (work->task_s > 0)
        text_add(words, sizeof(words), " of %s%s: %s, %.0f %% of a core",
                 unit_duration(work->task_s, task), work->tasks == 1 ? "" : " each",
                 nature_words(work), 100 * work->cpu_share);
    paragraph_print(words, 0, 2, out);
}

/* Marks the fastest row, those as good, and those that may be. Without intervals nothing is
 * marked. */
static char mark_of(const struct compare_report *compare_report, const struct compare_work *work,
                    int index)
{
    const struct compare_row *row = &work->rows[index], *first;
    if (work->best < 0 || row->count == 0 || !work->rows[work->best].time.found)
        return ' ';
    first = &work->rows[work->best];
    if (compare_relation(compare_report, work, work->rows, first) == RELATION_FASTER)
        first = work->rows;
    if (row == first)
        return '*';
    switch (compare_relation(compare_report, work, first, row)) {
    case RELATION_SAME:
        return '~';
    case RELATION_BLURRED:
        return '?';
    case RELATION_FASTER:
    case RELATION_SLOWER:
        break;
    }
    return ' ';
}

/* Room for a mechanism, and for the host if the team uses only one of several. */
static int label_width(const struct compare_report *compare_report)
{
    return compare_report->environment.hosts_count > 1 ? 19 : 13;
}

static void print_figures(const struct compare_work *work, const struct compare_row *row, FILE *out)
{
    char time[UNIT_TEXT], gain[LINE_TEXT] = "", interval[LINE_TEXT] = "", share[LINE_TEXT] = "";
    char bar[BAR_TEXT];
    if (work->task_s > 0) {
        line_ratio(row->speedup.median, gain);
        line_share(row->speedup.median / row->bound, share);
    }
    if (work->task_s > 0 && row != work->rows)
        line_interval(&row->speedup, interval);
    (void)fprintf(out, "%9s%8s %-15s%6s  %s\n", unit_duration(row->time.median, time), gain,
                  interval, share, line_bar(row, bar));
}

static void print_row(const struct compare_report *compare_report, const struct compare_work *work,
                      int index, FILE *out)
{
    const struct compare_row *row = &work->rows[index];
    int width = label_width(compare_report);
    char label[LINE_TEXT], shape[LINE_TEXT];
    line_label(compare_report, row, label);
    (void)fprintf(out, "%c %-*s", mark_of(compare_report, work, index), width, label);
    if ((int)strlen(label) > width)
        (void)fprintf(out, "\n  %*s", width, "");
    (void)fprintf(out, "%8s", line_shape(row, shape));
    if (row->count > 0) {
        print_figures(work, row, out);
        return;
    }
    (void)fprintf(out, "   ");
    paragraph_print(row->reason[0] != '\0' ? row->reason : "not measured", width + 13, width + 13,
                    out);
}

/* --- below the rows of a work --- */

/* Each bound once, with the first row that has it, unless that is the first row of all. */
static void print_bounds(const struct compare_report *compare_report,
                         const struct compare_work *work, FILE *out)
{
    char words[512] = "", bound[BOUND_TEXT];
    for (int i = 1; i < work->rows_count; i++) {
        const struct compare_row *row = &work->rows[i];
        bool known = row->bound <= 0 || row->count == 0;
        for (int k = 1; k < i && !known; k++)
            known = work->rows[k].count > 0 && work->rows[k].bound == row->bound &&
                    work->rows[k].bound_by == row->bound_by;
        if (known)
            continue;
        bool first = words[0] == '\0';
        text_item(words, sizeof(words), "; ", "%s%s%s", first ? "" : mechanism_name(row->mechanism),
                  first ? "" : ": ", line_bound(compare_report, work, row, bound));
    }
    if (words[0] != '\0')
        titled("  bound", words, out);
}

static void print_notes(const struct compare_report *compare_report,
                        const struct compare_work *work, FILE *out)
{
    int few = 0;
    char words[256], count[64];
    for (int i = 1; i < work->rows_count; i++)
        if (work->rows[i].count > 0 && !work->rows[i].speedup.found && work->task_s > 0)
            few = work->rows[i].count;
    if (few > 0) {
        (void)snprintf(words, sizeof(words), "the range of %d repetition%s, too few for %g %%", few,
                       plural(few), 100 * compare_report->confidence);
        titled("  [ ]", words, out);
    }
    if (same_end(compare_report))
        return;
    count_repetitions(work, 1, count, sizeof(count));
    (void)snprintf(words, sizeof(words), "%s, %s", count, end_words(work->ended));
    titled("  measured", words, out);
}

static void print_block(const struct compare_report *compare_report,
                        const struct compare_work *work, bool all_workers, FILE *out)
{
    char speedup[LINE_TEXT];
    (void)fputc('\n', out);
    print_work(work, out);
    (void)snprintf(speedup, sizeof(speedup), "speed-up (%g %%)", 100 * compare_report->confidence);
    (void)fprintf(out, "  %-*s%8s%9s  %-20s%s  time spent\n", label_width(compare_report), "",
                  "shape", "time", speedup, "of bound");
    for (int i = 0; i < work->rows_count; i++)
        print_row(compare_report, work, i, out);
    print_bounds(compare_report, work, out);
    print_notes(compare_report, work, out);
    if (all_workers)
        lines_of_workers(compare_report, work, out);
}

int compare_table(const struct compare_report *compare_report, bool all_workers, FILE *out)
{
    print_header(compare_report, out);
    for (int i = 0; i < compare_report->works_count; i++)
        print_block(compare_report, &compare_report->works[i], all_workers, out);
    return ferror(out) ? -1 : 0;
}
