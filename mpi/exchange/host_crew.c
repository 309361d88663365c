#include "exchange/host_crew.h"

#include "base/clock.h"
#include "base/futex.h"

/* The lowest bits of `door` count the ranks inside, one bit above them says that it is closed, and
 * the rest is the round's number: so no rank enters a round that is over. */
enum { OPEN = 0, CLOSED = 1 << 20, ROUND = 1 << 21 };

/* At the beginning of the window. */
struct host_crew_room {
    unsigned round; /* pieces laid out so far; the ranks sleep on this */
    int over;       /* there are no more pieces */
    int sleepers;   /* ranks that may be asleep */
    int told;       /* ranks that have reported and left for good */
    struct host_crew_sum sum;
    _Alignas(CLAIMS_ALIGN) unsigned long long door;
    _Alignas(CLAIMS_ALIGN) int64_t limit; /* as crew_job.limit */

    /* the piece */
    _Alignas(CLAIMS_ALIGN) struct loop loop;
    struct numbers numbers; /* without cells, which ... */
    int64_t offset;         /* ... start here in host_crew->cells */
};

/* --- opening --- */

static size_t cells_at(const struct host_crew *host_crew)
{
    const size_t PAGE = 4096;
    return (sizeof(struct host_crew_room) + claims_size(host_crew->workers) + PAGE - 1) / PAGE *
           PAGE;
}

/* The number of workers on this host, and how many belong to ranks before this one. */
static void count_workers(struct host_crew *host_crew, int threads)
{
    MPI_Allreduce(&threads, &host_crew->workers, 1, MPI_INT, MPI_SUM, host_crew->team->host);
    MPI_Exscan(&threads, &host_crew->first, 1, MPI_INT, MPI_SUM, host_crew->team->host);
    if (host_crew->team->host_rank == 0)
        host_crew->first = 0;
}

int host_crew_open(struct host_crew *host_crew, const struct team *team, int threads, int64_t size,
                   struct err *err)
{
    *host_crew = (struct host_crew){.team = team, .size = size};
    count_workers(host_crew, threads);
    size_t bytes = cells_at(host_crew) + (size_t)size * NUMBER_SIZE;
    if (shared_memory_open(&host_crew->memory, team->host, bytes, err) != 0)
        return -1;
    host_crew->room = host_crew->memory.base;
    host_crew->claims = (struct claims *)(host_crew->room + 1);
    host_crew->cells = (int64_t *)((char *)host_crew->room + cells_at(host_crew));
    if (team_leads_host(team))
        *host_crew->room = (struct host_crew_room){.door = CLOSED};
    MPI_Barrier(team->host);
    shared_memory_map(&host_crew->memory, bytes);
    return 0;
}

void host_crew_close(struct host_crew *host_crew)
{
    shared_memory_close(&host_crew->memory);
    host_crew->room = NULL;
}

/* --- a piece, by its leader --- */

static void lay_out(struct host_crew *host_crew, const struct crew_job *job,
                    const struct numbers *piece)
{
    struct host_crew_room *room = host_crew->room;
    struct crew_job whole = *job;
    whole.count = piece->count;
    room->loop = (struct loop){job->schedule, piece->count, host_crew->workers,
                               crew_claim(&whole, host_crew->workers)};
    room->numbers = *piece;
    room->offset = piece->i64 - host_crew->cells;
    __atomic_store_n(&room->limit, CREW_NO_LIMIT, __ATOMIC_RELAXED);
    claims_start(host_crew->claims, &room->loop);
}

/* Begins a round with its door open, or CLOSED if there is no piece. Wakes the others only if one
 * may be asleep: waking takes as long as computing many a piece. */
static void begin_round(struct host_crew_room *room, unsigned door)
{
    unsigned round = room->round + 1;
    __atomic_store_n(&room->door, (unsigned long long)round * ROUND | door, __ATOMIC_RELEASE);
    __atomic_store_n(&room->round, round, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&room->sleepers, __ATOMIC_SEQ_CST) > 0)
        futex_wake(&room->round);
}

static unsigned inside(const struct host_crew_room *room)
{
    return (unsigned)(__atomic_load_n(&room->door, __ATOMIC_ACQUIRE) & (CLOSED - 1));
}

bool host_crew_others_work(const struct host_crew *host_crew)
{
    return inside(host_crew->room) > 0;
}

/* No other rank sets the limit lower than this, so it stays. */
void host_crew_give_up(struct host_crew *host_crew)
{
    __atomic_store_n(&host_crew->room->limit, CREW_NOTHING, __ATOMIC_RELAXED);
}

/* Whether it is still worth waiting for the share of a late rank: not if all is given up, and not
 * longer than a grace period after a failure on any rank. *until: when that period ends; 0: no
 * failure was seen. */
static bool worth_waiting(const struct host_crew_room *room, int64_t *until)
{
    int64_t limit = __atomic_load_n(&room->limit, __ATOMIC_RELAXED);
    if (limit == CREW_NO_LIMIT)
        return true;
    int64_t now = clock_now_ns();
    if (*until == 0)
        *until = now + CREW_GRACE_NS;
    return limit != CREW_NOTHING && now < *until;
}

/* If the schedule assigns chunks to workers from the start, all ranks have to come. They are
 * counted as they enter, and do not leave before the door is closed. Ends: each of the others comes
 * when it is done with the piece before; or a failure, which `between` may report, ends the
 * waiting. */
static void await_all(const struct host_crew *host_crew, const struct crew_job *job)
{
    struct patience patience = patience_start(host_crew->team->crowded);
    int64_t until = 0;
    while (inside(host_crew->room) < (unsigned)host_crew->team->host_size - 1 &&
           worth_waiting(host_crew->room, &until)) {
        if (job->between != NULL)
            job->between(job->between_arg);
        patience_wait(&patience);
    }
}

/* Ends: each rank inside works through claims, which are finite, and leaves; none enters any more.
 * If all is given up, possibly now and by `between`, each stops as soon as its crew sees the
 * limit. */
static void close_door(const struct host_crew *host_crew, const struct crew_job *job)
{
    struct host_crew_room *room = host_crew->room;
    struct patience patience = patience_start(host_crew->team->crowded);
    __atomic_fetch_or(&room->door, (unsigned long long)CLOSED, __ATOMIC_ACQ_REL);
    while (inside(room) > 0) {
        if (job->between != NULL)
            job->between(job->between_arg);
        patience_wait(&patience);
    }
}

static int take_part(struct host_crew *host_crew, struct crew *crew, const struct crew_job *job,
                     struct err *err)
{
    const struct loop *loop = &host_crew->room->loop;
    struct crew_job part = *job;
    part.count = loop->count;
    part.schedule = loop->schedule;
    part.claim = loop->chunk;
    part.claims = host_crew->claims;
    part.limit = &host_crew->room->limit;
    part.workers = host_crew->workers;
    part.first = host_crew->first;
    return crew_run(crew, &part, err);
}

int host_crew_compute(struct host_crew *host_crew, struct crew *crew, const struct crew_job *job,
                      const struct numbers *piece, struct err *err)
{
    lay_out(host_crew, job, piece);
    begin_round(host_crew->room, OPEN);
    int status = take_part(host_crew, crew, job, err);
    if (schedule_assigned(job->schedule))
        await_all(host_crew, job);
    close_door(host_crew, job);
    return status != 0 || host_crew->room->limit != CREW_NO_LIMIT ? -1 : 0;
}

/* The last round has a closed door and no piece, so no rank takes it for the piece before and works
 * on its old share again. Ends: each of the others learns that it is over, and reports. */
struct host_crew_sum host_crew_end(struct host_crew *host_crew)
{
    struct host_crew_room *room = host_crew->room;
    struct patience patience = patience_start(host_crew->team->crowded);
    __atomic_store_n(&room->over, 1, __ATOMIC_RELAXED);
    begin_round(room, CLOSED);
    while (__atomic_load_n(&room->told, __ATOMIC_ACQUIRE) < host_crew->team->host_size - 1)
        patience_wait(&patience);
    return room->sum;
}

void host_crew_tell(struct host_crew *host_crew, struct host_crew_sum sum)
{
    struct host_crew_room *room = host_crew->room;
    __atomic_fetch_add(&room->sum.count, sum.count, __ATOMIC_RELAXED);
    __atomic_fetch_add(&room->sum.fingerprint, sum.fingerprint, __ATOMIC_RELAXED);
    __atomic_fetch_add(&room->told, 1, __ATOMIC_RELEASE);
}

/* --- the others --- */

/* Polls for a while before it sleeps, as pieces follow each other closely. Ends: the leader begins
 * at least one more round, to say that all is over. A sleep is bounded, as MPI needs to make
 * progress. */
static void await_round(struct host_crew *host_crew)
{
    const int64_t LONGEST_NS = 20 * NS_PER_MS, WATCH_NS = 100 * NS_PER_US;
    struct host_crew_room *room = host_crew->room;
    int64_t until = clock_now_ns() + (host_crew->team->crowded ? 0 : WATCH_NS);
    do {
        if (__atomic_load_n(&room->round, __ATOMIC_ACQUIRE) != host_crew->heard)
            return;
    } while (clock_now_ns() < until);
    __atomic_fetch_add(&room->sleepers, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&room->round, __ATOMIC_SEQ_CST) == host_crew->heard) {
        int moved;
        futex_sleep(&room->round, host_crew->heard, LONGEST_NS);
        MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, host_crew->team->host, &moved, MPI_STATUS_IGNORE);
    }
    __atomic_fetch_sub(&room->sleepers, 1, __ATOMIC_RELAXED);
}

/* Whether the door of the round was still open. */
static bool enter(struct host_crew *host_crew)
{
    unsigned long long *door = &host_crew->room->door;
    unsigned long long seen = __atomic_load_n(door, __ATOMIC_ACQUIRE);
    do {
        host_crew->heard = (unsigned)(seen / ROUND);
        if ((seen & CLOSED) != 0)
            return false;
    } while (!__atomic_compare_exchange_n(door, &seen, seen + 1, true, __ATOMIC_ACQ_REL,
                                          __ATOMIC_ACQUIRE));
    return true;
}

/* If the schedule needs all ranks, each stays until the last one has come. */
static void leave(struct host_crew *host_crew)
{
    unsigned long long *door = &host_crew->room->door;
    struct patience patience = patience_start(host_crew->team->crowded);
    if (schedule_assigned(host_crew->room->loop.schedule))
        while ((__atomic_load_n(door, __ATOMIC_RELAXED) & CLOSED) == 0)
            patience_wait(&patience);
    __atomic_fetch_sub(door, 1, __ATOMIC_RELEASE);
}

int host_crew_follow(struct host_crew *host_crew, struct crew *crew, const struct crew_job *job,
                     struct numbers *piece, struct err *err)
{
    int status = 0;
    for (;;) {
        await_round(host_crew);
        if (!enter(host_crew)) {
            if (__atomic_load_n(&host_crew->room->over, __ATOMIC_RELAXED))
                return status;
            continue;
        }
        *piece = host_crew->room->numbers;
        piece->i64 = host_crew->cells + host_crew->room->offset;
        struct err here = ERR_INIT;
        if (take_part(host_crew, crew, job, &here) != 0 && err_is(&here)) {
            err_keep_lowest(err, &here);
            status = -1;
        }
        leave(host_crew);
    }
}
