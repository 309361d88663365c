/*
 * scratch - files without a name in a folder: their space is given back when they are closed,
 * whatever ends the process. File systems that have no nameless files get one with a name that is
 * taken away at once.
 *
 * A scratch is read-only between open and close: any number of threads may make files by it.
 */
#ifndef SQUARES_WORK_SCRATCH_H
#define SQUARES_WORK_SCRATCH_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* What files are read and written by: disks may move no less than a sector, and no part of one. */
enum { SCRATCH_SECTOR = 4096, SCRATCH_PIECE = 1 << 20 };

struct scratch {
    const char *path; /* of the folder; the caller's */
    int folder;
    bool named; /* files have a name at first */
};

/* Opens the folder and tries whether a file can be made in it. -1: nothing is open. */
int scratch_open(struct scratch *scratch, const char *path, struct err *err);

void scratch_close(struct scratch *scratch);

/* A new, empty file for reading and writing: its descriptor, or -1 with errno. */
int scratch_make(const struct scratch *scratch);

/* Writes, or reads, `size` bytes at `offset`, all of them. -1 with errno; ENODATA: the file ends
 * before. */
int scratch_write_at(int fd, const void *bytes, int64_t size, int64_t offset);
int scratch_read_at(int fd, void *bytes, int64_t size, int64_t offset);

/* Says that `verb` ("write", ...) failed by the present errno for a file in folder `path`, and what
 * to do about it. Returns -1. */
int scratch_fail(struct err *err, const char *verb, const char *path);

/* Room for `size` bytes in whole sectors, and aligned to them; to be freed. NULL: no memory. */
void *scratch_buffer(int64_t size);

/* `size` in whole sectors. */
static inline int64_t scratch_sectors(int64_t size)
{
    return (size + SCRATCH_SECTOR - 1) / SCRATCH_SECTOR * SCRATCH_SECTOR;
}

#endif
