/*
 * imbalance - the same uneven tasks, dealt out by several schedules. With `static` each thread has
 * an even number of tasks before anything runs, whatever they cost, and who is done waits for who
 * is not. The others leave it open who does what until a thread asks for more.
 */
#include "base/units.h"
#include "demo/chore.h"
#include "demo/demo.h"
#include "demo/timeline.h"
#include "demo/workers.h"
#include "work/cost.h"

#include <math.h>

enum { TASKS = TIMELINE_TASKS };

struct uneven {
    double costs_s[TASKS]; /* of each task, this long */
    enum chore chore;
    double steps_per_s;
    struct timeline *timeline;
};

/* What a thread does with the tasks it was given. It has no say in how many: the schedule has. */
static int do_tasks(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    const struct uneven *uneven = arg;
    (void)err;
    for (int64_t task = chunk->begin; task < chunk->end; task++) {
        struct timeline_span *span = &uneven->timeline->spans[task];
        span->worker = chunk->worker;
        span->began_ns = clock_now_ns();
        chore_do(uneven->chore, uneven->costs_s[task], uneven->steps_per_s);
        span->ended_ns = clock_now_ns();
    }
    return 0;
}

/* --- measuring --- */

static const enum schedule BY[] = {SCHEDULE_STATIC, SCHEDULE_GUIDED, SCHEDULE_DYNAMIC,
                                   SCHEDULE_STEAL};

enum { STATIC, WAYS = sizeof(BY) / sizeof(BY[0]), ROUNDS = 5 };

static int measure(const struct workers *workers, struct uneven *uneven, enum schedule schedule,
                   struct timeline *timeline, struct err *err)
{
    const struct crew_job job = {.count = TASKS,
                                 .grain = 1,
                                 .schedule = schedule,
                                 .claim = 1, /* task at a time, where the rule lets one choose */
                                 .chunk = do_tasks,
                                 .arg = uneven};
    uneven->timeline = timeline;
    return timeline_run(timeline, workers, &job, err);
}

/* The schedules in turn, so that what disturbs for a while disturbs all. Of each, the run that took
 * the median time. */
static int measure_all(const struct workers *workers, struct uneven *uneven,
                       struct timeline medians[WAYS], struct err *err)
{
    struct timeline runs[WAYS][ROUNDS];
    for (int i = 0; i < WAYS * ROUNDS; i++)
        if (measure(workers, uneven, BY[i % WAYS], &runs[i % WAYS][i / WAYS], err) != 0)
            return -1;
    for (int way = 0; way < WAYS; way++)
        medians[way] = *timeline_median(runs[way], ROUNDS);
    return 0;
}

/* --- telling --- */

static void show(const struct timeline *timelines, struct showing *showing)
{
    static const struct showing_column COLUMNS[] = {{"seconds", "takes", SHOWN_SECONDS},
                                                    {"against_static", "of static", SHOWN_TIMES},
                                                    {"idle_share", "idle", SHOWN_SHARE},
                                                    {"chunks", "chunks", SHOWN_COUNT},
                                                    {.key = NULL}};
    const double base = timeline_seconds(&timelines[STATIC]);
    double longest = 0;
    showing_table(showing, "schedules", "schedule", COLUMNS);
    for (int way = 0; way < WAYS; way++) {
        double seconds = timeline_seconds(&timelines[way]);
        longest = fmax(longest, seconds);
        showing_row(showing, SCHEDULES[BY[way]],
                    (double[]){seconds, seconds / base, timeline_idle(&timelines[way]),
                               (double)timelines[way].chunks});
    }
    showing_draw(showing, "who did which task when, and had none (.):");
    for (int way = 0; way < WAYS; way++)
        timeline_draw(&timelines[way], SCHEDULES[BY[way]], longest, showing);
}

static void tell_static(const struct timeline *timeline, struct showing *showing)
{
    char first[UNIT_TEXT], last[UNIT_TEXT];
    showing_say(showing,
                "Dealt out evenly by number, the first thread was done after %s and the last after "
                "%s: the threads were idle for %.0f %% of their time.",
                unit_duration(timeline_soonest(timeline), first),
                unit_duration(timeline_seconds(timeline), last), 100 * timeline_idle(timeline));
}

static void tell_best(const struct timeline *timelines, const struct uneven *uneven,
                      struct showing *showing)
{
    const double NEAR = 0.95;
    char share[UNIT_TEXT], longest[UNIT_TEXT];
    double sum = 0, most = 0, base = timeline_seconds(&timelines[STATIC]);
    int best = STATIC;
    for (int way = 0; way < WAYS; way++)
        if (timeline_seconds(&timelines[way]) < timeline_seconds(&timelines[best]))
            best = way;
    for (int task = 0; task < TASKS; task++) {
        sum += uneven->costs_s[task];
        most = fmax(most, uneven->costs_s[task]);
    }
    if (timeline_seconds(&timelines[best]) > NEAR * base)
        showing_say(showing, "None was faster than static by more than %.0f %%.", 100 * (1 - NEAR));
    else
        showing_say(showing, "Fastest was %s, %.2f times as fast as static, with %d chunks.",
                    SCHEDULES[BY[best]], base / timeline_seconds(&timelines[best]),
                    (int)timelines[best].chunks);
    showing_say(
        showing,
        "None can take less than an even share of the work, %s, or than the longest task, %s.",
        unit_duration(sum / timelines[best].workers, share), unit_duration(most, longest));
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
        .shape = (enum cost_shape)settings->cost, .count = TASKS, .seed = scene->seed};
    for (int task = 0; task < TASKS; task++)
        uneven->costs_s[task] = MEAN_S * cost_factor(&cost, task);
}

static int run(struct scene *scene, struct err *err)
{
    const int cores = scene->cores->count,
              usual = cores < 2   ? 2
                      : cores > 8 ? 8
                                  : cores,
              threads = scene_threads(scene, usual);
    struct uneven uneven = {.chore = threads > cores ? CHORE_WAIT : CHORE_COMPUTE,
                            .steps_per_s = chore_speed()};
    struct timeline timelines[WAYS];
    struct workers workers;
    choose_costs(&uneven, scene);
    clock_precise_sleep(); /* all threads from here on */
    int status = workers_open(&workers, scene, threads, err);
    status = status == 0 ? measure_all(&workers, &uneven, timelines, err) : -1;
    workers_close(&workers);
    if (status != 0)
        return -1;
    show(timelines, &scene->showing);
    tell_static(&timelines[STATIC], &scene->showing);
    tell_best(timelines, &uneven, &scene->showing);
    if (uneven.chore == CHORE_WAIT)
        showing_say(
            &scene->showing,
            "As there are more threads than cores (%d), the tasks wait instead of computing.",
            cores);
    if (threads == 1)
        showing_say(&scene->showing, "One thread has nobody to wait for: try --threads 4.");
    return 0;
}

const struct demo DEMO_IMBALANCE = {
    .name = "imbalance",
    .shows = "uneven tasks: dealt out evenly they end at different times",
    .predict = "36 tasks, each a little longer than the one before. Each thread gets as many as "
               "any other, the first thread the first ones. How long is it idle at the end? And if "
               "each takes one at a time, until none is left?",
    .why = "An even number of tasks is not an even share of the work, and nobody knows the work "
           "before it is done. So deal out late: one task at a time (dynamic), ever smaller chunks "
           "(guided), or take from who still has some (steal). What is left at the end is at most "
           "a task or a small chunk. Each chunk costs a little: see granularity.",
    .next = {"demo imbalance --threads 4", "demo imbalance:cost=last", "demo imbalance:cost=flat"},
    .settings = SETTINGS,
    .code = {"shared/demo/imbalance.c"},
    .run = run,
};
