/*
 * outfile - a file that appears complete or not at all.
 *
 * What is written goes to a nameless file (O_TMPFILE) beside the target, so that nothing is left
 * however the process is killed. outfile_commit gives it its name and puts it in place of an old
 * file. Opening the file tests whether a nameless file can be named later. If not, the file has a
 * name from the start, .NAME.PID.part, which outfile_discard removes; so has a file that other
 * processes write, too, as they open it by name. Until it is in place only its owner can read it.
 *
 * Commit returns when file and folder are on the disk, so that even after a power failure either
 * the old file is there or the whole new one; with `synced` false it does not wait for that.
 *
 * A descriptor of the process (/dev/stdout), and a target that exists and is not a regular file (a
 * pipe, /dev/null), are written directly.
 *
 * Use it from one thread at a time.
 */
#ifndef SQUARES_BASE_OUTFILE_H
#define SQUARES_BASE_OUTFILE_H

#include "base/err.h"
#include "base/target.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct outfile {
    const char *path;     /* the target as the user named it; owned by `target` */
    struct target target; /* where that name leads */
    char *temporary;      /* name of the unfinished file; owned, NULL while it has none */
    int fd;               /* -1 when closed */
    mode_t usual;         /* the permissions that a new file gets there */
    bool direct;          /* the target is written directly: no renaming, no way back */
    bool shared;          /* other processes write it, too */
    bool synced;          /* commit waits for the disk; true unless the caller changes it */
    bool abandoned;       /* standard output, whose reader has gone: further output is dropped */
};

#define OUTFILE_CLOSED                                                                             \
    {                                                                                              \
        NULL, TARGET_CLOSED, NULL, -1, 0, false, false, false, false                               \
    }

/* Opens `path` for writing. Returns 0, or -1 and sets err if its folder is missing or not writable,
 * or if it is a folder, a link to nothing, or an existing file that is write-protected or cannot be
 * replaced. */
int outfile_open(struct outfile *out, const char *path, struct err *err);

/* As outfile_open, for a file that other processes write, too: by the name out->temporary. Also
 * returns -1 if the target is not a regular file, of which parts cannot be written. */
int outfile_open_shared(struct outfile *out, const char *path, struct err *err);

/* Opens standard output, or another stream of the process, which messages call `name`. Returns 0,
 * or -1 and sets err if it is not open for writing. */
int outfile_open_stream(struct outfile *out, int fd, const char *name, struct err *err);

/* Reserves room for `size` bytes in all, if the file system can promise it, and makes the file that
 * long. Returns 0, or -1 and sets err if the disk is full, for example: better found before the
 * work than in the middle. */
int outfile_reserve(struct outfile *out, int64_t size, struct err *err);

/* Appends all `size` bytes. Returns 0, or -1 and sets err if the disk is full, for example. It is
 * no failure if the reader of standard output has gone (squares ... | head -1): see `abandoned`. */
int outfile_write(struct outfile *out, const void *bytes, size_t size, struct err *err);

/* Overwrites the first `size` bytes, for a header whose numbers are known only at the end. Returns
 * 0, or -1 and sets err. */
int outfile_rewrite_start(struct outfile *out, const void *bytes, size_t size, struct err *err);

/* Puts the file in place and closes it. Of an old file only the permissions are kept, if the new
 * file has the same owner and group; if not, no user gets more permissions than both files would
 * have given. In either case the new file has no access list, such as folders give to files made in
 * them. Returns 0, or -1 and sets err: then nothing is in place and an old file is unchanged,
 * unless err says that the new file is in place, but perhaps not on the disk. */
int outfile_commit(struct outfile *out, struct err *err);

/* Waits until what was written to the file or folder `fd` is on the disk. A file system that does
 * not support this counts as always up to date. Returns 0, or -1 and sets errno. */
int outfile_sync(int fd);

/* Drops what was written, and releases `out`; after a commit it only releases. */
void outfile_discard(struct outfile *out);

#endif
