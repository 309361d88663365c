#include "demo/cache_lines.h"

#include <unistd.h>

static bool is_size(long size)
{
    const long LEAST = LINES_CELLS * (long)sizeof(long), MOST = 4096;
    return size >= LEAST && size <= MOST && (size & (size - 1)) == 0;
}

size_t cache_lines_size(const struct scene *scene, const char **source)
{
    hwloc_obj_t cache = hwloc_get_obj_by_type(scene->machine.topology, HWLOC_OBJ_L1CACHE, 0);
    long size = cache != NULL ? (long)cache->attr->cache.linesize : 0;
    const char *says = "as hwloc says of the L1 data cache";
    if (!is_size(size)) {
        size = sysconf(_SC_LEVEL1_DCACHE_LINESIZE);
        says = "as the C library says (hwloc does not)";
    }
    if (!is_size(size)) {
        size = 64;
        says = "which is assumed, as neither hwloc nor the C library says";
    }
    if (source != NULL)
        *source = says;
    return (size_t)size;
}

/* The first 36 things have different names. */
static char name_of(int thing)
{
    static const char NAMES[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    return thing < (int)sizeof(NAMES) - 1 ? NAMES[thing] : '+';
}

void cache_lines_draw(struct showing *showing, const char *label, int count, int apart)
{
    enum { LINES = 6, CELLS = LINES * LINES_CELLS };
    char text[CELLS + LINES + 1];
    int used = 0;
    for (int i = 0; i < CELLS; i++) {
        text[used++] = i % apart == 0 && i / apart < count ? name_of(i / apart) : '.';
        if (i % LINES_CELLS == LINES_CELLS - 1)
            text[used++] = '|';
    }
    text[used] = '\0';
    showing_draw(showing, "%-13.13s |%s", label, text);
}
