#include "crew/worker.h"

#include "base/arithmetic.h"
#include "base/clock.h"
#include "place/seat.h"

#include <unistd.h>

/* How long a worker looks for the next job before it sleeps: longer than the gap between two jobs
 * of a stream, far shorter than what a sleep and a wake-up cost (some 50 us). */
static const int64_t WATCH_NS = 20 * NS_PER_US;

/* How often the owner of a crew calls `between` between chunks, and on a crowded host. */
static const int64_t LOOK_NS = 10 * NS_PER_US, CROWDED_LOOK_NS = NS_PER_MS;

/* --- failures --- */

/* What others work on above the failure is stopped. One that has just begun and is missed here goes
 * on, for a second at most. */
static void stop_above(struct crew *crew, int64_t limit)
{
    for (int i = 0; i < crew->size; i++)
        if (atomic_load_explicit(&crew->workers[i].begin, memory_order_relaxed) > limit)
            stop_ask(&crew->workers[i].stop);
}

/* Others may lower it at the same time. */
static void lower_limit(struct crew *crew, int64_t begin)
{
    int64_t limit = crew_limit(crew);
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

/* Nobody waits for long tasks only to learn of another failure. */
void worker_give_up_in_time(struct crew *crew)
{
    int64_t limit = crew_limit(crew);
    if (limit == CREW_NO_LIMIT)
        return;
    pthread_mutex_lock(&crew->lock);
    int64_t now = clock_now_ns();
    if (crew->failed_ns == 0)
        crew->failed_ns = now;
    stop_above(crew, limit);
    bool late = limit == CREW_NOTHING || now - crew->failed_ns > CREW_GRACE_NS;
    pthread_mutex_unlock(&crew->lock);
    if (late)
        stop_ask(&crew->stop);
}

/* --- looking between --- */

/* Its processor time is no task's. Where there is a core for each worker it is the time it took:
 * asking the kernel costs as much as many a call. On a crowded host, where calls are rare, others
 * may run meanwhile. */
static void call_between(struct crew *crew, int64_t now)
{
    if (crew->job.between == NULL)
        return;
    int64_t cpu = crew->crowded ? clock_thread_cpu_ns() : 0;
    crew->job.between(crew->job.between_arg);
    crew->looked_ns = clock_now_ns();
    crew->between_ns += crew->looked_ns - now;
    crew->between_cpu_ns += crew->crowded ? clock_thread_cpu_ns() - cpu : crew->looked_ns - now;
}

/* When a task looks whether to stop. Polling MPI can give the core away to whoever else wants it,
 * and on a crowded host somebody always does: there the owner would hardly get to work if it did
 * that often. */
void worker_look(void *arg)
{
    struct crew *crew = arg;
    int64_t now = clock_now_ns();
    worker_give_up_in_time(crew);
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

/* --- working --- */

/* A grain of tasks. */
static void work_grain(struct worker *w, int64_t begin, int64_t end)
{
    const struct crew_job *job = &w->crew->job;
    const struct crew_chunk chunk = {w->index, begin, end, &w->at};
    if (job->chunk(job->arg, &chunk, &w->err) != 0)
        note_failure(w, begin);
    w->stats.tasks += end - begin;
    residency_look(&w->stats.residency);
    safepoint_pass(&w->at);
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
        if (begin >= crew_limit(crew))
            return;
        next = end - begin > grain ? begin + grain : end;
        work_grain(w, begin, next);
    }
}

/* How fast a worker goes through a dynamic loop. */
struct pace {
    int64_t since_ns; /* when it was looked at last */
    int64_t chunks;   /* the worker's by then */
    int until_look;   /* claims */
};

/* A chunk that takes less than some claims do is better taken together with others. Looked at every
 * so many claims, as a look at the clock costs as much as a few of them. */
static void keep_pace(struct pace *pace, const struct worker *w, struct claimer *claimer)
{
    const int64_t SHORT_NS = 250;
    const int CLAIMS = 32;
    if (--pace->until_look > 0)
        return;
    int64_t now = clock_now_ns(), chunks = w->stats.chunks - pace->chunks;
    claimer_take(claimer, now - pace->since_ns < SHORT_NS * chunks ? CLAIMS_MOST : 1);
    *pace = (struct pace){now, w->stats.chunks, CLAIMS};
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
    struct pace pace = {start, w->stats.chunks, 1};
    enum schedule schedule = crew->loop.schedule;
    claimer_begin(&claimer, crew->claims, &crew->loop, crew->job.first + w->index);
    while (!stop_asked(&crew->stop) && claimer_next(&claimer, &begin, &end)) {
        w->stats.chunks += claimer.taken;
        work_claim(w, begin, end);
        worker_give_up_in_time(crew);
        if (schedule == SCHEDULE_DYNAMIC)
            keep_pace(&pace, w, &claimer);
        else if (schedule == SCHEDULE_ADAPTIVE)
            claimer_tell(&claimer, (double)(w->stats.tasks - tasks) /
                                       clock_seconds(clock_now_ns() - start + 1));
    }
}

/* Timed as a whole: chunks can be far shorter than a look at the clock. */
void worker_work(struct worker *w)
{
    int64_t cpu = clock_thread_cpu_ns(), start = clock_now_ns(), locked = w->stats.locked_ns;
    safepoint_enter(&w->at);
    work_claims(w);
    safepoint_leave(&w->at);
    int64_t other = w->stats.locked_ns - locked + (w->index == 0 ? w->crew->between_ns : 0);
    w->stats.busy_ns += clock_now_ns() - start - other;
    cpu = clock_thread_cpu_ns() - cpu - (w->index == 0 ? w->crew->between_cpu_ns : 0);
    w->stats.cpu_ns += cpu > 0 ? cpu : 0;
}

/* --- the thread --- */

/* CPython's threads sleep as the kernel has it, so those under a gil do, too. */
void worker_take_seat(struct worker *w)
{
    if (w->crew->gil == NULL)
        clock_precise_sleep();
    if (w->crew->seats != NULL)
        w->stats.bound = seat_take_or(w->crew->seats[w->index], &w->stats.refused);
    w->stats.seat_read = seat_of(0);
    w->stats.thread = gettid();
    if (w->index == 0) /* the others are made with it */
        w->thread = pthread_self();
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

void *worker_main(void *arg)
{
    struct worker *w = arg;
    struct crew *crew = w->crew;
    arithmetic_begin();
    worker_take_seat(w);
    atomic_fetch_sub_explicit(&crew->running, 1, memory_order_release);
    for (unsigned round = 0;;) {
        round = await_round(crew, round);
        if (atomic_load_explicit(&crew->closing, memory_order_relaxed))
            return NULL;
        worker_work(w);
        atomic_fetch_sub_explicit(&crew->running, 1, memory_order_release);
    }
}
