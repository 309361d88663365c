#include "crew/safepoint.h"

#include "base/clock.h"

/* Sleeps in naps short enough that a stop is noticed soon. */
bool checkpoint_sleep_until(const struct checkpoint *at, int64_t deadline_ns)
{
    const int64_t NAP_NS = 20 * NS_PER_MS;
    bool stopped = false;
    checkpoint_leave(at);
    for (int64_t now = clock_now_ns(); now < deadline_ns && !stopped; now = clock_now_ns()) {
        stopped = checkpoint_stopped(at);
        if (!stopped)
            clock_sleep_until(deadline_ns - now < NAP_NS ? deadline_ns : now + NAP_NS);
    }
    checkpoint_enter(at);
    return !stopped;
}
