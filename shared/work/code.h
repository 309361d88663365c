/*
 * code - where the code of a shared object lies in memory, and whether a thread is executing it.
 */
#ifndef SQUARES_WORK_CODE_H
#define SQUARES_WORK_CODE_H

#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

/* Addresses [begin, end). */
struct code {
    uintptr_t begin, end;
};

/* Finds the code of the shared object that `object`, a function or a variable, is part of. False:
 * it is part of none. */
bool code_find(struct code *code, const void *object);

/* Whether the thread that a signal interrupted, described by its handler's `context`, is in that
 * code or will return to it. A signal handler may call it. */
bool code_runs(const struct code *code, const ucontext_t *context);

#endif
