/* json - the report as JSON, version 1: keys are added, never renamed. */
#include "report/report.h"

#include "version.h"

#include <jansson.h>

enum { SCHEMA_VERSION = 1 };

static json_t *tool_of(void)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", "squares", "version", SQUARES_VERSION,
                     "commit", SQUARES_COMMIT, "compiler", SQUARES_COMPILER, "flags",
                     SQUARES_FLAGS);
}

/* The hosts of a cluster have names, not secrets: any bytes that are no UTF-8 become "?". */
static json_t *text_of(const char *text)
{
    json_t *json = json_string(text);
    return json != NULL ? json : json_string("?");
}

static json_t *hosts_of(const struct report *report)
{
    json_t *hosts = json_array();
    for (int i = 0; i < report->hosts_count; i++) {
        const struct report_host *h = &report->hosts[i];
        json_array_append_new(hosts, json_pack("{s:o, s:o, s:i, s:i, s:i, s:i, s:i, s:i}", "name",
                                               text_of(h->name), "cpu", text_of(h->cpu), "packages",
                                               h->packages, "cores", h->cores, "pus", h->pus,
                                               "numa", h->numa, "usable_cores", h->usable_cores,
                                               "usable_pus", h->usable_pus));
    }
    return hosts;
}

/* The PUs each rank was given by its launcher. */
static json_t *bindings_of(const struct report *report)
{
    json_t *bindings = json_array();
    for (int rank = 0; rank < report->ranks; rank++)
        json_array_append_new(
            bindings, json_pack("{s:i, s:s}", "rank", rank, "pus", report->rank_rows[rank].given));
    return bindings;
}

static json_t *environment_of(const struct report *report)
{
    return json_pack("{s:o, s:s, s:o, s:o, s:o}", "mpi", text_of(report->mpi), "hwloc",
                     SQUARES_HWLOC, "hosts", hosts_of(report), "launcher",
                     text_of(report->launcher), "bindings", bindings_of(report));
}

static json_t *workers_of(const struct report *report)
{
    json_t *workers = json_array();
    for (int i = 0; i < report->ranks * report->threads; i++) {
        const struct report_worker *w = &report->workers[i];
        if (w->rank == REPORT_NOBODY)
            continue;
        json_t *worker =
            json_pack("{s:i, s:i, s:i, s:s, s:s, s:s, s:b, s:i, s:I, s:f, s:f, s:f, s:f}", "rank",
                      w->rank, "thread", w->thread, "host", w->host, "planned_pus", w->planned,
                      "bound_pus", w->read, "seen_pus", w->seen, "bound", (int)w->bound, "moves",
                      w->moves, "tasks", (json_int_t)w->tasks, "busy_s", w->busy_s, "talk_s",
                      w->talk_s, "wait_s", w->wait_s, "cpu_s", w->cpu_s);
        json_array_append_new(workers, worker);
    }
    return workers;
}

static json_t *ranks_of(const struct report *report)
{
    json_t *ranks = json_array();
    for (int rank = 0; rank < report->ranks; rank++) {
        const struct report_rank *r = &report->rank_rows[rank];
        json_array_append_new(ranks,
                              json_pack("{s:i, s:i, s:b, s:b, s:I}", "rank", rank, "host", r->host,
                                        "feeds", (int)r->feeds, "works", (int)r->works,
                                        "peak_bytes", (json_int_t)r->peak_bytes));
    }
    return ranks;
}

/* Keys whose value `run` does not measure (intervals, speed-ups) are null, never invented. */
static json_t *row_of(const struct report *report)
{
    char shape[32];
    (void)snprintf(shape, sizeof(shape), "%dx%d", report->ranks, report->threads);
    json_t *row = json_pack(
        "{s:s, s:s, s:s, s:i, s:i, s:s, s:s, s:n, s:s, s:s, s:I}", "work", report->work,
        "mechanism", report_mechanism(report), "shape", shape, "ranks", report->ranks, "threads",
        report->threads, "exchange", report->exchange, "schedule", "static", "gil", "place", "auto",
        "root", report->root_works ? "works" : "feeds", "seed", (json_int_t)report->seed);
    json_t *times = json_pack("{s:[f], s:f, s:n, s:n, s:n, s:n, s:n, s:n, s:n, s:f, s:f, s:f}",
                              "samples_s", report->elapsed_s, "median_s", report->elapsed_s,
                              "ci_low_s", "ci_high_s", "confidence", "speedup", "speedup_low",
                              "speedup_high", "bound", "rate", report_rate(report), "mpi_init_s",
                              report->mpi_init_s, "place_s", report->place_s);
    json_object_update(row, times);
    json_decref(times);
    json_object_set_new(row, "rank_rows", ranks_of(report));
    json_object_set_new(row, "workers", workers_of(report));
    return row;
}

/* The sum is text: it can have 38 digits. */
static json_t *check_of(const struct report *report)
{
    static const char *const STATUS[] = {
        [CHECK_AGREES] = "ok", [CHECK_FORMULA] = "ok", [CHECK_DAMAGED] = "damaged"};
    const struct tally *r = &report->results;
    char sum[TALLY_TEXT], first[TALLY_TEXT], last[TALLY_TEXT];
    (void)number_text(r->kind, r->first_cell, first, sizeof(first));
    (void)number_text(r->kind, r->last_cell, last, sizeof(last));
    return json_pack("{s:I, s:s, s:s, s:s, s:s, s:b, s:s}", "count", (json_int_t)r->count, "kind",
                     r->kind == NUMBER_INT64 ? "int64" : "float64", "sum", tally_sum(r, sum),
                     "first", first, "last", last, "formula", (int)(report->check == CHECK_FORMULA),
                     "status", STATUS[report->check]);
}

static json_t *warnings_of(const struct report *report)
{
    json_t *warnings = json_array();
    for (int i = 0; i < report->warnings_count; i++) {
        const struct report_warning *w = &report->warnings[i];
        json_array_append_new(warnings, json_pack("{s:s, s:o, s:o}", "code", w->code, "text",
                                                  text_of(w->text), "remedy", text_of(w->remedy)));
    }
    return warnings;
}

char *report_json(const struct report *report)
{
    json_t *root =
        json_pack("{s:i, s:o, s:o, s:o, s:[o], s:n, s:o, s:[], s:o}", "schema_version",
                  SCHEMA_VERSION, "tool", tool_of(), "environment", environment_of(report),
                  "command", text_of(report->command), "rows", row_of(report), "base", "check",
                  check_of(report), "verdict", "warnings", warnings_of(report));
    char *text = root != NULL ? json_dumps(root, JSON_INDENT(2)) : NULL;
    json_decref(root);
    return text;
}
