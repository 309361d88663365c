#include "exchange/host_crew.h"

#include "base/clock.h"
#include "base/futex.h"

#include <string.h>
#include <sys/mman.h>

/* The lowest bits of `door` count who is inside, above them one says that it is closed, and the
 * rest is the round: so nobody enters a round that is over. */
enum { OPEN = 0, CLOSED = 1 << 20, ROUND = 1 << 21 };

/* At the beginning of the window. */
struct hall_room {
    unsigned round; /* pieces laid out so far; what the ranks sleep on */
    int over;       /* there are no more */
    int sleepers;   /* ranks that may be asleep */
    int told;       /* ranks that have left for good */
    struct hall_sum sum;
    _Alignas(CLAIMS_ALIGN) unsigned long long door;
    _Alignas(CLAIMS_ALIGN) int64_t limit; /* as crew_job.limit */

    /* the piece */
    _Alignas(CLAIMS_ALIGN) struct loop loop;
    struct numbers numbers; /* without cells: */
    int64_t offset;         /* of them in hall->cells */
};

/* --- opening --- */

static size_t cells_at(const struct hall *hall)
{
    const size_t PAGE = 4096;
    return (sizeof(struct hall_room) + claims_size(hall->workers) + PAGE - 1) / PAGE * PAGE;
}

/* The number of workers on this host, and those of ranks before this one. */
static void count_workers(struct hall *hall, int threads)
{
    MPI_Allreduce(&threads, &hall->workers, 1, MPI_INT, MPI_SUM, hall->team->host);
    MPI_Exscan(&threads, &hall->first, 1, MPI_INT, MPI_SUM, hall->team->host);
    if (hall->team->host_rank == 0)
        hall->first = 0;
}

/* Each rank touches an even share first, so that memory is spread over the nodes they sit on. */
static void touch(const struct hall *hall)
{
    int64_t begin = share_begin(hall->size, hall->team->host_size, hall->team->host_rank);
    int64_t end = share_begin(hall->size, hall->team->host_size, hall->team->host_rank + 1);
    memset(hall->cells + begin, 0, (size_t)(end - begin) * NUMBER_SIZE);
}

/* Enters all pages in this rank's own page table, which a rank would else do one by one, at half a
 * microsecond each, when it first works on what another has touched. Kernels before 5.14 cannot. */
static void map_pages(const struct hall *hall, size_t bytes)
{
#ifdef MADV_POPULATE_WRITE
    (void)madvise(hall->room, bytes, MADV_POPULATE_WRITE);
#else
    (void)hall, (void)bytes;
#endif
}

int hall_open(struct hall *hall, const struct team *team, int threads, int64_t size,
              struct err *err)
{
    *hall = (struct hall){.team = team, .size = size};
    count_workers(hall, threads);
    size_t bytes = cells_at(hall) + (size_t)size * NUMBER_SIZE;
    if (shared_memory_open(&hall->memory, team->host, bytes, err) != 0)
        return -1;
    hall->room = hall->memory.base;
    hall->claims = (struct claims *)(hall->room + 1);
    hall->cells = (int64_t *)((char *)hall->room + cells_at(hall));
    if (team_leads_host(team))
        *hall->room = (struct hall_room){.door = CLOSED};
    touch(hall);
    MPI_Barrier(team->host);
    map_pages(hall, bytes);
    return 0;
}

void hall_close(struct hall *hall)
{
    shared_memory_close(&hall->memory);
    hall->room = NULL;
}

/* --- a piece, by its leader --- */

static void lay_out(struct hall *hall, const struct crew_job *job, const struct numbers *piece)
{
    struct hall_room *room = hall->room;
    struct crew_job whole = *job;
    whole.count = piece->count;
    room->loop = (struct loop){job->schedule, piece->count, hall->workers,
                               crew_claim(&whole, hall->workers)};
    room->numbers = *piece;
    room->offset = piece->i64 - hall->cells;
    __atomic_store_n(&room->limit, CREW_NO_LIMIT, __ATOMIC_RELAXED);
    claims_start(hall->claims, &room->loop);
}

/* Begins a round, with its door open, or CLOSED if there is nothing behind it. Rings only if
 * somebody may not be looking: waking costs as much as many a piece. */
static void begin_round(struct hall_room *room, unsigned door)
{
    unsigned round = room->round + 1;
    __atomic_store_n(&room->door, (unsigned long long)round * ROUND | door, __ATOMIC_RELEASE);
    __atomic_store_n(&room->round, round, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&room->sleepers, __ATOMIC_SEQ_CST) > 0)
        futex_wake(&room->round);
}

static unsigned inside(const struct hall_room *room)
{
    return (unsigned)(__atomic_load_n(&room->door, __ATOMIC_ACQUIRE) & (CLOSED - 1));
}

bool hall_others_work(const struct hall *hall)
{
    return inside(hall->room) > 0;
}

/* No other rank sets the limit lower than this, so it stays. */
void hall_give_up(struct hall *hall)
{
    __atomic_store_n(&hall->room->limit, CREW_NOTHING, __ATOMIC_RELAXED);
}

/* Whether there is still something to find in the share of a rank that is late: not if all is given
 * up, nor a grace after a failure on any rank. *until: when that ends; 0: no failure was seen. */
static bool worth_waiting(const struct hall_room *room, int64_t *until)
{
    int64_t limit = __atomic_load_n(&room->limit, __ATOMIC_RELAXED);
    if (limit == CREW_NO_LIMIT)
        return true;
    int64_t now = clock_now_ns();
    if (*until == 0)
        *until = now + CREW_GRACE_NS;
    return limit != CREW_NOTHING && now < *until;
}

/* Where chunks belong to somebody from the start, all have to come; they are counted as they enter,
 * and do not leave before the door is closed. Ends: each of the others comes when it is done with
 * the piece before, or a failure, which `between` may tell of, ends the waiting. */
static void await_all(const struct hall *hall, const struct crew_job *job)
{
    struct patience patience = patience_start(hall->team->crowded);
    int64_t until = 0;
    while (inside(hall->room) < (unsigned)hall->team->host_size - 1 &&
           worth_waiting(hall->room, &until)) {
        if (job->between != NULL)
            job->between(job->between_arg);
        patience_wait(&patience);
    }
}

/* Ends: each rank that is inside works off claims, which end, and leaves; none enters any more. If
 * all is given up, also now, by `between`, each stops as soon as its crew sees the limit. */
static void close_door(const struct hall *hall, const struct crew_job *job)
{
    struct hall_room *room = hall->room;
    struct patience patience = patience_start(hall->team->crowded);
    __atomic_fetch_or(&room->door, (unsigned long long)CLOSED, __ATOMIC_ACQ_REL);
    while (inside(room) > 0) {
        if (job->between != NULL)
            job->between(job->between_arg);
        patience_wait(&patience);
    }
}

static int take_part(struct hall *hall, struct crew *crew, const struct crew_job *job,
                     struct err *err)
{
    const struct loop *loop = &hall->room->loop;
    struct crew_job part = *job;
    part.count = loop->count;
    part.schedule = loop->schedule;
    part.claim = loop->chunk;
    part.claims = hall->claims;
    part.limit = &hall->room->limit;
    part.workers = hall->workers;
    part.first = hall->first;
    return crew_run(crew, &part, err);
}

int hall_compute(struct hall *hall, struct crew *crew, const struct crew_job *job,
                 const struct numbers *piece, struct err *err)
{
    lay_out(hall, job, piece);
    begin_round(hall->room, OPEN);
    int status = take_part(hall, crew, job, err);
    if (schedule_assigned(job->schedule))
        await_all(hall, job);
    close_door(hall, job);
    return status != 0 || hall->room->limit != CREW_NO_LIMIT ? -1 : 0;
}

/* The last round has nothing behind its door, so nobody takes it for the piece before, whose shares
 * would be his again. Ends: each of the others hears that it is over, and tells. */
struct hall_sum hall_end(struct hall *hall)
{
    struct hall_room *room = hall->room;
    struct patience patience = patience_start(hall->team->crowded);
    __atomic_store_n(&room->over, 1, __ATOMIC_RELAXED);
    begin_round(room, CLOSED);
    while (__atomic_load_n(&room->told, __ATOMIC_ACQUIRE) < hall->team->host_size - 1)
        patience_wait(&patience);
    return room->sum;
}

void hall_tell(struct hall *hall, struct hall_sum sum)
{
    struct hall_room *room = hall->room;
    __atomic_fetch_add(&room->sum.count, sum.count, __ATOMIC_RELAXED);
    __atomic_fetch_add(&room->sum.fingerprint, sum.fingerprint, __ATOMIC_RELAXED);
    __atomic_fetch_add(&room->told, 1, __ATOMIC_RELEASE);
}

/* --- the others --- */

/* Looks for a while before it sleeps: pieces follow each other closely. Ends: the leader opens once
 * more at least, to say that all is over. A sleep is bounded, as MPI has to be looked after. */
static void await_round(struct hall *hall)
{
    const int64_t LONGEST_NS = 20 * NS_PER_MS, WATCH_NS = 100 * NS_PER_US;
    struct hall_room *room = hall->room;
    int64_t until = clock_now_ns() + (hall->team->crowded ? 0 : WATCH_NS);
    do {
        if (__atomic_load_n(&room->round, __ATOMIC_ACQUIRE) != hall->heard)
            return;
    } while (clock_now_ns() < until);
    __atomic_fetch_add(&room->sleepers, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&room->round, __ATOMIC_SEQ_CST) == hall->heard) {
        int moved;
        futex_sleep(&room->round, hall->heard, LONGEST_NS);
        MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, hall->team->host, &moved, MPI_STATUS_IGNORE);
    }
    __atomic_fetch_sub(&room->sleepers, 1, __ATOMIC_RELAXED);
}

/* Whether the door of the round was still open. */
static bool enter(struct hall *hall)
{
    unsigned long long *door = &hall->room->door;
    unsigned long long seen = __atomic_load_n(door, __ATOMIC_ACQUIRE);
    do {
        hall->heard = (unsigned)(seen / ROUND);
        if ((seen & CLOSED) != 0)
            return false;
    } while (!__atomic_compare_exchange_n(door, &seen, seen + 1, true, __ATOMIC_ACQ_REL,
                                          __ATOMIC_ACQUIRE));
    return true;
}

/* Where all have to come, all stay until the last has. */
static void leave(struct hall *hall)
{
    unsigned long long *door = &hall->room->door;
    struct patience patience = patience_start(hall->team->crowded);
    if (schedule_assigned(hall->room->loop.schedule))
        while ((__atomic_load_n(door, __ATOMIC_RELAXED) & CLOSED) == 0)
            patience_wait(&patience);
    __atomic_fetch_sub(door, 1, __ATOMIC_RELEASE);
}

int hall_follow(struct hall *hall, struct crew *crew, const struct crew_job *job,
                struct numbers *piece, struct err *err)
{
    int status = 0;
    for (;;) {
        await_round(hall);
        if (!enter(hall)) {
            if (__atomic_load_n(&hall->room->over, __ATOMIC_RELAXED))
                return status;
            continue;
        }
        *piece = hall->room->numbers;
        piece->i64 = hall->cells + hall->room->offset;
        struct err here = ERR_INIT;
        if (take_part(hall, crew, job, &here) != 0 && err_is(&here)) {
            err_keep_lowest(err, &here);
            status = -1;
        }
        leave(hall);
    }
}
