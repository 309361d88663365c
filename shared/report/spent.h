/*
 * spent - what the time of workers went into, by the kernel's accounts beside our own clocks.
 *
 * Our clocks know when a worker was in tasks, in messages, or neither; the kernel knows when it was
 * on a core, and when it was ready to run and had none. Together:
 *
 *     our clock     |      busy         |  talk  |          wait           | lock |
 *     the kernel    | on a core | queue | on a c.| on a c. | queue | asleep|      |
 *     spent         |   tasks   |no core|     moving       |no core|nothing| lock |
 *
 * Tasks have in them what a task waits for. Moving is processor time outside of tasks, as far as
 * MPI did anything with it: bytes are copied also while a rank waits for them. Nothing is the rest:
 * asleep, or looking in vain. Pure; any thread.
 */
#ifndef SQUARES_REPORT_SPENT_H
#define SQUARES_REPORT_SPENT_H

#include "report/run_report.h"

enum spent_kind {
    SPENT_TASKS,
    SPENT_MOVING,
    SPENT_NO_CORE, /* ready to run, but others were on the cores: of the job, or not */
    SPENT_HELD,    /* ready to run, and not for lack of a core: a quota does that */
    SPENT_UNKNOWN, /* ready to run, and not because of the job's own workers; no more is known */
    SPENT_NOTHING, /* nothing to do */
    SPENT_LOCK,    /* waiting for the gil */
    SPENT_KINDS,
};

/* Seconds; they add up to busy + talk + wait + lock. */
struct spent {
    double s[SPENT_KINDS];
    double foreign_s; /* of no core: more than the job's own workers can have taken there. Others
                         had the core or, as long as spent_settle() has not been called, the kernel
                         held the worker back. */
    double crowding; /* how many workers one taken PU keeps off its cores at most: a worker that may
                        run on N of them counts for 1/N on each; 0: not worked out */
    bool untold;     /* the kernel does not tell about cores: no core is 0, and in the others */
};

/* "tasks", "moving", "no_core", "held", "cause_unknown", "nothing", "lock", for programs. */
const char *spent_name(enum spent_kind kind);

/* Whether that is time in which a worker was ready to run: one of those that the kernel tells. */
bool spent_is_queue(enum spent_kind kind);

/* Of one worker. What it waited for a core is all in no core, and foreign_s is 0. */
struct spent spent_of(const struct report_worker *worker);

/* Adds a worker's to `sum`. */
void spent_add(struct spent *sum, const struct spent *worker);

/* Of all workers that are there, together, with what of `no core` the job's workers cannot have
 * taken from each other: while one waits for its PUs, others of the job were on them for at most
 * their own processor time. */
struct spent spent_of_all(const struct report_worker *workers, int count);

/* All of it. */
double spent_sum(const struct spent *spent);

/* Moves from `no core` what the job's own workers do not account for, and others do not either:
 * those took `taken` of the PUs of so many workers on average. Where that is not known (NAN) all
 * that the job does not account for is moved, to `unknown`. */
void spent_settle(struct spent *spent, double taken, int workers);

/* Of a whole job, settled. */
struct spent spent_of_job(const struct run_report *report);

/* Whether the first worker's rank, which feeds the others, is what they wait for: it moves numbers
 * for most of the time and hardly ever has nothing to do, while the others often have nothing. */
bool spent_root_limits(const struct spent *root, const struct spent *others);

#endif
