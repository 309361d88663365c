#include "demo/kit/gang_pair.h"

#include "base/clock.h"
#include "demo/kit/gang.h"
#include "place/seat.h"

#include <sched.h>

struct duet {
    const int *pus;
    int members, sitting, refused;
    int64_t began_ns; /* 0: not yet */
    duet_fn *fn;
    void *arg;
};

/* Whoever sits down last begins. Ends: the other sits down, too, as the gang has started it, and
 * gets its turn even on the same PU, for this one yields. */
static int64_t begin(struct duet *duet)
{
    int64_t began_ns = 0;
    if (__atomic_add_fetch(&duet->sitting, 1, __ATOMIC_ACQ_REL) == duet->members)
        __atomic_store_n(&duet->began_ns, clock_now_ns(), __ATOMIC_RELEASE);
    while ((began_ns = __atomic_load_n(&duet->began_ns, __ATOMIC_ACQUIRE)) == 0)
        (void)sched_yield();
    return began_ns;
}

static void play(void *arg, int member)
{
    struct duet *duet = arg;
    if (!seat_take_pu(duet->pus[member]))
        __atomic_store_n(&duet->refused, 1, __ATOMIC_RELAXED);
    duet->fn(duet->arg, member, begin(duet));
}

int duet_run(const struct scene *scene, const int pus[2], int members, duet_fn *fn, void *arg,
             bool *seated, struct err *err)
{
    struct duet duet = {.pus = pus, .members = members, .fn = fn, .arg = arg};
    if (gang_run(scene, members, play, &duet, NULL, err) != 0)
        return -1;
    if (duet.refused)
        *seated = false;
    return 0;
}
