/*
 * sink - where results go: to a file or, if they are not wanted, nowhere.
 *
 * Results come in the order of the stream, from one thread.
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
    int64_t start; /* bytes of the file before the first result, if other processes write results,
                      too */
};

/* Opens the sink for results of `kind`; `path` NULL: they are only counted. The file appears under
 * its name at sink_commit. Returns 0, or -1 and sets err: as outfile_open, or if the format cannot
 * hold the kind. */
int sink_open(struct sink *sink, const char *path, enum number_kind kind, struct err *err);

/* As sink_open, for a file (see named_as_cells) into which several processes write results, each at
 * their place in sink->file.temporary, instead of by sink_put. The process that commits it sets
 * `count` before. Also returns -1 if `path` names something that cannot be written this way. */
int sink_open_shared(struct sink *sink, const char *path, enum number_kind kind, struct err *err);

/* Reserves room in the file for `count` results in all. Returns 0, or -1 and sets err if the disk
 * is full, for example. */
int sink_reserve(struct sink *sink, int64_t count, struct err *err);

/* Takes results; they are written, not kept. Returns 0, or -1 and sets err. */
int sink_put(struct sink *sink, const struct numbers *numbers, struct err *err);

/* Puts the file in place. Returns 0, or -1 and sets err. */
int sink_commit(struct sink *sink, struct err *err);

/* Releases the sink; a file that was not committed is dropped. */
void sink_release(struct sink *sink);

#endif
