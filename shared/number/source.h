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

/* What the user says the numbers are. TYPE_AUTO: files of numbers know it; in text the first number
 * decides. */
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
    int64_t start; /* where the first number is in its file, in bytes, with the others after it in
                      order, as in memory; START_UNKNOWN if that is not so */
    int64_t rest; /* bytes of its file after the numbers, which are not read; 0: none, or unknown */
    const struct doubts *doubts; /* of a text; NULL: other sources have none */
    bool swapped; /* the file's byte order is reversed; this source's numbers are not */
    bool hasty;   /* set by a reader that has other work while a pipe has no more yet */
    bool stalled; /* the last call found such a pipe without data: more may come, or the end */
};

/* The numbers of `range`, int64. */
struct source *source_range(const struct range *range, struct err *err);

/* `count` numbers in the caller's memory, returned in place: no copy is made, and results may be
 * written over them. */
struct source *source_memory(enum number_kind kind, void *cells, int64_t count, struct err *err);

/* Numbers from words of the command line. Unless `type` says otherwise they are int64 if all are
 * written as whole numbers, else float64. */
struct source *source_words(char *const *words, int count, enum number_type type, struct err *err);

/* Opens a file, whose format its name tells (.npy, .i64, else text), or "-": text from standard
 * input. Returns NULL and sets err if it is missing, not readable, empty, damaged, or not of
 * `type`. */
struct source *source_open(const char *path, enum number_type type, struct err *err);

/* Whether files with such a name hold their numbers as in memory: then a part of them can be read
 * or written without the rest. */
bool named_as_cells(const char *path);

/* Gets the next `max` numbers; fewer only at the end or if it stalled, none at the end. `out`
 * points into `room` (space for `max` numbers) or into the source's own memory, valid until the
 * next call. Returns 0, or -1 and sets err, with err->at the position, if the input is damaged. */
int source_next(struct source *source, int64_t max, void *room, struct numbers *out,
                struct err *err);

void source_destroy(struct source *source);

#endif
