/* limits_files - what limits.c and limits_cgroup.c read from /proc and /sys. */
#ifndef SQUARES_BASE_LIMITS_FILES_H
#define SQUARES_BASE_LIMITS_FILES_H

#include "base/limits.h"

#include <stdio.h>

enum { LIMITS_PATH = 4096 };

/* Opens root + folder + name. Returns NULL if it cannot. The caller closes. */
FILE *limits_open(const struct limits_world *world, const char *folder, const char *name);

/* The number after `key` at the start of a line of a file; "" for the first line. Returns -1 if it
 * cannot be read or is no number ("max", "unlimited"). */
long limits_number(const struct limits_world *world, const char *folder, const char *name,
                   const char *key);

/* A cgroup's limit of processes and threads (pids.max, of version 1 or 2). */
struct limits_cgroup {
    long most;      /* -1: no cgroup has one that is reached */
    char name[160]; /* its path, as /proc/self/cgroup has it */
};

/* Looks at this process's cgroup and those around it. `now` asks for one that is full at present;
 * otherwise one that has refused a process or thread at some time is enough. */
void limits_cgroup_find(const struct limits_world *world, bool now, struct limits_cgroup *found);

#endif
