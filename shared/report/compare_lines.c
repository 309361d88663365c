#include "report/compare_lines.h"

#include "base/text.h"
#include "base/units.h"
#include "report/column.h"
#include "report/compare_words.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

char *line_count(int64_t count, char text[LINE_TEXT])
{
    char digits[32];
    int length = snprintf(digits, sizeof(digits), "%" PRId64, count);
    int used = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            text[used++] = ',';
        text[used++] = digits[i];
    }
    text[used] = '\0';
    return text;
}

char *line_shape(const struct compare_row *row, char text[LINE_TEXT])
{
    (void)snprintf(text, LINE_TEXT, "%dx%d", row->ranks, row->threads);
    return text;
}

char *line_ratio(double ratio, char text[LINE_TEXT])
{
    char large[UNIT_TEXT];
    if (ratio >= 9999.5)
        (void)snprintf(text, LINE_TEXT, "%s", unit_si(ratio, large));
    else
        (void)snprintf(text, LINE_TEXT, "%.*f",
                       ratio < 0.9995  ? 3
                       : ratio < 9.995 ? 2
                       : ratio < 99.95 ? 1
                                       : 0,
                       ratio);
    return text;
}

char *line_share(double share, char text[LINE_TEXT])
{
    if (share < 9.995)
        (void)snprintf(text, LINE_TEXT, "%.0f %%", 100 * share);
    else
        (void)snprintf(text, LINE_TEXT, ">999 %%");
    return text;
}

char *line_interval(const struct interval *interval, char text[LINE_TEXT])
{
    char low[LINE_TEXT], high[LINE_TEXT];
    (void)snprintf(text, LINE_TEXT, "%c%.16s-%.16s%c", interval->found ? '(' : '[',
                   line_ratio(interval->low, low), line_ratio(interval->high, high),
                   interval->found ? ')' : ']');
    return text;
}

char *line_label(const struct compare_report *compare_report, const struct compare_row *row,
                 char text[LINE_TEXT])
{
    const struct environment *environment = &compare_report->environment;
    const char *name = mechanism_name(row->mechanism);
    bool one = row->hosts == 1 && row->host >= 0 && row->host < environment->hosts_count;
    if (environment->hosts_count > 1 && one)
        (void)snprintf(text, LINE_TEXT, "%s on %.60s", name, environment->hosts[row->host].name);
    else
        (void)snprintf(text, LINE_TEXT, "%s", name);
    return text;
}

/* Rounds to tenths by the largest remainder, so that they add up to ten. */
char *line_bar(const struct compare_row *row, char text[BAR_TEXT])
{
    static const char MARK[SPENT_KINDS] = {'#', '=', ':', '-', '+', '.', 'x'};
    const struct spent *spent = &row->spent;
    double left[SPENT_KINDS], all = spent_sum(spent);
    int tenths[SPENT_KINDS], used = 0, length = 0;
    text[0] = '\0';
    if (!(all > 0)) /* this covers NAN, too */
        return text;
    for (int i = 0; i < SPENT_KINDS; i++) {
        tenths[i] = (int)floor(BAR * spent->s[i]);
        left[i] = BAR * spent->s[i] - tenths[i];
        used += tenths[i];
    }
    for (; used < BAR; used++) {
        int most = 0;
        for (int i = 1; i < SPENT_KINDS; i++)
            most = left[i] > left[most] ? i : most;
        tenths[most]++;
        left[most] = -1;
    }
    for (int i = 0; i < SPENT_KINDS; i++)
        for (int k = 0; k < tenths[i] && length < BAR; k++)
            text[length++] = MARK[i];
    text[length] = '\0';
    return text;
}

char *line_bound(const struct compare_report *compare_report, const struct compare_work *work,
                 const struct compare_row *row, char text[BOUND_TEXT])
{
    char ratio[LINE_TEXT], speed[UNIT_TEXT], cpus[QUOTA_CPUS];
    double quota;
    line_ratio(row->bound, ratio);
    int cores = row->cores;
    const char *s = plural(cores);
    switch (row->bound_by) {
    case BOUND_WORKERS:
        (void)snprintf(text, BOUND_TEXT, "%.0f %s", row->bound,
                       nature_of(work) == NATURE_COMPUTES ? "workers" : "tasks in flight");
        break;
    case BOUND_CORES:
        if (fabs(row->bound - cores) < 0.005 * cores)
            (void)snprintf(text, BOUND_TEXT, "%d core%s", cores, s);
        else
            (void)snprintf(text, BOUND_TEXT,
                           "%.16s (%d core%s, a task computes for %.0f %% of its "
                           "time)",
                           ratio, cores, s, 100 * work->cpu_share);
        break;
    case BOUND_QUOTA:
        quota = environment_quota(&compare_report->environment, row->host, row->hosts);
        (void)snprintf(text, BOUND_TEXT, "%.16s (a quota of %s%s)", ratio, quota_text(quota, cpus),
                       quota < 1 ? ", which limits one worker, too" : "");
        break;
    case BOUND_LOCK:
        (void)snprintf(text, BOUND_TEXT, "%.16s (the lock)", ratio);
        break;
    case BOUND_MEMORY:
        (void)snprintf(text, BOUND_TEXT, "%.16s (memory moves %sB/s)", ratio,
                       unit_si(compare_report->memory_bandwidth, speed));
        break;
    }
    return text;
}

/* --- workers --- */

static void print_worker(const struct compare_report *compare_report,
                         const struct column_hosts *hosts, const struct report_worker *worker,
                         FILE *out)
{
    const struct environment *environment = &compare_report->environment;
    const struct stay *stay = &worker->stay;
    char name[32], tasks[UNIT_TEXT], host[COLUMN_TEXT], planned[COLUMN_TEXT], seen[COLUMN_TEXT];
    const double times[] = {worker->busy_s, worker->talk_s, worker->wait_s,
                            worker->lock_s, worker->cpu_s,  worker->core_wait_s};
    bool known = worker->host >= 0 && worker->host < environment->hosts_count;
    (void)snprintf(name, sizeof(name), "%d.%d", stay->rank, stay->thread);
    if (worker->tasks < 1000000)
        (void)snprintf(tasks, sizeof(tasks), "%" PRId64, worker->tasks);
    else
        unit_si((double)worker->tasks, tasks);
    (void)fprintf(out, " %-5s %-*s %-5s %-5s %6s", name, hosts->width,
                  known ? column_host(hosts, environment->hosts[worker->host].name, host) : "",
                  column_list(stay->bound ? stay->planned : "any", 5, planned),
                  column_list(stay->seen, 5, seen), tasks);
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        char time[UNIT_TEXT];
        (void)fprintf(out, " %7s", isnan(times[i]) ? "?" : unit_duration(times[i], time));
    }
    (void)fputc('\n', out);
}

void lines_of_workers(const struct compare_report *compare_report, const struct compare_work *work,
                      FILE *out)
{
    const struct column_hosts hosts = column_hosts(&compare_report->environment, 6);
    for (int i = 0; i < work->rows_count; i++) {
        const struct compare_row *row = &work->rows[i];
        char label[LINE_TEXT], shape[LINE_TEXT];
        if (row->count == 0 || row->workers == NULL)
            continue;
        (void)fprintf(out, "\n  %s, %s: workers in the last repetition\n",
                      line_label(compare_report, row, label), line_shape(row, shape));
        (void)fprintf(out, " %-5s %-*s %-5s %-5s %6s %7s %7s %7s %7s %7s %7s\n", "who", hosts.width,
                      "host", "PUs", "seen", "tasks", "busy", "talk", "wait", "lock", "cpu",
                      "no core");
        for (int k = 0; k < compare_row_workers(row); k++)
            if (row->workers[k].stay.rank != REPORT_NOBODY)
                print_worker(compare_report, &hosts, &row->workers[k], out);
    }
}
