#include "exchange/cutoff.h"

#include "crew/crew.h"

void surrender_begin(struct surrender *surrender, int64_t at)
{
    if (!surrender->begun)
        *surrender = (struct surrender){true, at, clock_now_ns() + CREW_GRACE_NS};
    else if (at < surrender->at)
        surrender->at = at;
}

bool surrender_of(const struct surrender *surrender, int64_t first)
{
    return surrender->begun && (first > surrender->at || clock_now_ns() > surrender->deadline_ns);
}
