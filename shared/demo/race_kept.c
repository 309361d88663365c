/*
 * race_kept - ways to add that lose nothing: under a mutex, in one step, each for itself; and under
 * a lock that a thread holds as long as it computes, as CPython's, if it is let go at the right
 * place.
 */
#include "demo/race.h"

void race_locked(void *arg, int member)
{
    struct race *race = arg;
    (void)member;
    for (long i = 0; i < race->each; i++) {
        pthread_mutex_lock(&race->mutex);
        race->counter++;
        pthread_mutex_unlock(&race->mutex);
    }
}

void race_atomically(void *arg, int member)
{
    struct race *race = arg;
    (void)member;
    for (long i = 0; i < race->each; i++)
        __atomic_fetch_add(&race->counter, 1, __ATOMIC_RELAXED);
}

/* Nothing is shared until the end: then one addition each. */
void race_privately(void *arg, int member)
{
    struct race *race = arg;
    volatile long mine = 0; /* volatile only so that the loop stays a loop */
    (void)member;
    for (long i = 0; i < race->each; i++)
        mine = mine + 1;
    __atomic_fetch_add(&race->counter, mine, __ATOMIC_RELAXED);
}

/* Nobody else runs between load and store, but every interval the lock is asked for. A thread may
 * let go of it between two additions, or within one: as `counter += 1` can in Python, which is
 * several steps of the interpreter. */
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
