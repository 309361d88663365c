#include "present.h"

#include <stdlib.h>
#include <string.h>

/* "Open MPI v4.1.4", from a text that goes on for lines. */
static void read_mpi(char text[REPORT_TEXT])
{
    char version[MPI_MAX_LIBRARY_VERSION_STRING];
    int length = 0;
    MPI_Get_library_version(version, &length);
    (void)snprintf(text, REPORT_TEXT, "%.*s", (int)strcspn(version, ",\n"), version);
}

static int usable_cores(const struct report *report)
{
    int sum = 0;
    for (int i = 0; i < report->hosts_count; i++)
        sum += report->hosts[i].usable_cores;
    return sum;
}

/* Work that waits wants more workers than cores: then crowding is no fault. */
static void warn_crowded(struct report *report, const struct options *options)
{
    for (int i = 0; i < report->hosts_count && !options->work.load->waits; i++) {
        const struct report_host *host = &report->hosts[i];
        if (!host->shares_cores)
            continue;
        struct report_warning *w = /* of one host: they are mostly alike */
            report_warn(report, host->oversubscribed ? "oversubscribed" : "core-shared");
        if (w == NULL)
            return;
        (void)snprintf(w->text, sizeof(w->text), "%d workers share %d cores of host '%.64s'%s",
                       host->workers, host->usable_cores, host->name,
                       host->oversubscribed ? " and take turns" : ", as their hardware threads");
        if (report->threads > 1)
            (void)snprintf(w->remedy, sizeof(w->remedy),
                           "computing gains nothing from more workers than cores: "
                           "use --threads auto, and fewer ranks");
        else
            (void)snprintf(w->remedy, sizeof(w->remedy),
                           "computing gains nothing from more workers than cores: "
                           "use mpirun -np %d",
                           usable_cores(report));
        return;
    }
}

static void warn_unbound(struct report *report)
{
    int unbound = 0;
    for (int i = 0; i < report->ranks * report->threads; i++)
        unbound += report->workers[i].rank != REPORT_NOBODY && !report->workers[i].bound;
    if (unbound == 0)
        return;
    struct report_warning *w = report_warn(report, "unbound");
    if (w == NULL)
        return;
    (void)snprintf(w->text, sizeof(w->text), "%d of %d workers could not be bound to their cores",
                   unbound, report->ranks * report->threads);
    (void)snprintf(w->remedy, sizeof(w->remedy),
                   "a container or a batch system forbids it; times may vary more");
}

void present_fill(struct report *report, const struct options *options, const struct launch *launch)
{
    (void)snprintf(report->command, sizeof(report->command), "%s", launch->command);
    (void)snprintf(report->work, sizeof(report->work), "%s", options->work.spec);
    (void)snprintf(report->launcher, sizeof(report->launcher), "%s", launch->launcher);
    read_mpi(report->mpi);
    report->exchange = options->exchange->name;
    report->exchange_help = options->exchange->help;
    report->input = options->ranged                    ? options->range_text
                    : options->input == NULL           ? "the command line"
                    : strcmp(options->input, "-") == 0 ? "standard input"
                                                       : options->input;
    report->input_is_range = options->ranged;
    report->output = options->output;
    report->seed = options->seed;
    report->root_works = options->root_works;
    warn_crowded(report, options);
    warn_unbound(report);
}

static void print_warnings(const struct report *report)
{
    for (int i = 0; i < report->warnings_count; i++)
        (void)fprintf(stderr, "squares: warning: %s\n  %s\n", report->warnings[i].text,
                      report->warnings[i].remedy);
    (void)fflush(stderr);
}

void present_print(const struct report *report, const struct options *options,
                   const struct launch *launch)
{
    bool json_only = options->json != NULL && strcmp(options->json, "-") == 0;
    if (!json_only)
        (void)report_results(report, stdout);
    if (!json_only && !options->quiet) {
        (void)printf("\n");
        (void)report_table(report, options->verbose, stdout);
    }
    if (launch->tour && !json_only)
        (void)printf(
            "\nThis was 'squares %s'.\n"
            "Try your own numbers, 'squares run 1 2 3 4 5', work that waits, 'squares run\n"
            "--range 0:1000 --work io', or see what else there is: 'squares run --help'.\n",
            launch->command);
    if (!options->quiet)
        print_warnings(report);
}
