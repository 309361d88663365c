/*
 * formats - the file formats of numbers: one row each, chosen by the suffix of the file's name.
 *
 * Private to number/: its users open a source or a sink.
 */
#ifndef SQUARES_NUMBER_FORMATS_H
#define SQUARES_NUMBER_FORMATS_H

#include "base/outfile.h"
#include "number/source.h"

struct format {
    const char *suffix; /* of the file's name */

    /* Makes a source from an open file. Owns `fd` from then on, even after a failure. `size`: of a
     * regular file; -1 for a pipe. `name` is for messages and is copied. Returns NULL and sets err
     * if it fails. */
    struct source *(*read)(int fd, int64_t size, const char *name, enum number_type type,
                           struct err *err);

    /* The three steps of writing. `finish` gets the count of numbers written; begin and finish may
     * be NULL. */
    int (*begin)(struct outfile *out, enum number_kind kind, struct err *err);
    int (*put)(struct outfile *out, const struct numbers *numbers, struct err *err);
    int (*finish)(struct outfile *out, enum number_kind kind, int64_t count, struct err *err);

    bool cells; /* numbers are stored as in memory, one after another, so that each has a known
                   position */
};

extern const struct format FORMAT_NPY, FORMAT_I64, FORMAT_TEXT;

const struct format *format_of(const char *path);

/* A source of cells stored as in memory; `count` may be COUNT_UNKNOWN (then until the end of the
 * file). Used for .i64 and .npy, which differ in what precedes the cells: `start` bytes of a
 * regular file; START_UNKNOWN for a pipe. Owns `fd`. Returns NULL and sets err if memory runs
 * out. */
struct source *source_cells(int fd, enum number_kind kind, int64_t count, int64_t start,
                            const char *name, struct err *err);
int put_cells(struct outfile *out, const struct numbers *numbers, struct err *err);

/* Reads what is there, at most `size` bytes. Returns how many, 0 at the end, or -1 and sets err. */
int64_t read_some(int fd, void *bytes, int64_t size, const char *name, struct err *err);

/* Reads until it has `size` bytes or the file ends. Returns the bytes read, or -1 and sets err. */
int64_t read_fully(int fd, void *bytes, int64_t size, const char *name, struct err *err);

/* Whether reading would wait and the source is hasty: then it is stalled. */
bool stalls(struct source *source, int fd);

/* "int64" or "float64". */
const char *number_kind_name(enum number_kind kind);

/* Returns 0, or -1 and sets err if the user asked for another type than the file `name` holds. */
int check_type(enum number_type wanted, enum number_kind kind, const char *name, struct err *err);

#endif
