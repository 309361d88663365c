/*
 * part_file - a file of which this rank reads or writes its part, through MPI-IO and at explicit
 * offsets.
 *
 * Each rank opens the file on its own. All ranks could open it together, and would read and write
 * it the same way, as nothing here is collective. But a rank that cannot open it would leave the
 * others waiting in MPI; this way they learn of it when the ranks next agree.
 *
 * Open MPI 4 returns success from MPI_File_write_at on a full disk, and from MPI_File_close
 * whatever close() returns. So this code counts the bytes moved, and asks for the errors that a
 * network file system still holds back.
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

/* Opens a file that rank 0 has found or made, to read or write it. A file to be read must have
 * `size` bytes. Returns 0, or -1 and sets err if this rank cannot open it or finds another size. */
int part_file_open_read(struct part_file *file, const char *path, int64_t size, struct err *err);
int part_file_open_write(struct part_file *file, const char *path, const char *name,
                         struct err *err);

/* Reads up to `size` bytes that start `at` bytes after the file's start. Returns how many there
 * were, or -1 and sets err. */
int part_file_read(struct part_file *file, int64_t at, void *bytes, int size, struct err *err);

/* Writes all the bytes. Returns 0, or -1 and sets err if not all were written: a full disk, for
 * example. */
int part_file_write(struct part_file *file, int64_t at, const void *bytes, int size,
                    struct err *err);

/* Closes the file, once all that was written is visible to other ranks. Does nothing if it is
 * closed. Returns 0, or -1 and sets err if writing has failed. */
int part_file_close(struct part_file *file, struct err *err);

/* Writes to disk what this host's ranks have written to the file. Returns 0, or -1 and sets err if
 * not all of it is there. */
int part_file_sync(const char *path, const char *name, struct err *err);

#endif
