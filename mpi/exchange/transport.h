/*
 * transport - how fast messages move between two ranks of a host, compared with memory copies.
 *
 * MPI has several ways to move a large message within a host: one process reads the other's memory,
 * or both copy through memory that they share. Which one is fast depends on the kernel and on the
 * virtual machine, so it is measured: messages of 1 MiB from rank 0 to the second rank of its host
 * and back, and copies of the same size within rank 0, of memory that is in no core's private
 * cache.
 */
#ifndef SQUARES_EXCHANGE_TRANSPORT_H
#define SQUARES_EXCHANGE_TRANSPORT_H

#include "comm/team.h"
#include "report/environment.h"

/* Bytes per second, the fastest of several tries; 0: not measured. */
struct transport {
    double messages;
    double copies;
};

/* Whether rank 0 shares its host with another rank; all ranks of that host get the same answer. */
static inline bool transport_possible(const struct team *team)
{
    return team->host_size > 1;
}

/* Call on both of the first two ranks of rank 0's host. If only one of them gets memory, neither
 * measures. Rank 0 gets the result. */
struct transport transport_measure(const struct team *team);

/* Adds the warning `slow-messages` if messages move less than a quarter of what copies do. It names
 * the setting that makes this MPI copy, if there is one and it is not yet in force. */
void transport_warn(const struct transport *transport, struct environment *environment);

#endif
