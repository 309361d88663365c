/*
 * cgroup - the control groups that a process is in, from its own outwards to the outermost that can
 * be seen. Each controller (cpu, cpuset, pids) belongs to one hierarchy: to one of version 1 if
 * /proc/PID/cgroup names it there, else to that of version 2. Any thread.
 *
 *     struct cgroup group;
 *     if (cgroup_find(&group, "", "self", "cpu") == CGROUP_SEEN)
 *         do
 *             cgroup_line(&group, "cpu.max", text, sizeof(text));
 *         while (cgroup_outwards(&group));
 *
 * A path of /proc/PID/cgroup is joined to a mount only if the mount's root is the path or encloses
 * it. In a namespace the mount may show less than that (docs.kernel.org, admin-guide/cgroup-v2,
 * "Namespace"; man 7 cgroup_namespaces): then the group is out of sight, and nothing is guessed.
 */
#ifndef SQUARES_BASE_CGROUP_H
#define SQUARES_BASE_CGROUP_H

#include "base/sysfile.h"

#include <stdbool.h>
#include <stddef.h>

enum cgroup_status {
    CGROUP_NONE,         /* the process is in no such hierarchy, or the kernel has none */
    CGROUP_OUT_OF_SIGHT, /* it is, or may be, in one whose files cannot be seen from here */
    CGROUP_SEEN,
};

struct cgroup {
    const char *root;          /* of /proc and /sys; the caller's */
    int version;               /* 1 or 2 */
    char folder[SYSFILE_PATH]; /* of this level, below root */
    char path[SYSFILE_PATH];   /* its name, as in /proc/PID/cgroup */
    size_t least;              /* the length of the mount's folder */
};

/* Finds the innermost cgroup of a process ("self", or its number) that has this controller. */
enum cgroup_status cgroup_find(struct cgroup *group, const char *root, const char *process,
                               const char *controller);

/* Goes to the enclosing cgroup. False: there is none that can be seen. */
bool cgroup_outwards(struct cgroup *group);

/* Reads the first line of one of the group's files, as sysfile_line does. */
bool cgroup_line(const struct cgroup *group, const char *name, char *text, size_t size);

#endif
