/*
 * lost_updates - additions that were lost, over several runs of the same kind.
 */
#ifndef SQUARES_DEMO_LOST_UPDATES_H
#define SQUARES_DEMO_LOST_UPDATES_H

#include "demo/kit/showing.h"

enum { LOST_UPDATES_RUNS = 5 };

struct lost_updates {
    double made;                    /* additions in a run */
    double lost[LOST_UPDATES_RUNS]; /* how many of them were lost */
};

double lost_updates_median(const struct lost_updates *lost_updates);

/* The median's share of the additions made, 0 to 1. */
double lost_updates_share(const struct lost_updates *lost_updates);

/* The number of runs that lost any. */
int lost_updates_runs(const struct lost_updates *lost_updates);

/* The columns of a table of lost additions, and a row of it. */
extern const struct showing_column LOST_UPDATES_COLUMNS[];
void lost_updates_row(const struct lost_updates *lost_updates, const char *label,
                      struct showing *showing);

/* Says in how many runs `who` ("The plain counter"), to which `adders` workers add, lost any. */
void lost_updates_say(const struct lost_updates *lost_updates, int adders, const char *who,
                      struct showing *showing);

#endif
