/*
 * efficiency - how near a job came to the best possible: to the same tasks on the same workers, had
 * each been busy to the end, and none of them had lost time by moving numbers or waiting for work.
 *
 * The best is the work over the most that so many workers can gain (see measure/bounds.h), that is
 * the largest of
 *
 *     work / workers          nobody is idle
 *     cpu / cores             nor any core, hardware threads of a core being counted by themselves,
 *                             as processor time is
 *     cpu / gils              the same for the locks, if there are any
 *     the longest task        as far as it is known
 *
 * The work is the time that workers were in tasks; but of tasks that compute, where workers are
 * more than the PUs, their processor time: there a worker is in a task also while it stands back
 * for another, which is nobody's work. What keeps tasks from running makes them longer, and is no
 * fault of how they were handed out: it is told apart, as `lost`.
 */
#ifndef SQUARES_REPORT_EFFICIENCY_H
#define SQUARES_REPORT_EFFICIENCY_H

#include "report/run_report.h"

enum efficiency_by { EFFICIENCY_WORKERS, EFFICIENCY_CORES, EFFICIENCY_LOCK, EFFICIENCY_TASK };

struct efficiency {
    bool known;    /* nothing is said of jobs below a millisecond, which are over before all work */
    double best_s; /* the least time it could have taken */
    double share;  /* that over the time it took, at most 1 */
    /* Of the core time that computing tasks could have had, the share that they did not have, at
     * least; and of that what other programs had and what other machines on the same hardware, as
     * far as the kernel counted such. For the rest the tasks were not running for another reason: a
     * quota, a stop, a page that had to be read. */
    double lost, lost_programs, lost_machines;
    bool lost_untold;      /* the kernel did not tell about others */
    enum efficiency_by by; /* why not less */
    int count;             /* of what: workers, cores, or locks */
};

struct efficiency efficiency_of(const struct run_report *report);

/* "workers", "cores", "lock", "task", for programs. */
const char *efficiency_by_name(enum efficiency_by by);

/* "all 8 workers busy to the end", as what the best would be with. Returns `text`. */
enum { EFFICIENCY_TEXT = 64 };
char *efficiency_words(const struct run_report *report, const struct efficiency *efficiency,
                       char text[EFFICIENCY_TEXT]);

#endif
