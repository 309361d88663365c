/*
 * gil - a lock that a thread holds while it computes and releases while it waits, as in CPython:
 * threads that wait do so at the same time, threads that compute take turns.
 */
#include "crew/gil.h"

#include "base/text.h"
#include "demo/demo.h"
#include "demo/gil_convoy.h"
#include "demo/kit/crew_once.h"
#include "measure/samples.h"
#include "work/chain.h"

enum { TASKS = 32, ROUNDS = 5 };

/* (Around each task the crew takes and releases the lock: gil_acquire and gil_release, as shown in
 * shared/demo/race_kept.c.) A task that computes, for a millisecond or so. It holds the lock, and
 * in each step checks whether another thread has asked for it (safepoint_pass): if so, it releases
 * the lock and asks for it again. */
static int compute(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    const int64_t *steps = arg;
    volatile int64_t x = chain_square(3, *steps, chunk->at);
    (void)err, (void)x;
    return 0;
}

/* A task that waits for a millisecond: it releases the lock, waits, and takes it again. */
static int await(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    (void)safepoint_sleep_until(chunk->at, clock_now_ns() + NS_PER_MS);
    (void)arg, (void)err;
    return 0;
}

/* Two threads. One computes; the other waits again and again, and each time resumes late: to get
 * the lock, it first waits one interval for the lock to become free, and only then asks for it. */
static int wait_beside(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    struct convoy *convoy = arg;
    (void)err;
    if (chunk->begin == 1) { /* ends: the other does, as it gets the lock whenever it asks */
        __atomic_store_n(&convoy->computing, 1, __ATOMIC_RELAXED);
        for (volatile int64_t x = 3; !__atomic_load_n(&convoy->done, __ATOMIC_RELAXED);)
            x = chain_square(x, 300, chunk->at);
        return 0;
    }
    while (!__atomic_load_n(&convoy->computing, __ATOMIC_RELAXED)) /* ends: the other was started */
        (void)safepoint_sleep_until(chunk->at, clock_now_ns() + NS_PER_MS / 10);
    for (int i = 0; i < CONVOY_WAITS; i++) {
        int64_t until = clock_now_ns() + NS_PER_MS;
        (void)safepoint_sleep_until(chunk->at, until);
        convoy->late[i] = clock_seconds(clock_now_ns() - until);
    }
    __atomic_store_n(&convoy->done, 1, __ATOMIC_RELAXED);
    return 0;
}

/* --- measuring --- */

enum { COMPUTING, FREE, WAITING, WAITING_FREE, KINDS, COUNTS = 3 };

/* The steps of a task that takes a millisecond on this machine. */
static int measure_steps(int64_t *steps, struct err *err)
{
    const struct crew_once one = {.threads = 1};
    const struct crew_job job = {.count = 1, .grain = 1, .chunk = compute, .arg = steps};
    double seconds;
    *steps = 100000;
    if (crew_once_run(&one, &job, &seconds, err) != 0)
        return -1;
    *steps = (int64_t)((double)*steps * 1e-3 / seconds) + 1;
    return 0;
}

/* The same tasks with 1, 2 and the chosen number of threads; seconds, [COUNTS][KINDS]. Measured in
 * rounds, so that a temporary disturbance affects all. */
static int measure_speeds(const struct scene *scene, const int *counts, double seconds[][KINDS],
                          struct err *err)
{
    int64_t steps;
    double all[COUNTS][KINDS][ROUNDS];
    if (measure_steps(&steps, err) != 0)
        return -1;
    for (int i = 0; i < ROUNDS * COUNTS * KINDS; i++) {
        int kind = i % KINDS, count = i / KINDS % COUNTS, round = i / KINDS / COUNTS;
        const struct crew_job job = {
            .count = TASKS, .grain = 1, .chunk = kind <= FREE ? compute : await, .arg = &steps};
        const struct crew_once crew_once = {
            .threads = counts[count],
            .seats = counts[count] > 1 ? scene : NULL, /* a single thread takes any free core */
            .interval_ns = kind == COMPUTING || kind == WAITING ? GIL_INTERVAL_NS : 0};
        if (crew_once_run(&crew_once, &job, &all[count][kind][round], err) != 0)
            return -1;
    }
    for (int i = 0; i < COUNTS * KINDS; i++)
        seconds[i / KINDS][i % KINDS] = samples_median(all[i / KINDS][i % KINDS], ROUNDS);
    return 0;
}

static int measure_convoys(struct convoy convoys[CONVOYS], struct err *err)
{
    convoys_init(convoys);
    for (int i = 0; i < CONVOYS; i++) {
        const struct crew_once two = {.threads = 2, .interval_ns = convoys[i].interval_ns};
        const struct crew_job job = {.count = 2,
                                     .schedule = SCHEDULE_STATIC,
                                     .grain = 1,
                                     .chunk = wait_beside,
                                     .arg = &convoys[i]};
        if (crew_once_run(&two, &job, NULL, err) != 0)
            return -1;
    }
    return 0;
}

/* --- reporting --- */

/* The medians for one thread and for many. */
static void tell_speeds(struct showing *showing, int threads, int cores, const double *one,
                        const double *many)
{
    double gil = one[COMPUTING] / many[COMPUTING], free = one[FREE] / many[FREE],
           waiting = one[WAITING] / many[WAITING],
           waiting_free = one[WAITING_FREE] / many[WAITING_FREE];
    if (threads == 1) {
        showing_say(showing, "One thread has no other to take turns with: try --threads 4.");
        return;
    }
    if (threads > TASKS)
        showing_say(showing, "Of %d threads only %d get one of the tasks.", threads, TASKS);
    showing_say(showing,
                "One thread takes %.0f ms for the tasks that compute, %.0f ms for those that "
                "wait. Computing under the gil, %d threads are %.2f times as fast: %s.",
                1e3 * one[COMPUTING], 1e3 * one[WAITING], threads, gil,
                gil < 1.2 ? "they take turns"
                          : "more than turns allow, so the one thread was disturbed");
    showing_say(showing, "Without the gil they are %.2f times as fast, on %d core%s%s.", free,
                cores, plural(cores),
                free > 1.2 * cores ? ": more than there are, so the one thread was disturbed"
                : free >= 1.2      ? ""
                : cores == 1       ? ": there threads take turns even without the lock"
                                   : ": no gain either, this time");
    showing_say(showing, "Waiting, they are %.2f times as fast with the gil, %.2f times without%s.",
                waiting, waiting_free,
                waiting >= 0.8 * waiting_free && waiting > 1.5
                    ? ": a waiting thread does not hold the lock"
                    : "");
}

static int run(struct scene *scene, struct err *err)
{
    static const struct showing_column COLUMNS[] = {
        {"computing_gil", "computing, gil", SHOWN_TIMES},
        {"computing_free", "no gil", SHOWN_TIMES},
        {"waiting_gil", "waiting, gil", SHOWN_TIMES},
        {"waiting_free", "no gil", SHOWN_TIMES},
        {.key = NULL}};
    int threads = scene_threads(scene, 4);
    const int counts[COUNTS] = {1, threads < 2 ? threads : 2, threads};
    double seconds[COUNTS][KINDS];
    struct convoy convoys[CONVOYS];
    clock_precise_sleep(); /* for all threads from here on */
    if (measure_speeds(scene, counts, seconds, err) != 0 || measure_convoys(convoys, err) != 0)
        return -1;
    showing_table(&scene->showing, "speeds", "threads", COLUMNS);
    for (int i = 0; i < COUNTS; i++) {
        char label[16];
        double times[KINDS];
        (void)snprintf(label, sizeof(label), "%d", counts[i]);
        for (int kind = 0; kind < KINDS; kind++)
            times[kind] = seconds[0][kind] / seconds[i][kind];
        if (i == 0 || counts[i] > counts[i - 1])
            showing_row(&scene->showing, label, times);
    }
    tell_speeds(&scene->showing, threads, scene->cores->count, seconds[0], seconds[COUNTS - 1]);
    convoys_show(&scene->showing, convoys);
    return 0;
}

const struct demo DEMO_GIL = {
    .name = "gil",
    .shows = "one lock for all computing: threads gain only while they wait",
    .predict = "Threads share a lock that each holds while it computes, as in CPython. How much "
               "faster are 4 threads than one if their tasks compute, and if they wait? How late "
               "does a thread that wakes up run if another computes?",
    .why =
        "A thread holds the lock while it computes, so only one computes at a time, on any "
        "number of cores; it releases the lock while it waits, so all can wait at once. A thread "
        "that wants the lock while another computes first waits one interval, then asks, and the "
        "other releases it at its next step. So a thread that waits often loses an interval each "
        "time: the convoy. A short interval shortens that; processes, or having no such lock, "
        "end it.",
    .next = {"demo gil --threads 8", "compare --work=mixed:cpu=0.5 --budget=5s", "demo race"},
    .code = {"shared/demo/gil.c"},
    .run = run,
};
