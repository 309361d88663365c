#include "crew/safepoint.h"

#include "base/clock.h"

/* Sleeps in steps short enough to notice a stop soon. */
bool safepoint_sleep_until(const struct safepoint *at, int64_t deadline_ns)
{
    const int64_t NAP_NS = 20 * NS_PER_MS;
    bool stopped = false;
    safepoint_leave(at);
    for (int64_t now = clock_now_ns(); now < deadline_ns && !stopped; now = clock_now_ns()) {
        stopped = safepoint_stopped(at);
        if (!stopped)
            clock_sleep_until(deadline_ns - now < NAP_NS ? deadline_ns : now + NAP_NS);
    }
    safepoint_enter(at);
    return !stopped;
}
