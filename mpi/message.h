/*
 * message - the exchange by MPI messages: rank 0 scatters blocks, the ranks send results back.
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
 * rank 0 sends the header HEADER_STOP instead of further pieces, see `struct surrender`.
 */
#ifndef SQUARES_MESSAGE_H
#define SQUARES_MESSAGE_H

#include "exchange.h"

enum {
    DEPTH = 3,        /* rounds on their way */
    HEADER_CELLS = 3, /* position of the piece's first number; its count; its answer's tag */
    HEADER_END = 0,   /* as a count: no more pieces */
    HEADER_STOP = -1, /* as a count: no more pieces; give up those above the position */
};

/*
 * What a rank does once a piece is known to have failed: pieces above it are given up at once;
 * those below are still worked on, so that the failure reported is the lowest and does not depend
 * on which rank was quicker. But only for a second: then all is given up, as nobody waits for long
 * tasks only to learn of another failure.
 */
struct surrender {
    bool begun;
    int64_t at;          /* first position of the lowest piece that failed */
    int64_t deadline_ns; /* when to give up all */
};

void surrender_begin(struct surrender *surrender, int64_t at);

/* Whether to give up a piece that begins at `first`. */
bool surrender_of(const struct surrender *surrender, int64_t first);

/* The most numbers a piece holds. Deterministic: the same on all ranks. */
int64_t message_piece(const struct job *job);

/* The two sides; state is in job->state. */
int message_root_open(struct job *job, struct err *err);
int message_root_run(struct job *job, struct err *err);
void message_root_close(struct job *job);

int message_worker_open(struct job *job, struct err *err);
int message_worker_run(struct job *job, struct err *err);
void message_worker_close(struct job *job);

#endif
