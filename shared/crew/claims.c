#include "crew/claims.h"

#include <stdatomic.h>
#include <string.h>

/* A worker's own cell, in a pair of cache lines, as the prefetcher fetches pairs. */
struct cell {
    _Alignas(CLAIMS_ALIGN) atomic_ullong rest; /* for steal: see pack() */
    atomic_ullong speed;                       /* for adaptive: the bits of a double */
};

struct claims {
    _Alignas(CLAIMS_ALIGN) atomic_llong next;
    struct cell cells[];
};

size_t claims_size(int workers)
{
    return sizeof(struct claims) + (size_t)workers * sizeof(struct cell);
}

/* --- what is left of a worker's share, in units --- */

/* A unit is a chunk, or longer if there would be more units than 32 bits can count. */
static int64_t unit_of(const struct loop *loop)
{
    const int64_t MOST = UINT32_MAX;
    int64_t least = loop->count / MOST + 1;
    return loop->chunk > least ? loop->chunk : least;
}

static int64_t units_of(const struct loop *loop)
{
    int64_t unit = unit_of(loop);
    return loop->count / unit + (loop->count % unit != 0);
}

static unsigned long long pack(int64_t begin, int64_t end)
{
    return (unsigned long long)begin << 32 | (unsigned long long)end;
}

static int64_t begin_of(unsigned long long rest)
{
    return (int64_t)(rest >> 32);
}

static int64_t end_of(unsigned long long rest)
{
    return (int64_t)(rest & UINT32_MAX);
}

/* Where a worker's even share begins. */
static int64_t share_of(int64_t count, int workers, int worker)
{
    int64_t rest = count % workers;
    return count / workers * worker + (worker < rest ? worker : rest);
}

/* --- starting --- */

void claims_start(struct claims *claims, const struct loop *loop)
{
    int64_t units = units_of(loop);
    atomic_store_explicit(&claims->next, 0, memory_order_relaxed);
    for (int i = 0; i < loop->workers; i++) {
        unsigned long long rest =
            pack(share_of(units, loop->workers, i), share_of(units, loop->workers, i + 1));
        atomic_store_explicit(&claims->cells[i].rest, rest, memory_order_relaxed);
        atomic_store_explicit(&claims->cells[i].speed, 0, memory_order_relaxed);
    }
}

void claimer_begin(struct claimer *claimer, struct claims *claims, const struct loop *loop,
                   int worker)
{
    *claimer = (struct claimer){
        .claims = claims, .loop = loop, .worker = worker, .may_take = 1, .taken = 1};
}

/* --- assigned chunks --- */

static bool take_share(struct claimer *c, int64_t *begin, int64_t *end)
{
    const struct loop *loop = c->loop;
    if (c->round++ > 0)
        return false;
    *begin = share_of(loop->count, loop->workers, c->worker);
    *end = share_of(loop->count, loop->workers, c->worker + 1);
    return *begin < *end;
}

/* Counts chunks, and only those that exist, so that no product can overflow. */
static bool take_turn(struct claimer *c, int64_t *begin, int64_t *end)
{
    const struct loop *loop = c->loop;
    int64_t chunks = loop->count / loop->chunk + (loop->count % loop->chunk != 0);
    int64_t mine = c->round == 0 ? c->worker : c->last + loop->workers;
    if (mine >= chunks)
        return false;
    c->round++;
    c->last = mine;
    *begin = mine * loop->chunk;
    *end = loop->count - *begin > loop->chunk ? *begin + loop->chunk : loop->count;
    return true;
}

/* --- the next of all --- */

void claimer_take(struct claimer *c, int chunks)
{
    c->may_take = chunks;
}

/* Takes several chunks at once only if that is a small part of a worker's share of the rest, as far
 * as this worker knows it. So near the end chunks are handed out one by one again. */
static int chunks_to_take(const struct claimer *c)
{
    const int64_t SHARES = 16;
    const struct loop *loop = c->loop;
    int64_t reserve = (loop->count - c->at) / (SHARES * loop->workers * c->may_take);
    return loop->chunk <= reserve ? c->may_take : 1;
}

/* `next` may pass the end by a chunk, or by a 16th of a worker's share, for each worker that finds
 * nothing; only once per worker, as it does not ask again. */
static bool take_next(struct claimer *c, int64_t *begin, int64_t *end)
{
    const struct loop *loop = c->loop;
    if (c->round < 0)
        return false;
    c->taken = c->may_take > 1 ? chunks_to_take(c) : 1;
    int64_t size = loop->chunk * c->taken;
    *begin = atomic_fetch_add_explicit(&c->claims->next, size, memory_order_relaxed);
    if (*begin >= loop->count) {
        c->round = -1;
        return false;
    }
    c->at = *begin;
    *end = *begin + size;
    if (loop->count - *begin < size) {
        *end = loop->count;
        c->taken = (int)((loop->count - *begin - 1) / loop->chunk) + 1;
    }
    return true;
}

static double weight_of(const struct claimer *c);

static int64_t size_at(const struct claimer *c, int64_t position, double weight)
{
    const struct loop *loop = c->loop;
    const struct schedule_ask ask = {
        loop->count, loop->count - position, loop->workers, loop->chunk, c->round, c->last, weight};
    return schedule_size(loop->schedule, &ask);
}

/* Steps through the chunks that others have taken, up to `next`. */
static void catch_up(struct claimer *c, int64_t next)
{
    while (c->at < next) {
        c->last = size_at(c, c->at, 1);
        c->at += c->last;
        c->round++;
    }
}

static bool take_shrinking(struct claimer *c, int64_t *begin, int64_t *end)
{
    bool adaptive = c->loop->schedule == SCHEDULE_ADAPTIVE;
    long long next = atomic_load_explicit(&c->claims->next, memory_order_relaxed);
    double weight = adaptive ? weight_of(c) : 1;
    int64_t size;
    do {
        if (next >= c->loop->count)
            return false;
        if (!adaptive)
            catch_up(c, next);
        size = size_at(c, next, weight);
    } while (!atomic_compare_exchange_weak_explicit(&c->claims->next, &next, next + size,
                                                    memory_order_relaxed, memory_order_relaxed));
    *begin = next;
    *end = next + size;
    return true;
}

/* --- adaptive: speeds --- */

static double speed_of(const struct claims *claims, int worker)
{
    unsigned long long bits =
        atomic_load_explicit(&claims->cells[worker].speed, memory_order_relaxed);
    double speed;
    memcpy(&speed, &bits, sizeof(speed));
    return speed;
}

/* The worker's speed over the mean of all known speeds; 1 if its own is not known. */
static double weight_of(const struct claimer *c)
{
    double own = speed_of(c->claims, c->worker), sum = 0;
    int known = 0;
    for (int i = 0; i < c->loop->workers; i++) {
        double speed = speed_of(c->claims, i);
        sum += speed;
        known += speed > 0;
    }
    return own > 0 ? own * known / sum : 1;
}

void claimer_tell(struct claimer *c, double speed)
{
    unsigned long long bits;
    memcpy(&bits, &speed, sizeof(bits));
    atomic_store_explicit(&c->claims->cells[c->worker].speed, bits, memory_order_relaxed);
}

/* --- steal --- */

static bool take_own(struct claimer *c, int64_t *unit)
{
    atomic_ullong *cell = &c->claims->cells[c->worker].rest;
    unsigned long long rest = atomic_load_explicit(cell, memory_order_relaxed);
    do {
        *unit = begin_of(rest);
        if (*unit >= end_of(rest))
            return false;
    } while (!atomic_compare_exchange_weak_explicit(cell, &rest, pack(*unit + 1, end_of(rest)),
                                                    memory_order_relaxed, memory_order_relaxed));
    return true;
}

/* Takes the upper half of a victim's units, or its last one, into this worker's own cell. That is
 * empty, so no other worker writes there. */
static bool steal_from(struct claimer *c, int victim)
{
    atomic_ullong *cell = &c->claims->cells[victim].rest;
    unsigned long long rest = atomic_load_explicit(cell, memory_order_relaxed);
    int64_t begin, middle, end;
    do {
        begin = begin_of(rest);
        end = end_of(rest);
        if (begin >= end)
            return false;
        middle = begin + (end - begin) / 2;
    } while (!atomic_compare_exchange_weak_explicit(cell, &rest, pack(begin, middle),
                                                    memory_order_relaxed, memory_order_relaxed));
    atomic_store_explicit(&c->claims->cells[c->worker].rest, pack(middle, end),
                          memory_order_relaxed);
    return true;
}

/* May miss units that another thief has just stolen and not yet put into its cell; that thief works
 * on them. */
static bool steal(struct claimer *c)
{
    for (int i = 1; i < c->loop->workers; i++)
        if (steal_from(c, (c->worker + i) % c->loop->workers))
            return true;
    return false;
}

/* Ends: after a theft the own cell has units, unless they were stolen again; each unit can be in
 * only finitely many halvings before a worker takes it. */
static bool take_or_steal(struct claimer *c, int64_t *begin, int64_t *end)
{
    const struct loop *loop = c->loop;
    int64_t unit, length = unit_of(loop);
    while (!take_own(c, &unit))
        if (!steal(c))
            return false;
    *begin = unit * length;
    *end = loop->count - *begin > length ? *begin + length : loop->count;
    return true;
}

bool claimer_next(struct claimer *c, int64_t *begin, int64_t *end)
{
    switch (c->loop->schedule) {
    case SCHEDULE_STATIC:
        return take_share(c, begin, end);
    case SCHEDULE_CYCLIC:
        return take_turn(c, begin, end);
    case SCHEDULE_STEAL:
        return take_or_steal(c, begin, end);
    case SCHEDULE_DYNAMIC:
        return take_next(c, begin, end);
    case SCHEDULE_GUIDED:
    case SCHEDULE_FACTORING:
    case SCHEDULE_TRAPEZOID:
    case SCHEDULE_ADAPTIVE:
        break;
    }
    return take_shrinking(c, begin, end);
}
