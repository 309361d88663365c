/*
 * program - another program, started by spawn: a new process that begins with nothing of its
 * parent's memory, as a shell or a launcher starts it. It begins outside of the MPI job that this
 * process may be a rank of, so it can be a launcher, or a job of its own.
 */
#ifndef SQUARES_PROGRAM_PROGRAM_H
#define SQUARES_PROGRAM_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Starts words[0], which is looked for in PATH, with the words up to NULL. It reads nothing, what
 * it prints goes to the descriptor `output`, or nowhere for -1, and its errors go nowhere. To be
 * awaited by child_await. -1: it cannot be started, see errno; a word that is NULL is a program
 * that is not there. */
pid_t program_start(const char *const *words, int output);

enum { PROGRAM_ABSENT = -1 };

/* Starts it and waits for its end, for which it has `limit_ns`. Returns its exit code, CHILD_KILLED
 * or PROGRAM_ABSENT. */
int program_run(const char *const *words, int64_t limit_ns);

/* Whether the launcher of an MPI job sets that variable ("NAME=value") in its ranks: with it a
 * process takes itself for the rank that its parent is. What a user sets for all jobs is none. */
bool program_is_of_job(const char *variable);

#endif
