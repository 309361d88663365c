/* run_table - the report for people to read in a terminal: 80 columns, no colour needed. */
#include "base/text.h"
#include "base/units.h"
#include "report/column.h"
#include "report/efficiency.h"
#include "report/run_report.h"
#include "report/spent_lines.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Prints the results in one line if there are few, else their number and sum. */
int report_results(const struct run_report *report, FILE *out)
{
    const struct tally *results = &report->results;
    char text[TALLY_TEXT], last[TALLY_TEXT];
    if (report->output == NULL && tally_previewed(results) == results->count) {
        for (int64_t i = 0; i < results->count; i++) {
            (void)number_text(results->kind, results->preview[i], text, sizeof(text));
            (void)fprintf(out, "%s%s", i > 0 ? " " : "", text);
        }
        (void)fprintf(out, "\n");
    } else {
        (void)fprintf(out, "%" PRId64 " result%s", results->count, plural(results->count));
        if (!report->no_sum)
            (void)fprintf(out, ", sum %s", tally_sum(results, text));
        (void)number_text(results->kind, results->first_cell, text, sizeof(text));
        (void)number_text(results->kind, results->last_cell, last, sizeof(last));
        (void)fprintf(out, ", first %s, last %s\n", text, last);
    }
    if (report->output != NULL)
        (void)fprintf(out, "written to %s\n", report->output);
    return ferror(out) ? -1 : 0;
}

static const char *pus(const char *list)
{
    return seat_plural(list) ? "PUs" : "PU";
}

/* Ranks that were seated beyond their launcher's mask: the first, and how many more. */
static void widened_line(const struct run_report *report, FILE *out)
{
    const struct report_rank *first = NULL;
    int more = -1;
    for (int rank = report->ranks - 1; rank >= 0; rank--)
        if (report->rank_rows[rank].widened) {
            first = &report->rank_rows[rank];
            more++;
        }
    if (first == NULL)
        return;
    (void)fprintf(out, "widened    rank %d", (int)(first - report->rank_rows));
    if (more > 0)
        (void)fprintf(out, " (and %d more)", more);
    (void)fprintf(out, ": from %s %.24s to %s %.24s,\n           as %s\n", pus(first->given),
                  first->given, pus(first->seated), first->seated,
                  report->environment.hosts[first->host].evidence);
}

static void header(const struct run_report *report, FILE *out)
{
    (void)fprintf(out, "squares    %d process%s x %d thread%s each: %s\n", report->ranks,
                  report->ranks == 1 ? "" : "es", report->threads, plural(report->threads),
                  report_mechanism(report));
    (void)fprintf(out, "work       %s on %" PRId64 " number%s (%s) from %s%s\n", report->work,
                  report->results.count, plural(report->results.count),
                  report->results.kind == NUMBER_INT64 ? "int64" : "float64",
                  report->input_is_range ? "range " : "", report->input);
    if (report->cost != NULL)
        (void)fprintf(out, "cost       %s: %s\n", report->cost, report->cost_help);
    (void)fprintf(out, "exchange   %s: %s\n", report->exchange, report->exchange_help);
    if (report->exchange_note[0] != '\0')
        (void)fprintf(out, "           (%s)\n", report->exchange_note);
    if (report->chunk > 0)
        (void)fprintf(out, "schedule   %s, by %" PRId64 "\n", report->schedule, report->chunk);
    else
        (void)fprintf(out, "schedule   %s\n", report->schedule);
    environment_print(&report->environment, out);
    widened_line(report, out);
    (void)fprintf(out, "\n");
}

/* Where a worker may run, whether as planned or not. */
static const char *place_of(const struct stay *stay)
{
    return !stay->bound ? "any" : stay->clamped ? stay->read : stay->planned;
}

/* The PUs of a rank's workers: "0 1 0 1", cut to the width of the column. */
static void seats_of(const struct run_report *report, int rank, char *text, size_t size)
{
    size_t used = 0;
    for (int thread = 0; thread < report->threads; thread++) {
        const struct report_worker *w = &report->workers[rank * report->threads + thread];
        if (w->stay.rank == REPORT_NOBODY)
            break;
        int length =
            snprintf(text + used, size - used, "%s%s", thread > 0 ? " " : "", place_of(&w->stay));
        if (length < 0 || (size_t)length >= size - used) {
            memcpy(text + size - 4, "...", 4);
            return;
        }
        used += (size_t)length;
    }
}

static const char *role_of(const struct report_rank *rank)
{
    if (rank->feeds)
        return rank->works ? "feeds, works" : "feeds";
    return "works";
}

/* The times of a rank are the means of its workers' times, so they add up to the time of the
 * job. */
static void rank_row(const struct run_report *report, const struct column_hosts *hosts, int rank,
                     FILE *out)
{
    const struct report_rank *row = &report->rank_rows[rank];
    double busy = 0, talk = 0, wait = 0;
    int64_t tasks = 0;
    int workers = 0;
    for (int thread = 0; thread < report->threads; thread++) {
        const struct report_worker *w = &report->workers[rank * report->threads + thread];
        if (w->stay.rank == REPORT_NOBODY)
            break;
        busy += w->busy_s;
        talk += w->talk_s;
        wait += w->wait_s;
        tasks += w->tasks;
        workers++;
    }
    char seats[11], a[UNIT_TEXT], b[UNIT_TEXT], c[UNIT_TEXT], host[COLUMN_TEXT];
    seats_of(report, rank, seats, sizeof(seats));
    (void)fprintf(out, "%4d  %-12s  %-*s  %-10s  %9" PRId64 "  %7s  %7s  %7s\n", rank, role_of(row),
                  hosts->width, column_host(hosts, report->environment.hosts[row->host].name, host),
                  seats, tasks, unit_duration(busy / workers, a), unit_duration(talk / workers, b),
                  unit_duration(wait / workers, c));
}

enum { ROWS_HEAD = 12, ROWS_TAIL = 4, ROWS_MOST = 20 };

static void rank_rows(const struct run_report *report, bool all, FILE *out)
{
    const struct column_hosts hosts = column_hosts(&report->environment, 10);
    (void)fprintf(out, "%4s  %-12s  %-*s  %-10s  %9s  %7s  %7s  %7s\n", "rank", "role", hosts.width,
                  "host", "on PUs", "tasks", "busy", "talk", "wait");
    bool fold = !all && report->ranks > ROWS_MOST;
    for (int rank = 0; rank < report->ranks; rank++) {
        if (fold && rank == ROWS_HEAD) {
            (void)fprintf(out, "      ... %d more ranks: all with --verbose\n",
                          report->ranks - ROWS_HEAD - ROWS_TAIL);
            rank = report->ranks - ROWS_TAIL;
        }
        rank_row(report, &hosts, rank, out);
    }
}

static const char *check_words(enum check_status check)
{
    switch (check) {
    case CHECK_FORMULA:
        return "ok: count and sum are what the formula for a range says";
    case CHECK_AGREES:
        return "ok: what arrived is what the workers made";
    case CHECK_UNCOMPARED:
        return "ok: every number has a result; none travelled, so none was compared";
    case CHECK_DAMAGED:
        break;
    }
    return "DAMAGED: the results that arrived are not those that were made";
}

/* Whether the workers that had work stayed where they were planned, according to all looks. */
static void stay_line(const struct run_report *report, FILE *out)
{
    int seen = 0, stayed = 0, idle = 0;
    int64_t moves = 0;
    for (int i = 0; i < report->ranks * report->threads; i++) {
        const struct stay *stay = &report->workers[i].stay;
        if (stay->rank == REPORT_NOBODY)
            continue;
        bool looked_at = stay->seen[0] != '\0';
        seen += looked_at;
        idle += !looked_at;
        stayed += looked_at && !stay->strayed && stay->bound;
        moves += stay->moves;
    }
    if (environment_left(&report->environment)) {
        (void)fprintf(out,
                      "placed     none: left to the kernel, as nothing bound this job and it needs "
                      "fewer\n           cores than it may use; %" PRId64 " move%s\n",
                      moves, plural(moves));
        return;
    }
    (void)fprintf(out,
                  "placed     %d of %d worker%s seen only on the PUs planned, %" PRId64 " move%s",
                  stayed, seen, plural(seen), moves, plural(moves));
    if (idle > 0)
        (void)fprintf(out, "; %d had no work", idle);
    (void)fputc('\n', out);
}

/* A row for each worker, if all are asked for. */
static void worker_rows(const struct run_report *report, FILE *out)
{
    (void)fprintf(out, "\n%7s  %-12s  %-10s %5s %8s %6s %7s %7s %7s\n", "worker", "on PUs",
                  "seen on", "moves", "tasks", "chunks", "busy", "cpu", "no core");
    for (int i = 0; i < report->ranks * report->threads; i++) {
        const struct report_worker *w = &report->workers[i];
        char name[32], busy[UNIT_TEXT], cpu[UNIT_TEXT], core[UNIT_TEXT];
        char planned[COLUMN_TEXT], seen[COLUMN_TEXT];
        if (w->stay.rank == REPORT_NOBODY)
            continue;
        (void)snprintf(name, sizeof(name), "%d.%d", w->stay.rank, w->stay.thread);
        (void)fprintf(out, "%7s  %-12s  %-10s %5d %8" PRId64 " %6" PRId64 " %7s %7s %7s\n", name,
                      column_list(place_of(&w->stay), 12, planned),
                      column_list(w->stay.seen, 10, seen), w->stay.moves, w->tasks, w->chunks,
                      unit_duration(w->busy_s, busy), unit_duration(w->cpu_s, cpu),
                      isnan(w->core_wait_s) ? "?" : unit_duration(w->core_wait_s, core));
    }
}

static void gil_line(const struct run_report *report, FILE *out)
{
    double all = 0, lock = 0;
    char interval[UNIT_TEXT];
    for (int i = 0; i < report->ranks * report->threads; i++) {
        const struct report_worker *w = &report->workers[i];
        if (w->stay.rank == REPORT_NOBODY)
            continue;
        lock += w->lock_s;
        all += w->busy_s + w->talk_s + w->wait_s + w->lock_s;
    }
    (void)fprintf(out,
                  "gil        one for each process; a waiting thread asks for it after %s;\n"
                  "           waiting took %.0f %% of the workers' time\n",
                  unit_duration(report->gil_interval_s, interval), all > 0 ? 100 * lock / all : 0);
}

/* What moving numbers cost, and how much of it was hidden by other work; if it is worth
 * mentioning. */
static void talk_line(const struct run_report *report, FILE *out)
{
    const double LEAST = 0.01; /* of the ranks' time */
    double talk = 0, hidden = 0;
    char all[UNIT_TEXT], seen[UNIT_TEXT];
    for (int i = 0; i < report->ranks * report->threads; i++) {
        talk += report->workers[i].talk_s;
        hidden += report->workers[i].hidden_s;
    }
    if (talk < LEAST * report->elapsed_s * report->ranks)
        return;
    (void)fprintf(out, "talk       %s in all, ", unit_duration(talk, all));
    if (hidden > 0)
        (void)fprintf(out, "%s of it not hidden behind tasks\n",
                      unit_duration(talk - hidden, seen));
    else
        (void)fprintf(out, "none of it hidden behind tasks\n");
}

/* Other programs and machines are named only if the kernel has counted them. */
static void lost_lines(const struct efficiency *e, FILE *out)
{
    const double LEAST = 0.02;
    double rest = e->lost - e->lost_programs - e->lost_machines;
    const struct {
        double share;
        const char *words;
    } takers[] = {{e->lost_programs, "other programs"},
                  {e->lost_machines, "other machines on this hardware"}};
    for (int i = 0; i < 2; i++)
        if (takers[i].share >= LEAST)
            (void)fprintf(out, "           %s took %.0f %% of the tasks' core time\n",
                          takers[i].words, 100 * takers[i].share);
    if (rest < LEAST)
        return;
    (void)fprintf(out,
                  "           tasks did not run for %.0f %% of their core time, for %s reason\n",
                  100 * rest, e->lost_untold ? "an unknown" : "another");
}

/* How often a cgroup's quota stopped the job; and that it was the limit, if it was used up. */
static void quota_line(const struct run_report *report, FILE *out)
{
    const double NEARLY = 0.8;
    struct efficiency e = efficiency_of(report);
    char cpus[QUOTA_CPUS];
    double quota = environment_quota(&report->environment, 0, report->environment.hosts_count);
    if (report->quota_changed)
        (void)fprintf(out, "quota      it changed while the job ran\n");
    if (!quota_stops(report->throttled))
        return;
    (void)fprintf(out, "quota      throttled in %.0f %% of the periods", 100 * report->throttled);
    if (e.known && e.by == EFFICIENCY_QUOTA && e.share >= NEARLY)
        (void)fprintf(out, ": the quota of %s is the limit", quota_text(quota, cpus));
    (void)fputc('\n', out);
}

static void efficiency_line(const struct run_report *report, FILE *out)
{
    const double WORTH_TELLING = 0.05;
    struct efficiency e = efficiency_of(report);
    char total[UNIT_TEXT], best[UNIT_TEXT], with[EFFICIENCY_TEXT];
    if (!e.known)
        return;
    (void)fprintf(out, "efficiency %.0f %%: %s, at best %s with %s\n", 100 * e.share,
                  unit_duration(report->elapsed_s, total), unit_duration(e.best_s, best),
                  efficiency_words(report, &e, with));
    if (e.lost > WORTH_TELLING)
        lost_lines(&e, out);
}

/* How many chunks each worker got, by rank and thread: all numbers if they fit into a line, else
 * the smallest and the largest. */
static void chunks_line(const struct run_report *report, FILE *out)
{
    char each[80] = "";
    int64_t all = 0, least = INT64_MAX, most = 0;
    for (int i = 0; i < report->ranks * report->threads; i++) {
        int64_t chunks = report->workers[i].chunks;
        if (report->workers[i].stay.rank == REPORT_NOBODY ||
            !report->rank_rows[i / report->threads].works)
            continue;
        all += chunks;
        least = chunks < least ? chunks : least;
        most = chunks > most ? chunks : most;
        text_item(each, sizeof(each), " ", "%" PRId64, chunks);
    }
    int length = fprintf(out, "chunks     %" PRId64 " handed out", all);
    if ((size_t)length + strlen(": ") + strlen(each) <= 80)
        (void)fprintf(out, ": %s\n", each);
    else
        (void)fprintf(out, ", %" PRId64 " to %" PRId64 " a worker\n", least, most);
}

static void footer(const struct run_report *report, FILE *out)
{
    const double WORTH_TELLING_S = 0.1;
    char total[UNIT_TEXT], rate[UNIT_TEXT], mpi[UNIT_TEXT], place[UNIT_TEXT], finish[UNIT_TEXT];
    (void)fprintf(out, "\ntotal      %s, %s tasks/s (first number read to last result",
                  unit_duration(report->elapsed_s, total), unit_si(report_rate(report), rate));
    (void)fprintf(out, " %s)\n", report->output != NULL ? "written" : "back");
    spent_lines(report, out);
    talk_line(report, out);
    quota_line(report, out);
    efficiency_line(report, out);
    chunks_line(report, out);
    (void)fprintf(out, "before it  %s starting MPI, %s placing the workers\n",
                  unit_duration(report->mpi_init_s, mpi), unit_duration(report->place_s, place));
    if (report->output != NULL && report->finish_s >= WORTH_TELLING_S)
        (void)fprintf(out, "after it   %s checking, and putting the output in place\n",
                      unit_duration(report->finish_s, finish));
    stay_line(report, out);
    if (report->gil_interval_s > 0)
        gil_line(report, out);
    (void)fprintf(out, "check      %s\n", check_words(report->check));
}

int report_table(const struct run_report *report, bool all_ranks, FILE *out)
{
    header(report, out);
    rank_rows(report, all_ranks, out);
    if (all_ranks)
        worker_rows(report, out);
    footer(report, out);
    return ferror(out) ? -1 : 0;
}
