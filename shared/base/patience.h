/*
 * patience - how a thread waits for something it has to poll for, without burning a core.
 *
 * At first it comes back at once (the answer is usually near), then it gives the core away, then it
 * naps; a nap is an eighth of what has been waited so far, so waiting ends at most that much late,
 * and never longer than a millisecond. Where more workers than cores share the host the first step
 * is left out: somebody else needs the core to make the answer.
 *
 *     struct patience p = patience_start(crowded);
 *     while (!poll())
 *         patience_wait(&p);
 *
 * One per waiting loop, used by one thread.
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

/* Something came: the next wait begins from the start. */
static inline void patience_reset(struct patience *p)
{
    p->since_ns = 0;
}

/* One step of waiting; returns after at most a millisecond. */
void patience_wait(struct patience *p);

#endif
