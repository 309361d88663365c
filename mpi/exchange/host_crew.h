/*
 * host_crew - the ranks of a host working as one crew on numbers in memory that they share.
 *
 * The leader lays out a piece of numbers and opens the door. Every rank whose crew comes in time
 * claims chunks from the same place, and works on them where they lie. The leader goes on when all
 * that came in have left. So nothing is copied, and no message is sent.
 *
 *     leader   piece k | open | claim, work, claim, work ... | close | all left? | ...
 *     rank 1             enter | claim, work ...               | leave
 *     rank 2                      (asleep) enter | claim ...   | leave
 *
 * Memory order: the leader writes the piece, then opens the door with a release. A rank enters with
 * an acquire of that, so it sees the piece and its numbers. A rank leaves with a release after its
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
    struct host_crew_room *room; /* at the start of that memory; the next two follow it */
    struct claims *claims;
    int64_t *cells; /* for `size` numbers */
    int64_t size;
    int workers, first; /* of all the host's ranks; the index of this rank's first */
    unsigned heard;     /* the last round this rank has seen */
};

/* Collective over the ranks of each host; call host_crew_close in any case. `threads`: of this
 * rank's crew; `size`: chosen by the leader, the same on all ranks of the host. Returns 0, or -1 on
 * all of them if a host crew is not possible; the rank that noticed has the reason in err, others
 * may have none. */
int host_crew_open(struct host_crew *host_crew, const struct team *team, int threads, int64_t size,
                   struct err *err);
void host_crew_close(struct host_crew *host_crew); /* collective; a zeroed one is closed */

/* On leaders: has the host crew work on `piece`, which lies in host_crew->cells. job->chunk gets
 * chunks counted from the piece's first number. `job` is as for crew_run, except that the host crew
 * fills in the count and what crews share. Returns as crew_run; if only another rank failed, -1
 * with an empty `err`, as that rank keeps its own. */
int host_crew_compute(struct host_crew *host_crew, struct crew *crew, const struct crew_job *job,
                      const struct numbers *piece, struct err *err);

/* On the other ranks: takes part in whatever the leader has, until the leader says there is no
 * more. `job` is the leader's, except for what belongs to this process; *piece is set before each
 * call of job->chunk. Returns 0, or -1 and sets err to the earliest failure if it failed here. Also
 * returns 0 if it gave up pieces that failed elsewhere. */
int host_crew_follow(struct host_crew *host_crew, struct crew *crew, const struct crew_job *job,
                     struct numbers *piece, struct err *err);

/* On leaders, from within job->between: whether another rank still works on the piece. */
bool host_crew_others_work(const struct host_crew *host_crew);

/* On leaders, from within job->between: all ranks of the host give up the piece. They begin no more
 * chunks of it and stop those they are in. host_crew_compute then returns -1. */
void host_crew_give_up(struct host_crew *host_crew);

/* The tally of all chunks of a rank. */
struct host_crew_sum {
    int64_t count;
    uint64_t fingerprint;
};

/* On leaders: lets the others go, and waits until all have called host_crew_tell. Returns the sum
 * of what they did. */
struct host_crew_sum host_crew_end(struct host_crew *host_crew);

/* On the others, once, after host_crew_follow. */
void host_crew_tell(struct host_crew *host_crew, struct host_crew_sum sum);

#endif
