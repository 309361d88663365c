/*
 * err - why something failed, in words a user can act on.
 *
 * A function that can fail takes a `struct err *` last, returns -1 (or NULL) and fills it in once:
 * the first cause wins, later calls leave it unchanged. The function that knows the cause words it:
 * lower case, subject in quotes, no full stop. A `struct err` belongs to one thread; ERR_INIT makes
 * it empty.
 */
#ifndef SQUARES_BASE_ERR_H
#define SQUARES_BASE_ERR_H

#include <stdbool.h>
#include <stdint.h>

/* The class of a failure; its value is the exit code of the program. */
enum err_code {
    ERR_NONE = 0,
    ERR_FAILED = 1, /* the job failed: disk full, out of memory, ... */
    ERR_INPUT = 2,  /* bad usage or bad input */
};

/* `at` of a failure that belongs to no number in the input. */
#define ERR_NOWHERE INT64_MAX

struct err {
    enum err_code code;
    int rank;         /* where it failed, once the ranks have agreed on it; -1 before */
    int64_t at;       /* position of the number that failed, or ERR_NOWHERE */
    bool local;       /* other ranks may not have failed, though they did the same */
    bool echo;        /* another failure caused it, whose message says more */
    char text[480];   /* the cause, one line */
    char remedy[240]; /* what to do about it, one line; may be empty */
};

#define ERR_INIT                                                                                   \
    {                                                                                              \
        ERR_NONE, -1, ERR_NOWHERE, false, false, "", ""                                            \
    }

/* Records the cause. Always returns -1, so that a caller can `return err_set(...)`. */
int err_set(struct err *err, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As err_set, followed by ": " and the text of the present errno. */
int err_sys(struct err *err, enum err_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Out of memory for `what`. Marked local, as other ranks may have had memory. */
int err_memory(struct err *err, const char *what);

/* Adds the remedy, unless there already is one. Returns -1. */
int err_remedy(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Records which number of the input failed. Returns -1. */
int err_at(struct err *err, int64_t position);

/* Records that the cause is something this rank found on its host. Returns -1. */
int err_local(struct err *err);

/* Records that another failure caused this one. The other is shown instead if it is known: a
 * connection is reset because the server at its other end has no descriptors left. Returns -1. */
int err_echo(struct err *err);

static inline bool err_is(const struct err *err)
{
    return err->code != ERR_NONE;
}

/* Of two failures the one with the lower order is shown: the one earlier in the input, so that it
 * does not depend on which worker was quicker; an echo only if all are echoes. An empty err comes
 * last. */
int64_t err_order(const struct err *err);

/* Keeps in `kept` the failure with the lower order. An empty `other` changes nothing. */
void err_keep_lowest(struct err *kept, const struct err *other);

#endif
