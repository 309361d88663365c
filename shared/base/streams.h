/*
 * streams - the descriptors this process was started with, above all the standard streams.
 *
 * If a standard stream was closed, the next file opened would get its number: one of MPI's, or an
 * output. So a descriptor that cannot be written, and has nothing to read, takes its place.
 * Descriptors that libraries open later belong to them, and a name such as /dev/fd/9 must not lead
 * to them.
 *
 * streams_begin is called once, before anything else is opened (libraries open files as they are
 * loaded, so before main). If it was not called (in tests), all descriptors count as the user's.
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

/* The descriptor that `path` names: /dev/stdout, /dev/fd/1, /proc/self/fd/1. -1: it is not such a
 * name. The descriptor need not be open. */
int streams_named(const char *path);

/* Whether what is written to `fd` no longer has a reader: the other end of a pipe or connection is
 * closed, or a terminal is gone. */
bool streams_abandoned(int fd);

/* Writes out what was printed to stdout. Returns 0, or -1 and sets err if not all of it could be
 * written. It is no failure if a reader has gone (squares ... | head -1). */
int streams_flush(struct err *err);

#endif
