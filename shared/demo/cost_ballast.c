#include "demo/cost_ballast.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Without huge pages: one of them replaces 512 small ones, so the tables would be far shorter. */
int ballast_load(struct ballast *ballast, size_t size, struct err *err)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return err_memory(err, "a large parent");
    (void)madvise(memory, size, MADV_NOHUGEPAGE);
    memset(memory, 1, size);
    *ballast =
        (struct ballast){.memory = memory, .size = size, .page = (size_t)sysconf(_SC_PAGESIZE)};
    return 0;
}

void ballast_drop(struct ballast *ballast)
{
    if (ballast->size > 0)
        (void)munmap(ballast->memory, ballast->size);
    *ballast = (struct ballast){.size = 0};
}
