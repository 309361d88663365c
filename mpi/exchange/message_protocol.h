/*
 * message_protocol - the exchange by MPI messages: rank 0 scatters the numbers, the ranks send
 * results back.
 *
 * The stream is cut into blocks, several of which are on their way at once. Rank 0 deals each block
 * to the workers (a worker here is a rank that computes, which rank 0 may be too) by the job's
 * schedule, piece by piece. A rank gets further pieces when it has answered. While there is plenty
 * for all, it has up to PIECES of them, so that the next travels while one is computed. Chunks that
 * would take less time than a message are combined into one piece (message_blocks):
 *
 *     rank 0   read block 0 | send | compute a piece | send | compute | ... | write block 0 |
 *     rank 1            piece -> compute -> results
 *                          piece --------> compute -> results
 *
 * A piece is sent as a packet: a header and, if they are few, its numbers. Many numbers follow in a
 * message of their own, to and from where they lie in the block, so that they are not copied. Each
 * piece is answered exactly once: by its results or, if it was given up, by an empty message. Rank
 * 0 may await several answers from one rank, in no fixed order, so each answer has a tag, which the
 * piece's header gives. Results go to the block their numbers came from, and blocks are written in
 * order.
 *
 * A header after the last piece says that there are no more. If anything fails, rank 0 tells all
 * ranks once, by the header HEADER_STOP: pieces above that position are given up, those below it
 * are still sent, see cutoff.h.
 *
 * Memory, however long the stream is: the blocks on rank 0, PIECES pieces on the others.
 */
#ifndef SQUARES_EXCHANGE_MESSAGE_PROTOCOL_H
#define SQUARES_EXCHANGE_MESSAGE_PROTOCOL_H

#include "exchange/exchange.h"

#include <stdlib.h>

enum {
    PIECES = 3,        /* pieces on their way to a rank */
    HEADER_CELLS = 3,  /* position of the piece's first number; its count; its answer's tag */
    HEADER_END = 0,    /* as a count: no more pieces */
    HEADER_STOP = -1,  /* as a count: give up pieces above the position */
    PACKET_MOST = 128, /* numbers that travel with their header: 1 KiB is sent eagerly */
    PACKET_CELLS = HEADER_CELLS + PACKET_MOST,
};

/* How a job is cut into blocks and pieces: the same on all its ranks. */
struct message_cut {
    int blocks;    /* blocks on their way */
    int64_t piece; /* the most numbers dealt at once; a block has this many for each worker */
};

/* The cut for a job whose workers are host crews of at most `most` ranks. */
struct message_cut message_cut_for_host_crews(int most);

/* The two sides; their state is in job->state. */
int message_root_open(struct job *job, const struct message_cut *cut, struct err *err);
int message_root_run(struct job *job, struct err *err);
void message_root_close(struct job *job);

int message_worker_open(struct job *job, const struct message_cut *cut, struct err *err);
int message_worker_run(struct job *job, struct err *err);
void message_worker_close(struct job *job);

/* Memory for the `index`-th block or piece of `count` numbers: part of the host crew's, or newly
 * allocated. NULL if memory runs out. */
static inline int64_t *message_room(const struct job *job, int index, int64_t count)
{
    return job->host_crew != NULL ? job->host_crew->cells + index * count
                                  : malloc((size_t)count * NUMBER_SIZE);
}

#endif
