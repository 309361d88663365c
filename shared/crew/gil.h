/*
 * gil - one lock that a worker holds while it computes and releases while it waits: what CPython's
 * global interpreter lock does to threads.
 *
 * The protocol is CPython 3.11's (Python/ceval_gil.h there; the idea is Antoine Pitrou's, 2009):
 *
 *   acquire  A free lock is taken at once: there is no queue, the first to come gets it. While it
 *            is held, a thread waits an interval. If that has passed in full, with the lock held
 *            and no switch meanwhile, it asks the holder to drop it; else it waits again.
 *   pass     At each turn of its loop the holder checks whether it was asked, and then releases and
 *            acquires.
 *   release  One waiter is woken, not all. If the lock was asked for, the releaser waits until
 *            another thread has taken it: else, being awake, it would take it again itself.
 *
 * So a worker that computes keeps the others waiting for an interval each time (5 ms in CPython),
 * and one that waits often loses an interval each time it comes back: the "convoy".
 *
 * Any threads of one process may use it. Its fields are plain, with the compiler's atomic
 * operations, so that C++ can include it too.
 */
#ifndef SQUARES_CREW_GIL_H
#define SQUARES_CREW_GIL_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* CPython's default sys.getswitchinterval(), and the least it can be set to, in nanoseconds. */
#define GIL_INTERVAL_NS    INT64_C(5000000)
#define GIL_INTERVAL_LEAST INT64_C(1000)

struct gil {
    int asked; /* a thread wants the holder to drop it; the holder reads this without the lock */
    int64_t interval_ns;

    pthread_mutex_t lock; /* protects the three below */
    pthread_cond_t freed;
    bool held;
    const void *last;  /* who holds it, or held it last */
    uint64_t switches; /* how often another thread than the last holder took it */

    pthread_mutex_t switch_lock; /* protects `last`, for a thread that must see another take it */
    pthread_cond_t switched;
};

/* `interval_ns` must be at least GIL_INTERVAL_LEAST. */
void gil_init(struct gil *gil, int64_t interval_ns);

/* No thread may hold it or wait for it. */
void gil_destroy(struct gil *gil);

/* Takes the lock. `self` is any address that only this thread uses. Returns how long that took, in
 * nanoseconds; 0 if the lock was free. */
int64_t gil_acquire(struct gil *gil, const void *self);

/* Releases the lock. Returns how long it had to wait for another thread to take it, in nanoseconds;
 * 0 if none had asked. */
int64_t gil_release(struct gil *gil, const void *self);

/* A holder that was asked calls this: it releases the lock and takes it again. Returns how long
 * both took, in nanoseconds. */
int64_t gil_give_way(struct gil *gil, const void *self);

/* Whether the holder was asked to let others have the lock. */
static inline bool gil_asked(const struct gil *gil)
{
    return __atomic_load_n(&gil->asked, __ATOMIC_RELAXED) != 0;
}

#endif
