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
};

/* Opens the sink for results of `kind`; `path` NULL: they are only counted. The file appears under
 * its name at sink_commit. -1: as outfile_open, or a format that cannot hold the kind. */
int sink_open(struct sink *sink, const char *path, enum number_kind kind, struct err *err);

/* Takes results; they are written, and not kept. */
int sink_put(struct sink *sink, const struct numbers *numbers, struct err *err);

/* Puts the file in place. */
int sink_commit(struct sink *sink, struct err *err);

/* Releases the sink; a file that was not committed is gone. */
void sink_release(struct sink *sink);

#endif
