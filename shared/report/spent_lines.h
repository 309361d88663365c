/*
 * spent_lines - what the time of a job's workers went into, and what held the job up, in lines of
 * the report's table.
 */
#ifndef SQUARES_REPORT_SPENT_LINES_H
#define SQUARES_REPORT_SPENT_LINES_H

#include "report/spent.h"

/* Nothing where nearly all of the time was in tasks, or the job took less than a millisecond. */
void spent_lines(const struct run_report *report, FILE *out);

#endif
