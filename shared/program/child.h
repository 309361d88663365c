/*
 * child - a process made by fork that does one thing and ends; and memory that parent and child
 * share, as everything else is copied.
 */
#ifndef SQUARES_PROGRAM_CHILD_H
#define SQUARES_PROGRAM_CHILD_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What a child does; its return value, 0 to 100, becomes its exit code. */
typedef int child_fn(void *arg);

enum { CHILD_KILLED = 101 }; /* by a signal, or because its time was up */

/* Makes sure that this process learns how its children end, even if it was started with SIGCHLD
 * ignored: otherwise their exit codes would be lost, and waiting for one child would wait for all.
 * Called by code that starts children. */
void child_expect(void);

/* Forks a child, which runs fn(arg) and leaves with _exit, so that nothing of its parent's is
 * flushed or released twice; it is killed if its parent ends first. Returns its process id, or -1
 * and sets err if no more processes can be started. */
pid_t child_start(child_fn *fn, void *arg, struct err *err);

/* Waits for its end, and kills it after `limit_ns`. Returns its exit code or CHILD_KILLED. */
int child_await(pid_t child, int64_t limit_ns);

/* Zeroed memory that this process shares with children started afterwards. Returns NULL and sets
 * err if there is none. Give it back with child_unshare. */
void *child_share(size_t size, struct err *err);
void child_unshare(void *memory, size_t size);

#endif
