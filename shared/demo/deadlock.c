/*
 * deadlock - each thread holds a lock and waits for one that another holds: in a circle, so that
 * none of them ever continues.
 */
#include "base/clock.h"
#include "base/random.h"
#include "base/units.h"
#include "demo/deadlock_runs.h"
#include "demo/demo.h"

#include <sched.h>

/* The deadlock. (deadlock_graph_take is like pthread_mutex_lock, but a watchdog can observe it.)
 * Thread 0 takes lock 0, then lock 1; thread 1 takes lock 1, then lock 0. (With more threads, each
 * takes its own lock and the next one, and the last thread comes back to lock 0.) */
static bool take_crosswise(struct deadlock_runs *all, int me)
{
    int own = me, next = (me + 1) % all->locks;
    (void)deadlock_graph_take(&all->waits, me, own); /* ends: a waiting thread holds none yet */
    if (all->certain)
        (void)pthread_barrier_wait(&all->all_have_one);     /* ends: each gets its own lock */
    bool both = deadlock_graph_take(&all->waits, me, next); /* in a circle, the watchdog ends it */
    if (both) {
        all->lock[own].uses++;
        all->lock[next].uses++;
        deadlock_graph_give(&all->waits, next);
    }
    deadlock_graph_give(&all->waits, own);
    return both;
}

/* The fix: all take the lower lock first. A thread that holds the highest lock waits for no
 * other. */
static void take_in_order(struct deadlock_runs *all, int me)
{
    int next = (me + 1) % all->locks;
    int low = me < next ? me : next, high = me < next ? next : me;
    pthread_mutex_lock(&all->lock[low].mutex);
    pthread_mutex_lock(&all->lock[high].mutex);
    all->lock[low].uses++;
    all->lock[high].uses++;
    pthread_mutex_unlock(&all->lock[high].mutex);
    pthread_mutex_unlock(&all->lock[low].mutex);
}

/* Another fix: a thread that does not get the second lock gives back the first. False: try
 * again. */
static bool try_both(struct deadlock_runs *all, int me)
{
    int next = (me + 1) % all->locks;
    pthread_mutex_lock(&all->lock[me].mutex);
    bool both = pthread_mutex_trylock(&all->lock[next].mutex) == 0;
    if (both) {
        all->lock[me].uses++;
        all->lock[next].uses++;
        pthread_mutex_unlock(&all->lock[next].mutex);
    }
    pthread_mutex_unlock(&all->lock[me].mutex);
    return both;
}

/* --- what the threads do --- */

static const int64_t LOOK_NS = 5 * NS_PER_MS; /* how often the watchdog looks who waits for whom */

/* The last member is the watchdog. */
static void cross(void *arg, int member)
{
    struct deadlock_runs *all = arg;
    if (member == all->threads) {
        deadlock_graph_watch(&all->waits, LOOK_NS, &all->working, &all->cycle);
        return;
    }
    bool both = true;
    do {
        both = take_crosswise(all, member);
    } while (both && !all->certain &&
             clock_now_ns() < __atomic_load_n(&all->until_ns, __ATOMIC_RELAXED));
    if (!both) /* one circle is enough */
        __atomic_store_n(&all->until_ns, 0, __ATOMIC_RELAXED);
    __atomic_fetch_sub(&all->working, 1, __ATOMIC_RELEASE);
}

static void go_in_order(void *arg, int member)
{
    struct deadlock_runs *all = arg;
    while (clock_now_ns() < all->until_ns)
        take_in_order(all, member);
}

/* Waits for a random time, longer after each failure: threads at the same pace would fail together
 * again. */
static void try_and_back_off(void *arg, int member)
{
    enum { DOUBLINGS = 10 };
    struct deadlock_runs *all = arg;
    long backoffs = 0;
    for (int failures = 0; clock_now_ns() < all->until_ns;) {
        if (try_both(all, member)) {
            failures = 0;
            continue;
        }
        failures += failures < DOUBLINGS;
        uint64_t seed = all->seed + (uint64_t)member;
        uint64_t turns = random_bits(seed, (uint64_t)backoffs++) % (UINT64_C(1) << failures);
        for (volatile uint64_t i = 0; i < turns; i++) {
        }
        sched_yield();
    }
    __atomic_fetch_add(&all->backoffs, backoffs, __ATOMIC_RELAXED);
}

/* --- measuring and reporting --- */

static const struct deadlock_runs_way WAYS[] = {
    {.name = "crosswise, surely", .go = cross, .watched = true, .certain = true},
    {.name = "crosswise, by chance", .go = cross, .watched = true},
    {.name = "in one order", .go = go_in_order},
    {.name = "try, else back off", .go = try_and_back_off},
};

enum { CERTAIN, CHANCE, ORDER, TRY, WAYS_COUNT, RUNS = DEADLOCK_RUNS };

static void tell(struct showing *showing, int threads, const struct deadlock_runs_outcome *outcomes)
{
    const struct deadlock_runs_outcome *certain = &outcomes[CERTAIN], *chance = &outcomes[CHANCE],
                                       *order = &outcomes[ORDER], *try = &outcomes[TRY];
    char found[UNIT_TEXT], ordered[UNIT_TEXT], tried[UNIT_TEXT];
    deadlock_graph_draw(&certain->cycle, showing);
    if (certain->stuck > 0)
        showing_say(showing,
                    "When each had a lock before any asked for its second, all got stuck in %d "
                    "of %d runs. A watchdog found the circle after %s and refused one thread (%c "
                    "in the last run) its second lock, so all could finish.",
                    certain->stuck, RUNS, unit_duration(certain->found_s, found),
                    'A' + certain->cycle.refused);
    else
        showing_say(showing, "One thread has no other to wait for: nothing got stuck in %d runs.",
                    RUNS);
    if (chance->stuck > 0)
        showing_say(showing,
                    "Left to chance they got stuck in %d of %d runs; half of the runs completed "
                    "more than %.0f rounds.",
                    chance->stuck, RUNS, chance->rounds);
    else if (threads > 1)
        showing_say(showing,
                    "Left to chance nothing got stuck in %d runs of about %.0f rounds: that "
                    "proves nothing, as the next may get stuck.",
                    RUNS, chance->rounds);
    showing_say(showing,
                "In one order, a round took %s; with trylock and back-off %s, %.1f times as long, "
                "with %.0f back-offs in %.0f rounds.",
                unit_duration(order->round_s, ordered), unit_duration(try->round_s, tried),
                try->round_s / order->round_s, try->backoffs, try->rounds);
}

static int run(struct scene *scene, struct err *err)
{
    static const struct showing_column COLUMNS[] = {
        {"stuck_runs", "stuck", SHOWN_COUNT},  {"found_s", "found in", SHOWN_SECONDS},
        {"rounds", "rounds", SHOWN_COUNT},     {"backoffs", "back-offs", SHOWN_COUNT},
        {"round_s", "a round", SHOWN_SECONDS}, {.key = NULL}};
    struct deadlock_runs all;
    struct deadlock_runs_outcome outcomes[WAYS_COUNT];
    int status = 0;
    deadlock_runs_init(&all, scene_threads(scene, 2), scene->seed);
    showing_table(&scene->showing, "ways", "two locks", COLUMNS);
    for (int way = 0; way < WAYS_COUNT && status == 0; way++) {
        struct deadlock_runs_outcome *o = &outcomes[way];
        status = deadlock_runs_measure(&all, scene, &WAYS[way], o, err);
        if (status == 0)
            showing_row(&scene->showing, WAYS[way].name,
                        (double[]){o->stuck, o->found_s, o->rounds, o->backoffs, o->round_s});
    }
    if (scene->threads > all.threads)
        showing_say(&scene->showing, "%d threads are the most here, as each has a letter.",
                    all.threads);
    if (status == 0)
        tell(&scene->showing, all.threads, outcomes);
    deadlock_runs_destroy(&all);
    return status;
}

const struct demo DEMO_DEADLOCK = {
    .name = "deadlock",
    .shows = "two wait for each other: locks in two orders, ranks that both send first",
    .predict =
        "Thread A takes lock a, then b; thread B takes b, then a. What happens, and how often? "
        "Two ranks each send to the other first, then receive: up to what message size does that "
        "work?",
    .why = "Each thread holds a lock that another waits for, and none releases its own: a circle "
           "that only something outside can open. Locks taken in one order cannot make a circle, "
           "and a thread that releases its first lock blocks no other while it waits. A standard "
           "send may end as soon as MPI has a copy, which it makes of small messages only: a "
           "program that relies on that works until its messages grow or it meets another MPI.",
    .next = {"demo deadlock --threads 5", "demo race"},
    .code = {"shared/demo/deadlock.c", "mpi/command/demo_deadlock.c"},
    .run = run,
    .ranks = 2,
};
