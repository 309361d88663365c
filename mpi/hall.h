/*
 * hall - the ranks of a host working as one crew on numbers in memory that they share.
 *
 * The leader lays out a piece of numbers and opens the doors; every rank whose crew comes in time
 * claims chunks from the same place, and works on them where they lie; the leader goes on when all
 * that came in have left. So nothing is copied, and no message is sent.
 *
 *     leader      piece k | open | claim, work, claim, work ...        | close | all left? | piece
 * k+1 rank 1               enter | claim, work ...             | leave | rank 2 (asleep) enter |
 * leave |
 *
 * Order in memory: the leader writes the piece, then opens by a release; who enters does so by an
 * acquire of that, so it sees the piece and its numbers. Who leaves does so by a release behind its
 * results, and the leader acquires that before it looks at them. Claims themselves are relaxed:
 * they say who has which numbers, not what is in them.
 */
#ifndef SQUARES_HALL_H
#define SQUARES_HALL_H

#include "crew/crew.h"
#include "number/numbers.h"
#include "team.h"

struct hall_room;

struct hall {
    const struct team *team;
    MPI_Win window; /* MPI_WIN_NULL: not open */
    struct hall_room *room;
    struct claims *claims;
    int64_t *memory; /* for `size` numbers, shared */
    int64_t size;
    int workers, first; /* of all ranks of the host; the number of this rank's first among them */
    unsigned heard;     /* the last round this rank has seen */
};

/* Collective over the ranks of each host; must be closed in any case. `threads`: of this rank's
 * crew. -1 on all of a host if it cannot have it, with the reason in `err`. */
int hall_open(struct hall *hall, const struct team *team, int threads, int64_t size,
              struct err *err);
void hall_close(struct hall *hall); /* collective; zeroed it is closed */

/* What the crews do with a piece: as crew_chunk_fn, chunks count from its first number. */
struct hall_work {
    struct crew *crew;
    enum schedule schedule;
    int64_t grain, claim;
    crew_chunk_fn *chunk;
    void *arg;
    struct numbers *piece; /* what `chunk` is to work on; filled for those who follow */
    void (*between)(void *arg);
    void *between_arg;
};

/* On leaders: has `*work->piece`, which lies in hall->memory, worked on. -1: as crew_run; with an
 * empty `err` also if it failed on another rank, which keeps its own. */
int hall_compute(struct hall *hall, const struct hall_work *work, struct err *err);

/* On the others: takes part in whatever the leader has until it says that there is no more. -1: it
 * has failed here, the first time with `err`. */
int hall_follow(struct hall *hall, const struct hall_work *work, struct err *err);

/* What came of all chunks of a rank. */
struct hall_sum {
    int64_t count;
    uint64_t fingerprint;
};

/* On leaders: lets the others go, and waits until they have told what they did: the sum of that. */
struct hall_sum hall_end(struct hall *hall);

/* On the others, once, behind hall_follow. */
void hall_tell(struct hall *hall, struct hall_sum sum);

#endif
