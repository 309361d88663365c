/*
 * changes - whether the PUs that a job may use changed during a comparison: a cpuset shrank, a CPU
 * went offline, a rank was moved. Rows measured on different cores cannot be compared.
 *
 * Each trial reports which PUs its workers were bound to and where they might run at its end. The
 * first trial of each row is kept, and later ones are compared with it. Rank 0 only.
 */
#ifndef SQUARES_EXPERIMENT_CHANGES_H
#define SQUARES_EXPERIMENT_CHANGES_H

#include "experiment/rank_rows.h"
#include "report/compare_report.h"

struct first_seat {
    char read[SEAT_TEXT];
    int pus;
};

/* Zeroed except for start_ns, it has seen nothing. Call changes_forget at the end. */
struct changes {
    int64_t start_ns;                    /* when the comparison started */
    struct first_seat *first[RANK_ROWS]; /* [workers], as in the first trial; NULL: none yet */
    double at_s;                         /* when the first change was seen, since start_ns */
    char words[200];                     /* which thread may run where since then; "": no change */
    int dropped;                         /* rounds that were left out */
    bool lasting;                        /* it did not pass: nothing was measured afterwards */
};

/* Looks at the workers of a row's latest trial. Returns whether they show a change. */
bool changes_look(struct changes *changes, int row, const struct compare_row *r);

/* Releases the first trials: the next trial of each row becomes its first. */
void changes_forget(struct changes *changes);

/* Fills in compare_report->change and adds a warning, if a change was seen; `left` works were not
 * measured. */
void changes_tell(const struct changes *changes, int left, struct compare_report *compare_report);

#endif
