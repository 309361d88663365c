#include "crew/gil.h"

#include "base/clock.h"

#include <errno.h>

static void init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

void gil_init(struct gil *gil, int64_t interval_ns)
{
    *gil = (struct gil){.interval_ns = interval_ns};
    pthread_mutex_init(&gil->lock, NULL);
    pthread_mutex_init(&gil->switch_lock, NULL);
    init_condition(&gil->freed);
    init_condition(&gil->switched);
}

void gil_destroy(struct gil *gil)
{
    pthread_cond_destroy(&gil->switched);
    pthread_cond_destroy(&gil->freed);
    pthread_mutex_destroy(&gil->switch_lock);
    pthread_mutex_destroy(&gil->lock);
}

static void set_asked(struct gil *gil, int asked)
{
    __atomic_store_n(&gil->asked, asked, __ATOMIC_RELAXED);
}

/* Waits one interval for the lock to be freed; whether it passed whole. */
static bool wait_interval(struct gil *gil)
{
    int64_t until = clock_now_ns() + gil->interval_ns;
    const struct timespec deadline = {until / NS_PER_S, until % NS_PER_S};
    return pthread_cond_timedwait(&gil->freed, &gil->lock, &deadline) == ETIMEDOUT;
}

/* Ends when the holder passes or releases: it looks whether it was asked at each of its turns. */
static int64_t await_free(struct gil *gil)
{
    int64_t start = clock_now_ns();
    while (gil->held) {
        uint64_t before = gil->switches;
        if (wait_interval(gil) && gil->held && gil->switches == before)
            set_asked(gil, 1);
    }
    return clock_now_ns() - start;
}

/* Becomes the last holder, which whoever was asked to drop the lock waits to see. Nobody can wait
 * for that when the last holder takes it again: it would be the one who waits. */
static void note_switch(struct gil *gil, const void *self)
{
    pthread_mutex_lock(&gil->switch_lock);
    gil->last = self;
    gil->switches++;
    pthread_cond_signal(&gil->switched);
    pthread_mutex_unlock(&gil->switch_lock);
}

int64_t gil_acquire(struct gil *gil, const void *self)
{
    pthread_mutex_lock(&gil->lock);
    int64_t waited = gil->held ? await_free(gil) : 0;
    gil->held = true;
    if (gil->last != self)
        note_switch(gil, self);
    if (gil_asked(gil)) /* by others, too: they ask again after an interval */
        set_asked(gil, 0);
    pthread_mutex_unlock(&gil->lock);
    return waited;
}

/* Ends: who asked waits in await_free for the lock, which is free now, and takes it unless another
 * does; both are a switch. */
static int64_t await_switch(struct gil *gil, const void *self)
{
    int64_t start = clock_now_ns();
    pthread_mutex_lock(&gil->switch_lock);
    if (gil->last == self)
        set_asked(gil, 0);
    while (gil->last == self)
        pthread_cond_wait(&gil->switched, &gil->switch_lock);
    pthread_mutex_unlock(&gil->switch_lock);
    return clock_now_ns() - start;
}

int64_t gil_release(struct gil *gil, const void *self)
{
    pthread_mutex_lock(&gil->lock);
    gil->held = false;
    pthread_cond_signal(&gil->freed);
    pthread_mutex_unlock(&gil->lock);
    return gil_asked(gil) ? await_switch(gil, self) : 0;
}

/* From seeing the request to letting go CPython passes its handlers of signals and pending calls.
 * These nanoseconds decide a race: whoever has asked is on its way back to sleep, and if the lock
 * is freed just then, takes it from those who have waited longer. Without them a thread that sleeps
 * beside two that compute comes late by a third of what it does in CPython; with ten times as many
 * it is hardly late at all (2 cores, CPython 3.11.7, make fidelity). */
static void react(void)
{
    const int64_t REACTION_NS = 100;
    int64_t until = clock_now_ns() + REACTION_NS;
    while (clock_now_ns() < until)
        ;
}

int64_t gil_give_way(struct gil *gil, const void *self)
{
    react();
    int64_t waited = gil_release(gil, self);
    return waited + gil_acquire(gil, self);
}
