/*
 * transport - how fast messages move between two ranks of a host, beside what its memory can do.
 *
 * MPI has several ways to move a large message within a host: one process reads the other's memory,
 * or both copy by way of memory that they share. Which one is fast depends on the kernel and on the
 * virtual machine, so it is measured: messages of 1 MiB from rank 0 to the second rank of its host
 * and back, and copies of as much within rank 0, of memory that is in no core's own cache.
 */
#ifndef SQUARES_EXCHANGE_TRANSPORT_H
#define SQUARES_EXCHANGE_TRANSPORT_H

#include "comm/team.h"
#include "report/environment.h"

/* Bytes a second, the fastest of several; 0: not measured. */
struct transport {
    double messages;
    double copies;
};

/* Whether rank 0 shares its host with another rank, which can be told by all ranks of the host. */
static inline bool transport_possible(const struct team *team)
{
    return team->host_size > 1;
}

/* On the first two ranks of rank 0's host, both. The one has memory and the other has not: then
 * neither measures. The result is rank 0's. */
struct transport transport_measure(const struct team *team);

/* Adds the warning `slow-messages` if they move less than a quarter of what copies do; with the
 * setting that makes this MPI copy, where there is one and it is not yet in force. */
void transport_warn(const struct transport *transport, struct environment *environment);

#endif
