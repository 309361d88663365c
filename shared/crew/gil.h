/*
 * gil - one lock that a worker holds while it computes and lets go while it waits: what CPython's
 * global interpreter lock makes of threads.
 *
 * The protocol is CPython 3.11's (Python/ceval_gil.h there; the idea is Antoine Pitrou's, 2009):
 *
 *   acquire  A free lock is taken at once: there is no queue, whoever comes first has it. While it
 *            is held, one waits an interval, and only if that has passed whole, with the lock held
 *            and no switch meanwhile, asks the holder to drop it; else a fresh interval begins.
 *   pass     The holder looks at each turn of its loop whether it was asked, and then releases and
 *            acquires.
 *   release  One waiter is woken, not all. If the lock was asked for, the releaser waits until
 *            somebody else has taken it: else, being awake, it would take it again itself.
 *
 * So a worker that computes keeps the others waiting for an interval each time (5 ms in CPython),
 * and one that waits often loses an interval at each of its returns: the "convoy".
 *
 * Any threads of one process. Plain fields behind the compiler's atomic operations, so that C++ can
 * include it too.
 */
#ifndef SQUARES_CREW_GIL_H
#define SQUARES_CREW_GIL_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* sys.getswitchinterval() of CPython, and the least it can be set to, in nanoseconds. */
#define GIL_INTERVAL_NS    INT64_C(5000000)
#define GIL_INTERVAL_LEAST INT64_C(1000)

struct gil {
    int asked; /* somebody wants the holder to drop it; read by the holder without the lock */
    int64_t interval_ns;

    pthread_mutex_t lock; /* over the three below */
    pthread_cond_t freed;
    bool held;
    const void *last;  /* who holds it, or held it last */
    uint64_t switches; /* how often another took it than who held it before */

    pthread_mutex_t
        switch_lock; /* over changes of `last`, for who must see somebody else take it */
    pthread_cond_t switched;
};

/* `interval_ns`: at least GIL_INTERVAL_LEAST. */
void gil_init(struct gil *gil, int64_t interval_ns);

/* Nobody holds it or waits for it. */
void gil_destroy(struct gil *gil);

/* Takes it for `self`, any address that is this thread's own. Returns how long that took, in
 * nanoseconds; 0 if it was free. */
int64_t gil_acquire(struct gil *gil, const void *self);

/* Lets go of it. Returns how long it had to wait for somebody else to take it, in nanoseconds; 0 if
 * nobody had asked. */
int64_t gil_release(struct gil *gil, const void *self);

/* What a holder does that was asked: lets go of it and takes it again. Returns as gil_acquire, for
 * both. */
int64_t gil_give_way(struct gil *gil, const void *self);

/* Whether the holder was asked to let others have it. */
static inline bool gil_asked(const struct gil *gil)
{
    return __atomic_load_n(&gil->asked, __ATOMIC_RELAXED) != 0;
}

#endif
