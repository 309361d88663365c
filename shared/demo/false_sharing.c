/*
 * false-sharing - each thread has a counter of its own, and yet the threads slow each other down:
 * their counters lie on one cache line. Only the line is shared.
 */
#include "base/clock.h"
#include "demo/cache_lines.h"
#include "demo/demo.h"
#include "demo/kit/gang.h"
#include "measure/samples.h"

#include <stdlib.h>

enum { BLOCK = 1000 };

/* The cause: *mine belongs to this thread alone, but a core can only store into a cache line that
 * no other core holds at that moment. So a line with two such counters travels between the cores
 * all the time. (The atomic load and store only make the compiler perform each of them; they are
 * plain moves.) */
static void add_plainly(long *mine)
{
    for (int i = 0; i < BLOCK; i++) {
        long value = __atomic_load_n(mine, __ATOMIC_RELAXED);
        __atomic_store_n(mine, value + 1, __ATOMIC_RELAXED);
    }
}

/* Adds in one step, during which the core keeps the line: more expensive even if the line does not
 * travel. */
static void add_atomically(long *mine)
{
    for (int i = 0; i < BLOCK; i++)
        __atomic_fetch_add(mine, 1, __ATOMIC_RELAXED);
}

/* --- measuring --- */

enum { PLAIN, ATOMIC, WAYS, ROUNDS = 7 };
static void (*const ADD[WAYS])(long *mine) = {add_plainly, add_atomically};

enum { SIDE, APART, FAR, ALONE, LAYOUTS_COUNT };
static const struct {
    const char *name;
    int cells; /* from one counter to the next */
} LAYOUTS[LAYOUTS_COUNT] = {{"side by side", 1},
                            {"a line apart", LINES_CELLS},
                            {"2 lines apart", 2 * LINES_CELLS},
                            {"one alone", LINES_CELLS}};

struct bench {
    struct scene *scene;
    int threads;
    size_t line;                      /* bytes */
    char *memory;                     /* holds the counters; aligned to a pair of lines */
    size_t stride;                    /* bytes from one thread's counter to the next one's */
    int way;                          /* the way being measured */
    int64_t *processor_ns;            /* [threads], spent on the additions */
    double each[LAYOUTS_COUNT][WAYS]; /* seconds per addition: medians */
};

static long *counter_of(const struct bench *bench, int thread)
{
    return (long *)(void *)(bench->memory + (size_t)thread * bench->stride);
}

/* Adds for some milliseconds, as an addition may take a nanosecond or a microsecond; for less if
 * threads take turns on a core. Measures processor time, so that no thread is charged for another's
 * turn. */
static void add_for_a_while(void *arg, int member)
{
    const struct bench *bench = arg;
    int cores = bench->scene->cores->count, shares = (bench->threads + cores - 1) / cores;
    long *mine = counter_of(bench, member);
    int64_t begin = clock_thread_cpu_ns(), until = clock_now_ns() + 12 * NS_PER_MS / shares;
    do
        ADD[bench->way](mine);
    while (clock_now_ns() < until);
    bench->processor_ns[member] = clock_thread_cpu_ns() - begin;
}

static int measure_once(struct bench *bench, int layout, int way, double *each, struct err *err)
{
    const int threads = layout == ALONE ? 1 : bench->threads;
    double ns = 0, additions = 0;
    bench->stride = bench->line / LINES_CELLS * (size_t)LAYOUTS[layout].cells;
    bench->way = way;
    for (int i = 0; i < threads; i++)
        *counter_of(bench, i) = 0;
    if (gang_run(bench->scene, threads, add_for_a_while, bench, NULL, err) != 0)
        return -1;
    for (int i = 0; i < threads; i++) {
        ns += (double)bench->processor_ns[i];
        additions += (double)*counter_of(bench, i);
    }
    *each = ns * 1e-9 / additions;
    return 0;
}

/* Measures in rounds, so that a disturbance affects all layouts alike. With a thousand threads one
 * round must do. */
static int measure(struct bench *bench, struct err *err)
{
    double each[LAYOUTS_COUNT * WAYS][ROUNDS];
    int64_t enough_ns = clock_now_ns() + 2 * NS_PER_S;
    int rounds = 0;
    do {
        for (int i = 0; i < LAYOUTS_COUNT * WAYS; i++)
            if (measure_once(bench, i / WAYS, i % WAYS, &each[i][rounds], err) != 0)
                return -1;
    } while (++rounds < ROUNDS && clock_now_ns() < enough_ns);
    for (int i = 0; i < LAYOUTS_COUNT * WAYS; i++)
        bench->each[i / WAYS][i % WAYS] = samples_median(each[i], rounds);
    return 0;
}

/* --- reporting --- */

#define CHANCE 1.25 /* a smaller ratio may be due to chance */

static double ratio(const struct bench *bench, int a, int b, int way)
{
    return bench->each[a][way] / bench->each[b][way];
}

static void show(const struct bench *bench)
{
    static const struct showing_column COLUMNS[] = {{"plain_s", "an addition", SHOWN_SECONDS},
                                                    {"plain_times", "to alone", SHOWN_TIMES},
                                                    {"atomic_s", "an atomic one", SHOWN_SECONDS},
                                                    {"atomic_times", "to alone", SHOWN_TIMES},
                                                    {.key = NULL}};
    struct showing *showing = &bench->scene->showing;
    showing_draw(showing, "thread 0's counter, 1's, ... on lines of %zu bytes:", bench->line);
    for (int l = 0; l < LAYOUTS_COUNT; l++)
        cache_lines_draw(showing, LAYOUTS[l].name, l == ALONE ? 1 : bench->threads,
                         LAYOUTS[l].cells);
    showing_table(showing, "layouts", "counters", COLUMNS);
    for (int l = 0; l < LAYOUTS_COUNT; l++)
        showing_row(showing, LAYOUTS[l].name,
                    (double[]){bench->each[l][PLAIN], ratio(bench, l, ALONE, PLAIN),
                               bench->each[l][ATOMIC], ratio(bench, l, ALONE, ATOMIC)});
}

/* The atomic additions decide: a plain one takes so little time that it varies by chance. */
static void tell(struct showing *showing, const struct bench *bench)
{
    double atomic = ratio(bench, SIDE, FAR, ATOMIC), pair = ratio(bench, APART, FAR, ATOMIC);
    int threads = bench->threads, cores = bench->scene->cores->count;
    if (threads == 1 || cores == 1) {
        showing_say(showing, threads == 1
                                 ? "One thread has no other to share a line with: try --threads 2."
                                 : "A line travels only between cores, so one core shows nothing.");
        return;
    }
    if (threads > cores)
        showing_say(showing, "%d threads take turns on %d cores: lines travel less.", threads,
                    cores);
    showing_say(showing,
                "Side by side an addition takes %.2f times as long as 2 lines apart, an atomic "
                "one %.2f times%s.",
                ratio(bench, SIDE, FAR, PLAIN), atomic,
                atomic >= CHANCE ? ", though no thread touches another's counter"
                                 : ": that may be chance");
    showing_say(showing,
                "A line apart an atomic addition takes %.2f times as long as 2 lines apart: %s.",
                pair,
                pair < CHANCE ? "separate lines are enough here"
                              : "some processors fetch lines in pairs, and a pair is shared then");
}

static int run(struct scene *scene, struct err *err)
{
    const char *source;
    int cores = scene->cores->count, usual = cores < 2 ? 2 : cores > 4 ? 4 : cores;
    struct bench bench = {.scene = scene, .threads = scene_threads(scene, usual)};
    bench.line = cache_lines_size(scene, &source);
    bench.memory = aligned_alloc(2 * bench.line, (size_t)bench.threads * 2 * bench.line);
    bench.processor_ns = calloc((size_t)bench.threads, sizeof(*bench.processor_ns));
    int status = bench.memory != NULL && bench.processor_ns != NULL
                     ? measure(&bench, err)
                     : err_memory(err, "the counters");
    if (status == 0) {
        show(&bench);
        showing_say(&scene->showing, "A cache line has %zu bytes, %s.", bench.line, source);
        tell(&scene->showing, &bench);
    }
    free(bench.processor_ns);
    free(bench.memory);
    return status;
}

const struct demo DEMO_FALSE_SHARING = {
    .name = "false-sharing",
    .shows = "threads' own counters slow them down if they lie on one cache line",
    .predict =
        "Each thread adds to a counter of its own; none reads another's. Does it matter how far "
        "apart the counters lie in memory, and by how much?",
    .why = "Cores fetch and give up memory in whole cache lines, and a core can store only into "
           "a line that no other core holds. So a line with counters of several threads travels "
           "from core to core, though nothing else is shared. Give each thread's data lines of "
           "their own (_Alignas), or add up in a local variable and store once.",
    .next = {"demo false-sharing --threads 8", "demo race", "demo binding"},
    .code = {"shared/demo/false_sharing.c"},
    .run = run,
};
