#include "demo/kit/gang.h"

#include "base/clock.h"
#include "base/limits.h"
#include "place/seat.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

/* All members wait at the gate until it opens. Waking a thread takes longer than many a demo's
 * loop, so after the gate, members that are awake wait for the others once more, polling. */
struct gang {
    gang_fn *fn;
    void *arg;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    int waiting; /* at the gate */
    int awake;   /* how many of those have passed it */
    int threads;
    bool crowded; /* some members share a core */
    enum { GATE_CLOSED, GATE_OPEN, GATE_AWAY /* the members must not run */ } gate;
};

struct member {
    pthread_t thread;
    struct gang *gang;
    hwloc_const_bitmap_t seat;
    int number;
    int64_t began_ns, ended_ns;
};

static bool pass_gate(struct gang *gang)
{
    pthread_mutex_lock(&gang->lock);
    gang->waiting++;
    pthread_cond_broadcast(&gang->moved);
    while (gang->gate == GATE_CLOSED)
        pthread_cond_wait(&gang->moved, &gang->lock);
    bool open = gang->gate == GATE_OPEN;
    pthread_mutex_unlock(&gang->lock);
    return open;
}

/* Ends: either all members pass the gate, or none. */
static void await_all_awake(struct gang *gang)
{
    __atomic_fetch_add(&gang->awake, 1, __ATOMIC_ACQ_REL);
    while (__atomic_load_n(&gang->awake, __ATOMIC_ACQUIRE) < gang->threads)
        if (gang->crowded)
            (void)sched_yield();
}

static void *member_main(void *arg)
{
    struct member *member = arg;
    (void)seat_take(member->seat);
    if (!pass_gate(member->gang))
        return NULL;
    await_all_awake(member->gang);
    member->began_ns = clock_now_ns();
    member->gang->fn(member->gang->arg, member->number);
    member->ended_ns = clock_now_ns();
    return NULL;
}

/* Ends: each started member comes to the gate, whichever way it leaves it. */
static void open_gate(struct gang *gang, int started, bool go)
{
    pthread_mutex_lock(&gang->lock);
    while (gang->waiting < started)
        pthread_cond_wait(&gang->moved, &gang->lock);
    gang->gate = go ? GATE_OPEN : GATE_AWAY;
    pthread_cond_broadcast(&gang->moved);
    pthread_mutex_unlock(&gang->lock);
}

static double seconds_of(const struct member *members, int threads)
{
    int64_t began = members[0].began_ns, ended = members[0].ended_ns;
    for (int i = 1; i < threads; i++) {
        began = members[i].began_ns < began ? members[i].began_ns : began;
        ended = members[i].ended_ns > ended ? members[i].ended_ns : ended;
    }
    return clock_seconds(ended - began);
}

static int run_all(struct gang *gang, struct member *members, int threads, struct err *err)
{
    struct limits_reason reason;
    int started = 0, failed = 0;
    while (started < threads && failed == 0) {
        struct member *next = &members[started];
        failed = pthread_create(&next->thread, NULL, member_main, next);
        started += failed == 0;
    }
    if (failed != 0)
        limits_find(LIMITS_THREAD, failed, &reason); /* while the other threads still exist */
    open_gate(gang, started, started == threads);
    for (int i = 0; i < started; i++)
        pthread_join(members[i].thread, NULL);
    if (started == threads)
        return 0;
    err_set(err, ERR_FAILED, "cannot start thread %d of %d: %s", started + 1, threads,
            reason.cause);
    return err_remedy(err, "ask for fewer with --threads, or %s", reason.remedy);
}

int gang_run(const struct scene *scene, int threads, gang_fn *fn, void *arg, double *seconds,
             struct err *err)
{
    struct plan plan = {0};
    struct gang gang = {
        .fn = fn, .arg = arg, .threads = threads, .crowded = threads > scene->cores->count};
    struct member *members = calloc((size_t)threads, sizeof(*members));
    if (members == NULL)
        return err_memory(err, "the threads");
    pthread_mutex_init(&gang.lock, NULL);
    pthread_cond_init(&gang.moved, NULL);
    int status = scene_plan(scene, threads, &plan, err);
    for (int i = 0; status == 0 && i < threads; i++)
        members[i] = (struct member){.gang = &gang, .seat = plan.seats[i], .number = i};
    if (status == 0)
        status = run_all(&gang, members, threads, err);
    if (status == 0 && seconds != NULL)
        *seconds = seconds_of(members, threads);
    plan_release(&plan);
    pthread_cond_destroy(&gang.moved);
    pthread_mutex_destroy(&gang.lock);
    free(members);
    return status;
}
