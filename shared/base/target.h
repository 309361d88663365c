/*
 * target - where the name of an output leads, and what is there now.
 *
 *     -o results/today.txt     today.txt is a symbolic link to ../may/4.txt
 *     path      results/today.txt
 *     place     results/../may/4.txt    links in the last place are followed
 *     folder    the folder of that, open
 *     name      4.txt, within it
 *
 * The folder and the name are what a whole file is put in place by. Folders are opened by the
 * kernel. A link in the last place has to be followed here, a step at a time; the kernel's own way
 * must be allowed to and lead to the same file, and another user's link in a folder that all may
 * write (/tmp) is not followed, nor is such a user's pipe there written.
 *
 * A name of one of this process's descriptors, such as /dev/stdout, is that descriptor: it is
 * written on from where it is, whatever is behind it.
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
    dev_t special; /* of a device */
};

struct target {
    char *path;       /* as the user named it; owned */
    char *place;      /* owned; NULL for a stream */
    const char *name; /* the last part of `place` */
    int folder;       /* O_PATH; -1 for a stream */
    enum target_kind kind;
    int stream; /* the descriptor's number; -1 for others */
    struct target_file there;
};

#define TARGET_CLOSED                                                                              \
    {                                                                                              \
        NULL, NULL, NULL, -1, TARGET_NEW, -1,                                                      \
        {                                                                                          \
            0, 0, 0, 0, 0                                                                          \
        }                                                                                          \
    }

/* Finds out where `path` leads. Returns 0, or -1 and sets err if its folder is not there, it names
 * a folder, a link to nothing, another user's link or pipe where all may write, a descriptor that
 * is not open for writing, or may not be looked at.
 * In both cases to be released. */
int target_open(struct target *target, const char *path, struct err *err);

/* As target_open, of descriptor `fd`, which messages call `name`. */
int target_stream(struct target *target, int fd, const char *name, struct err *err);

/* Whether a file written to one would replace, or mix with, what is written to the other. Streams
 * and devices that keep nothing (/dev/null) do not count. */
bool target_same(const struct target *a, const struct target *b);

/* Returns 0 if an old file may be replaced by a new one, or -1 and sets err if it is read-only
 * (also for root, to whom the kernel would allow it), or neither its folder nor the file's owner
 * allow it. Nothing is changed. */
int target_replaceable(const struct target *target, struct err *err);

void target_release(struct target *target);

#endif
