#include "place/seat.h"

#include <errno.h>
#include <hwloc/glibc-sched.h>
#include <sched.h>
#include <string.h>

bool seat_take(hwloc_const_bitmap_t seat)
{
    bool refused;
    return seat_take_or(seat, &refused);
}

/* The kernel returns EINVAL for PUs that the cgroup does not have. */
bool seat_take_or(hwloc_const_bitmap_t seat, bool *refused)
{
    *refused = false;
    int last = hwloc_bitmap_last(seat);
    if (last < 0)
        return false;
    cpu_set_t *set = CPU_ALLOC(last + 1);
    if (set == NULL)
        return false;
    size_t size = CPU_ALLOC_SIZE(last + 1);
    CPU_ZERO_S(size, set);
    for (int pu = hwloc_bitmap_first(seat); pu >= 0; pu = hwloc_bitmap_next(seat, pu))
        CPU_SET_S((size_t)pu, size, set);
    bool taken = sched_setaffinity(0, size, set) == 0;
    *refused = !taken && (errno == EPERM || errno == ENOSYS || errno == EACCES);
    CPU_FREE(set);
    return taken;
}

bool seat_take_pu(int pu)
{
    hwloc_bitmap_t seat = pu >= 0 ? hwloc_bitmap_alloc() : NULL;
    bool taken = seat != NULL && hwloc_bitmap_set(seat, (unsigned)pu) == 0 && seat_take(seat);
    hwloc_bitmap_free(seat);
    return taken;
}

hwloc_bitmap_t seat_of(pid_t id)
{
    /* The kernel returns EINVAL while its own mask is longer than the set offered. */
    for (int pus = 1024; pus <= 1024 * 1024; pus *= 4) {
        cpu_set_t *set = CPU_ALLOC(pus);
        if (set == NULL)
            return NULL;
        size_t size = CPU_ALLOC_SIZE(pus);
        CPU_ZERO_S(size, set); /* the call does not write beyond the kernel's own mask */
        int status = sched_getaffinity(id, size, set);
        int cause = errno;
        hwloc_bitmap_t seat = status == 0 ? hwloc_bitmap_alloc() : NULL;
        for (int pu = 0; seat != NULL && pu < pus; pu++)
            if (CPU_ISSET_S(pu, size, set))
                hwloc_bitmap_set(seat, (unsigned)pu);
        CPU_FREE(set);
        if (status == 0 || cause != EINVAL)
            return seat;
    }
    return NULL;
}

char *seat_text(hwloc_const_bitmap_t seat, char text[SEAT_TEXT])
{
    int length = hwloc_bitmap_list_snprintf(text, SEAT_TEXT, seat);
    if (length >= SEAT_TEXT)
        memcpy(text + SEAT_TEXT - 4, "...", 4);
    return text;
}
