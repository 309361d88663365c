/*
 * loopback - what both ends of a connection within this host have in common. Any thread.
 *
 * A handle is what a server is reached by: its port in the 16 bits at the end, above them bits that
 * tell it from a stranger at that port.
 */
#ifndef SQUARES_WORK_LOOPBACK_H
#define SQUARES_WORK_LOOPBACK_H

#include "base/err.h"

#include <netinet/in.h>
#include <stdint.h>

/* Where the server with that handle listens; 0: at a port of the kernel's choice. */
struct sockaddr_in loopback_address(int64_t handle);

/* Opens a socket that listens at a port of the kernel's choice, without blocking, and makes a
 * handle for it. Returns 0, or -1 and sets errno; *listener is then a descriptor to be closed, or
 * -1. */
int loopback_listen(int *listener, int64_t *handle);

/* Says that `what` ("cannot connect to the server at", ...) happened by the present errno, and what
 * to do about it. It is an echo if the other end has met something else first. Returns -1. */
int loopback_fail(struct err *err, const char *what, int64_t handle);

/* Lets this process have as many open files as it may: a connection takes one at each end. */
void loopback_allow_files(void);

#endif
