#include "demo/server/slow_disk.h"

#include "base/clock.h"

#include <sys/timerfd.h>
#include <unistd.h>

bool disk_open(struct slow_disk *disk, int64_t wait_ns)
{
    disk->wait_ns = wait_ns;
    disk->set_ns = 0;
    disk->head = disk->end = 0;
    disk->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    return disk->fd >= 0;
}

void disk_close(struct slow_disk *disk)
{
    if (disk->fd >= 0)
        (void)close(disk->fd);
    disk->fd = -1;
}

bool disk_ask(struct slow_disk *disk, int connection, int64_t number)
{
    if (disk->end - disk->head == DISK_MOST)
        return false;
    disk->queue[disk->end++ % DISK_MOST] =
        (struct disk_request){connection, number, clock_now_ns() + disk->wait_ns};
    return true;
}

/* Setting a timer makes it unreadable again, so it need not be read. */
static void set_timer(struct slow_disk *disk, int64_t at_ns)
{
    struct itimerspec when = {
        .it_value = {.tv_sec = at_ns / NS_PER_S, .tv_nsec = at_ns % NS_PER_S}};
    if (disk->set_ns != at_ns)
        (void)timerfd_settime(disk->fd, TFD_TIMER_ABSTIME, &when, NULL);
    disk->set_ns = at_ns;
}

bool disk_done(struct slow_disk *disk, int *connection, int64_t *number)
{
    const struct disk_request *first = &disk->queue[disk->head % DISK_MOST];
    if (disk->head == disk->end)
        return false;
    if (first->due_ns > clock_now_ns()) {
        set_timer(disk, first->due_ns);
        return false;
    }
    *connection = first->connection;
    *number = first->number;
    disk->head++;
    return true;
}
