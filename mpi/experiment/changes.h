/*
 * changes - whether the PUs that a job may use changed while it was compared: a cpuset shrank, a
 * CPU went offline, somebody moved a rank. Rows that were measured on different cores say nothing
 * of each other.
 *
 * Each trial brings where its workers were seated and where they might run at its end. Of each row
 * the first trial is kept, and later ones are held against it. Rank 0 only.
 */
#ifndef SQUARES_EXPERIMENT_CHANGES_H
#define SQUARES_EXPERIMENT_CHANGES_H

#include "experiment/rank_rows.h"
#include "report/compare_report.h"

struct first_seat {
    char read[SEAT_TEXT];
    int pus;
};

/* Zeroed, with the start, nothing has been seen. To be forgotten at the end. */
struct changes {
    int64_t start_ns;                    /* of the comparison */
    struct first_seat *first[RANK_ROWS]; /* [workers], as in the first trial; NULL: none yet */
    double at_s;                         /* when the first change was seen, from the start */
    char words[200];                     /* who may run where since then; "": no change */
    int dropped;                         /* rounds that were left out */
    bool lasting;                        /* it did not pass: nothing was measured after it */
};

/* Looks at the workers of a trial that a row has just had. Whether they show a change. */
bool changes_look(struct changes *changes, int row, const struct compare_row *r);

/* Releases the first trials: the next one of each row is its first. */
void changes_forget(struct changes *changes);

/* Fills in compare_report->change and adds a warning, if anything was seen; `left` works were not
 * measured. */
void changes_tell(const struct changes *changes, int left, struct compare_report *compare_report);

#endif
