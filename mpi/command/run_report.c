#include "command/run_report.h"

#include "base/clock.h"
#include "bind/findings_gather.h"
#include "number/source_notes.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void present_mpi(char text[REPORT_TEXT])
{
    char version[MPI_MAX_LIBRARY_VERSION_STRING];
    int length = 0;
    MPI_Get_library_version(version, &length);
    environment_name_mpi(text, version);
}

void present_fill(struct run_report *report, const struct run_options *options,
                  const struct work *work, const struct invocation *launch)
{
    (void)snprintf(report->environment.command, sizeof(report->environment.command), "%s",
                   launch->command);
    (void)snprintf(report->work, sizeof(report->work), "%s", options->work.spec);
    report->waits = work->load->waits;
    report->longest = cost_longest(&work->cost);
    if (work->cost.shape != COST_FLAT) {
        report->cost = COSTS[work->cost.shape];
        report->cost_help = cost_help(work->cost.shape);
    }
    (void)snprintf(report->environment.launcher, sizeof(report->environment.launcher), "%s",
                   launch->launcher);
    present_mpi(report->environment.mpi);
    report->input = options->ranged                    ? options->range_text
                    : options->input == NULL           ? "the command line"
                    : strcmp(options->input, "-") == 0 ? "standard input"
                                                       : options->input;
    report->input_is_range = options->ranged;
    report->output = options->output;
    report->chunk = options->chunk;
    report->seed = options->seed;
    report->root_works = options->root_works;
    report->gil_interval_s = clock_seconds(options->gil_ns);
    report->place = PLACE_POLICIES[options->placing.policy];
}

void present_input(struct run_report *report, const struct source *source)
{
    struct source_note notes[SOURCE_NOTES];
    int count = source_notes(source, report->input, notes);
    for (int i = 0; i < count; i++) {
        struct report_warning *w = environment_warn(&report->environment, notes[i].code);
        if (w == NULL)
            return;
        w->of_input = true;
        (void)snprintf(w->text, sizeof(w->text), "%s", notes[i].text);
        (void)snprintf(w->remedy, sizeof(w->remedy), "%s", notes[i].remedy);
    }
}

/* By default a bar goes to stdout if that is a terminal, where it can be wiped away. With `always`,
 * the bar goes to stderr, and so do lines. */
void present_progress(struct progress *progress, enum progress_choice choice, const char *unit)
{
    enum progress_style style = PROGRESS_NONE;
    FILE *out = stderr;
    switch (choice) {
    case CHOICE_LINES:
        style = PROGRESS_LINES;
        break;
    case CHOICE_ALWAYS:
        style = PROGRESS_BAR;
        break;
    case CHOICE_AUTO:
        out = stdout;
        if (progress_terminal(STDOUT_FILENO))
            style = PROGRESS_BAR;
        break;
    case CHOICE_NEVER:
        break;
    }
    progress_start(progress, style, unit, out);
}

/* Which workers did not stay where they were planned is known only now. The findings' text names
 * the places. */
static void find_strays(struct findings *findings, const struct run_report *report)
{
    struct strays strays = {0};
    for (int i = 0; i < report->ranks * report->threads; i++)
        if (report->workers[i].stay.rank != REPORT_NOBODY)
            strays_note(&strays, &report->workers[i].stay);
    const struct report_host *host = &report->environment.hosts[0];
    const struct launch_shape shape = {
        .hosts = report->environment.hosts_count,
        .ranks = report->ranks,
        .host_ranks = host->workers / report->threads,
        .threads = report->threads,
        .cores = host->usable_cores,
        .pus = host->usable_pus,
        .nodes = 1,
    };
    findings_of_strays(findings, &strays, "", &shape);
}

void present_warn(struct run_report *report, const struct findings *of_hosts,
                  const struct run_options *options, const struct invocation *launch)
{
    struct findings findings = *of_hosts;
    find_strays(&findings, report);
    warn_report(report, &findings, options->work.load->waits, launch->again);
}

void present_print(const struct run_report *report, const struct run_options *options)
{
    bool json_only = options->json != NULL && strcmp(options->json, "-") == 0;
    if (!json_only)
        (void)report_results(report, stdout);
    if (!json_only && !options->quiet) {
        (void)printf("\n");
        (void)report_table(report, options->verbose, stdout);
    }
    environment_print_warnings(&report->environment, options->quiet, stderr);
}
