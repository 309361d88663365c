#include "demo/kit/process_pool.h"

#include "base/clock.h"
#include "demo/kit/child.h"
#include "place/seat.h"

#include <sys/socket.h>
#include <unistd.h>

/* An end is closed when all copies of it are, and a fork copies what is open: so a worker closes
 * its copy of our end, or it would wait for itself, and those of the ends to earlier workers. */
static int live(void *arg)
{
    const struct staff *staff = arg;
    int me = staff->started;
    for (int i = 0; i <= me; i++)
        (void)close(staff->ours[i].fd);
    (void)seat_take(staff->plan.seats[me]);
    staff->live(staff->theirs, me + 1);
    return 0;
}

static int hire_one(struct staff *staff, struct err *err)
{
    int ends[2], i = staff->started;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) != 0) {
        err_sys(err, ERR_FAILED, "cannot make a socket for worker %d of %d", i + 1, staff->size);
        return err_remedy(err, "ask for fewer with --threads, or raise the limit: ulimit -n");
    }
    staff->ours[i] = (struct pollfd){.fd = ends[0], .events = POLLIN};
    staff->theirs = ends[1];
    staff->workers[i] = child_start(live, staff, err);
    (void)close(ends[1]);
    if (staff->workers[i] < 0) {
        (void)close(ends[0]);
        return -1;
    }
    staff->started++;
    return 0;
}

int staff_hire(struct staff *staff, const struct scene *scene, int size, staff_fn *live_fn,
               struct err *err)
{
    *staff = (struct staff){.size = size, .live = live_fn};
    int status = scene_plan(scene, size, &staff->plan, err);
    while (status == 0 && staff->started < size)
        status = hire_one(staff, err);
    return status;
}

void staff_dismiss(struct staff *staff)
{
    for (int i = 0; i < staff->started; i++)
        (void)close(staff->ours[i].fd);
    for (int i = 0; i < staff->started; i++)
        (void)child_await(staff->workers[i], NS_PER_S);
    staff->started = 0;
    plan_release(&staff->plan);
}
