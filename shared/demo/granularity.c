/*
 * granularity - tasks of some 30 ns are handed out in chunks. Handing out a chunk takes the same
 * time for any size, so small chunks cost more than they contain. Large chunks are few, and few
 * chunks do not divide evenly: threads that get no more wait for those that got one more.
 */
#include "base/units.h"
#include "demo/chunk_sizes.h"
#include "demo/demo.h"
#include "work/chain.h"

#include <math.h>
#include <pthread.h>

struct queue {
    pthread_mutex_t mutex;
    int64_t next;       /* the first task that is not yet taken */
    int64_t count;      /* number of tasks */
    int64_t size;       /* tasks of a chunk */
    int64_t handed_out; /* number of chunks */
};

/* One thread at a time: while one is in here, the others wait at the mutex. */
static bool take_chunk(struct queue *queue, int64_t *begin, int64_t *end)
{
    pthread_mutex_lock(&queue->mutex);
    *begin = queue->next;
    *end = queue->count - *begin < queue->size ? queue->count : *begin + queue->size;
    queue->next = *end;
    queue->handed_out += *begin < *end;
    pthread_mutex_unlock(&queue->mutex);
    return *begin < *end;
}

/* Each task needs the one before, so that a processor cannot work on two at once. */
static void do_tasks(int64_t begin, int64_t end, const struct safepoint *at)
{
    static _Thread_local int64_t value; /* the result of the thread's last task */
    const int64_t STEPS = 10;           /* of some 3 ns each */
    for (int64_t i = begin; i < end; i++)
        value = chain_square(value + i, STEPS, at);
}

/* What each thread does. */
static int work_by_queue(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    struct queue *queue = arg;
    int64_t begin, end;
    (void)err;
    while (take_chunk(queue, &begin, &end))
        do_tasks(begin, end, chunk->at);
    return 0;
}

/* The same with squares' own schedule `dynamic`. */
static int work_by_dynamic(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    (void)arg;
    (void)err;
    do_tasks(chunk->begin, chunk->end, chunk->at);
    return 0;
}

/* --- all chunk sizes --- */

enum { MUTEX, DYNAMIC };

static const double NEAR = 1.05; /* times the best time */

struct trial {
    struct workers workers;
    int threads;
    struct chunk_sizes sizes;
    struct queue queues[SIZES_MOST]; /* one for each size */
};

static struct crew_job job_of(void *arg, int way, int size)
{
    struct trial *trial = arg;
    const struct chunk_sizes *sizes = &trial->sizes;
    struct queue *queue = &trial->queues[size];
    if (way == DYNAMIC)
        return (struct crew_job){.count = sizes->total,
                                 .grain = 1 << 8, /* tasks between two looks for a stop */
                                 .claim = sizes->tasks[size],
                                 .chunk = work_by_dynamic};
    *queue = (struct queue){
        .mutex = PTHREAD_MUTEX_INITIALIZER, .count = sizes->total, .size = sizes->tasks[size]};
    return (struct crew_job){.count = trial->threads, /* one for each worker */
                             .grain = 1,
                             .schedule = SCHEDULE_STATIC,
                             .chunk = work_by_queue,
                             .arg = queue};
}

/* The time of a task: one thread did all of them in one chunk. */
static double task_of(const struct chunk_sizes *sizes)
{
    return sizes->seconds[MUTEX][sizes->count - 1] / (double)sizes->total;
}

static void show(const struct trial *trial, struct showing *showing)
{
    static const struct showing_column COLUMNS[] = {{"chunk_s", "lasts", SHOWN_SECONDS},
                                                    {"chunks", "chunks", SHOWN_COUNT},
                                                    {"mutex_s", "by mutex", SHOWN_SECONDS},
                                                    {"mutex_ratio", "of best", SHOWN_TIMES},
                                                    {"dynamic_s", "by dynamic", SHOWN_SECONDS},
                                                    {"dynamic_ratio", "of best", SHOWN_TIMES},
                                                    {.key = NULL}};
    const struct chunk_sizes *sizes = &trial->sizes;
    const double *mutex = sizes->seconds[MUTEX], *dynamic = sizes->seconds[DYNAMIC];
    double best = mutex[chunk_sizes_best(sizes, MUTEX)],
           other = dynamic[chunk_sizes_best(sizes, DYNAMIC)];
    showing_table(showing, "sizes", "chunk", COLUMNS);
    for (int i = 0; i < sizes->count; i++) {
        char label[24];
        (void)snprintf(label, sizeof(label), "%lld", (long long)sizes->tasks[i]);
        showing_row(showing, label,
                    (double[]){task_of(sizes) * (double)sizes->tasks[i],
                               (double)trial->queues[i].handed_out, mutex[i], mutex[i] / best,
                               dynamic[i], dynamic[i] / other});
    }
    chunk_sizes_draw(sizes, "md", showing);
    showing_draw(showing, "%9stasks in a chunk; m: by mutex, d: by dynamic, *: both", "");
}

static void tell_ends(const struct trial *trial, double small, double large, double at_work,
                      struct showing *showing)
{
    if (small > NEAR)
        showing_say(showing,
                    "Too small: chunks of one task took %.1f times as long as the best; the "
                    "tasks were %.0f %% of that, handing out and waiting at the mutex the rest.",
                    small, 100 * fmin(at_work, 1));
    else
        showing_say(showing, "Chunks of one task were not too small: %.2f times the best.", small);
    if (large > NEAR)
        showing_say(showing,
                    "Too large: all tasks in one chunk took %.1f times as long as the best, as one "
                    "thread did all while %d had nothing to do.",
                    large, trial->threads - 1);
    else
        showing_say(showing, "One chunk of all was not too large: %.2f times the best.", large);
}

static void tell(const struct trial *trial, int cores, struct showing *showing)
{
    const struct chunk_sizes *sizes = &trial->sizes;
    const double *mutex = sizes->seconds[MUTEX], *dynamic = sizes->seconds[DYNAMIC];
    double best = mutex[chunk_sizes_best(sizes, MUTEX)], alone = mutex[sizes->count - 1];
    char from[UNIT_TEXT], to[UNIT_TEXT];
    int first, last, threads = trial->threads;
    chunk_sizes_near(sizes, MUTEX, NEAR, &first, &last);
    showing_say(showing,
                "With the mutex, chunks of %lld to %lld tasks, %s to %s of work, are within %.0f "
                "%% of the best time (each the quickest of %d runs).",
                (long long)sizes->tasks[first], (long long)sizes->tasks[last],
                unit_duration(task_of(sizes) * (double)sizes->tasks[first], from),
                unit_duration(task_of(sizes) * (double)sizes->tasks[last], to), 100 * (NEAR - 1),
                sizes->runs);
    tell_ends(trial, mutex[0] / best, alone / best,
              alone / mutex[0] / (threads < cores ? threads : cores), showing);
    showing_say(showing,
                "squares' own schedule, dynamic, hands out by an atomic addition, and several "
                "short chunks at once: with chunks of one task it took %.2f times its best.",
                dynamic[0] / dynamic[chunk_sizes_best(sizes, DYNAMIC)]);
    if (threads > cores)
        showing_say(showing, "%d threads take turns on %d core%s: they gain nothing by that.",
                    threads, cores, cores > 1 ? "s" : "");
}

static int run(struct scene *scene, struct err *err)
{
    const int64_t TASKS = 1 << 20; /* so few because a mutex lets in one thread at a time */
    int cores = scene->cores->count;
    struct trial trial = {.threads = scene_threads(scene, cores > 1 ? cores : 2)};
    chunk_sizes_choose(&trial.sizes, trial.threads, TASKS);
    int status = workers_open(&trial.workers, scene, trial.threads, err);
    if (status == 0)
        status = chunk_sizes_measure(&trial.sizes, &trial.workers, job_of, &trial, 3 * NS_PER_S / 2,
                                     err);
    workers_close(&trial.workers);
    if (status != 0)
        return -1;
    show(&trial, &scene->showing);
    tell(&trial, cores, &scene->showing);
    return 0;
}

const struct demo DEMO_GRANULARITY = {
    .name = "granularity",
    .shows = "tasks in chunks: too small ones cost time, too large ones leave threads idle",
    .predict = "Tasks of about 30 ns are handed out in chunks. Which chunk is best: one task, a "
               "hundred, ten thousand, all of them? How much slower are the smallest and the "
               "largest?",
    .why = "Handing out a chunk costs tens of nanoseconds, more if threads meet at the mutex: a "
           "chunk has to last far longer. But at the end all wait for the thread with the last "
           "chunk: it has to be short compared to the whole. Between lies a wide range, so there "
           "is no need to search for the best: about 100 us each, and many for each thread.",
    .next = {"demo granularity --threads 8", "demo imbalance", "demo amdahl"},
    .code = {"shared/demo/granularity.c"},
    .run = run,
};
