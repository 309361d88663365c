/*
 * message_post - rank 0's side of the messages: pieces sent to the other ranks, and their answers.
 * Peer p is rank p + 1.
 */
#ifndef SQUARES_EXCHANGE_MESSAGE_POST_H
#define SQUARES_EXCHANGE_MESSAGE_POST_H

#include "exchange/message_protocol.h"

/* A piece on its way to a peer and back. */
struct parcel {
    struct numbers numbers; /* where the answer goes, too */
    int block;              /* the sender's own note */
    int64_t sent_ns;
    bool open; /* it has not been answered yet */
    bool gone; /* its numbers need not be sent any more: the answer may come */
    int64_t packet[PACKET_CELLS];
};

struct post {
    const struct team *team;
    int peers;
    struct parcel *parcels; /* [peer][PIECES] */
    int64_t notices[2][HEADER_CELLS];

    int requests_count;
    MPI_Request *requests; /* [peer][PIECES][2]: the packet; the numbers, then their answer. Then
                              [2][peer] of the notices */
    int *finished;         /* as many: what MPI_Testsome found */
    MPI_Status *statuses;
};

/* -1: no memory. To be closed in any case. */
int post_open(struct post *post, const struct team *team, struct err *err);
void post_close(struct post *post);

/* A parcel of the peer's that is free; NULL: there is none, or `pieces` of them are open. */
struct parcel *post_free(const struct post *post, int peer, int pieces);

/* Sends a piece by a free parcel. The numbers stay where they are until it is answered. */
void post_send(struct post *post, int peer, struct parcel *parcel, const struct numbers *numbers,
               int block, int64_t now_ns);

/* Tells all peers: HEADER_STOP with the position, HEADER_END; each once. */
void post_notify(struct post *post, int how, int64_t at);

/* Called for each answer: the parcel is free again, its numbers are the results; or, if `results`
 * is false, of no use. */
typedef void post_answer_fn(void *arg, int peer, struct parcel *parcel, bool results);

/* Moves messages on as far as they go. Whether any moved. */
bool post_advance(struct post *post, post_answer_fn *answer, void *arg);

/* Whether any message is still on its way. */
bool post_busy(const struct post *post);

#endif
