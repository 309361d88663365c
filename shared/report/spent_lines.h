/*
 * spent_lines - how a job's workers spent their time, and what slowed the job down, as lines of the
 * report's table.
 */
#ifndef SQUARES_REPORT_SPENT_LINES_H
#define SQUARES_REPORT_SPENT_LINES_H

#include "report/spent.h"

/* Prints nothing if nearly all of the time was in tasks, or the job took less than a
 * millisecond. */
void spent_lines(const struct run_report *report, FILE *out);

#endif
