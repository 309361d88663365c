/*
 * binding - the same two workers on different pairs of PUs. Whatever a pair shares, the workers use
 * in turns: a PU, the units of a core, the path to memory. And a word that one writes for the other
 * has to travel; the further it goes, the longer it takes. gang_pair.c binds the workers
 * (seat_take_pu); binding_numa.c measures memory that is far away.
 */
#include "demo/binding.h"

#include "base/clock.h"
#include "demo/binding_numa.h"
#include "demo/demo.h"
#include "demo/kit/gang_pair.h"
#include "demo/kit/stretch.h"

#include <math.h>
#include <sched.h>

enum { CHAINS = 8, STEPS = 4000 };

/* Each step of a chain needs the one before: the core's multiplier starts one multiplication, and
 * is idle until that is done. Eight chains side by side fill the gaps, so that the multiplier has
 * no time left over. */
static inline double multiply(uint64_t *value, const int chains)
{
    uint64_t x[CHAINS] = {0};
    for (int c = 0; c < chains; c++)
        x[c] = *value + (uint64_t)c;
    for (int step = 0; step < STEPS; step++)
        for (int c = 0; c < chains; c++)
            x[c] = x[c] * x[c] + 1;
    for (int c = 0; c < chains; c++)
        *value += x[c];
    return (double)STEPS * chains;
}

struct bench {
    struct scene *scene;
    struct binding found;
    struct member {
        _Alignas(128) double done; /* steps, or bytes read */
        uint64_t value;
        struct stretch stretch; /* this worker's own memory, close to it */
    } members[2];
    enum binding_work work;
    _Alignas(128) long word; /* the word that is passed: counts the passes, or is GONE */
    bool in_turns;           /* both workers are on one PU */
    double pass_s;
};

/* Does the work of the bench for a few milliseconds. */
static void work(void *arg, int member, int64_t began_ns)
{
    const int64_t WHILE_NS = 5 * NS_PER_MS;
    struct bench *bench = arg;
    struct member *mine = &bench->members[member];
    mine->done = 0;
    do {
        if (bench->work == BINDING_CHAIN)
            mine->done += multiply(&mine->value, 1);
        else if (bench->work == BINDING_DENSE)
            mine->done += multiply(&mine->value, CHAINS);
        else
            mine->done += stretch_read(&mine->stretch);
    } while (clock_now_ns() < began_ns + WHILE_NS);
}

/* Member 0 makes the word odd, member 1 makes it even. The cache line that holds it moves to the
 * core that stores, and from there to the core that reads. Ends: the other member answers, at the
 * latest when the kernel lets it run; and member 0 notices that the time is up and tells the
 * other. */
static void pass(void *arg, int member, int64_t began_ns)
{
    const int64_t WHILE_NS = 2 * NS_PER_MS;
    const long GONE = -1, LOOK = 64; /* passes between two looks at the clock */
    struct bench *bench = arg;
    for (long turn = member;; turn += 2) {
        long word;
        while ((word = __atomic_load_n(&bench->word, __ATOMIC_ACQUIRE)) != turn && word != GONE)
            if (bench->in_turns)
                (void)sched_yield();
        if (word == GONE)
            return;
        bool look = member == 0 && turn > 0 && (bench->in_turns || turn % LOOK == 0);
        int64_t now_ns = look ? clock_now_ns() : began_ns;
        if (now_ns >= began_ns + WHILE_NS) {
            bench->pass_s = clock_seconds(now_ns - began_ns) / (double)turn;
            __atomic_store_n(&bench->word, GONE, __ATOMIC_RELEASE);
            return;
        }
        __atomic_store_n(&bench->word, turn + 1, __ATOMIC_RELEASE);
    }
}

/* --- pair by pair --- */

enum { ROUNDS = 48 /* for all pairs together */, ROUND_MOST_NS = 50 * NS_PER_MS };

static void touch(void *arg, int member, int64_t began_ns)
{
    struct bench *bench = arg;
    (void)began_ns;
    stretch_touch(&bench->members[member].stretch);
}

static int run_gang_pair(struct bench *bench, int kind, int members, gang_pair_fn *fn,
                         struct err *err)
{
    return gang_pair_run(bench->scene, bench->found.pairs.pu[kind], members, fn, bench,
                         &bench->found.seated, err);
}

/* The most work done in one run, by one worker and by both: a disturbance only reduces it. */
struct best {
    double alone[BINDING_WORKS], both[BINDING_WORKS], pass_s;
};

/* Measures one worker and then two, so that a temporary disturbance affects both. */
static int measure_once(struct bench *bench, int kind, struct best *best, struct err *err)
{
    const struct member *members = bench->members;
    for (int w = 0; w < BINDING_WORKS; w++) {
        bench->work = w;
        if (run_gang_pair(bench, kind, 1, work, err) != 0)
            return -1;
        best->alone[w] = fmax(best->alone[w], members[0].done);
        if (run_gang_pair(bench, kind, 2, work, err) != 0)
            return -1;
        best->both[w] = fmax(best->both[w], members[0].done + members[1].done);
    }
    bench->word = 0;
    if (run_gang_pair(bench, kind, 2, pass, err) != 0)
        return -1;
    best->pass_s = fmin(best->pass_s, bench->pass_s);
    return 0;
}

/* Measures `rounds` rounds, or as many as there is time for. */
static int measure(struct bench *bench, int kind, int rounds, struct err *err)
{
    const int64_t enough_ns = clock_now_ns() + rounds * ROUND_MOST_NS;
    struct best best = {.pass_s = INFINITY};
    bench->in_turns = kind == PAIR_TURNS;
    do {
        if (measure_once(bench, kind, &best, err) != 0)
            return -1;
    } while (--rounds > 0 && clock_now_ns() < enough_ns);
    for (int w = 0; w < BINDING_WORKS; w++)
        bench->found.speedup[kind][w] = best.both[w] / best.alone[w];
    bench->found.pass_s[kind] = best.pass_s;
    return 0;
}

/* Each worker gets new memory, and touches it first itself. */
static int measure_pair(struct bench *bench, int kind, int rounds, struct err *err)
{
    hwloc_topology_t topology = bench->scene->machine.topology;
    int status = 0;
    for (int i = 0; i < 2 && status == 0; i++)
        status = stretch_reserve(&bench->members[i].stretch, stretch_size(topology, NULL), err);
    if (status == 0)
        status = run_gang_pair(bench, kind, 2, touch, err);
    if (status == 0)
        status = measure(bench, kind, rounds, err);
    for (int i = 0; i < 2; i++)
        stretch_release(&bench->members[i].stretch);
    return status;
}

static int measure_all(struct bench *bench, struct err *err)
{
    const struct pairs *pairs = &bench->found.pairs;
    int status = 0;
    for (int kind = 0; kind < PAIR_FAR && status == 0; kind++)
        if (pairs_has(pairs, kind))
            status = measure_pair(bench, kind, ROUNDS / pairs_count(pairs), err);
    return status;
}

static int run(struct scene *scene, struct err *err)
{
    struct bench bench = {.scene = scene, .found.seated = true};
    pairs_find(&bench.found.pairs, scene->machine.topology, scene->cores);
    if (measure_all(&bench, err) != 0)
        return -1;
    binding_show(&bench.found, &scene->showing);
    binding_tell_lacking(&bench.found, scene);
    binding_tell(&bench.found, &scene->showing);
    return binding_numa_show(scene, &bench.found.pairs, err);
}

const struct demo DEMO_BINDING = {
    .name = "binding",
    .shows = "two workers on one core, on siblings, on two cores; near and far memory",
    .predict = "Two workers do the same work, each for itself: on one hardware thread (a PU), on "
               "the two of a core, on two cores. How much more do both get done than one alone if "
               "they compute, and if they read memory? How long does a word take from one to the "
               "other?",
    .why = "Workers take turns at what they share: on one PU everything, on SMT siblings the "
           "units of a core, on neighbouring cores the path to memory. Binding chooses what is "
           "shared: give each computing worker a core of its own, put workers that exchange much "
           "on cores close together, and let each worker be the first to touch its memory.",
    .next = {"demo false-sharing", "place", "demo granularity"},
    .code = {"shared/demo/binding.c"},
    .run = run,
};
