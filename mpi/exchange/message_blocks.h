/*
 * message_blocks - the blocks that are on their way through rank 0, from its source to its sink,
 * and who is dealt what of them.
 *
 * Only rank 0 has them. A number of a block is undealt, then somebody's, then settled: it has its
 * result or was given up. A block of which all are settled is written, in the order of the stream.
 */
#ifndef SQUARES_EXCHANGE_MESSAGE_BLOCKS_H
#define SQUARES_EXCHANGE_MESSAGE_BLOCKS_H

#include "crew/dealer.h"
#include "exchange/cutoff.h"
#include "exchange/message_protocol.h"

/* Used in turn: block k lies in place k % cut.blocks. */
struct block {
    struct numbers numbers;
    int64_t *room; /* for a whole block */
    struct dealer dealer;
    int64_t left; /* numbers that are not settled */
};

/* How a rank that computes gets on. */
struct pace {
    int64_t at;      /* the block it is in: in those before it there is nothing for it */
    int64_t last;    /* numbers of the piece dealt last */
    int64_t count;   /* of the piece that came back last, which took ... */
    int64_t ns;      /* ... so long; 0: none has */
    int64_t done;    /* tasks, in ... */
    int64_t busy_ns; /* ... this time, from when pieces left to when they were back */
};

struct blocks {
    struct job *job;
    struct message_cut cut;
    int64_t chunk;      /* what the schedule deals at least */
    struct block *all;  /* [cut.blocks] */
    struct pace *paces; /* [worker] */
    int64_t read;       /* blocks so far */
    int64_t written;    /* of those */
    int64_t begun;      /* numbers that the next one has already */
    int64_t undealt;    /* numbers */
    bool ended;         /* the source has nothing more */
};

/* -1: no memory. To be closed in any case; zeroed they are closed. */
int blocks_open(struct blocks *blocks, struct job *job, const struct message_cut *cut,
                struct err *err);
void blocks_close(struct blocks *blocks);

/* Whether any block is on its way. */
static inline bool blocks_left(const struct blocks *blocks)
{
    return blocks->written < blocks->read;
}

/* Reads the next block, or what a pipe has of it, if there is room and the source has not ended.
 * Whether it did anything; -1: the input is damaged. */
int blocks_read(struct blocks *blocks, struct err *err);

/* Writes the oldest block, if it is settled; `drop`: lets it go instead. Whether it did anything;
 * -1: it cannot be written, *at is where it begins. */
int blocks_write(struct blocks *blocks, bool drop, int64_t *at, struct err *err);

/* The next numbers for a worker, and the place of their block; those to be given up are settled and
 * left out. false: there is nothing for it now. */
bool blocks_take(struct blocks *blocks, int worker, const struct cutoff *cutoff,
                 struct numbers *part, int *block);

/* So many of a block's numbers have their results, or were given up. */
void blocks_settle(struct blocks *blocks, int block, int64_t count);

/* A worker took `ns` for so many of a block's numbers. */
void blocks_note_pace(struct blocks *blocks, int worker, int block, int64_t count, int64_t ns);

/* How many pieces a worker may have that are not answered. */
int blocks_allowance(const struct blocks *blocks, int worker);

#endif
