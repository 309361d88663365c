/*
 * run_report - rank 0's report: what the run's options and the environment have to tell, the
 * warnings, and which output goes where.
 */
#ifndef SQUARES_COMMAND_RUN_REPORT_H
#define SQUARES_COMMAND_RUN_REPORT_H

#include "cli/run_options.h"
#include "command/command.h"
#include "report/progress.h"
#include "report/run_report.h"

/* "Open MPI v4.1.4": which MPI this is. */
void present_mpi(char text[REPORT_TEXT]);

/* Starts to show progress, as --progress asks. */
void present_progress(struct progress *progress, enum progress_choice choice, const char *unit);

/* Fills what the job's measurements do not: names, environment. `work`: the options', as it ran. */
void present_fill(struct run_report *report, const struct run_options *options,
                  const struct work *work, const struct invocation *launch);

/* Turns the findings of the hosts, and what workers did not keep to, into warnings. */
void present_warn(struct run_report *report, const struct findings *of_hosts,
                  const struct run_options *options, const struct invocation *launch);

/* Adds what the numbers' source, read to its end, has to warn of. */
void present_input(struct run_report *report, const struct source *source);

/* Prints results and table to stdout and warnings to stderr, as the options ask. */
void present_print(const struct run_report *report, const struct run_options *options);

#endif
