#include "demo/kit/stretch.h"

#include <string.h>
#include <sys/mman.h>

enum { LINE = 8 /* cells of a cache line of 64 bytes */ };

size_t stretch_size(hwloc_topology_t topology, size_t *cached)
{
    const size_t LEAST = (size_t)32 << 20, MOST = (size_t)256 << 20;
    hwloc_obj_t cache = hwloc_get_obj_by_type(topology, HWLOC_OBJ_L3CACHE, 0);
    size_t size = LEAST, l3 = cache != NULL ? (size_t)cache->attr->cache.size : 0;
    while (size < MOST && size < 2 * l3)
        size *= 2;
    if (cached != NULL)
        *cached = size <= l3 ? l3 : 0;
    return size;
}

int stretch_reserve(struct stretch *stretch, size_t size, struct err *err)
{
    void *cells = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *stretch = (struct stretch){.cells = NULL};
    if (cells == MAP_FAILED)
        return err_memory(err, "what is read");
    (void)madvise(cells, size, MADV_HUGEPAGE); /* else it also measures page-table walks */
    *stretch = (struct stretch){.cells = cells, .size = size};
    return 0;
}

void stretch_release(struct stretch *stretch)
{
    if (stretch->cells != NULL)
        (void)munmap(stretch->cells, stretch->size);
    *stretch = (struct stretch){.cells = NULL};
}

void stretch_touch(struct stretch *stretch)
{
    memset(stretch->cells, 0, stretch->size);
}

double stretch_read(struct stretch *stretch)
{
    enum { BLOCK = (64 << 10) / sizeof(uint64_t) };
    size_t cells = stretch->size / sizeof(uint64_t);
    const uint64_t *from = stretch->cells + stretch->at;
    uint64_t sum = stretch->sum;
    for (size_t i = 0; i < BLOCK; i++)
        sum += from[i];
    stretch->sum = sum;
    stretch->at = (stretch->at + BLOCK) & (cells - 1);
    return BLOCK * sizeof(uint64_t);
}

/* The next line is line * A + C, which visits all lines in an order that a processor cannot guess
 * (Knuth, vol. 2, 3.2.1.2: C is odd, A - 1 divisible by 4). The value stored in the line is added:
 * it is 0, but the processor has to wait for it. */
double stretch_jump(struct stretch *stretch)
{
    enum { JUMPS = 1000 };
    const uint64_t A = 6364136223846793005, C = 1442695040888963407;
    uint64_t lines = stretch->size / sizeof(uint64_t) / LINE, line = stretch->line;
    for (int i = 0; i < JUMPS; i++)
        line = (line * A + C + stretch->cells[line * LINE]) & (lines - 1);
    stretch->line = line;
    return JUMPS;
}
