/*
 * host_crew - the ranks of a host working as one crew on numbers in memory that they share.
 *
 * The leader lays out a piece of numbers and opens the doors; every rank whose crew comes in time
 * claims chunks from the same place, and works on them where they lie; the leader goes on when all
 * that came in have left. So nothing is copied, and no message is sent.
 *
 *     leader   piece k | open | claim, work, claim, work ... | close | all left? | ...
 *     rank 1             enter | claim, work ...               | leave
 *     rank 2                      (asleep) enter | claim ...   | leave
 *
 * Order in memory: the leader writes the piece, then opens by a release; who enters does so by an
 * acquire of that, so it sees the piece and its numbers. Who leaves does so by a release behind its
 * results, and the leader acquires that before it looks at them. Claims themselves are relaxed:
 * they say who has which numbers, not what is in them.
 */
#ifndef SQUARES_EXCHANGE_HOST_CREW_H
#define SQUARES_EXCHANGE_HOST_CREW_H

#include "comm/shared_memory.h"
#include "comm/team.h"
#include "crew/crew.h"
#include "number/numbers.h"

struct host_crew_room;

struct host_crew {
    const struct team *team;
    struct shared_memory memory;
    struct host_crew_room *room; /* in that, as the next two */
    struct claims *claims;
    int64_t *cells; /* for `size` numbers */
    int64_t size;
    int workers, first; /* of all ranks of the host; the number of this rank's first among them */
    unsigned heard;     /* the last round this rank has seen */
};

/* Collective over the ranks of each host; to be closed in any case. `threads`: of this rank's crew;
 * `size`: of the leader's choice, the same on all ranks of the host. -1 on all of them if it cannot
 * be had; the leader has the reason, others may have none. */
int host_crew_open(struct host_crew *host_crew, const struct team *team, int threads, int64_t size,
                   struct err *err);
void host_crew_close(struct host_crew *host_crew); /* collective; zeroed it is closed */

/* On leaders: has `piece`, which lies in host_crew->cells, worked on: job->chunk is given chunks
 * that count from its first number. `job` is as for crew_run, but that the host crew fills in the
 * count and what crews share. -1: as crew_run; with an empty `err` also if it failed on another
 * rank, which keeps its own. */
int host_crew_compute(struct host_crew *host_crew, struct crew *crew, const struct crew_job *job,
                      const struct numbers *piece, struct err *err);

/* On the others: takes part in whatever the leader has until it says that there is no more. `job`
 * is the leader's but for what belongs to this process; *piece is set before each call of
 * job->chunk. -1: it has failed here, and `err` is set, by the earliest failure. 0 also if pieces
 * were given up that failed elsewhere. */
int host_crew_follow(struct host_crew *host_crew, struct crew *crew, const struct crew_job *job,
                     struct numbers *piece, struct err *err);

/* On leaders, from within job->between: whether another rank still works on the piece. */
bool host_crew_others_work(const struct host_crew *host_crew);

/* On leaders, from within job->between: the piece is given up by all ranks of the host, which
 * begin no more chunks of it and stop those that they are in. hall_compute then returns -1. */
void host_crew_give_up(struct host_crew *host_crew);

/* What came of all chunks of a rank. */
struct host_crew_sum {
    int64_t count;
    uint64_t fingerprint;
};

/* On leaders: lets the others go, and waits until they have told what they did: the sum of that. */
struct host_crew_sum host_crew_end(struct host_crew *host_crew);

/* On the others, once, behind hall_follow. */
void host_crew_tell(struct host_crew *host_crew, struct host_crew_sum sum);

#endif
