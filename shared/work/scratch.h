/*
 * scratch - files without a name in a folder: their space is freed when they are closed, however
 * the process ends. On file systems without nameless files, a file has a name for a moment.
 *
 * A scratch is read-only between open and close: any number of threads may make files with it.
 */
#ifndef SQUARES_WORK_SCRATCH_H
#define SQUARES_WORK_SCRATCH_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* The units of reading and writing: disks may transfer only whole sectors. */
enum { SCRATCH_SECTOR = 4096, SCRATCH_PIECE = 1 << 20 };

struct scratch {
    const char *path; /* of the folder; owned by the caller */
    int folder;
    bool named; /* files have a name for a moment */
};

/* Opens the folder and checks that a file can be made in it. Returns 0, or -1 and sets err; then
 * nothing is open. */
int scratch_open(struct scratch *scratch, const char *path, struct err *err);

void scratch_close(struct scratch *scratch);

/* Makes a new, empty file for reading and writing. Returns its descriptor, or -1 with errno. */
int scratch_make(const struct scratch *scratch);

/* Write or read all of `size` bytes at `offset`. Return 0, or -1 with errno; ENODATA: the file ends
 * before that. */
int scratch_write_at(int fd, const void *bytes, int64_t size, int64_t offset);
int scratch_read_at(int fd, void *bytes, int64_t size, int64_t offset);

/* Sets err: `verb` ("write", ...) failed with the current errno for a file in folder `path`, and
 * what to do about it. Returns -1. */
int scratch_fail(struct err *err, const char *verb, const char *path);

/* Allocates room for `size` bytes, in whole sectors and aligned to them; the caller frees it. NULL:
 * no memory. */
void *scratch_buffer(int64_t size);

/* `size` rounded up to whole sectors. */
static inline int64_t scratch_sectors(int64_t size)
{
    return (size + SCRATCH_SECTOR - 1) / SCRATCH_SECTOR * SCRATCH_SECTOR;
}

#endif
