/*
 * imbalance - the same uneven tasks, distributed by several schedules. With `static`, each thread
 * gets the same number of tasks before anything runs, whatever they cost, and a thread that is done
 * waits for the others. The other schedules decide only when a thread asks for more.
 */
#include "demo/imbalance.h"
#include "demo/demo.h"
#include "demo/kit/crew_here.h"
#include "work/cost.h"

#include <math.h>

/* What a thread does with the tasks it was given. The schedule decides which tasks, and how many at
 * once. For n tasks and p threads:
 *
 *     static    thread t has tasks t n/p to (t + 1) n/p, before any has run
 *     dynamic   a thread that is done takes the next one
 *     guided    a thread that is done takes a p-th of those that are left
 *     steal     starts as static; a thread without tasks takes half of another's */
static int do_tasks(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    const struct uneven *uneven = arg;
    (void)err;
    for (int64_t task = chunk->begin; task < chunk->end; task++) {
        struct timeline_span *span = &uneven->timeline->spans[task];
        span->worker = chunk->worker;
        span->began_ns = clock_now_ns();
        timed_work_do(uneven->timed_work, uneven->costs_s[task], uneven->steps_per_s);
        span->ended_ns = clock_now_ns();
    }
    return 0;
}

/* --- measuring --- */

enum { ROUNDS = 5 };

static int measure(const struct workers *workers, struct uneven *uneven, enum schedule schedule,
                   struct timeline *timeline, struct err *err)
{
    const struct crew_job job = {.count = TIMELINE_TASKS,
                                 .grain = 1,
                                 .schedule = schedule,
                                 .claim = 1, /* task at a time, if the schedule allows it */
                                 .chunk = do_tasks,
                                 .arg = uneven};
    uneven->timeline = timeline;
    return timeline_run(timeline, workers, &job, err);
}

/* Runs the schedules in turn, so that a temporary disturbance affects all. Keeps the run with the
 * median time for each schedule. */
static int measure_all(const struct workers *workers, struct uneven *uneven,
                       struct timeline medians[IMBALANCE_WAYS], struct err *err)
{
    struct timeline runs[IMBALANCE_WAYS][ROUNDS];
    for (int i = 0; i < IMBALANCE_WAYS * ROUNDS; i++)
        if (measure(workers, uneven, IMBALANCE_BY[i % IMBALANCE_WAYS],
                    &runs[i % IMBALANCE_WAYS][i / IMBALANCE_WAYS], err) != 0)
            return -1;
    for (int way = 0; way < IMBALANCE_WAYS; way++)
        medians[way] = *timeline_median(runs[way], ROUNDS);
    return 0;
}

/* The same, reading the kernel's counters before and after. */
static int measure_watched(const struct scene *scene, const struct workers *workers,
                           struct uneven *uneven, struct timeline medians[IMBALANCE_WAYS],
                           struct err *err)
{
    const struct load before = scene_load(scene);
    const int64_t began_ns = clock_now_ns(), cpu_ns = clock_read_ns(CLOCK_PROCESS_CPUTIME_ID);
    if (measure_all(workers, uneven, medians, err) != 0)
        return -1;
    const double own_s = clock_seconds(clock_read_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_ns);
    const struct load after = scene_load(scene);
    uneven->others =
        load_of_others(&before, &after, own_s, clock_seconds(clock_now_ns() - began_ns));
    uneven->stolen = load_stolen(&before, &after);
    return 0;
}

/* --- the demo --- */

struct settings {
    int64_t cost; /* enum cost_shape */
};

static const struct setting SETTINGS[] = {
    {"cost", SETTING_CHOICE, offsetof(struct settings, cost), "linear", 0, 0, COSTS,
     "how the tasks differ"},
    {.name = NULL},
};

static void choose_costs(struct uneven *uneven, const struct scene *scene)
{
    const double MEAN_S = 1e-3;
    const struct settings *settings = scene->settings;
    const struct cost cost = {
        .shape = (enum cost_shape)settings->cost, .count = TIMELINE_TASKS, .seed = scene->seed};
    for (int task = 0; task < TIMELINE_TASKS; task++)
        uneven->costs_s[task] = MEAN_S * cost_factor(&cost, task);
}

static int run(struct scene *scene, struct err *err)
{
    const int cores = scene->cores->count,
              usual = cores < 2   ? 2
                      : cores > 8 ? 8
                                  : cores,
              threads = scene_threads(scene, usual);
    struct uneven uneven = {.timed_work = threads > cores ? TIMED_WORK_WAIT : TIMED_WORK_COMPUTE,
                            .steps_per_s = timed_work_speed(),
                            .cores = cores};
    struct timeline timelines[IMBALANCE_WAYS];
    struct workers workers;
    choose_costs(&uneven, scene);
    clock_precise_sleep(); /* for all threads from here on */
    int status = workers_open(&workers, scene, threads, err);
    status = status == 0 ? measure_watched(scene, &workers, &uneven, timelines, err) : -1;
    workers_close(&workers);
    if (status != 0)
        return -1;
    imbalance_tell(timelines, &uneven, &scene->showing);
    if (uneven.timed_work == TIMED_WORK_WAIT)
        showing_say(
            &scene->showing,
            "As there are more threads than cores (%d), the tasks wait instead of computing.",
            cores);
    if (threads == 1)
        showing_say(&scene->showing, "One thread has no other to wait for: try --threads 4.");
    return 0;
}

const struct demo DEMO_IMBALANCE = {
    .name = "imbalance",
    .shows = "uneven tasks: with equal numbers of them, threads end at different times",
    .predict = "36 tasks, by default each a little longer than the one before. Each thread gets "
               "equally many, the first thread the first ones. How long is that thread idle at "
               "the end? And if each thread takes one task at a time, until they run out?",
    .why = "Equal numbers of tasks are not equal shares of the work, and how long a task takes "
           "is known only afterwards. So decide late: hand out one task at a time (dynamic) or "
           "ever smaller chunks (guided), or let idle threads take tasks from others (steal). "
           "Then a thread waits at the end for at most a task or a small chunk. Each chunk costs "
           "a little: see granularity.",
    .next = {"demo imbalance --threads 4", "demo imbalance:cost=last", "demo imbalance:cost=flat"},
    .settings = SETTINGS,
    .code = {"shared/demo/imbalance.c"},
    .run = run,
};
