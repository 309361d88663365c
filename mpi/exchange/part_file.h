/*
 * part_file - a file of which this rank reads or writes its part, through MPI-IO and at explicit
 * places.
 *
 * Each rank opens it for itself alone. Opened by all together it would be the same file, read and
 * written alike (nothing here is collective), but a rank that cannot open it would leave the others
 * waiting in MPI for it; like this they learn of it at the edge of the phase.
 *
 * Open MPI 4 returns success from MPI_File_write_at on a full disk, and from MPI_File_close
 * whatever close() says: so what was moved is counted, and what a network file system still holds
 * back is asked for.
 */
#ifndef SQUARES_EXCHANGE_PART_FILE_H
#define SQUARES_EXCHANGE_PART_FILE_H

#include "base/err.h"

#include "comm/collective.h"

struct part_file {
    MPI_File handle;  /* MPI_FILE_NULL: closed */
    const char *path; /* the caller's */
    const char *name; /* in messages; the caller's */
    bool writes;
};

#define PART_FILE_CLOSED                                                                           \
    {                                                                                              \
        MPI_FILE_NULL, NULL, NULL, false                                                           \
    }

/* Opens a file that rank 0 has found or made, to read or to write it. `size` is what a file that is
 * read has to have. -1: this rank cannot open it, or finds another. */
int part_file_open_read(struct part_file *file, const char *path, int64_t size, struct err *err);
int part_file_open_write(struct part_file *file, const char *path, const char *name,
                         struct err *err);

/* Reads up to `size` bytes that lie `at` bytes behind the start. Returns how many there were, -1 on
 * failure. */
int part_file_read(struct part_file *file, int64_t at, void *bytes, int size, struct err *err);

/* Writes them all. -1: disk full and the like. */
int part_file_write(struct part_file *file, int64_t at, const void *bytes, int size,
                    struct err *err);

/* Closes it, when all that was written is where other ranks find it. -1: it is not. Nothing if it
 * is closed. */
int part_file_close(struct part_file *file, struct err *err);

/* Brings to the disk what this host's ranks have written to the file. -1: not all of it is there.
 */
int part_file_sync(const char *path, const char *name, struct err *err);

#endif
