/*
 * compare_pairs - compares each two rows of a work, and decides what may be said about them. For
 * the compare_* files only.
 */
#ifndef SQUARES_REPORT_COMPARE_PAIRS_H
#define SQUARES_REPORT_COMPARE_PAIRS_H

#include "report/compare_report.h"

/* How two rows compare. */
enum relation {
    RELATION_SAME,    /* they are as good as each other: see below */
    RELATION_FASTER,  /* the first is */
    RELATION_SLOWER,  /* the first is */
    RELATION_BLURRED, /* unknown: intervals are wide, or missing */
};

/* Rows are the same only if that is known: their ratio differs from 1 by less than `apart`, its
 * interval is nowhere further from 1 than COMPARE_TIGHT, and the intervals of both times are
 * nowhere further from their medians than that. */
#define COMPARE_TIGHT 0.10

/* Fills in work->pairs, replacing what was there. Returns 0, or -1 and sets err if memory runs
 * out. */
int compare_judge_pairs(const struct compare_report *compare_report, struct compare_work *work,
                        struct err *err);

/* Compares two rows of a work; if one has no samples, the ratio is 0 and the outcome is unknown. */
struct paired compare_pair(const struct compare_work *work, const struct compare_row *first,
                           const struct compare_row *second);

enum relation compare_relation(const struct compare_report *compare_report,
                               const struct compare_work *work, const struct compare_row *first,
                               const struct compare_row *second);

#endif
