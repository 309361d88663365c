/*
 * lost_updates - additions that got lost, over some runs of the same.
 */
#ifndef SQUARES_DEMO_LOST_UPDATES_H
#define SQUARES_DEMO_LOST_UPDATES_H

#include "demo/kit/showing.h"

enum { LOSSES_RUNS = 5 };

struct losses {
    double made;              /* additions of a run */
    double lost[LOSSES_RUNS]; /* of them */
};

double losses_median(const struct losses *losses);

/* The median's part of what was made, 0 to 1. */
double losses_share(const struct losses *losses);

/* Runs that lost any. */
int losses_runs(const struct losses *losses);

/* The columns of a table of losses, and a row of it. */
extern const struct showing_column LOSSES_COLUMNS[];
void losses_row(const struct losses *losses, const char *label, struct showing *showing);

/* Says in how many runs `who` ("The plain counter"), to which so many add, lost any. */
void losses_say(const struct losses *losses, int adders, const char *who, struct showing *showing);

#endif
