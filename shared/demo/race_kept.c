/*
 * race_kept - ways to add that lose nothing: under a mutex, in one atomic step, each thread for
 * itself; and under a lock that a thread holds while it computes, like CPython's, if it is released
 * at the right place.
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

/* Nothing is shared until the end: then each thread adds once. */
void race_privately(void *arg, int member)
{
    struct race *race = arg;
    volatile long mine = 0; /* volatile only so that the loop remains */
    (void)member;
    for (long i = 0; i < race->each; i++)
        mine = mine + 1;
    __atomic_fetch_add(&race->counter, mine, __ATOMIC_RELAXED);
}

/* No other thread runs between load and store, but once per interval another asks for the lock. A
 * thread may release it between two additions, or within one, as Python may in `counter += 1`,
 * which is several steps of the interpreter. */
static void give_way(struct race *race, const void *self, bool may)
{
    if (may && gil_asked(&race->gil))
        (void)gil_give_way(&race->gil, self);
}

static void add_with_gil(struct race *race, bool within)
{
    int self = 0; /* its address identifies this thread */
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
