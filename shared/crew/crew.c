#include "crew/crew.h"

#include "base/clock.h"
#include "base/patience.h"
#include "place/seat.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { CACHE_LINE = 64 };

/* How long a worker looks for the next job before it sleeps: longer than the gap between two jobs
 * of a stream, far shorter than what a sleep and a wake-up cost (some 50 us). */
static const int64_t WATCH_NS = 20 * NS_PER_US;

/* How often the owner of a crew looks between chunks, at most, on a crowded host. */
static const int64_t CROWDED_LOOK_NS = NS_PER_MS;

struct worker {
    _Alignas(2 * CACHE_LINE) struct crew *crew; /* two lines: the prefetcher fetches pairs */
    int index;
    struct stop stop; /* below the crew's; the owner looks between, also within a long task */
    struct checkpoint at;
    pthread_t thread;
    struct crew_stats stats;
};

/*
 * A job is handed over by `round`: the owner fills `job`, sets `running` and counts `round` up, all
 * under the lock; a worker that sees the new round works and counts `running` down. The owner
 * returns when `running` is 0, so a worker never sees a job change under its hands.
 */
struct crew {
    int size;
    bool crowded;
    const hwloc_bitmap_t *seats;
    struct gil *gil;
    struct worker *workers;

    pthread_mutex_t lock;
    pthread_cond_t new_round;
    atomic_uint round;
    atomic_bool closing;
    struct crew_job job;
    int64_t looked_ns; /* when the owner last called `between` */
    struct err first;  /* the failure at the lowest position so far; under the lock */

    _Alignas(2 * CACHE_LINE) atomic_llong next;  /* the first task nobody has claimed */
    struct stop stop;                            /* a chunk failed, or the owner stopped the job */
    _Alignas(2 * CACHE_LINE) atomic_int running; /* workers other than 0 that are in this job */
};

/* --- one worker --- */

static void note_failure(struct crew *crew, const struct err *err)
{
    pthread_mutex_lock(&crew->lock);
    err_keep_lowest(&crew->first, err);
    pthread_mutex_unlock(&crew->lock);
    stop_ask(&crew->stop);
}

static void work_chunk(struct worker *w, int64_t begin, int64_t end)
{
    const struct crew_job *job = &w->crew->job;
    const struct crew_chunk chunk = {w->index, begin, end, &w->at};
    struct err err = ERR_INIT;
    int64_t start = clock_now_ns() - w->stats.locked_ns;
    if (job->chunk(job->arg, &chunk, &err) != 0)
        note_failure(w->crew, &err);
    w->stats.busy_ns += clock_now_ns() - w->stats.locked_ns - start;
    w->stats.tasks += end - begin;
    residency_look(&w->stats.residency);
}

/* Polling MPI can give the core away to whoever else wants it, and on a crowded host somebody
 * always does: there the owner would hardly get to work if it polled after every chunk. */
static void look_between(void *arg)
{
    struct crew *crew = arg;
    if (crew->job.between == NULL)
        return;
    if (crew->crowded) {
        int64_t now = clock_now_ns();
        if (now - crew->looked_ns < CROWDED_LOOK_NS)
            return;
        crew->looked_ns = now;
    }
    crew->job.between(crew->job.between_arg);
}

/*
 * Claims and works chunks until none is left. Ends: each turn moves `next` up by at least one task,
 * or finds `stop` set. Claims are handed out in order, so when the chunk at a failure was claimed
 * every chunk below it had been claimed too, and its worker finishes it: the lowest failure is
 * always found.
 */
static void work_job(struct worker *w)
{
    struct crew *crew = w->crew;
    const struct crew_job *job = &crew->job;
    int64_t cpu = clock_thread_cpu_ns();
    checkpoint_enter(&w->at);
    while (!stop_asked(&crew->stop)) {
        int64_t begin = atomic_fetch_add_explicit(&crew->next, job->grain, memory_order_relaxed);
        if (begin >= job->count)
            break;
        int64_t end = job->count - begin > job->grain ? begin + job->grain : job->count;
        work_chunk(w, begin, end);
        checkpoint_pass(&w->at);
        if (w->index == 0)
            look_between(crew);
    }
    checkpoint_leave(&w->at);
    w->stats.cpu_ns += clock_thread_cpu_ns() - cpu;
}

/* CPython's threads sleep as the kernel has it, so those under a gil do, too. */
static void take_seat(struct worker *w)
{
    if (w->crew->gil == NULL)
        clock_precise_sleep();
    if (w->crew->seats != NULL)
        w->stats.bound = seat_take(w->crew->seats[w->index]);
    w->stats.seat_read = seat_of(0);
}

/* Waits until the round is no longer `known`; returns the new one. Ends: crew_run and crew_destroy
 * count it up under the lock and wake everybody, so no waking is lost. */
static unsigned await_round(struct crew *crew, unsigned known)
{
    unsigned round;
    int64_t until = crew->crowded ? 0 : clock_now_ns() + WATCH_NS;
    do {
        round = atomic_load_explicit(&crew->round, memory_order_acquire);
        if (round != known)
            return round;
    } while (clock_now_ns() < until);
    pthread_mutex_lock(&crew->lock);
    while ((round = atomic_load_explicit(&crew->round, memory_order_acquire)) == known)
        pthread_cond_wait(&crew->new_round, &crew->lock);
    pthread_mutex_unlock(&crew->lock);
    return round;
}

static void *worker_main(void *arg)
{
    struct worker *w = arg;
    struct crew *crew = w->crew;
    take_seat(w);
    atomic_fetch_sub_explicit(&crew->running, 1, memory_order_release);
    for (unsigned round = 0;;) {
        round = await_round(crew, round);
        if (atomic_load_explicit(&crew->closing, memory_order_relaxed))
            return NULL;
        work_job(w);
        atomic_fetch_sub_explicit(&crew->running, 1, memory_order_release);
    }
}

/* --- the owner's side --- */

static void start_round(struct crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    atomic_store_explicit(&crew->running, crew->size - 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&crew->round, 1, memory_order_release);
    pthread_cond_broadcast(&crew->new_round);
    pthread_mutex_unlock(&crew->lock);
}

/* Ends when the others have: each is in work_job, which ends. */
static void await_others(struct crew *crew, void (*between)(void *), void *arg)
{
    struct patience patience = patience_start(crew->crowded);
    while (atomic_load_explicit(&crew->running, memory_order_acquire) > 0) {
        if (between != NULL)
            between(arg);
        patience_wait(&patience);
    }
}

int crew_run(struct crew *crew, const struct crew_job *job, struct err *err)
{
    crew->job = *job;
    crew->first = (struct err)ERR_INIT;
    atomic_store_explicit(&crew->next, 0, memory_order_relaxed);
    stop_clear(&crew->stop);
    bool alone = crew->size == 1 || job->count <= job->grain;
    if (!alone)
        start_round(crew);
    work_job(&crew->workers[0]);
    if (!alone)
        await_others(crew, job->between, job->between_arg);
    err_keep_lowest(err, &crew->first);
    return stop_asked(&crew->stop) ? -1 : 0;
}

void crew_stop(struct crew *crew)
{
    stop_ask(&crew->stop);
}

int crew_size(const struct crew *crew)
{
    return crew->size;
}

const struct crew_stats *crew_stats(const struct crew *crew, int worker)
{
    return &crew->workers[worker].stats;
}

void crew_forget(struct crew *crew)
{
    for (int i = 0; i < crew->size; i++) {
        struct crew_stats *stats = &crew->workers[i].stats;
        stats->tasks = stats->busy_ns = stats->locked_ns = stats->cpu_ns = 0;
        residency_forget(&stats->residency);
    }
}

/* --- making and ending --- */

static int start_threads(struct crew *crew, struct err *err)
{
    for (int i = 1; i < crew->size; i++) {
        atomic_fetch_add_explicit(&crew->running, 1, memory_order_relaxed);
        int status = pthread_create(&crew->workers[i].thread, NULL, worker_main, &crew->workers[i]);
        if (status != 0) {
            atomic_fetch_sub_explicit(&crew->running, 1, memory_order_relaxed);
            for (int k = i; k < crew->size; k++)
                hwloc_bitmap_free(crew->workers[k].stats.residency.seen);
            err_set(err, ERR_FAILED, "cannot start thread %d of %d", i + 1, crew->size);
            crew->size = i; /* those that run, to be ended */
            return err_remedy(err, "ask for fewer with --threads, or raise the limit: ulimit -u");
        }
    }
    return 0;
}

static int make_workers(struct crew *crew, int threads, struct err *err)
{
    crew->workers = aligned_alloc(_Alignof(struct worker), (size_t)threads * sizeof(struct worker));
    if (crew->workers == NULL)
        return err_memory(err, "the crew");
    crew->size = threads;
    for (int i = 0; i < threads; i++)
        crew->workers[i] =
            (struct worker){.crew = crew,
                            .index = i,
                            .stop = {.common = &crew->stop},
                            .stats = {.residency = {.last = -1, .seen = hwloc_bitmap_alloc()}}};
    for (int i = 0; i < threads; i++)
        crew->workers[i].at = (struct checkpoint){&crew->workers[i].stop, crew->gil,
                                                  &crew->workers[i].stats.locked_ns};
    crew->workers[0].stop.look = look_between;
    crew->workers[0].stop.arg = crew;
    return 0;
}

struct crew *crew_create(const struct crew_setup *setup, struct err *err)
{
    struct crew *crew = aligned_alloc(_Alignof(struct crew), sizeof(*crew));
    if (crew == NULL) {
        err_memory(err, "the crew");
        return NULL;
    }
    *crew = (struct crew){.crowded = setup->crowded, .seats = setup->seats, .gil = setup->gil};
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->new_round, NULL);
    if (make_workers(crew, setup->threads, err) != 0 || start_threads(crew, err) != 0) {
        crew_destroy(crew);
        return NULL;
    }
    take_seat(&crew->workers[0]);
    await_others(crew, NULL, NULL);
    return crew;
}

static void join_threads(struct crew *crew)
{
    await_others(crew, NULL, NULL);
    atomic_store_explicit(&crew->closing, true, memory_order_relaxed);
    start_round(crew);
    for (int i = 1; i < crew->size; i++)
        pthread_join(crew->workers[i].thread, NULL);
}

void crew_destroy(struct crew *crew)
{
    if (crew == NULL)
        return;
    if (crew->size > 1)
        join_threads(crew);
    for (int i = 0; i < crew->size; i++) {
        hwloc_bitmap_free(crew->workers[i].stats.residency.seen);
        hwloc_bitmap_free(crew->workers[i].stats.seat_read);
    }
    free(crew->workers);
    pthread_cond_destroy(&crew->new_round);
    pthread_mutex_destroy(&crew->lock);
    free(crew);
}
