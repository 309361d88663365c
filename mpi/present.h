/*
 * present - rank 0's report: what the run's options and the environment have to tell, the warnings,
 * and which output goes where.
 */
#ifndef SQUARES_PRESENT_H
#define SQUARES_PRESENT_H

#include "options.h"
#include "report/report.h"
#include "run.h"

/* Fills what the job's measurements do not: names, environment, warnings. */
void present_fill(struct report *report, const struct options *options,
                  const struct launch *launch);

/* Prints results and table to stdout and warnings to stderr, as the options ask. */
void present_print(const struct report *report, const struct options *options,
                   const struct launch *launch);

#endif
