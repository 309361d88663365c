/*
 * serve_events - the fifth model of a server: one thread for all, an event loop.
 */
#include "base/clock.h"
#include "demo/server/server_models.h"
#include "demo/server/slow_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 256 /* events handled in one turn */ };

static bool watch(int epoll, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* Accepts connections, and watches each until its request arrives (ONESHOT). Returns how many;
 * *stopped: no more will come. */
static int take_connections(int epoll, int listener, bool *stopped)
{
    int connection, count = 0;
    while ((connection = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        (void)watch(epoll, connection, EPOLLIN | EPOLLONESHOT);
        count++;
    }
    *stopped = errno == EINVAL;
    if (*stopped)
        (void)epoll_ctl(epoll, EPOLL_CTL_DEL, listener, NULL);
    return count;
}

/* Waits for all clients and the disk together, and handles whichever is first; the state of a
 * request is in the disk's queue, not on a thread's stack. Ends: after the stop no connection is
 * added, and the open ones are served, or nothing happens for a second; then the end of the process
 * closes them. */
static void serve_events(struct server_process *server_process, int epoll, struct slow_disk *disk)
{
    struct epoll_event events[BATCH];
    int open = 0, count = 1, fd;
    int64_t number;
    bool stopped = false;
    while (!stopped || (open > 0 && count != 0)) {
        count = epoll_wait(epoll, events, BATCH, 1000);
        for (int i = 0; i < count; i++) {
            fd = events[i].data.fd;
            if (fd == server_process->listener)
                open += take_connections(epoll, fd, &stopped);
            else if (fd != disk->fd &&
                     !(server_process_read(fd, &number) && disk_ask(disk, fd, number)))
                open -= close(fd) == 0; /* the client has left, or there are too many */
        }
        while (disk_done(disk, &fd, &number)) {
            server_process_reply(server_process, fd, number);
            open -= close(fd) == 0;
        }
    }
}

int serve_by_events(struct server_process *server_process)
{
    struct slow_disk disk;
    int epoll = epoll_create1(EPOLL_CLOEXEC), status = -1;
    if (disk_open(&disk, server_process->wait_ns) && epoll >= 0 &&
        fcntl(server_process->listener, F_SETFL, O_NONBLOCK) == 0 &&
        watch(epoll, server_process->listener, EPOLLIN) &&
        watch(epoll, disk.fd, EPOLLIN | EPOLLET)) {
        serve_events(server_process, epoll, &disk);
        status = 0;
    }
    disk_close(&disk);
    if (epoll >= 0)
        (void)close(epoll);
    return status;
}
