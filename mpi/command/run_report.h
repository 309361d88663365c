/*
 * run_report - rank 0's report: what the run's options and the environment add to it, the warnings,
 * and which output goes where.
 */
#ifndef SQUARES_COMMAND_RUN_REPORT_H
#define SQUARES_COMMAND_RUN_REPORT_H

#include "cli/run_options.h"
#include "command/command.h"
#include "report/progress.h"
#include "report/run_report.h"

/* Which MPI this is, for example "Open MPI v4.1.4". */
void present_mpi(char text[REPORT_TEXT]);

/* Starts showing progress, as --progress asks. */
void present_progress(struct progress *progress, enum progress_choice choice, const char *unit);

/* Fills in what the job's measurements do not: names and environment. `work`: the options' work, as
 * it ran. */
void present_fill(struct run_report *report, const struct run_options *options,
                  const struct work *work, const struct invocation *launch);

/* Adds warnings for the hosts' findings, and for workers that did not stay where they were
 * planned. */
void present_warn(struct run_report *report, const struct findings *of_hosts,
                  const struct run_options *options, const struct invocation *launch);

/* Adds warnings about the source of the numbers, which has been read to its end. */
void present_input(struct run_report *report, const struct source *source);

/* Prints results and table to stdout and warnings to stderr, as the options ask. */
void present_print(const struct run_report *report, const struct run_options *options);

#endif
