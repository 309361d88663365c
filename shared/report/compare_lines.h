/*
 * compare_lines - the fields of the lines in a comparison's table. For the compare_* files only;
 * functions with a parameter `text` return it.
 */
#ifndef SQUARES_REPORT_COMPARE_LINES_H
#define SQUARES_REPORT_COMPARE_LINES_H

#include "report/compare_report.h"

enum { LINE_TEXT = 160, BOUND_TEXT = 128, BAR = 10, BAR_TEXT = BAR + 1 };

/* "4,096" */
char *line_count(int64_t count, char text[LINE_TEXT]);

/* "8x1" */
char *line_shape(const struct compare_row *row, char text[LINE_TEXT]);

/* A speed-up with three digits. */
char *line_ratio(double ratio, char text[LINE_TEXT]);

/* "97 %"; at most 999 %. */
char *line_share(double share, char text[LINE_TEXT]);

/* "(1.91-1.98)"; in square brackets if there were too few samples for the confidence. */
char *line_interval(const struct interval *interval, char text[LINE_TEXT]);

/* The mechanism, and the host if the team uses only one of several. */
char *line_label(const struct compare_report *compare_report, const struct compare_row *row,
                 char text[LINE_TEXT]);

/* How a row's workers spent their time, a mark for each tenth: "######==.." */
char *line_bar(const struct compare_row *row, char text[BAR_TEXT]);

/* "2 cores", "8 tasks in flight", "1.39 (memory moves 9.80 GB/s)". */
char *line_bound(const struct compare_report *compare_report, const struct compare_work *work,
                 const struct compare_row *row, char text[BOUND_TEXT]);

/* A line for each worker of each row: what it did in the last repetition. */
void lines_of_workers(const struct compare_report *compare_report, const struct compare_work *work,
                      FILE *out);

#endif
