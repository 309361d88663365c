#include "crew/crew.h"

#include "base/limits.h"
#include "base/patience.h"
#include "crew/worker.h"
#include "place/seat.h"

#include <stdlib.h>

/* --- the owner's side --- */

static void start_round(struct crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    atomic_store_explicit(&crew->running, crew->size - 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&crew->round, 1, memory_order_release);
    pthread_cond_broadcast(&crew->new_round);
    pthread_mutex_unlock(&crew->lock);
}

/* Ends when the others' work does: each is in worker_work, which ends. */
static void await_others(struct crew *crew, void (*between)(void *), void *arg)
{
    struct patience patience = patience_start(crew->crowded);
    while (atomic_load_explicit(&crew->running, memory_order_acquire) > 0) {
        worker_give_up_in_time(crew);
        if (between != NULL)
            between(arg);
        patience_wait(&patience);
    }
}

/* Whether the owner does the job alone: no thread is woken for a single grain of tasks, unless the
 * schedule assigns some of them to others. */
static bool is_alone(const struct crew *crew, const struct crew_job *job)
{
    bool few = job->count <= job->grain && !schedule_assigned(job->schedule);
    return crew->size == 1 || (job->claims == NULL && few);
}

/* One worker should work on adjacent grains of short tasks one after the other. So several grains
 * are claimed at once, as long as each worker still claims many times. */
int64_t crew_claim(const struct crew_job *job, int workers)
{
    const int64_t CLAIMS = 64, MOST = 8;
    if (job->claim > 0)
        return job->claim;
    if (job->schedule != SCHEDULE_DYNAMIC || job->grain == 1)
        return job->grain;
    int64_t plenty = job->count / job->grain / workers / CLAIMS;
    return job->grain * (plenty < 1 ? 1 : plenty < MOST ? plenty : MOST);
}

static void take_job(struct crew *crew, const struct crew_job *job)
{
    bool shared = job->claims != NULL;
    int workers = shared ? job->workers : is_alone(crew, job) ? 1 : crew->size;
    crew->job = *job;
    crew->loop = (struct loop){job->schedule, job->count, workers, crew_claim(job, workers)};
    crew->claims = shared ? job->claims : crew->own_claims;
    if (!shared)
        claims_start(crew->claims, &crew->loop);
    crew->first = (struct err)ERR_INIT;
    crew->failed_ns = 0;
    crew->between_ns = crew->between_cpu_ns = 0;
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
    worker_work(&crew->workers[0]);
    if (!alone)
        await_others(crew, job->between, job->between_arg);
    err_keep_lowest(err, &crew->first);
    bool failed = crew_limit(crew) != CREW_NO_LIMIT || stop_asked(&crew->stop);
    crew->limit = &crew->own_limit; /* the other limit may be released */
    return failed ? -1 : 0;
}

void crew_stop(struct crew *crew)
{
    stop_ask(&crew->stop);
}

bool crew_others_work(const struct crew *crew)
{
    return atomic_load_explicit(&crew->running, memory_order_relaxed) > 0;
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
        stats->tasks = stats->chunks = stats->busy_ns = stats->locked_ns = stats->cpu_ns = 0;
        residency_forget(&stats->residency);
    }
}

/* --- the kernel's accounts --- */

static struct account account_of(const struct worker *w)
{
    return account_read(ACCOUNT_ROOT, w->thread, w->stats.thread);
}

/* Reads the owner's account last, as reading the others takes time. */
void crew_watch(struct crew *crew)
{
    for (int i = crew->size - 1; i >= 0; i--)
        crew->workers[i].watched = account_of(&crew->workers[i]);
}

void crew_watch_owner(struct crew *crew)
{
    crew->workers[0].watched = account_of(&crew->workers[0]);
}

void crew_watch_end(struct crew *crew)
{
    for (int i = 0; i < crew->size; i++) {
        struct worker *w = &crew->workers[i];
        struct account now = account_of(w);
        w->stats.account = account_since(&w->watched, &now);
    }
    for (int i = 0; i < crew->size; i++) {
        struct worker *w = &crew->workers[i];
        hwloc_bitmap_free(w->stats.seat_left);
        w->stats.seat_left = seat_of(w->stats.thread);
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
            struct limits_reason reason;
            limits_find(LIMITS_THREAD, status, &reason);
            err_set(err, ERR_FAILED, "cannot start thread %d of %d: %s", i + 1, crew->size,
                    reason.cause);
            crew->size = i; /* those that run, so that crew_destroy ends them */
            return err_remedy(err, "ask for fewer with --threads, or %s", reason.remedy);
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
        crew->workers[i].at = (struct safepoint){&crew->workers[i].stop, crew->gil,
                                                 &crew->workers[i].stats.locked_ns};
    crew->workers[0].stop.look = worker_look;
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
    worker_take_seat(&crew->workers[0]);
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
        hwloc_bitmap_free(crew->workers[i].stats.seat_left);
    }
    free(crew->workers);
    free(crew->own_claims);
    pthread_cond_destroy(&crew->new_round);
    pthread_mutex_destroy(&crew->lock);
    free(crew);
}
