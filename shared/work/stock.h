/*
 * stock - the file that the ranks of a host read from. It has no name, so that nothing is left
 * whatever ends the job: its maker holds it open, and the others open it through the maker's folder
 * in /proc. That works among processes of one user that see each other there.
 *
 * What is read comes from the disk, past the kernel's memory of files, where the file system can do
 * so (O_DIRECT). Elsewhere the kernel is asked to forget the file before each read, which it may
 * decline.
 */
#ifndef SQUARES_WORK_STOCK_H
#define SQUARES_WORK_STOCK_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct stock {
    int fd;
    bool direct; /* reads go past the kernel's memory */
    int64_t size;
    uint64_t key; /* of the pattern it holds */
};

/* Makes a stock of `size` bytes, in whole sectors, in folder `path`, and writes it out to the disk.
 * `handle` is what every rank of the host opens it by, above 0. -1: nothing is left. */
int stock_make(const char *path, int64_t size, int64_t *handle, struct err *err);

/* Gives back what stock_make made, in the process that made it. */
void stock_discard(int64_t handle);

/* Opens a stock for reading by any number of threads. -1: not to be seen, or another file. */
int stock_open(struct stock *stock, int64_t handle, struct err *err);

void stock_close(struct stock *stock);

/* Reads `size` bytes, into a buffer by scratch_buffer, from sector `sector`; they do not reach past
 * the end. -1 with errno. */
int stock_read(const struct stock *stock, void *buffer, int64_t size, int64_t sector);

#endif
