#include "hall.h"

#include "base/clock.h"
#include "base/futex.h"
#include "base/units.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/statvfs.h>

/* The lowest bits of `door` count who is inside, above them one says that it is closed, and the
 * rest is the round: so nobody enters a round that is over. */
enum { CLOSED = 1 << 20, ROUND = 1 << 21 };

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
    int64_t offset;         /* of them in hall->memory */
};

/* --- opening --- */

enum { PAGE = 4096 };

/* Open MPI aligns windows to less than a page; mappings of one differ by whole pages. */
static void *align(void *base)
{
    return (char *)base + (PAGE - (uintptr_t)base % PAGE) % PAGE;
}

static size_t claims_at(void)
{
    return sizeof(struct hall_room);
}

static size_t memory_at(const struct hall *hall)
{
    return (claims_at() + claims_size(hall->workers) + PAGE - 1) / PAGE * PAGE;
}

static size_t bytes_of(const struct hall *hall)
{
    return PAGE + memory_at(hall) + (size_t)hall->size * NUMBER_SIZE;
}

/* Where Open MPI keeps shared memory: whatever does not fit there ends the program when it is
 * touched, or makes Open MPI complain at length. */
static int check_space(size_t bytes, struct err *err)
{
    const char *const folder = "/dev/shm";
    struct statvfs disk;
    if (statvfs(folder, &disk) != 0)
        return 0; /* then Open MPI has another place */
    double room = (double)disk.f_bavail * (double)disk.f_frsize;
    const double MARGIN = 1.1;
    if (room >= MARGIN * (double)bytes)
        return 0;
    err_set(err, ERR_FAILED, "'%s' has room for %.0f MiB, a window takes %.0f MiB", folder,
            room / 1048576, (double)bytes / 1048576);
    return err_remedy(err, "make room there, or use --exchange message");
}

/* The number of workers on this host, and those of ranks before this one. */
static void count_workers(struct hall *hall, int threads)
{
    MPI_Allreduce(&threads, &hall->workers, 1, MPI_INT, MPI_SUM, hall->team->host);
    MPI_Exscan(&threads, &hall->first, 1, MPI_INT, MPI_SUM, hall->team->host);
    if (hall->team->host_rank == 0)
        hall->first = 0;
}

/* All ranks of the host, or none. */
static bool all_of(const struct hall *hall, bool mine)
{
    int all = mine;
    MPI_Allreduce(MPI_IN_PLACE, &all, 1, MPI_INT, MPI_LAND, hall->team->host);
    return all;
}

static int make_window(struct hall *hall, size_t bytes, struct err *err)
{
    void *base = NULL;
    MPI_Aint size = team_leads_host(hall->team) ? (MPI_Aint)bytes : 0;
    MPI_Comm host = hall->team->host;
    bool fits = !team_leads_host(hall->team) || check_space(bytes, err) == 0;
    if (!all_of(hall, fits))
        return -1;
    MPI_Comm_set_errhandler(host, MPI_ERRORS_RETURN);
    bool made =
        MPI_Win_allocate_shared(size, 1, MPI_INFO_NULL, host, &base, &hall->window) == MPI_SUCCESS;
    MPI_Comm_set_errhandler(host, MPI_ERRORS_ARE_FATAL);
    if (all_of(hall, made)) {
        int unit;
        MPI_Win_shared_query(hall->window, 0, &size, &unit, &base);
        hall->room = align(base);
        return 0;
    }
    return err_set(err, ERR_FAILED, "Open MPI cannot make a window of %.0f MiB that ranks share",
                   (double)bytes / 1048576);
}

/* Each rank touches an even share first, so that memory is spread over the nodes they sit on. */
static void touch(const struct hall *hall)
{
    int64_t begin = share_begin(hall->size, hall->team->host_size, hall->team->host_rank);
    int64_t end = share_begin(hall->size, hall->team->host_size, hall->team->host_rank + 1);
    memset(hall->memory + begin, 0, (size_t)(end - begin) * NUMBER_SIZE);
}

int hall_open(struct hall *hall, const struct team *team, int threads, int64_t size,
              struct err *err)
{
    *hall = (struct hall){.team = team, .window = MPI_WIN_NULL, .size = size};
    count_workers(hall, threads);
    if (make_window(hall, bytes_of(hall), err) != 0)
        return -1;
    hall->claims = (struct claims *)((char *)hall->room + claims_at());
    hall->memory = (int64_t *)((char *)hall->room + memory_at(hall));
    if (team_leads_host(team))
        *hall->room = (struct hall_room){.door = CLOSED};
    touch(hall);
    MPI_Barrier(team->host);
    return 0;
}

void hall_close(struct hall *hall)
{
    if (hall->team != NULL && hall->window != MPI_WIN_NULL)
        MPI_Win_free(&hall->window);
    *hall = (struct hall){.window = MPI_WIN_NULL};
}

/* --- a piece, by its leader --- */

static void lay_out(struct hall *hall, const struct hall_work *work)
{
    struct hall_room *room = hall->room;
    int64_t claim = work->claim > 0 ? work->claim : work->grain;
    room->loop = (struct loop){work->schedule, work->piece->count, hall->workers, claim};
    room->numbers = *work->piece;
    room->offset = work->piece->i64 - hall->memory;
    __atomic_store_n(&room->limit, CREW_NO_LIMIT, __ATOMIC_RELAXED);
    claims_start(hall->claims, &room->loop);
}

/* Rings only if somebody may not be looking: waking costs as much as many a piece. */
static void open_door(struct hall_room *room)
{
    unsigned round = room->round + 1;
    __atomic_store_n(&room->door, (unsigned long long)round * ROUND, __ATOMIC_RELEASE);
    __atomic_store_n(&room->round, round, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&room->sleepers, __ATOMIC_SEQ_CST) > 0)
        futex_wake(&room->round);
}

static unsigned inside(const struct hall_room *room)
{
    return (unsigned)(__atomic_load_n(&room->door, __ATOMIC_ACQUIRE) & (CLOSED - 1));
}

/* Where chunks belong to somebody from the start, all have to come; they are counted as they enter,
 * and do not leave before the door is closed. */
static void await_all(const struct hall *hall, const struct hall_work *work)
{
    struct patience patience = patience_start(hall->team->crowded);
    while (inside(hall->room) < (unsigned)hall->team->host_size - 1) {
        if (work->between != NULL)
            work->between(work->between_arg);
        patience_wait(&patience);
    }
}

/* Ends: whoever is inside works off claims, which end, and leaves; nobody enters any more. */
static void close_door(const struct hall *hall, const struct hall_work *work)
{
    struct hall_room *room = hall->room;
    struct patience patience = patience_start(hall->team->crowded);
    __atomic_fetch_or(&room->door, (unsigned long long)CLOSED, __ATOMIC_ACQ_REL);
    while (inside(room) > 0) {
        if (work->between != NULL)
            work->between(work->between_arg);
        patience_wait(&patience);
    }
}

static int take_part(struct hall *hall, const struct hall_work *work, struct err *err)
{
    const struct loop *loop = &hall->room->loop;
    const struct crew_job job = {
        .count = loop->count,
        .grain = work->grain,
        .schedule = loop->schedule,
        .claim = loop->chunk,
        .chunk = work->chunk,
        .arg = work->arg,
        .between = work->between,
        .between_arg = work->between_arg,
        .claims = hall->claims,
        .limit = &hall->room->limit,
        .workers = hall->workers,
        .first = hall->first,
    };
    return crew_run(work->crew, &job, err);
}

int hall_compute(struct hall *hall, const struct hall_work *work, struct err *err)
{
    lay_out(hall, work);
    open_door(hall->room);
    int status = take_part(hall, work, err);
    if (schedule_assigned(work->schedule) && status == 0)
        await_all(hall, work);
    close_door(hall, work);
    return status != 0 || hall->room->limit != CREW_NO_LIMIT ? -1 : 0;
}

/* Ends: each of the others hears that it is over, and tells. */
struct hall_sum hall_end(struct hall *hall)
{
    struct hall_room *room = hall->room;
    struct patience patience = patience_start(hall->team->crowded);
    __atomic_store_n(&room->over, 1, __ATOMIC_RELAXED);
    open_door(room);
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

int hall_follow(struct hall *hall, const struct hall_work *work, struct err *err)
{
    int status = 0;
    for (;;) {
        await_round(hall);
        if (__atomic_load_n(&hall->room->over, __ATOMIC_RELAXED))
            return status;
        if (!enter(hall))
            continue;
        *work->piece = hall->room->numbers;
        work->piece->i64 = hall->memory + hall->room->offset;
        struct err here = ERR_INIT;
        if (take_part(hall, work, &here) != 0 && err_is(&here)) {
            err_keep_lowest(err, &here);
            status = -1;
        }
        leave(hall);
    }
}
