#include "base/patience.h"

#include "base/clock.h"

#include <sched.h>

/* Measured on a 2-core VM: a reply through shared memory takes 1 to 100 us, a sleep takes some 60
 * us. */
static const int64_t SPIN_NS = 200 * NS_PER_US;
static const int64_t YIELD_NS = 300 * NS_PER_US;
static const int64_t LONGEST_NAP_NS = NS_PER_MS;

void patience_wait(struct patience *p)
{
    int64_t now = clock_now_ns();
    if (p->since_ns == 0)
        p->since_ns = now;
    int64_t waited = now - p->since_ns;
    if (waited < SPIN_NS && !p->crowded)
        return;
    if (waited < YIELD_NS) {
        sched_yield();
        return;
    }
    int64_t nap = waited / 8 < LONGEST_NAP_NS ? waited / 8 : LONGEST_NAP_NS;
    clock_sleep_until(now + nap);
}
