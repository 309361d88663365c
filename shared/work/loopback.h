/*
 * loopback - what both ends of a connection within this host share. Any thread.
 *
 * A handle identifies a server: the lowest 16 bits are its port, and the bits above them
 * distinguish it from an unrelated server on that port.
 */
#ifndef SQUARES_WORK_LOOPBACK_H
#define SQUARES_WORK_LOOPBACK_H

#include "base/err.h"

#include <netinet/in.h>
#include <stdint.h>

/* The address of the server with that handle; 0: a port that the kernel chooses. */
struct sockaddr_in loopback_address(int64_t handle);

/* Opens a non-blocking socket that listens on a port chosen by the kernel, and makes a handle for
 * it. Returns 0, or -1 with errno; *listener is then -1, or a descriptor that the caller closes. */
int loopback_listen(int *listener, int64_t *handle);

/* Sets err: `what` ("cannot connect to the server at", ...) failed with the current errno, and what
 * to do about it. The error is marked as an echo if the other end must have failed first. Returns
 * -1. */
int loopback_fail(struct err *err, const char *what, int64_t handle);

/* Raises this process's limit of open files as far as allowed: a connection takes one at each
 * end. */
void loopback_allow_files(void);

#endif
