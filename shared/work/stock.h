/*
 * stock - the file that the ranks of a host read from. It has no name, so nothing is left however
 * the job ends: its maker holds it open, and the other ranks open it through the maker's folder in
 * /proc. That works among processes of one user that can see each other there.
 *
 * Reads come from the disk, bypassing the page cache, if the file system supports that (O_DIRECT).
 * Otherwise the kernel is asked to drop the file from its cache before each read, which it may
 * decline.
 */
#ifndef SQUARES_WORK_STOCK_H
#define SQUARES_WORK_STOCK_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct stock {
    int fd;
    bool direct; /* reads bypass the page cache */
    int64_t size;
    uint64_t key; /* of the pattern it holds */
};

/* Makes a stock of `size` bytes, in whole sectors, in folder `path`, and writes it to the disk.
 * `handle`, which is above 0, is what every rank of the host opens it by. Returns 0, or -1 and sets
 * err; then nothing is left. */
int stock_make(const char *path, int64_t size, int64_t *handle, struct err *err);

/* Closes what stock_make made, in the process that made it. */
void stock_discard(int64_t handle);

/* Opens a stock for reading by any number of threads. Returns 0, or -1 and sets err if it cannot be
 * seen from here, or is another file. */
int stock_open(struct stock *stock, int64_t handle, struct err *err);

void stock_close(struct stock *stock);

/* Reads `size` bytes, starting at sector `sector`, into a buffer from scratch_buffer; they must not
 * reach past the end. Returns 0, or -1 with errno. */
int stock_read(const struct stock *stock, void *buffer, int64_t size, int64_t sector);

#endif
