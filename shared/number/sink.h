/*
 * sink - where results go: a file or, when nobody wants them, nowhere.
 *
 * Results arrive in the order of the stream, from one thread.
 */
#ifndef SQUARES_NUMBER_SINK_H
#define SQUARES_NUMBER_SINK_H

#include "base/outfile.h"
#include "number/numbers.h"

struct format;

struct sink {
    const struct format *format; /* NULL: no file */
    struct outfile file;
    enum number_kind kind;
    int64_t count; /* results put so far */
    int64_t start; /* bytes of the file before the first result, where others write results, too */
};

/* Opens the sink for results of `kind`; `path` NULL: they are only counted. The file appears under
 * its name at sink_commit. -1: as outfile_open, or a format that cannot hold the kind. */
int sink_open(struct sink *sink, const char *path, enum number_kind kind, struct err *err);

/* As sink_open, of a file (see named_as_cells) whose results are written by several processes, each
 * at their place in sink->file.temporary, and not by sink_put. Who commits it sets `count` before.
 * -1: also if that cannot be done with what `path` names. */
int sink_open_shared(struct sink *sink, const char *path, enum number_kind kind, struct err *err);

/* Gets room in it for `count` results in all. -1: disk full and the like. */
int sink_reserve(struct sink *sink, int64_t count, struct err *err);

/* Takes results; they are written, and not kept. */
int sink_put(struct sink *sink, const struct numbers *numbers, struct err *err);

/* Puts the file in place. */
int sink_commit(struct sink *sink, struct err *err);

/* Releases the sink; a file that was not committed is gone. */
void sink_release(struct sink *sink);

#endif
