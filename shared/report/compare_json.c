/* compare_json - a comparison as JSON, version 1: keys are added, never renamed. */
#include "report/compare_report.h"
#include "report/parts.h"

#include "base/clock.h"

static json_t *samples_of(const struct compare_row *row)
{
    json_t *samples = json_array();
    for (int i = 0; i < row->count; i++)
        json_array_append_new(samples, part_real(true, row->samples_s[i]));
    return samples;
}

/* The round of each sample: ratios compare rows within the same round. */
static json_t *rounds_of(const struct compare_row *row)
{
    json_t *rounds = json_array();
    for (int i = 0; i < row->count; i++)
        json_array_append_new(rounds, json_integer(row->rounds != NULL ? row->rounds[i] : i));
    return rounds;
}

static json_t *workers_of(const struct compare_row *row)
{
    bool measured = row->workers != NULL && row->count > 0;
    return part_workers(row->workers, measured ? compare_row_workers(row) : 0);
}

/* What ran, with the same keys as the rows of `run`. */
static json_t *team_of(const struct compare_report *compare_report, const struct compare_work *work,
                       const struct compare_row *row)
{
    char shape[32];
    (void)snprintf(shape, sizeof(shape), "%dx%d", row->ranks, row->threads);
    json_t *gil = mechanism_has_gil(row->mechanism)
                      ? json_real(clock_seconds(compare_report->gil_interval_ns))
                      : json_null();
    return json_pack("{s:o, s:s, s:s, s:i, s:i, s:i, s:i, s:i, s:s, s:s, s:o, s:s, s:I}", "work",
                     part_text(work->work), "mechanism", mechanism_name(row->mechanism), "shape",
                     shape, "ranks", row->ranks, "threads", row->threads, "hosts", row->hosts,
                     "host", row->host, "cores", row->cores, "exchange", row->exchange, "schedule",
                     row->schedule, "gil", gil, "place",
                     environment_place(&compare_report->environment, compare_report->place),
                     "tasks", (json_int_t)work->tasks);
}

static json_t *times_of(const struct compare_report *compare_report,
                        const struct compare_work *work, const struct compare_row *row)
{
    bool measured = row->count > 0, gained = measured && work->task_s > 0;
    bool time = measured && row->time.found, speedup = gained && row->speedup.found;
    json_t *shares = measured
                         ? json_pack("{s:o, s:o, s:o, s:o}", "busy", part_real(true, row->busy),
                                     "talk", part_real(true, row->talk), "wait",
                                     part_real(true, row->wait), "lock", part_real(true, row->lock))
                         : json_null();
    return json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "samples_s",
        samples_of(row), "median_s", part_real(measured, row->time.median), "ci_low_s",
        part_real(time, row->time.low), "ci_high_s", part_real(time, row->time.high), "confidence",
        part_real(time, compare_report->confidence), "attained",
        part_real(time, row->time.attained), "speedup", part_real(gained, row->speedup.median),
        "speedup_low", part_real(speedup, row->speedup.low), "speedup_high",
        part_real(speedup, row->speedup.high), "bound", part_real(row->bound > 0, row->bound),
        "shares", shares, "start_s", part_real(measured, row->start_s), "cpu_s",
        part_real(measured, row->cpu_s));
}

static json_t *row_of(const struct compare_report *compare_report, const struct compare_work *work,
                      int index)
{
    const struct compare_row *row = &work->rows[index];
    json_t *json = team_of(compare_report, work, row), *times = times_of(compare_report, work, row);
    json_object_update(json, times);
    json_decref(times);
    json_object_set_new(json, "spent", row->count > 0 ? part_spent(&row->spent) : json_null());
    json_object_set_new(json, "root_limits", json_boolean(row->count > 0 && row->root_limits));
    json_object_set_new(json, "bound_by",
                        row->bound > 0 ? json_string(bound_by_name(row->bound_by)) : json_null());
    json_object_set_new(json, "best", json_boolean(index == work->best));
    json_object_set_new(json, "ties", json_boolean(row->ties));
    json_object_set_new(json, "reason",
                        row->reason[0] != '\0' ? part_text(row->reason) : json_null());
    json_object_set_new(json, "workers", workers_of(row));
    json_object_set_new(json, "rounds", rounds_of(row));
    return json;
}

static json_t *rows_of(const struct compare_report *compare_report)
{
    json_t *rows = json_array();
    for (int i = 0; i < compare_report->works_count; i++)
        for (int k = 0; k < compare_report->works[i].rows_count; k++)
            json_array_append_new(rows, row_of(compare_report, &compare_report->works[i], k));
    return rows;
}

/* --- works --- */

static json_t *index_or_null(int index, int first)
{
    return index >= 0 ? json_integer(first + index) : json_null();
}

/* `first`: the index of its first row among the rows of all works. */
static json_t *work_of(const struct compare_work *work, int first)
{
    bool base = work->task_s > 0;
    json_t *json = json_pack(
        "{s:o, s:I, s:b, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o}", "work",
        part_text(work->work), "tasks", (json_int_t)work->tasks, "tuned", (int)work->tuned,
        "task_s", part_real(base, work->task_s), "cpu_share", part_real(base, work->cpu_share),
        "message_s", part_real(work->message_s > 0, work->message_s), "ended",
        compare_end_name(work->ended), "other_load", part_real(true, work->other_load), "stolen",
        part_real(true, work->stolen), "throttled", part_real(true, work->throttled),
        "quota_changed", (int)work->quota_changed, "base",
        index_or_null(work->rows_count > 0 ? 0 : -1, first), "best",
        index_or_null(work->best, first), "winner", index_or_null(work->winner, first), "pick",
        work->pick[0] != '\0' ? part_text(work->pick) : json_null(), "launch",
        work->launches ? part_launch(&work->launch) : json_null());
    return json;
}

static json_t *works_of(const struct compare_report *compare_report)
{
    json_t *works = json_array();
    for (int i = 0, first = 0; i < compare_report->works_count; i++) {
        json_array_append_new(works, work_of(&compare_report->works[i], first));
        first += compare_report->works[i].rows_count;
    }
    return works;
}

/* A sentence stands alone here, so each begins with the name of its work. */
static json_t *verdict_of(const struct compare_report *compare_report)
{
    json_t *verdict = json_array();
    int next = 0;
    char text[sizeof(compare_report->works->work) + COMPARE_SENTENCE];
    for (int i = 0; i < compare_report->works_count; i++)
        for (int k = 0; k < compare_report->works[i].sentences; k++) {
            (void)snprintf(text, sizeof(text), "%s: %s", compare_report->works[i].work,
                           compare_report->verdict[next++]);
            json_array_append_new(verdict, part_text(text));
        }
    while (next < compare_report->verdict_count)
        json_array_append_new(verdict, part_text(compare_report->verdict[next++]));
    return verdict;
}

/* --- all --- */

/* The serial row of the first work, as most comparisons have only one; each work gives the index of
 * its own. */
static json_t *base_of(const struct compare_report *compare_report)
{
    bool any = compare_report->works_count > 0 && compare_report->works[0].rows_count > 0;
    return any ? row_of(compare_report, &compare_report->works[0], 0) : json_null();
}

/* null if the kernel does not show it, as in most virtual machines. */
static json_t *clock_of(const struct frequency *clock)
{
    if (clock->pus == 0)
        return json_null();
    return json_pack("{s:o, s:f, s:f, s:o}", "governor", part_text(clock->governor), "low_hz",
                     clock->low_hz, "high_hz", clock->high_hz, "limit_hz",
                     part_real(clock->limit_hz > 0, clock->limit_hz));
}

static json_t *measured_of(const struct compare_report *compare_report)
{
    return json_pack(
        "{s:I, s:i, s:i, s:i, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "seed",
        (json_int_t)compare_report->seed, "ranks", compare_report->ranks, "threads",
        compare_report->threads, "workers", compare_report->workers, "cores", compare_report->cores,
        "confidence", part_real(true, compare_report->confidence), "apart",
        part_real(true, compare_report->apart), "budget_s",
        part_real(compare_report->budget_s > 0, compare_report->budget_s), "elapsed_s",
        part_real(true, compare_report->elapsed_s), "memory_bandwidth",
        part_real(compare_report->memory_bandwidth > 0, compare_report->memory_bandwidth),
        "message_bandwidth",
        part_real(compare_report->message_bandwidth > 0, compare_report->message_bandwidth),
        "copy_bandwidth",
        part_real(compare_report->copy_bandwidth > 0, compare_report->copy_bandwidth), "mpi_init_s",
        part_real(true, compare_report->mpi_init_s), "clock", clock_of(&compare_report->clock),
        "change",
        compare_report->change[0] != '\0' ? part_text(compare_report->change) : json_null());
}

char *compare_json(const struct compare_report *compare_report)
{
    json_t *root = json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:n, s:o, s:o}",
                             "schema_version", SCHEMA_VERSION, "tool", part_tool(), "environment",
                             part_environment(&compare_report->environment, json_array()),
                             "command", part_text(compare_report->environment.command), "measured",
                             measured_of(compare_report), "works", works_of(compare_report), "rows",
                             rows_of(compare_report), "base", base_of(compare_report), "check",
                             "verdict", verdict_of(compare_report), "warnings",
                             part_warnings(&compare_report->environment));
    char *text = root != NULL ? json_dumps(root, JSON_INDENT(2)) : NULL;
    json_decref(root);
    return text;
}
