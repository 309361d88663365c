/*
 * formats - the file formats numbers can be in: one row each, chosen by the end of the file's name.
 *
 * Private to number/: users of it open a source or a sink.
 */
#ifndef SQUARES_NUMBER_FORMATS_H
#define SQUARES_NUMBER_FORMATS_H

#include "base/outfile.h"
#include "number/source.h"

struct format {
    const char *suffix; /* of the file's name */

    /* Makes a source of an open file and owns `fd` from then on, also on failure. `size` is that of
     * a regular file, -1 of a pipe. `name` is for messages and is copied. */
    struct source *(*read)(int fd, int64_t size, const char *name, enum number_type type,
                           struct err *err);

    /* The three steps of writing. `finish` knows how many numbers were written; begin and finish
     * may be NULL. */
    int (*begin)(struct outfile *out, enum number_kind kind, struct err *err);
    int (*put)(struct outfile *out, const struct numbers *numbers, struct err *err);
    int (*finish)(struct outfile *out, enum number_kind kind, int64_t count, struct err *err);

    bool cells; /* numbers lie as in memory, one behind another, so that each has a known place */
};

extern const struct format FORMAT_NPY, FORMAT_I64, FORMAT_TEXT;

const struct format *format_of(const char *path);

/* Cells as they lie in memory; `count` may be COUNT_UNKNOWN (then until the end of the file).
 * Shared by .i64 and .npy, which differ in what stands before the cells: `start` bytes of a regular
 * file, START_UNKNOWN of a pipe. Owns `fd`. */
struct source *source_cells(int fd, enum number_kind kind, int64_t count, int64_t start,
                            const char *name, struct err *err);
int put_cells(struct outfile *out, const struct numbers *numbers, struct err *err);

/* Reads what is there, at most `size` bytes; 0 at the end, -1 on failure. */
int64_t read_some(int fd, void *bytes, int64_t size, const char *name, struct err *err);

/* Reads until `size` bytes or the end of the file. Returns the bytes read, -1 on failure. */
int64_t read_fully(int fd, void *bytes, int64_t size, const char *name, struct err *err);

/* Whether reading would wait, and the source's reader does not want that: then it is stalled. */
bool stalls(struct source *source, int fd);

/* "int64" or "float64". */
const char *number_kind_name(enum number_kind kind);

/* -1 with a message if the user asked for another type than the file `name` holds. */
int check_type(enum number_type wanted, enum number_kind kind, const char *name, struct err *err);

#endif
