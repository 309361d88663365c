/*
 * message_protocol - the exchange by MPI messages: rank 0 scatters the numbers, the ranks send
 * results back.
 *
 * The stream is cut into blocks, several of which are on their way at once. Rank 0 deals each to
 * the workers (a worker here is a rank that computes) by the job's schedule, piece by piece, to
 * itself as to the others. A rank gets further pieces when it has answered; while there is plenty
 * for all it has PIECES of them, so that the next travels while one is computed, and chunks that
 * are shorter than what a message costs make one piece (message_blocks):
 *
 *     rank 0   read block 0 | send | compute a piece | send | compute | ... | write block 0 |
 *     rank 1            piece -> compute -> results
 *                          piece --------> compute -> results
 *
 * A piece is a packet: a header and, if they are few, its numbers. Many follow in a message of
 * their own, to and from where they lie in the block, so that they are not copied. Each piece sent
 * is answered exactly once: by its results or, if it was given up, by an empty message. Rank 0
 * awaits several answers of a rank, in no fixed order, so each bears a tag that the header tells.
 * Results land in the block they came from, and blocks are written in order.
 *
 * After the last piece a header says so. If anything fails, rank 0 tells all once, by the header
 * HEADER_STOP: pieces above that position are given up, those below it still come, see cutoff.h.
 *
 * Memory, whatever the length of the stream: the blocks on rank 0, PIECES pieces on the others.
 */
#ifndef SQUARES_EXCHANGE_MESSAGE_PROTOCOL_H
#define SQUARES_EXCHANGE_MESSAGE_PROTOCOL_H

#include "exchange/exchange.h"

#include <stdlib.h>

enum {
    PIECES = 3,        /* on their way to a rank */
    HEADER_CELLS = 3,  /* position of the piece's first number; its count; its answer's tag */
    HEADER_END = 0,    /* as a count: no more pieces */
    HEADER_STOP = -1,  /* as a count: give up those above the position */
    PACKET_MOST = 128, /* numbers that travel with their header: 1 KiB is sent at once */
    PACKET_CELLS = HEADER_CELLS + PACKET_MOST,
};

/* How a job is cut: the same on all its ranks. */
struct message_cut {
    int blocks;    /* on their way */
    int64_t piece; /* numbers, the most that are dealt at once; a block has one for each worker */
};

/* That of a job whose workers are host crews, of at most so many ranks. */
struct message_cut message_cut_for_halls(int most);

/* The two sides; state is in job->state. */
int message_root_open(struct job *job, const struct message_cut *cut, struct err *err);
int message_root_run(struct job *job, struct err *err);
void message_root_close(struct job *job);

int message_worker_open(struct job *job, const struct message_cut *cut, struct err *err);
int message_worker_run(struct job *job, struct err *err);
void message_worker_close(struct job *job);

/* Memory for the `index`-th block or piece of so many numbers: the host crew's, or new. NULL: there
 * is none. */
static inline int64_t *message_room(const struct job *job, int index, int64_t count)
{
    return job->host_crew != NULL ? job->host_crew->cells + index * count
                                  : malloc((size_t)count * NUMBER_SIZE);
}

#endif
