/*
 * outfile - a file that appears whole or not at all.
 *
 * What is written goes to a nameless file (O_TMPFILE) beside the target, so that nothing is left
 * whatever kills the process; outfile_commit gives it its name and puts it in place of what was
 * there. Where that cannot be done in the end (which is tried when the file is opened) it has a
 * name from the start, .NAME.PID.part, which outfile_discard removes; so has a file that other
 * processes write, too, as they open it by name. Until it is in place only its owner can read it.
 *
 * Commit returns when file and folder are on the disk, so that after a power failure, too, either
 * the old file is there or the whole new one; `synced` false leaves that out.
 *
 * A descriptor of the process (/dev/stdout), and a target that exists and is no regular file (a
 * pipe, /dev/null), are written as they are.
 *
 * One thread at a time.
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
    const char *path;     /* the target as the user named it; the target's */
    struct target target; /* where that leads */
    char *temporary;      /* name of the unfinished file; owned, NULL while it has none */
    int fd;               /* -1 when closed */
    mode_t usual;         /* the permissions that a new file gets there */
    bool direct;          /* the target is written as it is: no renaming, no going back */
    bool shared;          /* others write it, too */
    bool synced;          /* commit waits for the disk; true unless the caller changes it */
    bool abandoned;       /* standard output, whose reader has left: what follows is dropped */
};

#define OUTFILE_CLOSED                                                                             \
    {                                                                                              \
        NULL, TARGET_CLOSED, NULL, -1, 0, false, false, false, false                               \
    }

/* Opens `path` for writing. -1: its folder is missing or not writable, or it is a folder, a link to
 * nothing, or an existing file that is write-protected or cannot be replaced. */
int outfile_open(struct outfile *out, const char *path, struct err *err);

/* As outfile_open, of a file that other processes write, too: by the name out->temporary. -1: also
 * if the target is no regular file, of which nobody can write a part. */
int outfile_open_shared(struct outfile *out, const char *path, struct err *err);

/* Opens standard output, or another stream of the process, which messages call `name`. -1: it is
 * not open for writing. */
int outfile_open_stream(struct outfile *out, int fd, const char *name, struct err *err);

/* Gets room for `size` bytes in all, where the file system can promise it, and makes the file as
 * long. -1: disk full and the like, found before the work rather than in its midst. */
int outfile_reserve(struct outfile *out, int64_t size, struct err *err);

/* Appends `size` bytes, all of them. -1: disk full and the like. That the reader of standard output
 * has left (squares ... | head -1) is no failure: see `abandoned`. */
int outfile_write(struct outfile *out, const void *bytes, size_t size, struct err *err);

/* Overwrites the first `size` bytes, as a header whose numbers are known at the end. */
int outfile_rewrite_start(struct outfile *out, const void *bytes, size_t size, struct err *err);

/* Puts the file in place and closes it. Of a file that was there only the permissions are kept, if
 * the new one has the same owner and group; if not, no one gets more than they would have had of
 * both. In either case it has no access list, such as folders give to what is made in them.
 * -1: nothing is in place and an old file is untouched, unless err says that the new one is in
 * place, but perhaps not on the disk. */
int outfile_commit(struct outfile *out, struct err *err);

/* Waits until what was written to the file or folder `fd` is on the disk. File systems that do not
 * know how to are taken as always in step with it. -1: see errno. */
int outfile_sync(int fd);

/* Forgets what was written, and releases `out`; after a commit it only releases. */
void outfile_discard(struct outfile *out);

#endif
