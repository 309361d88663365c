/*
 * race - two threads add 1 to one counter, many times. An addition is three steps: load, add,
 * store. What another thread stores between our load and our store is lost.
 */
#include "demo/race.h"
#include "base/clock.h"
#include "demo/demo.h"
#include "demo/kit/gang.h"
#include "demo/lost_updates.h"
#include "measure/samples.h"
#include "place/seat.h"

#include <sched.h>

/* The race itself. Relaxed atomic loads and stores are single moves, like those of a plain `long`,
 * and the compiler must perform each of them. A plain counter++ would be a "data race", for which C
 * promises nothing at all, and with -O2 the loop may become a single addition. */
static void add_plainly(void *arg, int member)
{
    struct race *race = arg;
    (void)member;
    for (long i = 0; i < race->each; i++) {
        long value = __atomic_load_n(&race->counter, __ATOMIC_RELAXED);
        __atomic_store_n(&race->counter, value + 1, __ATOMIC_RELAXED);
    }
}

/* volatile: (*counter)++ compiles to the same three steps; written like this it is not a data
 * race. */
static void add_volatile(void *arg, int member)
{
    struct race *race = arg;
    volatile long *counter = &race->counter;
    (void)member;
    for (long i = 0; i < race->each; i++)
        __atomic_store_n(counter, __atomic_load_n(counter, __ATOMIC_RELAXED) + 1, __ATOMIC_RELAXED);
}

/* The version that always loses additions: a thread that has loaded lets the others, which share
 * its core here, go first. */
static void add_yielding(void *arg, int member)
{
    struct race *race = arg;
    (void)member;
    (void)seat_take(race->one_core);
    __atomic_fetch_add(&race->seated, 1, __ATOMIC_RELAXED);
    while (__atomic_load_n(&race->seated, __ATOMIC_RELAXED) < race->threads)
        sched_yield(); /* ends: the others move to the core, too */
    for (long i = 0; i < race->each; i++) {
        long value = __atomic_load_n(&race->counter, __ATOMIC_RELAXED);
        sched_yield();
        __atomic_store_n(&race->counter, value + 1, __ATOMIC_RELAXED);
    }
}

/* --- all of them --- */

enum { PLAIN, VOLATILE, YIELDING, GIL, GIL_WITHIN, MUTEX, ATOMIC, PRIVATE, WAYS };

static const struct {
    const char *name;
    gang_fn *add;
    long additions; /* of all threads */
} TABLE[WAYS] = {
    [PLAIN] = {"plain", add_plainly, 10000000},
    [VOLATILE] = {"volatile", add_volatile, 10000000},
    [YIELDING] = {"yield between", add_yielding, 20000},
    [GIL] = {"gil", race_under_gil, 20000000},
    [GIL_WITHIN] = {"gil let go within", race_over_gil, 20000000},
    [MUTEX] = {"mutex", race_locked, 400000},
    [ATOMIC] = {"atomic", race_atomically, 2000000},
    [PRIVATE] = {"private sums", race_privately, 2000000},
};

struct outcome {
    struct lost_updates lost_updates;
    double seconds; /* time of an addition: the median */
};

static int measure(struct scene *scene, struct race *race, int way, struct outcome *o,
                   struct err *err)
{
    double seconds[LOST_UPDATES_RUNS];
    race->each = TABLE[way].additions / race->threads;
    o->lost_updates.made = (double)race->each * race->threads;
    for (int run = 0; run < LOST_UPDATES_RUNS; run++) {
        race->counter = race->seated = 0;
        if (gang_run(scene, race->threads, TABLE[way].add, race, &seconds[run], err) != 0)
            return -1;
        o->lost_updates.lost[run] = o->lost_updates.made - (double)race->counter;
    }
    o->seconds = samples_median(seconds, LOST_UPDATES_RUNS) / o->lost_updates.made;
    showing_row(&scene->showing, TABLE[way].name,
                (double[]){lost_updates_median(&o->lost_updates), o->lost_updates.made,
                           lost_updates_share(&o->lost_updates),
                           lost_updates_runs(&o->lost_updates), o->seconds});
    return 0;
}

static void tell(struct showing *showing, int threads, const struct outcome *o)
{
    lost_updates_say(&o[PLAIN].lost_updates, threads, "The plain counter", showing);
    showing_say(showing,
                "With a yield between load and store %.1f %% were lost; %.1f %% is expected if all "
                "threads except one add to a stale value.",
                100 * lost_updates_share(&o[YIELDING].lost_updates),
                100.0 * (threads - 1) / threads);
    showing_say(showing,
                "Under a gil that is released between two additions %d of %d runs lost any; if "
                "it is released within one, %d did.",
                lost_updates_runs(&o[GIL].lost_updates), LOST_UPDATES_RUNS,
                lost_updates_runs(&o[GIL_WITHIN].lost_updates));
    int kept = lost_updates_runs(&o[MUTEX].lost_updates) +
               lost_updates_runs(&o[ATOMIC].lost_updates) +
               lost_updates_runs(&o[PRIVATE].lost_updates);
    showing_say(showing,
                "Mutex, atomic and private sums lost %s. Compared to private sums an atomic "
                "addition takes %.0f times as long, one under a mutex %.0f times.",
                kept > 0 ? "SOME" : "nothing", o[ATOMIC].seconds / o[PRIVATE].seconds,
                o[MUTEX].seconds / o[PRIVATE].seconds);
}

static int run(struct scene *scene, struct err *err)
{
    static const struct showing_column COLUMNS[] = {
        {"lost", "lost", SHOWN_COUNT},         {"made", "of", SHOWN_COUNT},
        {"lost_share", "share", SHOWN_SHARE},  {"lossy_runs", "in runs", SHOWN_COUNT},
        {"addition_s", "each", SHOWN_SECONDS}, {.key = NULL}};
    struct race race = {.one_core = scene->cores->list[0].pus,
                        .threads = scene_threads(scene, 2),
                        .mutex = PTHREAD_MUTEX_INITIALIZER};
    /* short enough that each thread is asked for the lock: with more threads, each has fewer
     * additions */
    const int64_t interval = 2 * NS_PER_MS / race.threads;
    struct outcome outcomes[WAYS];
    int status = 0;
    gil_init(&race.gil, interval > GIL_INTERVAL_LEAST ? interval : GIL_INTERVAL_LEAST);
    showing_table(&scene->showing, "ways", "way", COLUMNS);
    for (int way = 0; way < WAYS && status == 0; way++)
        status = measure(scene, &race, way, &outcomes[way], err);
    if (status == 0)
        tell(&scene->showing, race.threads, outcomes);
    gil_destroy(&race.gil);
    return status;
}

const struct demo DEMO_RACE = {
    .name = "race",
    .shows = "updates that get lost when threads share a counter, and how to keep them",
    .predict = "Threads, by default two, each add 1 to one counter, millions of times. What is "
               "its value at the end? Which of the ways below lose additions, and what does it "
               "cost to keep them?",
    .why = "An addition is three steps: load, add, store. If another thread stores in between, "
           "its addition is overwritten. A mutex keeps others out, an atomic addition makes the "
           "three steps one; best is not to share until the end. A lock like Python's (gil) "
           "helps only if it is not released in the middle of an addition, which the interpreter "
           "decides, not you.",
    .next = {"demo race --threads 8", "demo false-sharing", "demo gil"},
    .code = {"shared/demo/race.c", "shared/demo/race_kept.c"},
    .run = run,
};
