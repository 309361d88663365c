/*
 * child - a process made by fork, which does one thing and ends; and memory that parent and child
 * share, as all else is copied.
 */
#ifndef SQUARES_PROGRAM_CHILD_H
#define SQUARES_PROGRAM_CHILD_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What a child does; what it returns, 0 to 100, is its exit code. */
typedef int child_fn(void *arg);

enum { CHILD_KILLED = 101 }; /* by a signal, or as its time was up */

/* Has the ends of children told to this process, also if it was started with SIGCHLD ignored: their
 * codes would be lost, and who waits for one would wait for all. Called by who starts one. */
void child_expect(void);

/* Forks a child, which runs fn(arg) and leaves by _exit, so that nothing of the parent's is flushed
 * or released twice; it is killed if the parent ends before it. -1: there can be no more. */
pid_t child_start(child_fn *fn, void *arg, struct err *err);

/* Waits for its end, and ends it after `limit_ns`. Returns its exit code or CHILD_KILLED. */
int child_await(pid_t child, int64_t limit_ns);

/* Zeroed memory that children share with their parent, if they are started behind. NULL: there is
 * none. To be given back by child_unshare. */
void *child_share(size_t size, struct err *err);
void child_unshare(void *memory, size_t size);

#endif
