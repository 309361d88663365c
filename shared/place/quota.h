/*
 * quota - how much processor time a process's cgroups allow (CPU bandwidth control:
 * docs.kernel.org, scheduler/sched-bwc; version 2: cpu.max, admin-guide/cgroup-v2). A group whose
 * quota of a period is used up is stopped until the next period: throttled. The limits of enclosing
 * groups apply, too, so the least of all levels counts.
 *
 * A value that the kernel does not write (a quota or period of 0, text that is no number) is no
 * limit, but it is told. Any thread.
 */
#ifndef SQUARES_PLACE_QUOTA_H
#define SQUARES_PLACE_QUOTA_H

#include "base/cgroup.h"

#include <stdbool.h>
#include <stdint.h>

/* Room for a group's path as it is shown, and for "1.5 CPUs". */
enum { QUOTA_SHOWN = 64, QUOTA_CPUS = 24 };

struct quota {
    enum cgroup_status status;
    double cpus; /* that many CPUs' time; 0: no level that can be seen has a quota */
    int64_t quota_us, period_us;
    int version;                /* of cgroups: 1 or 2 */
    char cgroup[SYSFILE_PATH];  /* the level that has the quota, as in /proc/PID/cgroup */
    char folder[SYSFILE_PATH];  /* of that level, below root */
    char damaged[SYSFILE_PATH]; /* the innermost level whose quota makes no sense; "": none */
};

/* Finds the quota of a process: "self", or its number. */
void quota_find(struct quota *quota, const char *root, const char *process);

/* Since the group was made, by its cpu.stat. */
struct throttling {
    int64_t periods;   /* in which the group had something to run */
    int64_t throttled; /* of these, in which it was stopped */
    double stopped_s;  /* version 2, and recent version 1: the time that its threads were kept from
                          running on each CPU, summed; NAN: unknown */
};

/* False: there is no quota, or its group has no such count. */
bool quota_throttling(const struct quota *quota, const char *root, struct throttling *throttling);

/* The share of periods in which the group was stopped between two readings, 0 to 1; NAN: there was
 * no period, or the group was made anew. */
double throttling_share(const struct throttling *before, const struct throttling *after);

/* How many workers that compute a number of CPUs is good for: rounded up, at least 1, as the JVM
 * does (JDK-8146115); what is a thousandth off a whole number counts as that. */
int quota_workers(double cpus);

/* Whether it is a whole number of CPUs, or as good as one. */
bool quota_is_whole(double cpus);

/* "1.5 CPUs", "1 CPU", "0.01 CPUs". Returns `text`. */
char *quota_text(double cpus, char text[QUOTA_CPUS]);

/* Whether a job was stopped by a quota in so large a share of the periods (NAN: unknown) that this
 * is worth telling, and that a wait for a core may be the quota's doing. */
bool quota_stops(double throttled);

#endif
