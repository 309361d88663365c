/* run - the command: one job, numbers in, results out. */
#include "base/clock.h"
#include "base/outputs.h"
#include "base/outtext.h"
#include "base/streams.h"
#include "bind/findings_gather.h"
#include "bind/takings.h"
#include "comm/agree.h"
#include "command/command.h"
#include "command/run_report.h"
#include "exchange/part_file.h"
#include "experiment/collect.h"
#include "experiment/open_work.h"
#include "experiment/other_load.h"
#include "report/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All that a run holds, so that it can be released at any point. A zeroed one is empty. */
struct run {
    struct team team;
    const struct run_options *options;
    struct work work; /* a copy of the options' work, opened; its settings belong to the options */
    bool staged;
    struct source *source;  /* rank 0 */
    struct sink sink;       /* rank 0 */
    struct file_plan files; /* if each rank opens them */
    struct outtext json;    /* rank 0 */
    struct seats seats;
    struct gil gil; /* if the options ask for one */
    bool gil_made;
    struct crew *crew;
    struct job job;
    const struct exchange *exchange; /* the open one; NULL: none */
    struct progress progress;
    struct watch watch;                       /* for the workers' seats */
    struct other_load_watch other_load_watch; /* for the job */
    struct run_report report;                 /* rank 0 */
    bool results_done; /* rank 0: the results are in place, and stay there whatever follows */
    struct err err;
};

/* --- phase 1: the files, on rank 0 --- */

static struct source *open_source(const struct run_options *o, struct err *err)
{
    if (o->ranged)
        return source_range(&o->range, err);
    if (o->input != NULL)
        return source_open(o->input, o->type, err);
    return source_words(o->words, o->words_count, o->type, err);
}

/* For text and pipes, the number of numbers is known only at their end. */
static int check_count(const struct run_options *o, const struct source *source, struct err *err)
{
    enum cost_shape shape = o->work.cost.shape;
    if (source->count != COUNT_UNKNOWN || !cost_wants_count(shape))
        return 0;
    err_set(err, ERR_INPUT,
            "--cost %s needs to know how many numbers there are, and '%s' does not say",
            COSTS[shape], o->input);
    return err_remedy(err, "use --range, or a .npy or .i64 file; --cost random needs no count");
}

static void open_files(struct run *run)
{
    const struct run_options *o = run->options;
    struct err *err = &run->err;
    if (!o->root_works && run->team.size == 1) {
        err_set(err, ERR_INPUT, "--root feeds leaves no process to work: there is only one");
        err_remedy(err, "start more: mpirun -np 2 ./squares ...");
        return;
    }
    run->source = open_source(o, err);
    if (run->source == NULL || work_accepts(&o->work, run->source->kind, err) != 0 ||
        check_count(o, run->source, err) != 0)
        return;
    bool shared = o->exchange->own_files;
    if ((shared ? sink_open_shared : sink_open)(&run->sink, o->output, run->source->kind, err) != 0)
        return;
    if (shared && file_plan_make(&run->files, run->source, &run->sink, err) != 0)
        return;
    if (outtext_open(&run->json, o->json, err) != 0)
        return;
    run->sink.file.synced = !o->no_fsync;
    outtext_synced(&run->json, !o->no_fsync);
    const struct output outputs[] = {{"--output", &run->sink.file, true},
                                     {"--json", &run->json.file, false}};
    if (outputs_apart(outputs, 2, err) == 0)
        (void)outputs_apart_from(outputs, 2, o->input, err);
}

static int open_phase(struct run *run)
{
    run->files = (struct file_plan){.input = run->options->input, .output = run->options->output};
    if (run->team.rank == 0)
        open_files(run);
    if (agree(&run->team, &run->err) != 0)
        return -1;
    if (run->options->exchange->own_files)
        file_plan_tell(&run->files, &run->team);
    int64_t told[2] = {0};
    if (run->source != NULL) {
        told[0] = run->source->kind;
        told[1] = run->source->count;
    }
    MPI_Bcast(told, 2, MPI_INT64_T, 0, run->team.world);
    run->job.kind = (enum number_kind)told[0];
    run->work.cost.count = told[1];
    return 0;
}

/* --- phase 2: the workers --- */

static int crew_phase(struct run *run)
{
    run->staged = true;
    if (open_work(&run->work, &run->team, &run->err) != 0)
        return -1;
    const struct seats_wish wish = {.placing = run->options->placing,
                                    .feeds = !run->options->root_works};
    if (seats_plan(&run->seats, &run->team, &wish, &run->err) != 0)
        return -1;
    run->team.crowded = run->seats.host.oversubscribed;
    run->gil_made = run->options->gil_ns > 0;
    if (run->gil_made)
        gil_init(&run->gil, run->options->gil_ns);
    const struct crew_setup setup = {run->seats.crew, run->seats.seats, run->team.crowded,
                                     run->gil_made ? &run->gil : NULL};
    run->crew = crew_create(&setup, &run->err);
    return agree(&run->team, &run->err);
}

/* --- phase 3: the job --- */

static void show_progress(void *arg, int64_t done, int64_t total)
{
    progress_tell(arg, done, total);
}

static void close_exchange(struct run *run)
{
    if (run->exchange == NULL)
        return;
    run->exchange->close(&run->job);
    job_close(&run->job);
    run->exchange = NULL;
}

static int try_exchange(struct run *run, const struct exchange *exchange)
{
    run->exchange = exchange;
    (void)job_open(&run->job, &run->err);
    return exchange_open(exchange, &run->job, &run->err);
}

/* The same on all ranks, as all know how many numbers there are. */
static enum schedule schedule_of(const struct run *run)
{
    const struct run_options *o = run->options;
    int64_t ranks = run->team.size - (o->root_works ? 0 : 1);
    int64_t chunk = o->chunk > 0 ? o->chunk : run->work.load->grain(&run->work);
    if (o->scheduled)
        return o->schedule;
    return schedule_usual(run->work.cost.count, ranks * run->seats.threads, chunk);
}

/* If the user did not ask for a window, falls back to messages where a window is not possible. */
static int open_exchange(struct run *run)
{
    const struct run_options *o = run->options;
    bool moves = exchange_kind_brings_back(o->exchange);
    enum schedule schedule = schedule_of(run);
    run->job = (struct job){
        .team = &run->team,
        .most = run->team.most,
        .crew = run->crew,
        .work = &run->work,
        .kind = run->job.kind,
        .schedule = schedule,
        .deals = schedule,
        .chunk = o->chunk,
        .root_works = o->root_works,
        .range = o->ranged ? &o->range : NULL,
        .source = moves ? run->source : NULL,
        .files = o->exchange->own_files ? &run->files : NULL,
        .sink = run->team.rank == 0 ? &run->sink : NULL,
        .progress = show_progress,
        .progress_arg = &run->progress,
    };
    const struct exchange *exchange = exchange_choose(o->exchange, &run->job);
    int status = try_exchange(run, exchange);
    if (status == 0 || o->exchange != &EXCHANGE_KINDS[EXCHANGE_KIND_AUTO] ||
        exchange == &EXCHANGE_MESSAGE)
        return status;
    close_exchange(run);
    (void)snprintf(run->report.exchange_note, sizeof(run->report.exchange_note),
                   "no window: %.220s", run->err.text);
    run->err = (struct err)ERR_INIT;
    return try_exchange(run, &EXCHANGE_MESSAGE);
}

/* On each host, what its ranks wrote is written to disk from there. */
static int sync_parts(struct run *run)
{
    const struct run_options *o = run->options;
    if (!run->exchange->kind->own_files || o->output == NULL || o->no_fsync)
        return 0;
    if (team_leads_host(&run->team))
        (void)part_file_sync(run->files.unfinished, o->output, &run->err);
    return agree(&run->team, &run->err);
}

/* Results that differ from what was made are not moved into place. */
static int finish_results(struct run *run)
{
    int64_t start = clock_now_ns();
    collect_tally(&run->job, &run->report.results);
    run->report.check = collect_check(&run->job, run->exchange, &run->report.results);
    if (sync_parts(run) != 0)
        return -1;
    if (run->team.rank == 0) {
        if (run->report.check == CHECK_DAMAGED)
            err_set(&run->err, ERR_FAILED, "the results that arrived are not those that were made");
        else
            run->results_done = sink_commit(&run->sink, &run->err) == 0;
        run->report.finish_s = clock_seconds(clock_now_ns() - start);
    }
    return agree(&run->team, &run->err);
}

/* Set on the leader of a host; NULL on other ranks. */
static hwloc_const_bitmap_t pus_of_job(const struct run *run)
{
    return run->seats.plan != NULL ? run->seats.plan->placement.widest : NULL;
}

/* Collective: notes how much other programs and other virtual machines used the job's PUs
 * meanwhile. */
static void take_other_load(struct run *run)
{
    struct other_load seen =
        other_load_watch_end(&run->other_load_watch, &run->team, pus_of_job(run));
    run->report.other_load = seen.others;
    run->report.stolen = seen.stolen;
    run->report.throttled = seen.throttled;
    run->report.quota_changed = seen.quota_changed;
}

/* Rank 0 times the job, from when all ranks are ready until the last result has come back and, with
 * an output, is written. Agreeing, checking and renaming come after. */
static int job_phase(struct run *run)
{
    if (open_exchange(run) != 0)
        return -1;
    present_progress(&run->progress, run->options->progress, "task");
    watch_begin(&run->watch, run->crew, &run->seats);
    other_load_watch_begin(&run->other_load_watch, pus_of_job(run));
    job_watch(&run->job);
    team_barrier(&run->team);
    job_watch_start(&run->job);
    int64_t start = clock_now_ns();
    (void)run->exchange->run(&run->job, &run->err);
    run->report.elapsed_s = clock_seconds(clock_now_ns() - start);
    job_watch_end(&run->job);
    watch_end(&run->watch, run->crew, &run->seats);
    (void)work_settle(&run->work, &run->err);
    int status = agree(&run->team, &run->err);
    if (status == 0)
        take_other_load(run);
    if (status == 0)
        status = finish_results(run);
    progress_end(&run->progress);
    return status;
}

/* --- phase 4: the report --- */

/* A rank that sees all results in order takes the sum of float64 (see tally.h). If each rank writes
 * its own results, reading them all again just for the sum would take longer than the job. */
static void tell_no_sum(struct run_report *report, const struct exchange *exchange)
{
    report->no_sum = exchange->kind->own_files && report->results.kind == NUMBER_FLOAT64;
    if (report->no_sum)
        (void)snprintf(report->exchange_note, sizeof(report->exchange_note),
                       "no sum: a float64 sum depends on the order, and no rank sees all results");
}

static int report_phase(struct run *run, const struct invocation *launch)
{
    const struct run_options *o = run->options;
    struct run_report *report = &run->report;
    report->ranks = run->team.size;
    report->threads = run->seats.threads;
    struct findings findings;
    warn_inspect(&findings, &run->team, &run->seats);
    struct takings takings = {0};
    if (warn_gather(&findings, &run->team, &run->err) == 0)
        (void)collect(report, &run->job, &run->seats, &run->err);
    if (agree(&run->team, &run->err) != 0)
        return -1;
    (void)takings_gather(&takings, report, &run->watch, &run->team, &run->seats, &run->err);
    if (agree(&run->team, &run->err) != 0)
        return -1;
    if (run->team.rank == 0) {
        present_fill(report, o, &run->work, launch);
        report->schedule = SCHEDULES[run->job.schedule];
        report->exchange = run->exchange->kind->name;
        report->exchange_help = run->exchange->kind->help;
        tell_no_sum(report, run->exchange);
        present_input(report, run->source);
        findings_of_takings(&findings, &takings);
        present_warn(report, &findings, o, launch);
        present_print(report, o);
        if (o->json != NULL)
            (void)outtext_write(&run->json, report_json(report), &run->err);
        (void)streams_flush(&run->err);
    }
    return agree(&run->team, &run->err);
}

/* --- the whole --- */

static void release(struct run *run)
{
    close_exchange(run);
    watch_release(&run->watch);
    crew_destroy(run->crew);
    if (run->gil_made)
        gil_destroy(&run->gil);
    if (run->staged)
        close_work(&run->work, &run->team);
    seats_release(&run->seats);
    source_destroy(run->source);
    sink_release(&run->sink);
    outtext_discard(&run->json);
    report_release(&run->report);
}

static int inside(const struct team *team, void *state, const struct invocation *launch)
{
    const struct run_options *options = state;
    struct run run = {.team = *team,
                      .options = options,
                      .work = options->work,
                      .sink = {.file = OUTFILE_CLOSED},
                      .json = OUTTEXT_NONE,
                      .err = ERR_INIT};
    int status = open_phase(&run);
    int64_t before_crew = clock_now_ns();
    if (status == 0)
        status = crew_phase(&run);
    run.report.mpi_init_s = launch->mpi_init_s;
    run.report.place_s = clock_seconds(clock_now_ns() - before_crew);
    if (status == 0)
        status = job_phase(&run);
    if (status == 0)
        status = report_phase(&run, launch);
    if (status != 0 && team->rank == 0) {
        if (run.results_done && options->output != NULL)
            err_remedy(&run.err, "the results are complete in '%.200s'", options->output);
        print_failure(&run.err);
    }
    release(&run);
    return status == 0 ? 0 : (int)run.err.code;
}

static struct run_options options_given;

const struct command RUN_COMMAND = {
    .line = &RUN_LINE,
    .state = &options_given,
    .inside = inside,
};
