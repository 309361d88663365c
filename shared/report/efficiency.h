/*
 * efficiency - how close a job came to the best possible: the same tasks on the same workers, if
 * each had been busy to the end and none had lost time by moving numbers or waiting for work.
 *
 * The best time is the work over the most that these workers can gain (see measure/bounds.h), that
 * is, the largest of
 *
 *     work / workers          no worker is idle
 *     cpu / cores             no core is idle; each hardware thread of a core counts as one, as
 *                             in processor time
 *     cpu / quota             a cgroup's quota is used up, if there is one
 *     cpu / gils              the same for the locks, if there are any
 *     the longest task        if it is known
 *
 * The work is the time that workers were in tasks. If tasks compute and there are more workers than
 * PUs, or than the quota that stopped them allows, it is their processor time instead: then a
 * worker is also in a task while another one has its core, and that is no work. What keeps tasks
 * from running makes them longer, but is not due to how they were distributed: it is reported
 * separately, as `lost`.
 */
#ifndef SQUARES_REPORT_EFFICIENCY_H
#define SQUARES_REPORT_EFFICIENCY_H

#include "report/run_report.h"

enum efficiency_by {
    EFFICIENCY_WORKERS,
    EFFICIENCY_CORES,
    EFFICIENCY_QUOTA,
    EFFICIENCY_LOCK,
    EFFICIENCY_TASK
};

struct efficiency {
    bool known;    /* false for jobs below a millisecond, which end before all workers have begun */
    double best_s; /* the shortest time it could have taken */
    double share;  /* best_s over the time it took, at most 1 */
    /* The share of the core time available to computing tasks that they did not get (a lower
     * limit); and the parts of it that other programs had and that other machines on the same
     * hardware had, as far as the kernel counted them. In the rest the tasks were not running for
     * another reason: a quota, a stop, a page that had to be read. */
    double lost, lost_programs, lost_machines;
    bool lost_untold;      /* the kernel told nothing about other programs */
    enum efficiency_by by; /* what limits the best time */
    int count;             /* how many of them: workers, cores, or locks */
};

struct efficiency efficiency_of(const struct run_report *report);

/* "workers", "cores", "quota", "lock", "task", for programs. */
const char *efficiency_by_name(enum efficiency_by by);

/* The condition for the best time: "all 8 workers busy to the end". Returns `text`. */
enum { EFFICIENCY_TEXT = 64 };
char *efficiency_words(const struct run_report *report, const struct efficiency *efficiency,
                       char text[EFFICIENCY_TEXT]);

#endif
