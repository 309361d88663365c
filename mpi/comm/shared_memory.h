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
    void *base; /* at the start of a page; NULL: not open */
};

/* Collective over `host`, the ranks of one host. Gets `bytes`, the same on all ranks; equal shares
 * of them, in the order of the ranks, lie in the ranks' NUMA nodes. Returns 0, or -1 on all ranks
 * if the memory cannot be had; the rank that noticed has the reason in err, others may have none.
 */
int shared_memory_open(struct shared_memory *memory, MPI_Comm host, size_t bytes, struct err *err);

/* Enters all pages in this rank's own page table. Otherwise the rank would do so one by one, at
 * half a microsecond each, when it first works on another rank's share. Kernels before 5.14 cannot.
 */
void shared_memory_map(const struct shared_memory *memory, size_t bytes);

/* Collective; a zeroed one is closed. */
void shared_memory_close(struct shared_memory *memory);

#endif
