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

/* How often the owner of a crew calls `between` between chunks, and on a crowded host. */
static const int64_t LOOK_NS = 10 * NS_PER_US, CROWDED_LOOK_NS = NS_PER_MS;

struct worker {
    _Alignas(2 * CACHE_LINE) struct crew *crew; /* two lines: the prefetcher fetches pairs */
    int index;
    struct stop stop;   /* of what it works on now, below the crew's; the owner looks between, also
                           within a long task */
    atomic_llong begin; /* where that begins */
    struct checkpoint at;
    struct err err; /* for chunks to fill; empty between them: making one for each takes longer than
                       many a task */
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
    struct loop loop;      /* the job's, as claims have it */
    struct claims *claims; /* the job's, or the crew's own */
    struct claims *own_claims;
    struct err first;  /* the failure at the lowest position so far; under the lock */
    int64_t failed_ns; /* when the first was noted, also of another crew; 0: none; under the lock */

    int64_t looked_ns;  /* when the owner last called `between` */
    int64_t between_ns; /* in this job the owner spent in it */
    int until_look,
        stride; /* chunks until the owner looks at the clock for that; of the last time */

    _Alignas(2 * CACHE_LINE) struct stop stop;   /* the job is given up */
    int64_t own_limit;                           /* see crew_job.limit */
    int64_t *limit;                              /* that, or the one shared with other crews */
    _Alignas(2 * CACHE_LINE) atomic_int running; /* workers other than 0 that are in this job */
};

/* --- one worker --- */

/* What others work on above the failure is stopped. One that has just begun and is missed here goes
 * on, for a second at most. */
static void stop_above(struct crew *crew, int64_t limit)
{
    for (int i = 0; i < crew->size; i++)
        if (atomic_load_explicit(&crew->workers[i].begin, memory_order_relaxed) > limit)
            stop_ask(&crew->workers[i].stop);
}

static int64_t limit_of(const struct crew *crew)
{
    return __atomic_load_n(crew->limit, __ATOMIC_RELAXED);
}

/* Others may lower it at the same time. */
static void lower_limit(struct crew *crew, int64_t begin)
{
    int64_t limit = limit_of(crew);
    while (begin < limit && !__atomic_compare_exchange_n(crew->limit, &limit, begin, true,
                                                         __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        ;
}

/* Of what lies above the failure nothing more is begun. */
static void note_failure(struct worker *w, int64_t begin)
{
    struct crew *crew = w->crew;
    pthread_mutex_lock(&crew->lock);
    if (crew->failed_ns == 0)
        crew->failed_ns = clock_now_ns();
    err_keep_lowest(&crew->first, &w->err);
    w->err = (struct err)ERR_INIT;
    lower_limit(crew, begin);
    stop_above(crew, begin);
    pthread_mutex_unlock(&crew->lock);
}

/* A failure of another crew is noticed here, too. Nobody waits for long tasks only to learn of
 * another failure: after a second all is given up. */
static void give_up_in_time(struct crew *crew)
{
    const int64_t PATIENCE_NS = NS_PER_S;
    int64_t limit = limit_of(crew);
    if (limit == CREW_NO_LIMIT)
        return;
    pthread_mutex_lock(&crew->lock);
    int64_t now = clock_now_ns();
    if (crew->failed_ns == 0)
        crew->failed_ns = now;
    stop_above(crew, limit);
    bool late = now - crew->failed_ns > PATIENCE_NS;
    pthread_mutex_unlock(&crew->lock);
    if (late)
        stop_ask(&crew->stop);
}

static void call_between(struct crew *crew, int64_t now)
{
    if (crew->job.between == NULL)
        return;
    crew->job.between(crew->job.between_arg);
    crew->looked_ns = clock_now_ns();
    crew->between_ns += crew->looked_ns - now;
}

/* When a task looks whether to stop. Polling MPI can give the core away to whoever else wants it,
 * and on a crowded host somebody always does: there the owner would hardly get to work if it did
 * that often. */
static void look_in_task(void *arg)
{
    struct crew *crew = arg;
    int64_t now = clock_now_ns();
    give_up_in_time(crew);
    if (!crew->crowded || now - crew->looked_ns >= CROWDED_LOOK_NS)
        call_between(crew, now);
}

/* Between chunks, which can be far shorter than a look at the clock: so that is taken only every so
 * many of them, twice or half as many as the last time if that was too soon or too late. */
static void look_between(struct crew *crew)
{
    const int64_t often_ns = crew->crowded ? CROWDED_LOOK_NS : LOOK_NS;
    const int MOST = 4096;
    if (crew->job.between == NULL || --crew->until_look > 0)
        return;
    int64_t now = clock_now_ns(), passed = now - crew->looked_ns;
    if (passed < often_ns / 2 && crew->stride < MOST)
        crew->stride *= 2;
    else if (passed > often_ns && crew->stride > 1)
        crew->stride /= 2;
    crew->until_look = crew->stride;
    if (passed >= often_ns / 2)
        call_between(crew, now);
}

/* A grain of tasks. */
static void work_grain(struct worker *w, int64_t begin, int64_t end)
{
    const struct crew_job *job = &w->crew->job;
    const struct crew_chunk chunk = {w->index, begin, end, &w->at};
    if (job->chunk(job->arg, &chunk, &w->err) != 0)
        note_failure(w, begin);
    w->stats.tasks += end - begin;
    residency_look(&w->stats.residency);
    checkpoint_pass(&w->at);
    if (w->index == 0)
        look_between(w->crew);
}

/* What was claimed, as far as it lies below what has failed. */
static void work_claim(struct worker *w, int64_t begin, int64_t end)
{
    struct crew *crew = w->crew;
    int64_t grain = crew->job.grain;
    for (int64_t next; begin < end && !stop_asked(&crew->stop); begin = next) {
        stop_clear(&w->stop);
        atomic_store_explicit(&w->begin, begin, memory_order_relaxed);
        if (begin >= limit_of(crew))
            return;
        next = end - begin > grain ? begin + grain : end;
        work_grain(w, begin, next);
    }
}

/*
 * Claims and works until nothing is left. Ends: claims do, or `stop` is set. Whatever lies below a
 * failure is worked on by whoever claims it, so the lowest failure is found, unless a second passes
 * before.
 */
static void work_claims(struct worker *w)
{
    struct crew *crew = w->crew;
    struct claimer claimer;
    int64_t begin, end, tasks = w->stats.tasks, start = clock_now_ns();
    bool adaptive = crew->loop.schedule == SCHEDULE_ADAPTIVE;
    claimer_begin(&claimer, crew->claims, &crew->loop, crew->job.first + w->index);
    while (!stop_asked(&crew->stop) && claimer_next(&claimer, &begin, &end)) {
        work_claim(w, begin, end);
        give_up_in_time(crew);
        if (adaptive)
            claimer_tell(&claimer, (double)(w->stats.tasks - tasks) /
                                       clock_seconds(clock_now_ns() - start + 1));
    }
}

/* Timed as a whole: chunks can be far shorter than a look at the clock. */
static void work_job(struct worker *w)
{
    int64_t cpu = clock_thread_cpu_ns(), start = clock_now_ns(), locked = w->stats.locked_ns;
    checkpoint_enter(&w->at);
    work_claims(w);
    checkpoint_leave(&w->at);
    int64_t other = w->stats.locked_ns - locked + (w->index == 0 ? w->crew->between_ns : 0);
    w->stats.busy_ns += clock_now_ns() - start - other;
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
        give_up_in_time(crew);
        if (between != NULL)
            between(arg);
        patience_wait(&patience);
    }
}

/* Whether the owner does it alone: nobody else is woken for a grain of tasks. */
static bool is_alone(const struct crew *crew, const struct crew_job *job)
{
    return crew->size == 1 || (job->claims == NULL && job->count <= job->grain);
}

static void take_job(struct crew *crew, const struct crew_job *job)
{
    bool shared = job->claims != NULL;
    int workers = shared ? job->workers : is_alone(crew, job) ? 1 : crew->size;
    crew->job = *job;
    crew->loop =
        (struct loop){job->schedule, job->count, workers, job->claim > 0 ? job->claim : job->grain};
    crew->claims = shared ? job->claims : crew->own_claims;
    if (!shared)
        claims_start(crew->claims, &crew->loop);
    crew->first = (struct err)ERR_INIT;
    crew->failed_ns = 0;
    crew->between_ns = 0;
    crew->stride = crew->until_look = 1;
    crew->own_limit = CREW_NO_LIMIT;
    crew->limit = shared ? job->limit : &crew->own_limit;
    stop_clear(&crew->stop);
}

int crew_run(struct crew *crew, const struct crew_job *job, struct err *err)
{
    bool alone = is_alone(crew, job);
    take_job(crew, job);
    if (!alone)
        start_round(crew);
    work_job(&crew->workers[0]);
    if (!alone)
        await_others(crew, job->between, job->between_arg);
    err_keep_lowest(err, &crew->first);
    bool failed = limit_of(crew) != CREW_NO_LIMIT || stop_asked(&crew->stop);
    crew->limit = &crew->own_limit; /* the other may go */
    return failed ? -1 : 0;
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
    crew->own_claims = aligned_alloc(CLAIMS_ALIGN, claims_size(threads));
    if (crew->workers == NULL || crew->own_claims == NULL)
        return err_memory(err, "the crew");
    crew->size = threads;
    for (int i = 0; i < threads; i++)
        crew->workers[i] =
            (struct worker){.crew = crew,
                            .index = i,
                            .err = ERR_INIT,
                            .stop = {.common = &crew->stop},
                            .stats = {.residency = {.last = -1, .seen = hwloc_bitmap_alloc()}}};
    for (int i = 0; i < threads; i++)
        crew->workers[i].at = (struct checkpoint){&crew->workers[i].stop, crew->gil,
                                                  &crew->workers[i].stats.locked_ns};
    crew->workers[0].stop.look = look_in_task;
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
    *crew = (struct crew){.crowded = setup->crowded,
                          .seats = setup->seats,
                          .gil = setup->gil,
                          .own_limit = CREW_NO_LIMIT};
    crew->limit = &crew->own_limit;
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
    free(crew->own_claims);
    pthread_cond_destroy(&crew->new_round);
    pthread_mutex_destroy(&crew->lock);
    free(crew);
}
