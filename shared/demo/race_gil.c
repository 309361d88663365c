/*
 * race_gil - the same additions under a lock that a thread holds as long as it computes, as
 * CPython's: nobody else runs between load and store. But every interval it is asked to let go. It
 * may do so between two additions, or within one: as `counter += 1` can in Python, which is several
 * steps of the interpreter.
 */
#include "demo/race.h"

static void give_way(struct race *race, const void *self, bool may)
{
    if (may && gil_asked(&race->gil))
        (void)gil_give_way(&race->gil, self);
}

static void add_with_gil(struct race *race, bool within)
{
    int self = 0; /* whose address says who this is */
    (void)gil_acquire(&race->gil, &self);
    for (long i = 0; i < race->each; i++) {
        give_way(race, &self, !within);
        long value = __atomic_load_n(&race->counter, __ATOMIC_RELAXED);
        give_way(race, &self, within);
        __atomic_store_n(&race->counter, value + 1, __ATOMIC_RELAXED);
    }
    (void)gil_release(&race->gil, &self);
}

void race_under_gil(void *arg, int member)
{
    (void)member;
    add_with_gil(arg, false);
}

void race_over_gil(void *arg, int member)
{
    (void)member;
    add_with_gil(arg, true);
}
