/*
 * target - where the name of an output leads, and what is there now.
 *
 *     -o results/today.txt     today.txt is a symbolic link to ../may/4.txt
 *     path      results/today.txt
 *     place     results/../may/4.txt    links in the last place are followed
 *     folder    the folder of that, open
 *     name      4.txt, within it
 *
 * A complete file is put in place by this folder and name. The kernel opens folders. A link in the
 * last place has to be followed here, a step at a time. The kernel must also be able to follow the
 * whole path, and must reach the same file. Another user's link in a folder that all may write
 * (/tmp) is not followed, and another user's pipe there is not written.
 *
 * A name of one of this process's descriptors, such as /dev/stdout, stands for that descriptor: it
 * is written from its present position, whatever it is open on.
 */
#ifndef SQUARES_BASE_TARGET_H
#define SQUARES_BASE_TARGET_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum target_kind {
    TARGET_NEW,    /* nothing is there */
    TARGET_FILE,   /* a regular file */
    TARGET_OTHER,  /* a pipe, a device */
    TARGET_STREAM, /* a descriptor of this process */
};

/* What is there; zeroed: nothing. */
struct target_file {
    dev_t device;
    ino_t number;
    mode_t mode;
    uid_t owner;
    dev_t special; /* the device's number, if it is a device */
};

struct target {
    char *path;       /* as the user named it; owned */
    char *place;      /* owned; NULL for a stream */
    const char *name; /* the last part of `place` */
    int folder;       /* O_PATH; -1 for a stream */
    enum target_kind kind;
    int stream; /* the descriptor's number; -1 if it is not a stream */
    struct target_file there;
};

#define TARGET_CLOSED                                                                              \
    {                                                                                              \
        NULL, NULL, NULL, -1, TARGET_NEW, -1,                                                      \
        {                                                                                          \
            0, 0, 0, 0, 0                                                                          \
        }                                                                                          \
    }

/* Finds out where `path` leads. Returns 0, or -1 and sets err if its folder does not exist, if it
 * names a folder, a link to nothing, another user's link or pipe where all may write, or a
 * descriptor that is not open for writing, or if looking at it is not allowed. Call target_release
 * in either case. */
int target_open(struct target *target, const char *path, struct err *err);

/* As target_open, for descriptor `fd`, which messages call `name`. */
int target_stream(struct target *target, int fd, const char *name, struct err *err);

/* Whether a file written to one target would replace, or mix with, what is written to the other.
 * Streams and devices that keep nothing (/dev/null) do not count. */
bool target_same(const struct target *a, const struct target *b);

/* Returns 0 if a new file may replace an old one, or -1 and sets err if the old one is read-only
 * (even for root, although the kernel would let root write it) or mounted in its place, or if its
 * folder does not allow it. Changes nothing. */
int target_replaceable(const struct target *target, struct err *err);

void target_release(struct target *target);

#endif
