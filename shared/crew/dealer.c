#include "crew/dealer.h"

#include <stdlib.h>

int dealer_open(struct dealer *dealer, int workers, int64_t most, struct err *err)
{
    *dealer = (struct dealer){.loop = {.workers = workers}, .most = most};
    dealer->claims = aligned_alloc(CLAIMS_ALIGN, claims_size(workers));
    dealer->hands = calloc((size_t)workers, sizeof(*dealer->hands));
    return dealer->claims != NULL && dealer->hands != NULL ? 0 : err_memory(err, "the schedule");
}

void dealer_close(struct dealer *dealer)
{
    free(dealer->claims);
    free(dealer->hands);
    *dealer = (struct dealer){.claims = NULL};
}

void dealer_start(struct dealer *dealer, enum schedule schedule, int64_t count, int64_t chunk)
{
    dealer->loop = (struct loop){schedule, count, dealer->loop.workers, chunk};
    claims_start(dealer->claims, &dealer->loop);
    for (int worker = 0; worker < dealer->loop.workers; worker++) {
        struct dealer_hand *hand = &dealer->hands[worker];
        *hand = (struct dealer_hand){.begin = 0, .end = 0};
        claimer_begin(&hand->claimer, dealer->claims, &dealer->loop, worker);
    }
}

/* Whether the worker has a chunk in its hand; claims a new one if needed. */
static bool fill_hand(struct dealer_hand *hand)
{
    int64_t begin, end;
    if (hand->begin < hand->end)
        return true;
    if (!claimer_next(&hand->claimer, &begin, &end))
        return false;
    hand->begin = begin;
    hand->end = end;
    return true;
}

bool dealer_next(struct dealer *dealer, int worker, int64_t wanted, int64_t *begin, int64_t *end)
{
    struct dealer_hand *hand = &dealer->hands[worker];
    if (!fill_hand(hand))
        return false;
    *begin = *end = hand->begin;
    do {
        int64_t room = dealer->most - (*end - *begin), there = hand->end - hand->begin;
        hand->begin += there < room ? there : room;
        *end = hand->begin;
    } while (*end - *begin < wanted && *end - *begin < dealer->most && fill_hand(hand) &&
             hand->begin == *end);
    return true;
}
