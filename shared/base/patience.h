/*
 * patience - how a thread waits for something it has to poll for, without keeping a core busy.
 *
 * At first it returns at once, as the answer is usually near. Then it yields the core, then it
 * sleeps; each sleep is an eighth of the time waited so far, so that waiting ends at most that much
 * late, and never longer than a millisecond. If the host has more workers than cores, the first
 * step is left out: another worker needs the core to make the answer.
 *
 *     struct patience p = patience_start(crowded);
 *     while (!poll())
 *         patience_wait(&p);
 *
 * One for each waiting loop, used by one thread.
 */
#ifndef SQUARES_BASE_PATIENCE_H
#define SQUARES_BASE_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>

struct patience {
    bool crowded;     /* more workers than cores on this host */
    int64_t since_ns; /* when waiting began; 0 = has not begun */
};

static inline struct patience patience_start(bool crowded)
{
    struct patience p = {.crowded = crowded, .since_ns = 0};
    return p;
}

/* Something came: the next wait starts from the beginning. */
static inline void patience_reset(struct patience *p)
{
    p->since_ns = 0;
}

/* One step of waiting; returns after at most a millisecond. */
void patience_wait(struct patience *p);

#endif
