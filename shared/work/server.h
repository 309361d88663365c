/*
 * server - answers requests over TCP on the loopback interface, as a small web server would: one
 * thread of its own, which waits for all its connections at once (epoll).
 *
 *     client     struct server_request ->
 *     server                                ... delay ...
 *                <- the number, 8 bytes | `bytes` bytes of the pattern of server_key()
 *     client     closes by a reset
 *
 * The client closes, and does so by a reset (SO_LINGER of 0 seconds) once it has the whole answer.
 * Whoever closes first in the ordinary way keeps the pair of ports for a minute (TIME_WAIT): the
 * client would run out of ports after some 28,000 requests, and a server that closes first piles
 * them up on its side. By a reset nothing is left on either, and as nothing is on its way, nothing
 * is lost.
 *
 * A request carries the server's handle, which a stranger does not know: whoever sends anything
 * else is cut off. Whatever a client does, be it half a request, none at all, or not to read its
 * answer, costs the server a connection and a fixed number of bytes, until the client has gone.
 *
 * Its thread may run on the processors that its maker may run on at that time, and competes with
 * the workers for them: as a server on the same machine does.
 */
#ifndef SQUARES_WORK_SERVER_H
#define SQUARES_WORK_SERVER_H

#include "base/clock.h"
#include "base/err.h"
#include "base/random.h"

#include <stdint.h>

struct server;

/* What a client sends, as it lies in memory: both ends are on one host. */
struct server_request {
    int64_t handle;
    int64_t number;   /* to be given back; may be the bits of anything */
    int64_t delay_ns; /* 0 to SERVER_MAX_DELAY_NS, from when the server has read the request */
    int64_t bytes;    /* 0 to SERVER_MAX_BYTES */
};

#define SERVER_MAX_DELAY_NS (3600 * NS_PER_S)
#define SERVER_MAX_BYTES    (INT64_C(64) << 20)

/* Listens on a port of the kernel's choice, and starts the thread. NULL: nothing is left. */
struct server *server_start(struct err *err);

/* Ends the thread, open connections and all; NULL is allowed. */
void server_stop(struct server *server);

/* What clients reach it by (see loopback.h), above 0: the upper 47 bits are random. */
int64_t server_handle(const struct server *server);

/* What kept it from taking a connection, as errno, so that it cut one off or gave up; 0: nothing.
 */
int server_trouble(const struct server *server);

/* The key of the pattern that the answer to a number is filled with; see pattern.h. */
static inline uint64_t server_key(int64_t handle, int64_t number)
{
    return random_bits((uint64_t)handle, (uint64_t)number);
}

#endif
