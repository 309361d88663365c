/*
 * compare_pairs - each two rows of a work held against each other, and what may be said of them.
 * Inside of comparison.
 */
#ifndef SQUARES_REPORT_COMPARE_PAIRS_H
#define SQUARES_REPORT_COMPARE_PAIRS_H

#include "report/compare_report.h"

/* How two rows compare. */
enum relation {
    RELATION_SAME,    /* they are as good as each other: see below */
    RELATION_FASTER,  /* the first is */
    RELATION_SLOWER,  /* the first is */
    RELATION_BLURRED, /* it cannot be told: intervals are wide, or missing */
};

/* Rows are the same only if that is known, too: their ratio is less than `apart` from 1, its
 * interval nowhere further from 1 than CONTRAST_TIGHT, and neither are the intervals of both times
 * from their medians. */
#define CONTRAST_TIGHT 0.10

/* Fills in work->pairs, which were not filled in or are replaced. -1: out of memory. */
int compare_judge_pairs(const struct compare_report *compare_report, struct compare_work *work,
                        struct err *err);

/* Two rows of a work; where one has no samples the ratio is 0 and nothing can be told. */
struct paired compare_pair(const struct compare_work *work, const struct compare_row *first,
                           const struct compare_row *second);

enum relation compare_relation(const struct compare_report *compare_report,
                               const struct compare_work *work, const struct compare_row *first,
                               const struct compare_row *second);

#endif
