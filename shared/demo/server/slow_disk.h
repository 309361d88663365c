/*
 * slow_disk - a simulated slow disk for code that must not block: it is asked, and its descriptor
 * becomes readable (epoll with EPOLLET) when an answer is there. Each answer takes equally long, so
 * they come in the order of asking. Used by one thread.
 */
#ifndef SQUARES_DEMO_SERVER_SLOW_DISK_H
#define SQUARES_DEMO_SERVER_SLOW_DISK_H

#include <stdbool.h>
#include <stdint.h>

enum { DISK_MOST = 4096 }; /* requests at once; a power of 2 */

struct disk_request {
    int connection; /* the one that asked; only passed through */
    int64_t number;
    int64_t due_ns;
};

struct slow_disk {
    int64_t wait_ns;
    int fd;             /* a timer, set to the first request that is due */
    int64_t set_ns;     /* the time it is set to; 0: it is not set */
    unsigned head, end; /* open requests are head to end - 1, modulo DISK_MOST */
    struct disk_request queue[DISK_MOST];
};

/* False: no descriptor. Close it in any case. */
bool disk_open(struct slow_disk *disk, int64_t wait_ns);
void disk_close(struct slow_disk *disk);

/* False: there are too many requests. */
bool disk_ask(struct slow_disk *disk, int connection, int64_t number);

/* Takes the next request that is done. Call it until it returns false: then the timer is set
 * again. */
bool disk_done(struct slow_disk *disk, int *connection, int64_t *number);

#endif
