#include "crew/worker.h"

#include "base/arithmetic.h"
#include "base/clock.h"
#include "place/seat.h"

#include <unistd.h>

/* How long a worker looks for the next job before it sleeps: longer than the gap between two jobs
 * of a stream, far shorter than a sleep and a wake-up take (some 50 us). */
static const int64_t WATCH_NS = 20 * NS_PER_US;

/* How often the owner of a crew calls `between` between chunks: normally, and on a crowded host. */
static const int64_t LOOK_NS = 10 * NS_PER_US, CROWDED_LOOK_NS = NS_PER_MS;

/* --- failures --- */

/* Stops other workers that are above the failure. One that has just begun a chunk may be missed; it
 * goes on for a second at most. */
static void stop_above(struct crew *crew, int64_t limit)
{
    for (int i = 0; i < crew->size; i++)
        if (atomic_load_explicit(&crew->workers[i].begin, memory_order_relaxed) > limit)
            stop_ask(&crew->workers[i].stop);
}

/* Others may lower the limit at the same time. */
static void lower_limit(struct crew *crew, int64_t begin)
{
    int64_t limit = crew_limit(crew);
    while (begin < limit && !__atomic_compare_exchange_n(crew->limit, &limit, begin, true,
                                                         __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        ;
}

/* From now on no work above the failure is begun. */
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

/* After the grace period all work is stopped: long tasks are not worth waiting for just to learn of
 * another failure. */
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

/* The processor time of `between` is not part of any task. If each worker has its own core, that is
 * the time the call took, as asking the kernel takes as long as many a call. On a crowded host,
 * where calls are rare, other threads may have run meanwhile, so the kernel is asked. */
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

/* Called when a task checks whether to stop. Polling MPI can give the core away to any other thread
 * that wants it, and on a crowded host there always is one: the owner would hardly get to work if
 * it polled that often. */
void worker_look(void *arg)
{
    struct crew *crew = arg;
    int64_t now = clock_now_ns();
    worker_give_up_in_time(crew);
    if (!crew->crowded || now - crew->looked_ns >= CROWDED_LOOK_NS)
        call_between(crew, now);
}

/* Called between chunks, which can be far shorter than reading the clock takes. So the clock is
 * read only after every `stride` chunks; the stride doubles if that was too soon, and halves if it
 * was too late. */
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

/* Works on a grain of tasks. */
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

/* Works on what was claimed, as far as it lies below a failure. */
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
    int64_t since_ns; /* when it was last looked at */
    int64_t chunks;   /* the worker's chunks by then */
    int until_look;   /* claims until the next look */
};

/* Chunks that take less time than a few claims are better taken several at once. This is checked
 * only after every CLAIMS claims, as reading the clock takes as long as a few of them. */
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
 * Claims and works until nothing is left. Ends: claims run out, or `stop` is set. The work below a
 * failure is done by the workers that claim it, so the lowest failure is found, unless a second
 * passes first.
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

/* Timed as a whole, as chunks can be far shorter than reading the clock takes. */
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

/* CPython's threads sleep with the kernel's default precision, so threads under a gil do, too. */
void worker_take_seat(struct worker *w)
{
    if (w->crew->gil == NULL)
        clock_precise_sleep();
    if (w->crew->seats != NULL)
        w->stats.bound = seat_take_or(w->crew->seats[w->index], &w->stats.refused);
    w->stats.seat_read = seat_of(0);
    w->stats.thread = gettid();
    if (w->index == 0) /* pthread_create sets the others' */
        w->thread = pthread_self();
}

/* Waits until the round is no longer `known`; returns the new one. Ends: crew_run and crew_destroy
 * increment it under the lock and wake all workers, so no wake-up is lost. */
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
