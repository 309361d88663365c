/*
 * program - another program, started by spawn: a new process that begins with nothing of its
 * parent's memory, as if a shell or a launcher had started it. It is started outside of the MPI job
 * that this process may be a rank of, so it can be a launcher, or a job of its own.
 */
#ifndef SQUARES_PROGRAM_PROGRAM_H
#define SQUARES_PROGRAM_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Starts words[0], searched for in PATH, with the words up to NULL. It has no input; its output
 * goes to the descriptor `output`, or nowhere if that is -1, and its errors go nowhere. Wait for it
 * with child_await. Returns its process id, or -1 with errno if it cannot be started; if words[0]
 * is NULL, there is no such program. */
pid_t program_start(const char *const *words, int output);

enum { PROGRAM_ABSENT = -1 };

/* Starts it and waits until it ends, at most `limit_ns`. Returns its exit code, CHILD_KILLED or
 * PROGRAM_ABSENT. */
int program_run(const char *const *words, int64_t limit_ns);

/* Whether the launcher of an MPI job sets that variable ("NAME=value") in its ranks: with it, a
 * process would take itself for the rank that its parent is. What a user sets for all jobs does not
 * count. */
bool program_is_of_job(const char *variable);

#endif
