/*
 * clients - many clients of a server, in one thread: each connects, sends a number, waits for the
 * answer, checks it, and begins again at once (a closed loop). A thread for each of 1,000 clients
 * would measure the threads; so one waits for all of them (epoll). See server_process.h for what is
 * sent.
 *
 *     time   | warm-up: until each client    | measured: whatever is       |
 *            | had an answer, or time is up  | answered in this time       |
 *
 * After such a warm-up the queues at the server are as long as they get. All latencies include the
 * clients' own time: from before a connection is made until its answer is read.
 */
#ifndef SQUARES_DEMO_SERVER_CLIENTS_H
#define SQUARES_DEMO_SERVER_CLIENTS_H

#include "base/err.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

enum { CLIENTS_NUMBERS = 64, CLIENTS_FIRST = 2 };

struct clients_load {
    int clients;
    struct sockaddr_in server;
    int64_t warm_ns; /* at most */
    int64_t measure_ns;
    const int64_t *answers; /* [CLIENTS_NUMBERS]: to the numbers CLIENTS_FIRST, and so on */
};

struct clients_seen {
    /* from the first request to the last */
    long asked;    /* = answered + failed + requests still open at the end */
    long answered; /* whole answers */
    long wrong;    /* wrong answers among those */
    int failed;    /* clients that got no connection or no answer; they leave */
    int cause;     /* errno of the first of those; 0: the server closed */
    bool warm;     /* each client had an answer before measuring began */

    /* during the measurement; latencies and cpu_s are NAN if nothing was answered */
    double rate;   /* answers a second */
    double little; /* rate x mean latency: the number of clients, by Little's law */
    double half_s, most_s, worst_s; /* latencies: 50 %, 99 %, 100 % */
    double cpu_s;                   /* processor time of the clients' thread per answer */
};

/* Runs the clients; afterwards none has a connection. Ends: by time. Returns 0, or -1 and sets err
 * if there is no memory, or no epoll. */
int clients_run(const struct clients_load *load, struct clients_seen *seen, struct err *err);

/* How many of `wanted` clients the limits allow: open files, local ports, and connections that wait
 * to be accepted (net.core.somaxconn). *limit: the limit that was reached; NULL: none. */
int clients_allowed(int wanted, const char **limit);

#endif
