/*
 * source - where numbers come from: a range, the command line, memory, or a file.
 *
 * A source is read from front to back, once, by one thread. Its kind is known from the start; its
 * count is too, except for text and pipes.
 */
#ifndef SQUARES_NUMBER_SOURCE_H
#define SQUARES_NUMBER_SOURCE_H

#include "base/err.h"
#include "number/doubts.h"
#include "number/numbers.h"
#include "number/range.h"

#include <stdbool.h>

/* What the user says the numbers are; TYPE_AUTO: files know, in text the first number tells. */
enum number_type { TYPE_AUTO, TYPE_INT64, TYPE_FLOAT64 };

enum { COUNT_UNKNOWN = -1, START_UNKNOWN = -1 };

struct source;

struct source_ops {
    int (*next)(struct source *source, int64_t max, void *room, struct numbers *out,
                struct err *err);
    void (*destroy)(struct source *source);
};

struct source {
    const struct source_ops *ops;
    enum number_kind kind;
    int64_t count;    /* numbers in all, or COUNT_UNKNOWN */
    int64_t position; /* numbers given so far */
    int64_t start;    /* where the first number lies in its file, in bytes, the others behind it in
                         order, as in memory; START_UNKNOWN where that is not so */
    int64_t rest;     /* bytes of its file behind the numbers, which are not read; 0: none, or
                         nobody knows */
    const struct doubts *doubts; /* of a text; NULL: there can be none */
    bool swapped; /* there, not in what it gives: each number's bytes lie in reverse order */
    bool hasty;   /* set by a reader that has other things to do while a pipe has no more yet */
    bool stalled; /* the last call met such a pipe: there is more to come, or the end */
};

/* The numbers of `range`, int64. */
struct source *source_range(const struct range *range, struct err *err);

/* `count` numbers in the caller's memory, given out in place: no copy is made, and results may be
 * written over them. */
struct source *source_memory(enum number_kind kind, void *cells, int64_t count, struct err *err);

/* Numbers as words of the command line. Unless `type` says so they are int64 when all are written
 * as whole numbers, else float64. */
struct source *source_words(char *const *words, int count, enum number_type type, struct err *err);

/* A file, its format told by its name (.npy, .i64, else text), or "-": text from standard input.
 * NULL: missing, not readable, empty, damaged, or holding what `type` is not. */
struct source *source_open(const char *path, enum number_type type, struct err *err);

/* Whether files of that name hold their numbers as they lie in memory: then a part of them can be
 * read or written without the rest. */
bool named_as_cells(const char *path);

/* Gives the next `max` numbers, fewer only at the end, 0 at the end, and where it stalled. `out`
 * points into `room` (space for `max` numbers) or into the source's own memory, valid until the
 * next call. -1: damaged input, with err->at the position. */
int source_next(struct source *source, int64_t max, void *room, struct numbers *out,
                struct err *err);

void source_destroy(struct source *source);

#endif
