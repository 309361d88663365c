/*
 * spent - how the workers spent their time, according to the kernel's accounts and our own clocks.
 *
 * Our clocks know when a worker was in tasks, in messages, or in neither; the kernel knows when it
 * was on a core, and when it was ready to run but had none. Together:
 *
 *     our clock     |      busy         |  talk  |          wait           | lock |
 *     the kernel    | on a core | queue | on a c.| on a c. | queue | asleep|      |
 *     spent         |   tasks   |no core|     moving       |no core|nothing| lock |
 *
 * Tasks include the time a task itself waits. Moving is processor time outside of tasks in which
 * MPI did something: bytes are copied even while a rank waits for them. Nothing is the rest:
 * asleep, or polling in vain. Pure; any thread.
 */
#ifndef SQUARES_REPORT_SPENT_H
#define SQUARES_REPORT_SPENT_H

#include "report/run_report.h"

enum spent_kind {
    SPENT_TASKS,
    SPENT_MOVING,
    SPENT_NO_CORE, /* ready to run, but others were on the cores: of this job or not */
    SPENT_HELD,    /* ready to run, but held back while cores were free: by a quota, for instance */
    SPENT_UNKNOWN, /* ready to run, not kept by the job's own workers; no more is known */
    SPENT_NOTHING, /* nothing to do */
    SPENT_LOCK,    /* waiting for the gil */
    SPENT_KINDS,
};

/* Seconds; they add up to busy + talk + wait + lock. */
struct spent {
    double s[SPENT_KINDS];
    double foreign_s; /* part of SPENT_NO_CORE: more than the job's own workers can have taken.
                         Other programs had the core or, until spent_settle() is called, the kernel
                         held the worker back. */
    double crowding; /* the most workers that one taken PU keeps waiting: a worker that may run on N
                        PUs counts as 1/N on each; 0: not computed */
    bool untold; /* the kernel does not tell about cores: SPENT_NO_CORE is 0, and that time is in
                    the other kinds */
};

/* "tasks", "moving", "no_core", "held", "cause_unknown", "nothing", "lock", for programs. */
const char *spent_name(enum spent_kind kind);

/* Whether that kind is time in which a worker was ready to run: only the kernel can tell that. */
bool spent_is_queue(enum spent_kind kind);

/* Splits one worker's time. All its waiting for a core is SPENT_NO_CORE, and foreign_s is 0. */
struct spent spent_of(const struct report_worker *worker);

/* Adds a worker's to `sum`. */
void spent_add(struct spent *sum, const struct spent *worker);

/* Splits the time of all existing workers together, and finds the part of SPENT_NO_CORE that the
 * job's workers cannot have taken from each other: while one waits for its PUs, the others were on
 * them for at most their own processor time. */
struct spent spent_of_all(const struct report_worker *workers, int count);

/* The sum over all kinds. */
double spent_sum(const struct spent *spent);

/* Moves out of SPENT_NO_CORE the time that neither the job's own workers nor others account for;
 * others took `taken` PUs on average, and the job has `workers` workers. If `taken` is unknown
 * (NAN), everything that the job does not account for is moved, to SPENT_UNKNOWN. */
void spent_settle(struct spent *spent, double taken, int workers);

/* Splits the time of a whole job, settled. */
struct spent spent_of_job(const struct run_report *report);

/* Whether the others wait for rank 0, which feeds them: it moves numbers for most of the time and
 * is rarely idle, while the others often have nothing to do. */
bool spent_root_limits(const struct spent *root, const struct spent *others);

#endif
