#include "demo/kit/gang_pair.h"

#include "base/clock.h"
#include "demo/kit/gang.h"
#include "place/seat.h"

#include <sched.h>

struct gang_pair {
    const int *pus;
    int members, seats_check, refused;
    int64_t began_ns; /* 0: not yet */
    gang_pair_fn *fn;
    void *arg;
};

/* The last member to be bound starts the clock. Ends: the other member is bound, too, as the gang
 * has started it, and gets to run even on the same PU, as this one yields. */
static int64_t begin(struct gang_pair *gang_pair)
{
    int64_t began_ns = 0;
    if (__atomic_add_fetch(&gang_pair->seats_check, 1, __ATOMIC_ACQ_REL) == gang_pair->members)
        __atomic_store_n(&gang_pair->began_ns, clock_now_ns(), __ATOMIC_RELEASE);
    while ((began_ns = __atomic_load_n(&gang_pair->began_ns, __ATOMIC_ACQUIRE)) == 0)
        (void)sched_yield();
    return began_ns;
}

static void play(void *arg, int member)
{
    struct gang_pair *gang_pair = arg;
    if (!seat_take_pu(gang_pair->pus[member]))
        __atomic_store_n(&gang_pair->refused, 1, __ATOMIC_RELAXED);
    gang_pair->fn(gang_pair->arg, member, begin(gang_pair));
}

int gang_pair_run(const struct scene *scene, const int pus[2], int members, gang_pair_fn *fn,
                  void *arg, bool *seated, struct err *err)
{
    struct gang_pair gang_pair = {.pus = pus, .members = members, .fn = fn, .arg = arg};
    if (gang_run(scene, members, play, &gang_pair, NULL, err) != 0)
        return -1;
    if (gang_pair.refused)
        *seated = false;
    return 0;
}
