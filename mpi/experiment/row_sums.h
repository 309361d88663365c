/*
 * row_sums - what the workers of a row spent their time on, summed over its repetitions. Rank 0
 * only.
 */
#ifndef SQUARES_EXPERIMENT_ROW_SUMS_H
#define SQUARES_EXPERIMENT_ROW_SUMS_H

#include "experiment/other_load.h"
#include "report/compare_report.h"

/* A zeroed one is empty. */
struct sums {
    int runs;
    double start_s, cpu_s;
    double busy_s, talk_s, wait_s, lock_s;
    struct spent spent, root, others; /* all workers; rank 0's first; those of other ranks */
};

/* Adds the repetition that the row's workers have just finished; `start_s`: time for making the
 * threads. */
void sums_add(struct sums *sums, const struct compare_row *row, double start_s);

/* Fills in the row's means and shares. */
void sums_give(const struct sums *sums, struct compare_row *row);

/* Separates waits for a core by cause, once it is known what others took of the row's `pus`. */
void sums_settle(struct compare_row *row, const struct other_load *seen, int pus);

#endif
