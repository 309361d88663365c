/*
 * server_process - a server on the loopback interface as a process of its own, whatever its model:
 * where it listens, what a request is, how it is stopped, and what it has used.
 *
 *     client   connects, sends a number (8 bytes) ->
 *     server                                        ... waits (the disk), computes ...
 *                                                <- the answer (8 bytes), closes
 *     client   closes by a reset (SO_LINGER of 0 seconds)
 *
 * Each request has a connection of its own, as in HTTP/1.0: only then is "a thread for each
 * request" what it says, and no client can keep a worker to itself. Whoever closes first keeps a
 * pair of ports for a minute (TIME_WAIT), of which there are some 28,000; the client's reset spares
 * both sides that, and loses nothing, as it has the whole answer by then.
 *
 * The server is a process of its own, so that a fork does not copy the clients and their
 * connections, and the processor time is the server's alone. It is stopped by shutdown(2) of the
 * listening socket, which is a flag and a wake-up in one: whoever sleeps in accept, in all threads
 * and processes, comes back with EINVAL, and so does whoever comes later. Linux does so.
 */
#ifndef SQUARES_DEMO_SERVER_SERVER_PROCESS_H
#define SQUARES_DEMO_SERVER_SERVER_PROCESS_H

#include "base/err.h"
#include "base/limits.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What the server counts, in memory that its processes share. */
struct server_process_tally {
    long served;                /* answers sent */
    long refused;               /* times that there was no further thread or process */
    struct limits_reason limit; /* why the first time, if there was one */
    int workers;                /* of a pool: how many could be started */
    int64_t cpu_ns;             /* used from start to end, with all threads and children */
};

struct server_process {
    /* set before serving_start */
    int workers;     /* of a pool */
    int64_t wait_ns; /* of the disk, for each request */
    int64_t steps;   /* of computing, for each request; see chain.h */

    int listener;
    struct sockaddr_in address;
    struct server_process_tally *tally;
    pid_t process; /* 0: none */
};

/* A model of a server: answers requests until it is stopped; by then all its threads and children
 * have ended. -1: it could not. */
typedef int server_process_fn(struct server_process *server_process);

/* Listens. Leaves what is set before the start alone. To be closed in any case. */
int server_process_open(struct server_process *server_process, struct err *err);
void server_process_close(struct server_process *server_process);

/* Starts the process, which may have as many files and processes as the hard limits allow. */
int server_process_start(struct server_process *server_process, server_process_fn *serve,
                         struct err *err);

/* Tells whoever serves to stop, in this process or another. */
void server_process_tell_stop(const struct server_process *server_process);

/* Stops the process and waits for its end; the tally is complete behind it. -1: it was killed, had
 * failed, or did not end within a second and was killed then. */
int server_process_stop(struct server_process *server_process, struct err *err);

/* Processor time of this process, and of its children that have ended. */
int64_t server_process_cpu_ns(void);

/* --- for models --- */

/* The next connection, for whom there is one; sleeps until there is. -1: stopped. */
int server_process_accept(const struct server_process *server_process);

/* Reads a request, and waits for it for a second at the most, or not at all if the connection is
 * non-blocking. False: the client has left, or sends no request. */
bool server_process_read(int connection, int64_t *number);

/* Computes the answer and sends it. */
void server_process_reply(const struct server_process *server_process, int connection,
                          int64_t number);

/* There was no further thread or process for a request, by this error (see limits_find). */
void server_process_refused(const struct server_process *server_process, enum limits_start start,
                            int error);

/* What the answer to a number is. */
int64_t server_process_answer(const struct server_process *server_process, int64_t number);

#endif
