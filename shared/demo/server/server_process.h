/*
 * server_process - a server on the loopback interface as a process of its own, for any model: where
 * it listens, what a request is, how it is stopped, and how much processor time it used.
 *
 *     client   connects, sends a number (8 bytes) ->
 *     server                                        ... waits (the disk), computes ...
 *                                                <- the answer (8 bytes), closes
 *     client   closes by a reset (SO_LINGER of 0 seconds)
 *
 * Each request has a connection of its own, as in HTTP/1.0: only then is "a thread for each
 * request" literally true, and no client can keep a worker to itself. The side that closes first
 * keeps a pair of ports for a minute (TIME_WAIT), and there are only some 28,000; the client's
 * reset avoids that for both sides, and loses nothing, as the client has the whole answer by then.
 *
 * The server is a process of its own, so that a fork does not copy the clients and their
 * connections, and the processor time is the server's alone. It is stopped by shutdown(2) of the
 * listening socket, which is a flag and a wake-up in one: on Linux, every accept in progress, in
 * all threads and processes, returns EINVAL, and so does every later one.
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
    long refused;               /* times that no further thread or process could be started */
    struct limits_reason limit; /* the reason the first time, if there was one */
    int workers;                /* of a pool: how many were started */
    int64_t cpu_ns;             /* used from start to end, including all threads and children */
};

struct server_process {
    /* set before server_process_start */
    int workers;     /* of a pool */
    int64_t wait_ns; /* wait for the disk, for each request */
    int64_t steps;   /* steps of computing, for each request; see chain.h */

    int listener;
    struct sockaddr_in address;
    struct server_process_tally *tally;
    pid_t process; /* 0: none */
};

/* A model of a server: answers requests until it is stopped; when it returns, all its threads and
 * children have ended. Returns 0, or -1 if it could not run. */
typedef int server_process_fn(struct server_process *server_process);

/* Listens. Keeps the fields that are set before the start. Returns 0, or -1 and sets err. Close it
 * in any case. */
int server_process_open(struct server_process *server_process, struct err *err);
void server_process_close(struct server_process *server_process);

/* Starts the process, which may have as many files and processes as the hard limits allow. Returns
 * 0, or -1 and sets err. */
int server_process_start(struct server_process *server_process, server_process_fn *serve,
                         struct err *err);

/* Tells the server to stop, from this process or another. */
void server_process_tell_stop(const struct server_process *server_process);

/* Stops the process and waits until it ends; then the tally is complete. Returns 0, or -1 and sets
 * err if the server was killed, had failed, or did not end within a second and was then killed. */
int server_process_stop(struct server_process *server_process, struct err *err);

/* Processor time of this process, and of its children that have ended. */
int64_t server_process_cpu_ns(void);

/* --- for models --- */

/* Accepts the next connection; sleeps until there is one. Returns its descriptor; -1: the server
 * was stopped. */
int server_process_accept(const struct server_process *server_process);

/* Reads a request, and waits at most a second for it, or not at all if the connection is
 * non-blocking. False: the client has left, or sends no request. */
bool server_process_read(int connection, int64_t *number);

/* Computes the answer and sends it. */
void server_process_reply(const struct server_process *server_process, int connection,
                          int64_t number);

/* Records that no further thread or process could be started for a request, with this error (see
 * limits_find). */
void server_process_refused(const struct server_process *server_process, enum limits_start start,
                            int error);

/* The answer to a number. */
int64_t server_process_answer(const struct server_process *server_process, int64_t number);

#endif
