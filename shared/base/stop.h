/*
 * stop - a request to give up, seen by every thread: set once, looked at now and then by whatever
 * lasts long. A plain int behind the compiler's atomic operations, so that C++ can include it too.
 */
#ifndef SQUARES_BASE_STOP_H
#define SQUARES_BASE_STOP_H

#include <stdbool.h>

struct stop {
    int asked;
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
    return __atomic_load_n(&stop->asked, __ATOMIC_RELAXED) != 0;
}

#endif
