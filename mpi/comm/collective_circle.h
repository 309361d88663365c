/*
 * collective_circle - finds ranks that wait for each other, in builds that check collectives.
 *
 * A rank that has waited for a while sends a question to the ranks it waits for. A rank that is
 * waiting, too, adds itself and passes the question on; one that works does not look. A question
 * that comes back to its sender has gone round a circle. Two of them with the same waits in them
 * prove a deadlock: each of the ranks has been in that one wait all the time between (after Chandy,
 * Misra & Haas, "Distributed deadlock detection", 1983; where a wait may end by itself, the proof
 * needs more than one question).
 */
#ifndef SQUARES_COMM_COLLECTIVE_CIRCLE_H
#define SQUARES_COMM_COLLECTIVE_CIRCLE_H

#include <stdbool.h>
#include <stdint.h>

enum { CIRCLE_MOST = 8 }; /* the most ranks in a circle that can be found */

struct circle_site {
    char text[96]; /* "MPI_Bcast (mpi/command/run.c:102)" */
};

struct circle_hop {
    int rank;         /* in MPI_COMM_WORLD */
    unsigned long id; /* of its wait */
    struct circle_site site;
};

/* A question, and the ranks it has passed so far; hops[0] is its sender. */
struct circle_question {
    int count;
    struct circle_hop hops[CIRCLE_MOST];
};

struct circle_wait {
    unsigned long id; /* counts this rank's waits */
    struct circle_site site;
    int *ranks; /* those it waits for, numbered as in MPI_COMM_WORLD; owned by the caller */
    int count;
    int64_t since_ns, ask_ns, limit_ns; /* when it began; asks again; gives up */
    int64_t sure_ns;                    /* when to report the circle it has found; or 0 */
    int64_t nap_ns;
    struct circle_question found; /* the last question that came back; count 0: none */
};

/* Collective over MPI_COMM_WORLD. */
void circle_begin(void);

struct circle_wait circle_wait(bool limited);

/* Sleeps briefly on a rank that waits, and looks for questions. If there is a circle, or the time
 * is over, it does not return: it prints what it knows, and ends the job. */
void circle_nap(struct circle_wait *wait);

/* Ends all ranks, after a message was printed on stderr. */
_Noreturn void circle_abort(void);

#endif
