/*
 * pool - processes that stay alive, take numbers and return their squares. A process cannot see the
 * memory of another, so each number travels there and back: two calls of the kernel in each
 * direction, and a process to be woken at each end.
 */
#include "base/units.h"
#include "demo/demo.h"
#include "demo/kit/pool_task.h"
#include "demo/kit/process_pool.h"
#include "place/seat.h"
#include "program/child.h"

#include <math.h>
#include <stdlib.h>
#include <sys/socket.h>

/* The life of a worker, in its own process. */
static void work(int socket, int me)
{
    struct pool_task pool_task;
    while (recv(socket, &pool_task, sizeof(pool_task), 0) == sizeof(pool_task)) {
        pool_task_do(&pool_task); /* squares the number */
        pool_task.worker = me;
        if (send(socket, &pool_task, sizeof(pool_task), MSG_NOSIGNAL) < 0)
            break;
    }
}

/* A call of the pool: each worker gets a number, and a worker that is done gets the next; each
 * result goes to its number's place. Ends: a worker answers or dies, and poll reports both, or the
 * time is up. */
static int map(void *arg, const struct pool_task *pool_tasks, struct pool_task *done, int count)
{
    const int LIMIT_MS = 2000;
    struct process_pool *pool = arg;
    int given = 0, back = 0;
    for (; given < count && given < pool->size; given++)
        if (send(pool->ours[given].fd, &pool_tasks[given], sizeof(*pool_tasks), MSG_NOSIGNAL) < 0)
            return -1;
    while (back < count) {
        if (poll(pool->ours, (nfds_t)pool->size, LIMIT_MS) <= 0)
            return -1;
        for (int i = 0; i < pool->size; i++) {
            struct pool_task pool_task;
            int socket = pool->ours[i].fd;
            if (pool->ours[i].revents == 0)
                continue;
            if (recv(socket, &pool_task, sizeof(pool_task), 0) != sizeof(pool_task))
                return -1;
            done[pool_task.place] = pool_task;
            back++;
            if (given < count &&
                send(socket, &pool_tasks[given++], sizeof(pool_task), MSG_NOSIGNAL) < 0)
                return -1;
        }
    }
    return 0;
}

/* Sends one number and waits for its square; then the next. The first worker does them all. */
static int map_one_by_one(void *arg, const struct pool_task *pool_tasks, struct pool_task *done,
                          int count)
{
    int status = 0;
    for (int i = 0; i < count && status == 0; i++)
        status = map(arg, &pool_tasks[i], done, 1);
    return status;
}

/* --- measuring the cost --- */

enum { CALLS = 200, FORKS = 10, TASKS = 32, LENGTHS = 6 };

struct bench {
    struct process_pool pool;
    struct pool_task pool_tasks[CALLS], *done;
};

static void fill(struct bench *bench, int64_t times)
{
    for (int i = 0; i < CALLS; i++)
        bench->pool_tasks[i] = (struct pool_task){.number = i + 1, .times = times, .place = i};
}

static int measure(struct bench *bench, pool_task_way *way, int count, double *each,
                   struct err *err)
{
    return pool_task_time(way, &bench->pool, bench->pool_tasks, bench->done, count, each, err);
}

static int show_numbers(struct bench *bench, struct showing *showing, struct err *err)
{
    static const struct showing_column COLUMNS[] = {
        {"square", "square", SHOWN_COUNT}, {"worker", "by worker", SHOWN_COUNT}, {.key = NULL}};
    double each;
    fill(bench, 1);
    if (measure(bench, map, 5, &each, err) != 0)
        return -1;
    showing_table(showing, "numbers", "number", COLUMNS);
    for (int i = 0; i < 5; i++)
        showing_row(showing, (char[]){(char)('1' + i), '\0'},
                    (double[]){(double)bench->done[i].number, (double)bench->done[i].worker});
    return 0;
}

/* A caller that asks for one square after the other runs on the core of worker 1, which does them
 * all, or on another core: that shows the difference between waking a process on this core and on a
 * core that sleeps. */
static int show_calls(struct bench *bench, const struct scene *scene, struct showing *showing,
                      struct err *err)
{
    static const struct showing_column COLUMNS[] = {
        {"each_s", "each", SHOWN_SECONDS}, {"calls", "function calls", SHOWN_TIMES}, {.key = NULL}};
    const bool bound = scene->placement.undecided == 0;
    const struct {
        const char *name;
        pool_task_way *way;
        int count, seat; /* -1: anywhere */
    } WAYS[] = {{"the function itself", pool_task_alone, CALLS, -1},
                {"pool, all at once", map, CALLS, -1},
                {bound ? "pool, one by one, on the same core" : "pool, one by one", map_one_by_one,
                 CALLS, 0},
                {"pool, one by one, on another core", map_one_by_one, CALLS, 1},
                {"a new process for each", pool_task_fork, FORKS, -1}};
    double each[5] = {NAN, NAN, NAN, NAN, NAN};
    showing_table(showing, "calls", "squared by", COLUMNS);
    for (int i = 0; i < 5; i++) {
        int seat = WAYS[i].seat;
        if (seat < 1 || (bound && bench->pool.size > 1 && scene->cores->count > 1)) {
            (void)seat_take(seat < 0 ? scene->placement.widest : bench->pool.plan.seats[seat]);
            if (measure(bench, WAYS[i].way, WAYS[i].count, &each[i], err) != 0)
                return -1;
        }
        showing_row(showing, WAYS[i].name, (double[]){each[i], each[i] / each[0]});
    }
    double trip = isnan(each[3]) || each[2] > each[3] ? each[2] : each[3];
    char text[UNIT_TEXT], fork[UNIT_TEXT];
    showing_say(showing,
                "While a program asks the pool for one square and waits for it, %s, it could "
                "call the function %.0f times. A new process for each square takes %s.",
                unit_duration(trip, text), trip / each[0], unit_duration(each[4], fork));
    return 0;
}

/* Tasks of 1 us, and in each further row four times as long. */
static int show_lengths(struct bench *bench, struct showing *showing, struct err *err)
{
    static const struct showing_column COLUMNS[] = {{"alone_s", "alone", SHOWN_SECONDS},
                                                    {"pool_s", "by the pool", SHOWN_SECONDS},
                                                    {"faster", "faster", SHOWN_TIMES},
                                                    {.key = NULL}};
    double alone[LENGTHS], faster[LENGTHS], pooled, thousand;
    char length[UNIT_TEXT];
    fill(bench, 1000);
    if (measure(bench, pool_task_alone, CALLS, &thousand, err) != 0)
        return -1;
    showing_table(showing, "lengths", "a task of", COLUMNS);
    for (int i = 0; i < LENGTHS; i++) {
        double wanted = 1e-6 * (double)(1 << 2 * i);
        fill(bench, (int64_t)(1000 * wanted / thousand) + 1);
        if (measure(bench, pool_task_alone, TASKS, &alone[i], err) != 0 ||
            measure(bench, map, TASKS, &pooled, err) != 0)
            return -1;
        faster[i] = alone[i] / pooled;
        showing_row(showing, unit_duration(wanted, length),
                    (double[]){alone[i], pooled, faster[i]});
    }
    double pays = pool_task_pays(alone, faster, LENGTHS);
    if (isnan(pays))
        showing_say(showing, "At no length tried here did the pool of %d pay.", bench->pool.size);
    else
        showing_say(showing, "The pool of %d pays from tasks of about %s on.", bench->pool.size,
                    unit_duration(pays, length));
    return 0;
}

static int run(struct scene *scene, struct err *err)
{
    struct showing *showing = &scene->showing;
    struct bench bench = {.done = child_share(CALLS * sizeof(struct pool_task), err)};
    int status = -1;
    if (bench.done != NULL &&
        process_pool_hire(&bench.pool, scene, scene_threads(scene, 2), work, err) == 0 &&
        show_numbers(&bench, showing, err) == 0 && show_calls(&bench, scene, showing, err) == 0)
        status = show_lengths(&bench, showing, err);
    process_pool_dismiss(&bench.pool);
    child_unshare(bench.done, CALLS * sizeof(struct pool_task));
    return status;
}

const struct demo DEMO_POOL = {
    .name = "pool",
    .shows = "a pool of processes: which one does what, and when a pool pays",
    .predict = "Two processes square 1 to 5: which of them does 4? How many squares can a program "
               "do by itself while it asks the pool for one? How long must a task be before the "
               "pool is faster?",
    .why = "Processes share no memory: each task is written to a socket, the worker wakes up, "
           "reads, computes, writes, and the caller wakes up. That costs the same for every "
           "task, so a task must take much longer: hand over long tasks, or many short ones as "
           "one. A worker that is done gets the next task: which worker that is varies.",
    .next = {"demo pool --threads 1", "demo pool --threads 8", "demo cost"},
    .code = {"shared/demo/pool.c"},
    .run = run,
};
