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

/* Waits one interval for the lock to be freed. Returns whether the interval passed in full. */
static bool wait_interval(struct gil *gil)
{
    int64_t until = clock_now_ns() + gil->interval_ns;
    const struct timespec deadline = {until / NS_PER_S, until % NS_PER_S};
    return pthread_cond_timedwait(&gil->freed, &gil->lock, &deadline) == ETIMEDOUT;
}

/* Ends when the holder passes or releases: at each of its turns it checks whether it was asked. */
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

/* Records `self` as the last holder. A thread that was asked to drop the lock waits to see that. If
 * the last holder itself takes the lock again, no thread can be waiting: only the last holder waits
 * for a switch. */
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
    if (gil_asked(gil)) /* others may have asked, too: they ask again after an interval */
        set_asked(gil, 0);
    pthread_mutex_unlock(&gil->lock);
    return waited;
}

/* Ends: the thread that asked waits in await_free for the lock, which is free now, and takes it
 * unless another does; both count as a switch. */
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

/* Between seeing the request and releasing, CPython handles signals and pending calls. These
 * nanoseconds decide a race: the thread that asked is on its way back to sleep, and if the lock is
 * freed just then, it takes the lock from those that have waited longer. Without this delay a
 * thread that sleeps beside two that compute is late by a third of what it is in CPython; with ten
 * times the delay it is hardly late at all (2 cores, CPython 3.11.7, make fidelity). */
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
