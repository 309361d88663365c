/*
 * shared_memory - memory that the ranks of a host share: one of MPI's windows.
 */
#ifndef SQUARES_COMM_SHARED_MEMORY_H
#define SQUARES_COMM_SHARED_MEMORY_H

#include "base/err.h"

#include "comm/collective.h"
#include <stddef.h>

struct shared_memory {
    MPI_Win window;
    void *base; /* at the beginning of a page; NULL: not open */
};

/* Collective over `host`, the ranks of one: `bytes`, the same on all, of which none is touched yet.
 * -1 on all if it cannot be had; rank 0 of `host` has the reason, others may have none. */
int shared_memory_open(struct shared_memory *memory, MPI_Comm host, size_t bytes, struct err *err);

/* Collective; zeroed it is closed. */
void shared_memory_close(struct shared_memory *memory);

#endif
