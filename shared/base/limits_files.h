/* limits_files - what limits.c and limits_cgroup.c read from /proc and /sys. */
#ifndef SQUARES_BASE_LIMITS_FILES_H
#define SQUARES_BASE_LIMITS_FILES_H

#include "base/limits.h"

#include <stdio.h>

enum { LIMITS_PATH = 4096 };

/* Opens root + folder + name. Returns NULL if it cannot. The caller closes. */
FILE *limits_open(const struct limits_world *world, const char *folder, const char *name);

/* The number after `key` at the start of a line in a file; "": of the first line. Returns -1 if it
 * cannot be read or is not a number ("max", "unlimited"). */
long limits_number(const struct limits_world *world, const char *folder, const char *name,
                   const char *key);

/* A cgroup's limit of processes and threads (pids.max, of version 1 or 2). */
struct limits_cgroup {
    long most;      /* the limit; -1: no cgroup has reached one */
    char name[160]; /* the cgroup's path, as in /proc/self/cgroup */
};

/* Looks at this process's cgroup and those around it. `now`: only a cgroup that is full at present
 * counts; otherwise it is enough that it has refused a process or thread at some time. */
void limits_cgroup_find(const struct limits_world *world, bool now, struct limits_cgroup *found);

#endif
