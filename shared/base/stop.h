/*
 * stop - a request to give up, seen by every thread: set once, checked now and then by all that
 * takes long. A plain int with the compiler's atomic operations, so that C++ can include it too.
 *
 * A thread that has to look after something else as well, such as MPI's messages, has its own stop
 * below the common one: whenever that stop is checked, it does this first.
 */
#ifndef SQUARES_BASE_STOP_H
#define SQUARES_BASE_STOP_H

#include <stdbool.h>
#include <stddef.h>

struct stop {
    int asked;
    const struct stop *common; /* checked together with this one; or NULL */
    void (*look)(void *arg);   /* called by stop_asked first; or NULL */
    void *arg;
};

static inline void stop_ask(struct stop *stop)
{
    __atomic_store_n(&stop->asked, 1, __ATOMIC_RELAXED);
}

static inline void stop_clear(struct stop *stop)
{
    __atomic_store_n(&stop->asked, 0, __ATOMIC_RELAXED);
}

static inline bool stop_asked(const struct stop *stop)
{
    if (stop->look != NULL)
        stop->look(stop->arg);
    const struct stop *common = stop->common != NULL ? stop->common : stop;
    return __atomic_load_n(&stop->asked, __ATOMIC_RELAXED) != 0 ||
           __atomic_load_n(&common->asked, __ATOMIC_RELAXED) != 0;
}

#endif
