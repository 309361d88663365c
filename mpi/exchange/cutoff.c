#include "exchange/cutoff.h"

#include "crew/crew.h"

void cutoff_begin(struct cutoff *cutoff, int64_t at)
{
    if (!cutoff->begun)
        *cutoff = (struct cutoff){true, at, clock_now_ns() + CREW_GRACE_NS};
    else if (at < cutoff->at)
        cutoff->at = at;
}

bool cutoff_of(const struct cutoff *cutoff, int64_t first)
{
    return cutoff->begun && (first > cutoff->at || clock_now_ns() > cutoff->deadline_ns);
}
