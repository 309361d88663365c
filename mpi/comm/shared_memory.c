#include "comm/shared_memory.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const double MIB = 1 << 20;

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* of Linux 5.14, and never another number */
#endif

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* Open MPI aligns windows to less than a page; the ranks' mappings of a window differ by whole
 * pages. */
static void *align(void *base)
{
    const size_t page = page_size();
    return (char *)base + (page - (uintptr_t)base % page) % page;
}

/* Checks the room where Open MPI keeps shared memory, as Open MPI prints a long complaint where it
 * sees that there is too little. */
static int check_space(size_t bytes, struct err *err)
{
    const char *const folder = "/dev/shm";
    const double MARGIN = 1.1;
    struct statvfs disk;
    if (statvfs(folder, &disk) != 0)
        return 0; /* then Open MPI uses another place */
    double room = (double)disk.f_bavail * (double)disk.f_frsize;
    if (room >= MARGIN * (double)bytes)
        return 0;
    err_set(err, ERR_FAILED, "'%s' has room for %.0f MiB, a window takes %.0f MiB", folder,
            room / MIB, (double)bytes / MIB);
    return err_remedy(err, "make room there, or use --exchange message");
}

/* Whether `mine` is true on all ranks. */
static bool all_of(MPI_Comm host, bool mine)
{
    int all = mine;
    MPI_Allreduce(MPI_IN_PLACE, &all, 1, MPI_INT, MPI_LAND, host);
    return all;
}

/* Gets the pages of this rank's share now. Room that was there when it was asked for can be taken
 * by others before a page is first touched, and then touching it ends the program. Each rank gets
 * its own share, so that pages lie in its NUMA node. */
static int get_pages(char *base, size_t bytes, MPI_Comm host, struct err *err)
{
    int rank, ranks;
    MPI_Comm_rank(host, &rank);
    MPI_Comm_size(host, &ranks);
    const size_t page = page_size(), pages = (bytes + page - 1) / page;
    const size_t first = pages * (size_t)rank / (size_t)ranks,
                 after = pages * (size_t)(rank + 1) / (size_t)ranks;
    char *share = base + first * page;
    const size_t size = (after - first) * page;
    if (madvise(share, size, MADV_POPULATE_WRITE) == 0)
        return 0;
    if (errno == EFAULT || errno == ENOMEM) { /* touching it would end in SIGBUS */
        err_set(err, ERR_FAILED, "shared memory has no room for a window of %.0f MiB",
                (double)bytes / MIB);
        return err_remedy(err, "make room in /dev/shm, or use --exchange message");
    }
    memset(share, 0, size); /* the kernel is older: the room was only looked at, see above */
    return 0;
}

int shared_memory_open(struct shared_memory *memory, MPI_Comm host, size_t bytes, struct err *err)
{
    int rank, unit;
    void *base = NULL;
    MPI_Comm_rank(host, &rank);
    *memory = (struct shared_memory){MPI_WIN_NULL, NULL};
    if (!all_of(host, rank != 0 || check_space(bytes, err) == 0))
        return -1;
    MPI_Aint size = rank == 0 ? (MPI_Aint)bytes + 2 * (MPI_Aint)page_size() : 0;
    MPI_Comm_set_errhandler(host, MPI_ERRORS_RETURN);
    bool made = MPI_Win_allocate_shared(size, 1, MPI_INFO_NULL, host, &base, &memory->window) ==
                MPI_SUCCESS;
    MPI_Comm_set_errhandler(host, MPI_ERRORS_ARE_FATAL);
    if (!all_of(host, made))
        return err_set(err, ERR_FAILED, "MPI cannot make a window of %zu bytes", bytes);
    MPI_Win_shared_query(memory->window, 0, &size, &unit, &base);
    memory->base = align(base);
    if (all_of(host, get_pages(memory->base, bytes, host, err) == 0))
        return 0;
    shared_memory_close(memory);
    return -1;
}

void shared_memory_map(const struct shared_memory *memory, size_t bytes)
{
    (void)madvise(memory->base, bytes, MADV_POPULATE_WRITE);
}

void shared_memory_close(struct shared_memory *memory)
{
    if (memory->base != NULL)
        MPI_Win_free(&memory->window);
    memory->base = NULL;
}
