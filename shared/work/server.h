/*
 * server - answers requests over TCP on the loopback interface, as a small web server would: a
 * single thread that waits for all its connections at once (epoll).
 *
 *     client     struct server_request ->
 *     server                                ... delay ...
 *                <- the number, 8 bytes | `bytes` bytes of the pattern of server_key()
 *     client     closes with a reset
 *
 * The client closes, with a reset (SO_LINGER of 0 seconds), once it has the whole answer. In the
 * ordinary way, the side that closes first keeps the pair of ports for a minute (TIME_WAIT): the
 * client would run out of ports after some 28,000 requests, and a server that closed first would
 * collect them on its side. A reset leaves nothing on either side, and as no data is in transit,
 * nothing is lost.
 *
 * A request carries the server's handle, which an unrelated program does not know: a client that
 * sends anything else is cut off. Whatever a client does, whether it sends half a request or none,
 * or does not read its answer, costs the server one connection and a fixed number of bytes until
 * the client has gone.
 *
 * The thread may run on the processors that its creator may run on at that time, and competes with
 * the workers for them, as a server on the same machine does.
 */
#ifndef SQUARES_WORK_SERVER_H
#define SQUARES_WORK_SERVER_H

#include "base/clock.h"
#include "base/err.h"
#include "base/random.h"

#include <stdint.h>

struct server;

/* What a client sends, exactly as in memory: both ends are on one host. */
struct server_request {
    int64_t handle;
    int64_t number;   /* to be returned; any bits */
    int64_t delay_ns; /* 0 to SERVER_MAX_DELAY_NS, from when the server has read the request */
    int64_t bytes;    /* 0 to SERVER_MAX_BYTES */
};

#define SERVER_MAX_DELAY_NS (3600 * NS_PER_S)
#define SERVER_MAX_BYTES    (INT64_C(64) << 20)

/* Listens on a port that the kernel chooses, and starts the thread. Returns NULL and sets err if
 * that fails; then nothing is left. */
struct server *server_start(struct err *err);

/* Ends the thread and closes all connections; NULL is allowed. */
void server_stop(struct server *server);

/* The handle by which clients reach it (see loopback.h), above 0: the upper 47 bits are random. */
int64_t server_handle(const struct server *server);

/* The errno of what kept it from accepting a connection, so that it cut one off or gave up; 0:
 * nothing did. */
int server_trouble(const struct server *server);

/* The key of the pattern that fills the answer to a number; see pattern.h. */
static inline uint64_t server_key(int64_t handle, int64_t number)
{
    return random_bits((uint64_t)handle, (uint64_t)number);
}

#endif
