/*
 * message_protocol - the exchange by MPI messages: rank 0 scatters blocks, the ranks send results
 * back.
 *
 * The stream is cut into rounds; a round is a block of at most `piece * workers` numbers, dealt
 * evenly to the workers (a worker here is a rank that computes). Up to DEPTH rounds are on their
 * way at once, so the next pieces travel while one is computed:
 *
 *     rank 0   read 0 | send 0 | read 1 | send 1 | compute its part of 0 | ... | write 0 | read 3 |
 *     rank 1            header 0, numbers 0 -> compute -> results 0
 *                               header 1, numbers 1 -------> compute -> results 1
 *
 * Results land in the block they came from, and rounds are written in order. Memory: rank 0 holds
 * DEPTH blocks, a worker DEPTH pieces, whatever the length of the stream.
 *
 * Each piece sent is answered exactly once: by its results or, if it was given up, by an empty
 * message. Rank 0 awaits the answers to several pieces of a worker at once, in no fixed order, so
 * an answer bears the tag of its round. After the last piece a header says so. If anything fails,
 * rank 0 sends the header HEADER_STOP instead of further pieces, see surrender.h.
 */
#ifndef SQUARES_MESSAGE_PROTOCOL_H
#define SQUARES_MESSAGE_PROTOCOL_H

#include "exchange.h"

#include <stdlib.h>

enum {
    DEPTH = 3,        /* rounds on their way */
    HEADER_CELLS = 3, /* position of the piece's first number; its count; its answer's tag */
    HEADER_END = 0,   /* as a count: no more pieces */
    HEADER_STOP = -1, /* as a count: no more pieces; give up those above the position */
};

/* The same where each worker is a host's hall: 1 MiB for each rank of the largest, at most 32 MiB,
 * so that opening and closing it costs little. `job`: that of all ranks, or of the leaders. */
static inline int64_t message_hall_piece(const struct job *job)
{
    const int64_t EACH = (1 << 20) / NUMBER_SIZE, MOST = (32 << 20) / NUMBER_SIZE;
    int64_t piece = EACH * job->most;
    return piece < MOST ? piece : MOST;
}

/* The most numbers a piece holds: the same on all ranks. 256 KiB of them was measured best of 64
 * KiB to 1 MiB on a 2-core VM: large enough to travel at the speed of memory, small enough that
 * what rank 0 sends, receives and computes stays in its caches. With many ranks pieces shrink, so
 * that a block stays below 32 MiB. */
static inline int64_t message_piece(const struct job *job)
{
    const int64_t SMALLEST = (4 << 10) / NUMBER_SIZE, LARGEST = (256 << 10) / NUMBER_SIZE;
    if (job->hall != NULL)
        return message_hall_piece(job);
    int64_t piece = (32 << 20) / NUMBER_SIZE / job_workers(job);
    return piece > LARGEST ? LARGEST : piece > SMALLEST ? piece : SMALLEST;
}

/* Memory for the `index`-th of DEPTH blocks of so many numbers: the hall's, or new. NULL: there is
 * none. */
static inline int64_t *message_room(const struct job *job, int index, int64_t count)
{
    return job->hall != NULL ? job->hall->cells + index * count
                             : malloc((size_t)count * NUMBER_SIZE);
}

/* The two sides; state is in job->state. */
int message_root_open(struct job *job, struct err *err);
int message_root_run(struct job *job, struct err *err);
void message_root_close(struct job *job);

int message_worker_open(struct job *job, struct err *err);
int message_worker_run(struct job *job, struct err *err);
void message_worker_close(struct job *job);

#endif
