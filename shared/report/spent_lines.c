#include "report/spent_lines.h"

#include "base/paragraph.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

/* The column where the words after a title begin. */
enum { TITLE = 11 };

/* A smaller share of the time is not worth mentioning. */
static const double LEAST = 0.01;

static void add(char *words, size_t size, double share, const char *what)
{
    if (share >= LEAST)
        text_item(words, size, ", ", "%.0f %% %s", 100 * share, what);
}

static void split_line(const struct spent *spent, double all, bool throttled, FILE *out)
{
    char words[320] = "";
    add(words, sizeof(words), spent->s[SPENT_TASKS] / all, "in tasks");
    add(words, sizeof(words), spent->s[SPENT_MOVING] / all, "moving numbers");
    add(words, sizeof(words), spent->s[SPENT_NO_CORE] / all,
        throttled ? "no core free, or stopped by the quota" : "no core free");
    add(words, sizeof(words), spent->s[SPENT_HELD] / all,
        throttled ? "stopped by the quota, or not running for another reason"
                  : "not running for another reason");
    add(words, sizeof(words), spent->s[SPENT_UNKNOWN] / all, "not running for an unknown reason");
    add(words, sizeof(words), spent->s[SPENT_NOTHING] / all, "nothing to do");
    add(words, sizeof(words), spent->s[SPENT_LOCK] / all, "waiting for the gil");
    if (spent->untold)
        text_add(words, sizeof(words),
                 " (the kernel does not tell how long a worker waits for a core)");
    (void)fprintf(out, "%-*s", TITLE, "spent");
    paragraph_print(words, TITLE, TITLE, out);
}

/* What all other ranks waited for: the input, the output, or rank 0. */
static void bottleneck_line(const struct run_report *report, FILE *out)
{
    const double MOST = 0.5;
    const struct report_worker *first = &report->workers[0];
    struct spent root = spent_of(first), others = {.untold = false};
    double all = spent_sum(&root), rest;
    char words[320] = "";
    for (int i = report->threads; i < report->ranks * report->threads; i++) {
        struct spent one = spent_of(&report->workers[i]);
        if (report->workers[i].stay.rank != REPORT_NOBODY)
            spent_add(&others, &one);
    }
    rest = spent_sum(&others);
    if (first->input_wait_s >= MOST * all)
        (void)snprintf(words, sizeof(words),
                       "the input: rank 0 waited for it for %.0f %% of the time",
                       100 * first->input_wait_s / all);
    else if (first->output_wait_s >= MOST * all)
        (void)snprintf(words, sizeof(words),
                       "the output: rank 0 waited for it for %.0f %% of the time",
                       100 * first->output_wait_s / all);
    else if (report->rank_rows[0].feeds && report->ranks > 1 && spent_root_limits(&root, &others))
        (void)snprintf(
            words, sizeof(words),
            "rank 0: it moved numbers for %.0f %% of the time, and the others had nothing "
            "to do for %.0f %% of theirs",
            100 * root.s[SPENT_MOVING] / all, 100 * others.s[SPENT_NOTHING] / rest);
    if (words[0] == '\0')
        return;
    (void)fprintf(out, "%-*s", TITLE, "bottleneck");
    paragraph_print(words, TITLE, TITLE, out);
}

void spent_lines(const struct run_report *report, FILE *out)
{
    const double NEARLY_ALL = 0.95, LEAST_S = 1e-3;
    struct spent spent = spent_of_job(report);
    double all = spent_sum(&spent);
    if (report->elapsed_s < LEAST_S || all <= 0 || spent.s[SPENT_TASKS] >= NEARLY_ALL * all)
        return;
    split_line(&spent, all, quota_stops(report->throttled), out);
    bottleneck_line(report, out);
}
