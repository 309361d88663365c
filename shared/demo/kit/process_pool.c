#include "demo/kit/process_pool.h"

#include "base/clock.h"
#include "place/seat.h"
#include "program/child.h"

#include <sys/socket.h>
#include <unistd.h>

/* A socket's end is closed only when all copies of it are, and fork copies everything that is open.
 * So a worker closes its copy of our end, or it would wait for itself, and its copies of the ends
 * to earlier workers. */
static int live(void *arg)
{
    const struct process_pool *process_pool = arg;
    int me = process_pool->started;
    for (int i = 0; i <= me; i++)
        (void)close(process_pool->ours[i].fd);
    (void)seat_take(process_pool->plan.seats[me]);
    process_pool->live(process_pool->theirs, me + 1);
    return 0;
}

static int hire_one(struct process_pool *process_pool, struct err *err)
{
    int ends[2], i = process_pool->started;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0) {
        err_sys(err, ERR_FAILED, "cannot make a socket for worker %d of %d", i + 1,
                process_pool->size);
        return err_remedy(err, "ask for fewer with --threads, or raise the limit: ulimit -n");
    }
    process_pool->ours[i] = (struct pollfd){.fd = ends[0], .events = POLLIN};
    process_pool->theirs = ends[1];
    process_pool->workers[i] = child_start(live, process_pool, err);
    (void)close(ends[1]);
    if (process_pool->workers[i] < 0) {
        (void)close(ends[0]);
        return -1;
    }
    process_pool->started++;
    return 0;
}

int process_pool_hire(struct process_pool *process_pool, const struct scene *scene, int size,
                      process_pool_fn *live_fn, struct err *err)
{
    *process_pool = (struct process_pool){.size = size, .live = live_fn};
    int status = scene_plan(scene, size, &process_pool->plan, err);
    while (status == 0 && process_pool->started < size)
        status = hire_one(process_pool, err);
    return status;
}

void process_pool_dismiss(struct process_pool *process_pool)
{
    for (int i = 0; i < process_pool->started; i++)
        (void)close(process_pool->ours[i].fd);
    for (int i = 0; i < process_pool->started; i++)
        (void)child_await(process_pool->workers[i], NS_PER_S);
    process_pool->started = 0;
    plan_release(&process_pool->plan);
}
