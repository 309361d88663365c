/*
 * streams - the descriptors this process was started with, the standard streams first of all.
 *
 * A standard stream that was closed would be taken by the next file opened, one of MPI's or an
 * output; its place is held by one that cannot be written to, and has nothing to read. Descriptors
 * that libraries open later are theirs, and no name such as /dev/fd/9 may lead to them.
 *
 * streams_begin is called once, before anything else is opened (libraries do when they are loaded,
 * so before main). Where it was not called (tests) all descriptors count as the user's.
 */
#ifndef SQUARES_BASE_STREAMS_H
#define SQUARES_BASE_STREAMS_H

#include "base/err.h"

#include <stdbool.h>

void streams_begin(void);

/* Whether `fd` was open when the program started. */
bool streams_given(int fd);

/* Whether `fd` is open for writing. */
bool streams_writable(int fd);

/* The descriptor that `path` names: /dev/stdout, /dev/fd/1, /proc/self/fd/1. -1: it is no such
 * name. Whether the descriptor is open is another question. */
int streams_named(const char *path);

/* Whether what is written to `fd` has a reader no more: the other end of a pipe or of a connection
 * is closed, a terminal is gone. */
bool streams_abandoned(int fd);

/* Writes out what was printed to stdout. -1: it was not all taken. That a reader has seen enough
 * and left (squares ... | head -1) is no failure. */
int streams_flush(struct err *err);

#endif
