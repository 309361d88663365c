/* run_json - the report as JSON, version 1: keys are added, never renamed. */
#include "report/efficiency.h"
#include "report/parts.h"
#include "report/run_report.h"

#include "version.h"

/* The PUs that the launcher gave to each rank, and those of its seats. */
static json_t *bindings_of(const struct run_report *report)
{
    json_t *bindings = json_array();
    for (int rank = 0; rank < report->ranks; rank++) {
        const struct report_rank *r = &report->rank_rows[rank];
        json_array_append_new(
            bindings, json_pack("{s:i, s:s, s:s, s:b, s:o}", "rank", rank, "pus", r->given,
                                "seated_pus", r->seated, "widened", (int)r->widened, "evidence",
                                part_text(report->environment.hosts[r->host].evidence)));
    }
    return bindings;
}

static json_t *ranks_of(const struct run_report *report)
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

/* Keys whose value `run` does not measure (intervals, speed-ups) are null. */
static json_t *row_of(const struct run_report *report)
{
    char shape[32];
    (void)snprintf(shape, sizeof(shape), "%dx%d", report->ranks, report->threads);
    const char *cost = report->cost != NULL ? report->cost : "flat";
    json_t *gil = report->gil_interval_s > 0 ? json_real(report->gil_interval_s) : json_null();
    json_t *row =
        json_pack("{s:o, s:s, s:s, s:i, s:i, s:s, s:s, s:s, s:o, s:s, s:s, s:I}", "work",
                  part_text(report->work), "mechanism", report_mechanism(report), "shape", shape,
                  "ranks", report->ranks, "threads", report->threads, "exchange", report->exchange,
                  "schedule", report->schedule, "cost", cost, "gil", gil, "place",
                  environment_place(&report->environment, report->place), "root",
                  report->root_works ? "works" : "feeds", "seed", (json_int_t)report->seed);
    json_t *times = json_pack(
        "{s:[f], s:f, s:n, s:n, s:n, s:n, s:n, s:n, s:n, s:f, s:f, s:f, s:f}", "samples_s",
        report->elapsed_s, "median_s", report->elapsed_s, "ci_low_s", "ci_high_s", "confidence",
        "speedup", "speedup_low", "speedup_high", "bound", "rate", report_rate(report),
        "mpi_init_s", report->mpi_init_s, "place_s", report->place_s, "finish_s", report->finish_s);
    json_object_update(row, times);
    json_decref(times);
    struct efficiency e = efficiency_of(report);
    json_t *best = json_pack("{s:o, s:o, s:o}", "best_s", part_real(e.known, e.best_s), "best_by",
                             e.known ? json_string(efficiency_by_name(e.by)) : json_null(),
                             "efficiency", part_real(e.known, e.share));
    json_object_update(row, best);
    json_decref(best);
    struct spent spent = spent_of_job(report);
    json_object_set_new(row, "spent", part_spent(&spent));
    json_object_set_new(row, "other_load", part_real(true, report->other_load));
    json_object_set_new(row, "stolen", part_real(true, report->stolen));
    json_object_set_new(row, "throttled", part_real(true, report->throttled));
    json_object_set_new(row, "quota_changed", json_boolean(report->quota_changed));
    json_object_set_new(row, "rank_rows", ranks_of(report));
    json_object_set_new(row, "workers",
                        part_workers(report->workers, report->ranks * report->threads));
    return row;
}

/* The sum is text: it can have 38 digits. */
static json_t *sum_of(const struct run_report *report)
{
    char text[TALLY_TEXT];
    return report->no_sum ? json_null() : json_string(tally_sum(&report->results, text));
}

static json_t *check_of(const struct run_report *report)
{
    static const char *const STATUS[] = {[CHECK_AGREES] = "ok",
                                         [CHECK_FORMULA] = "ok",
                                         [CHECK_DAMAGED] = "damaged",
                                         [CHECK_UNCOMPARED] = "ok"};
    const struct tally *r = &report->results;
    char first[TALLY_TEXT], last[TALLY_TEXT];
    (void)number_text(r->kind, r->first_cell, first, sizeof(first));
    (void)number_text(r->kind, r->last_cell, last, sizeof(last));
    return json_pack("{s:I, s:s, s:o, s:s, s:s, s:b, s:s}", "count", (json_int_t)r->count, "kind",
                     r->kind == NUMBER_INT64 ? "int64" : "float64", "sum", sum_of(report), "first",
                     first, "last", last, "formula", (int)(report->check == CHECK_FORMULA),
                     "status", STATUS[report->check]);
}

char *report_json(const struct run_report *report)
{
    json_t *root =
        json_pack("{s:i, s:o, s:o, s:o, s:[o], s:n, s:o, s:[], s:o}", "schema_version",
                  SCHEMA_VERSION, "tool", part_tool(), "environment",
                  part_environment(&report->environment, bindings_of(report)), "command",
                  part_text(report->environment.command), "rows", row_of(report), "base", "check",
                  check_of(report), "verdict", "warnings", part_warnings(&report->environment));
    char *text = root != NULL ? json_dumps(root, JSON_INDENT(2)) : NULL;
    json_decref(root);
    return text;
}
