/*
 * message_blocks - the blocks that are on their way through rank 0, from its source to its sink,
 * and which rank gets which of their numbers.
 *
 * Only rank 0 has them. Each number of a block is first undealt, then dealt to a rank, then
 * settled: it has its result or was given up. A block whose numbers are all settled is written, in
 * the order of the stream.
 */
#ifndef SQUARES_EXCHANGE_MESSAGE_BLOCKS_H
#define SQUARES_EXCHANGE_MESSAGE_BLOCKS_H

#include "crew/dealer.h"
#include "exchange/cutoff.h"
#include "exchange/message_protocol.h"

/* Used in turn: block k is stored at index k % cut.blocks. */
struct block {
    struct numbers numbers;
    int64_t *room; /* for a whole block */
    struct dealer dealer;
    int64_t left; /* numbers that are not settled yet */
};

/* How fast a computing rank works. */
struct pace {
    int64_t at;      /* the block it is in: earlier blocks have nothing left for it */
    int64_t last;    /* numbers of the piece dealt last */
    int64_t count;   /* numbers of the piece that came back last, which took ... */
    int64_t ns;      /* ... this time; 0: none has come back */
    int64_t done;    /* tasks, in ... */
    int64_t busy_ns; /* ... this time, from when a piece was sent to when it came back */
};

struct blocks {
    struct job *job;
    struct message_cut cut;
    int64_t chunk;      /* the least the schedule deals */
    struct block *all;  /* [cut.blocks] */
    struct pace *paces; /* [worker] */
    int64_t read;       /* blocks read so far */
    int64_t written;    /* how many of those are written */
    int64_t begun;      /* numbers that the next block already has */
    int64_t undealt;    /* numbers not dealt yet */
    bool ended;         /* the source has no more */
};

/* Returns 0, or -1 and sets err if memory runs out. Call blocks_close in either case; a zeroed
 * struct is closed. */
int blocks_open(struct blocks *blocks, struct job *job, const struct message_cut *cut,
                struct err *err);
void blocks_close(struct blocks *blocks);

/* Whether any block is on its way. */
static inline bool blocks_left(const struct blocks *blocks)
{
    return blocks->written < blocks->read;
}

/* Reads the next block, or what a pipe has of it, if there is room and the source has not ended.
 * Returns 1 if it did anything, 0 if not, or -1 and sets err if the input is damaged. */
int blocks_read(struct blocks *blocks, struct err *err);

/* Writes the oldest block if it is settled; with `drop`, discards it instead. Returns 1 if it did
 * anything, 0 if not, or -1 and sets err if the block cannot be written. Sets *at to where the
 * block begins. */
int blocks_write(struct blocks *blocks, bool drop, int64_t *at, struct err *err);

/* Gets the next numbers for a worker, and the index of their block. Numbers to be given up are
 * settled and skipped. Returns false if there is nothing for the worker now. */
bool blocks_take(struct blocks *blocks, int worker, const struct cutoff *cutoff,
                 struct numbers *part, int *block);

/* Notes that `count` of a block's numbers have their results, or were given up. */
void blocks_settle(struct blocks *blocks, int block, int64_t count);

/* Notes that a worker took `ns` for `count` of a block's numbers. */
void blocks_note_pace(struct blocks *blocks, int worker, int block, int64_t count, int64_t ns);

/* How many unanswered pieces a worker may have. */
int blocks_allowance(const struct blocks *blocks, int worker);

#endif
