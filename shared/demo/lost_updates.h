/*
 * lost_updates - additions that got lost, over some runs of the same.
 */
#ifndef SQUARES_DEMO_LOST_UPDATES_H
#define SQUARES_DEMO_LOST_UPDATES_H

#include "demo/kit/showing.h"

enum { LOSSES_RUNS = 5 };

struct lost_updates {
    double made;              /* additions of a run */
    double lost[LOSSES_RUNS]; /* of them */
};

double lost_updates_median(const struct lost_updates *lost_updates);

/* The median's part of what was made, 0 to 1. */
double lost_updates_share(const struct lost_updates *lost_updates);

/* Runs that lost any. */
int lost_updates_runs(const struct lost_updates *lost_updates);

/* The columns of a table of losses, and a row of it. */
extern const struct showing_column LOSSES_COLUMNS[];
void lost_updates_row(const struct lost_updates *lost_updates, const char *label,
                      struct showing *showing);

/* Says in how many runs `who` ("The plain counter"), to which so many add, lost any. */
void lost_updates_say(const struct lost_updates *lost_updates, int adders, const char *who,
                      struct showing *showing);

#endif
