/*
 * slow_disk - a slow disk, simulated, for whoever must not wait for it: it is asked, and its
 * descriptor becomes readable (epoll with EPOLLET) when an answer is there. Each answer takes
 * equally long, so they come in the order of asking. One thread.
 */
#ifndef SQUARES_DEMO_SERVER_SLOW_DISK_H
#define SQUARES_DEMO_SERVER_SLOW_DISK_H

#include <stdbool.h>
#include <stdint.h>

enum { DISK_MOST = 4096 }; /* asked for at once; a power of 2 */

struct disk_request {
    int connection; /* whoever asks; for the caller alone */
    int64_t number;
    int64_t due_ns;
};

struct slow_disk {
    int64_t wait_ns;
    int fd;             /* a timer, set to the first that is due */
    int64_t set_ns;     /* to when; 0: it is not */
    unsigned head, end; /* those asked for are head to end - 1, modulo DISK_MOST */
    struct disk_request queue[DISK_MOST];
};

/* False: no descriptor. To be closed in any case. */
bool disk_open(struct slow_disk *disk, int64_t wait_ns);
void disk_close(struct slow_disk *disk);

/* False: too many are asked for. */
bool disk_ask(struct slow_disk *disk, int connection, int64_t number);

/* Takes the next that is done; to be called until it returns false: then the timer is set again. */
bool disk_done(struct slow_disk *disk, int *connection, int64_t *number);

#endif
