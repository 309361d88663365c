#include "demo/kit/pool_task.h"

#include "base/clock.h"
#include "measure/samples.h"
#include "program/child.h"
#include "work/chain.h"

#include <math.h>

enum { RUNS = 9 };

void pool_task_do(struct pool_task *pool_task)
{
    static const struct stop NEVER;
    const struct safepoint at = {.stop = &NEVER};
    pool_task->number = chain_square(pool_task->number, pool_task->times, &at);
}

int pool_task_alone(void *arg, const struct pool_task *pool_tasks, struct pool_task *done,
                    int count)
{
    (void)arg;
    for (int i = 0; i < count; i++) {
        struct pool_task *pool_task = &done[pool_tasks[i].place];
        *pool_task = pool_tasks[i];
        pool_task_do(pool_task);
    }
    return 0;
}

static int do_in_child(void *arg)
{
    pool_task_do(arg);
    return 0;
}

int pool_task_fork(void *arg, const struct pool_task *pool_tasks, struct pool_task *done, int count)
{
    struct err err = ERR_INIT;
    (void)arg;
    for (int i = 0; i < count; i++) {
        struct pool_task *pool_task = &done[pool_tasks[i].place];
        *pool_task = pool_tasks[i];
        pid_t child = child_start(do_in_child, pool_task, &err);
        if (child < 0 || child_await(child, NS_PER_S) != 0)
            return -1;
    }
    return 0;
}

int pool_task_time(pool_task_way *way, void *arg, const struct pool_task *pool_tasks,
                   struct pool_task *done, int count, double *each, struct err *err)
{
    double seconds[RUNS];
    for (int run = 0; run < RUNS; run++) {
        int64_t began = clock_now_ns();
        if (way(arg, pool_tasks, done, count) != 0) {
            err_set(err, ERR_FAILED, "a worker process did not square its number");
            return err_remedy(err, "check whether the machine is overloaded, and try again");
        }
        seconds[run] = clock_seconds(clock_now_ns() - began) / count;
    }
    *each = samples_median(seconds, RUNS);
    return 0;
}

double pool_task_pays(const double *lengths, const double *faster, int count)
{
    const double SURELY = 1.1;
    int last = -1; /* the last length at which it does not pay */
    double most = 0;
    for (int i = 0; i < count; i++)
        last = faster[i] <= 1 ? i : last;
    for (int i = last + 1; i < count; i++)
        most = faster[i] > most ? faster[i] : most;
    if (most < SURELY)
        return NAN;
    if (last < 0)
        return lengths[0];
    double way = log(1 / faster[last]) / log(faster[last + 1] / faster[last]);
    return lengths[last] * pow(lengths[last + 1] / lengths[last], way);
}
