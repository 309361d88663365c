/* compare_csv - a comparison as comma-separated values: a line for each row of each work. */
#include "base/clock.h"
#include "report/compare_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CSV_VERSION = 1 };

/* In the order in which put_rows() writes them; new ones are added at the end. */
static const char COLUMNS[] =
    "csv_version,work,mechanism,shape,ranks,threads,hosts,host,cores,exchange,schedule,gil_s,place,"
    "tasks,repetitions,reason,"
    "median_s,ci_low_s,ci_high_s,confidence,speedup,speedup_low,speedup_high,bound,bound_by,"
    "best,ties,"
    "busy,talk,wait,lock,start_s,cpu_s,"
    "task_s,cpu_share,message_s,other_load,stolen,ended,"
    "spent_tasks,spent_moving,spent_no_core,spent_held,spent_cause_unknown,spent_nothing,"
    "spent_lock,throttled\n";

/* --- fields; each is followed by a comma --- */

static void put_text(const char *text, FILE *out)
{
    bool quote = strpbrk(text, ",\"\r\n") != NULL;
    if (quote)
        (void)fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            (void)fputc('"', out);
        (void)fputc(*text, out);
    }
    (void)fputs(quote ? "\"," : ",", out);
}

/* With a decimal point in any locale; "" if it was not measured. */
enum { REAL_TEXT = 64 };

static char *real_text(bool measured, double value, char text[REAL_TEXT])
{
    text[0] = '\0';
    if (measured && isfinite(value))
        (void)snprintf(text, REAL_TEXT, "%.9g", value);
    for (char *c = text; *c != '\0'; c++)
        if (strchr("0123456789+-e", *c) == NULL)
            *c = '.';
    return text;
}

static void put_real(bool measured, double value, FILE *out)
{
    char text[REAL_TEXT];
    (void)fprintf(out, "%s,", real_text(measured, value, text));
}

static void put_whole(int64_t value, FILE *out)
{
    (void)fprintf(out, "%" PRId64 ",", value);
}

/* --- a line --- */

static void put_team(const struct compare_report *compare_report, const struct compare_work *work,
                     const struct compare_row *row, FILE *out)
{
    const struct environment *environment = &compare_report->environment;
    bool named = row->hosts == 1 && row->host >= 0 && row->host < environment->hosts_count;
    char shape[32];
    (void)snprintf(shape, sizeof(shape), "%dx%d", row->ranks, row->threads);
    put_whole(CSV_VERSION, out);
    put_text(work->work, out);
    put_text(mechanism_name(row->mechanism), out);
    put_text(shape, out);
    put_whole(row->ranks, out);
    put_whole(row->threads, out);
    put_whole(row->hosts, out);
    put_text(named ? environment->hosts[row->host].name : "", out);
    put_whole(row->cores, out);
    put_text(row->exchange, out);
    put_text(row->schedule, out);
    put_real(mechanism_has_gil(row->mechanism), clock_seconds(compare_report->gil_interval_ns),
             out);
    put_text(environment_place(&compare_report->environment, compare_report->place), out);
    put_whole(work->tasks, out);
    put_whole(row->count, out);
    put_text(row->reason, out);
}

static void put_times(const struct compare_report *compare_report, const struct compare_work *work,
                      const struct compare_row *row, FILE *out)
{
    bool measured = row->count > 0, gained = measured && work->task_s > 0;
    bool time = measured && row->time.found, speedup = gained && row->speedup.found;
    put_real(measured, row->time.median, out);
    put_real(time, row->time.low, out);
    put_real(time, row->time.high, out);
    put_real(time, compare_report->confidence, out);
    put_real(gained, row->speedup.median, out);
    put_real(speedup, row->speedup.low, out);
    put_real(speedup, row->speedup.high, out);
    put_real(row->bound > 0, row->bound, out);
    put_text(row->bound > 0 ? bound_by_name(row->bound_by) : "", out);
    put_whole(work->best >= 0 && row == &work->rows[work->best], out);
    put_whole(row->ties, out);
}

static void put_shares(const struct compare_row *row, FILE *out)
{
    const double all[] = {row->busy, row->talk, row->wait, row->lock, row->start_s, row->cpu_s};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        put_real(row->count > 0, all[i], out);
}

static void put_work(const struct compare_work *work, FILE *out)
{
    bool based = work->task_s > 0;
    put_real(based, work->task_s, out);
    put_real(based, work->cpu_share, out);
    put_real(work->message_s > 0, work->message_s, out);
    put_real(true, work->other_load, out);
    put_real(true, work->stolen, out);
    put_text(compare_end_name(work->ended), out);
}

static void put_spent(const struct compare_row *row, FILE *out)
{
    for (int k = 0; k < SPENT_KINDS; k++) {
        bool told = row->count > 0 && !(spent_is_queue((enum spent_kind)k) && row->spent.untold);
        put_real(told, row->spent.s[k], out);
    }
}

/* The last field ends the line. */
static void put_quota(const struct compare_work *work, FILE *out)
{
    char share[REAL_TEXT];
    (void)fprintf(out, "%s\n", real_text(true, work->throttled, share));
}

static void put_rows(const struct compare_report *compare_report, FILE *out)
{
    for (int i = 0; i < compare_report->works_count; i++) {
        const struct compare_work *work = &compare_report->works[i];
        for (int k = 0; k < work->rows_count; k++) {
            put_team(compare_report, work, &work->rows[k], out);
            put_times(compare_report, work, &work->rows[k], out);
            put_shares(&work->rows[k], out);
            put_work(work, out);
            put_spent(&work->rows[k], out);
            put_quota(work, out);
        }
    }
}

char *compare_csv(const struct compare_report *compare_report)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return NULL;
    (void)fputs(COLUMNS, out);
    put_rows(compare_report, out);
    bool failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        free(text);
        return NULL;
    }
    return text;
}
