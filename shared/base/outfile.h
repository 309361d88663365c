/*
 * outfile - a file that appears whole or not at all.
 *
 * What is written goes to a nameless file (O_TMPFILE) beside the target, so that nothing is left
 * whatever kills the process; outfile_commit gives it its name and puts it in place of what was
 * there. File systems without nameless files get a named one, which outfile_discard removes; so
 * does a file that other processes write, too, as they open it by name. A target that exists and is
 * no regular file (a pipe, /dev/null) is written as it is.
 *
 * One thread at a time.
 */
#ifndef SQUARES_BASE_OUTFILE_H
#define SQUARES_BASE_OUTFILE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct outfile {
    char *path;      /* the target as the user named it; owned */
    char *temporary; /* name of the unfinished file; owned, NULL while it has none */
    int fd;          /* -1 when closed */
    bool direct;     /* the target is written as it is: no renaming, no going back */
    bool shared;     /* others write it, too */
};

#define OUTFILE_CLOSED                                                                             \
    {                                                                                              \
        NULL, NULL, -1, false, false                                                               \
    }

/* Opens `path` for writing. -1: its folder is missing or not writable, or it is a folder, or an
 * existing file that is write-protected (also for root, to whom the kernel would allow it). */
int outfile_open(struct outfile *out, const char *path, struct err *err);

/* As outfile_open, of a file that other processes write, too: by the name out->temporary. -1: also
 * if the target is no regular file, of which nobody can write a part. */
int outfile_open_shared(struct outfile *out, const char *path, struct err *err);

/* Gets room for `size` bytes in all, where the file system can promise it, and makes the file as
 * long. -1: disk full and the like, found before the work rather than in its midst. */
int outfile_reserve(struct outfile *out, int64_t size, struct err *err);

/* Appends `size` bytes, all of them. -1: disk full and the like. */
int outfile_write(struct outfile *out, const void *bytes, size_t size, struct err *err);

/* Overwrites the first `size` bytes, as a header whose numbers are known at the end. */
int outfile_rewrite_start(struct outfile *out, const void *bytes, size_t size, struct err *err);

/* Puts the file in place and closes it. -1: nothing is in place, an old file is untouched. */
int outfile_commit(struct outfile *out, struct err *err);

/* Forgets what was written, and releases `out`; after a commit it only releases. */
void outfile_discard(struct outfile *out);

#endif
