/*
 * collective_circle - finds ranks that wait for each other, in builds that check collectives.
 *
 * A rank that has waited for a while sends a question to those it waits for. A rank that is
 * waiting, too, adds itself and passes it on; one that works does not look. A question that comes
 * back to its sender has gone round a circle. Two of them with the same waits in them prove it:
 * each of the ranks has been in that one wait all the time between (after Chandy, Misra & Haas,
 * "Distributed deadlock detection", 1983; its proof wants more than one question where a wait may
 * end by itself).
 */
#ifndef SQUARES_COMM_COLLECTIVE_CIRCLE_H
#define SQUARES_COMM_COLLECTIVE_CIRCLE_H

#include <stdbool.h>
#include <stdint.h>

enum { CIRCLE_MOST = 8 }; /* ranks in a circle that is found */

struct circle_site {
    char text[96]; /* "MPI_Bcast (mpi/command/run.c:102)" */
};

struct circle_hop {
    int rank;         /* of the world */
    unsigned long id; /* of its wait */
    struct circle_site site;
};

/* A question, and the way it has gone so far; hops[0] is whose it is. */
struct circle_question {
    int count;
    struct circle_hop hops[CIRCLE_MOST];
};

struct circle_wait {
    unsigned long id; /* a rank numbers its waits */
    struct circle_site site;
    int *ranks; /* of the world, for which it waits; the caller's */
    int count;
    int64_t since_ns, ask_ns, limit_ns; /* began; asks again; gives up */
    int64_t sure_ns;                    /* when it speaks of the circle it has found; or 0 */
    int64_t nap_ns;
    struct circle_question found; /* the last that came back; count 0: none */
};

/* Collective over MPI_COMM_WORLD. */
void circle_begin(void);

struct circle_wait circle_wait(bool limited);

/* A short sleep of a rank that waits; looks for questions meanwhile. Does not return if there is a
 * circle or the time is over: tells what it knows, and ends the job. */
void circle_nap(struct circle_wait *wait);

/* Ends all ranks, after something was said on stderr. */
_Noreturn void circle_abort(void);

#endif
