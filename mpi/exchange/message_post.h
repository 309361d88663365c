/*
 * message_post - rank 0's side of the messages: pieces sent to the other ranks, and their answers.
 * Peer p is rank p + 1.
 */
#ifndef SQUARES_EXCHANGE_MESSAGE_POST_H
#define SQUARES_EXCHANGE_MESSAGE_POST_H

#include "exchange/message_protocol.h"

/* A piece on its way to a peer and back. */
struct parcel {
    struct numbers numbers; /* the answer goes here, too */
    int block;              /* the index of its block, for the sender only */
    int64_t sent_ns;
    bool open; /* not answered yet */
    bool gone; /* its numbers have been sent, or went with the packet: the answer may come */
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
    int *finished;         /* of the same length: what MPI_Testsome found */
    MPI_Status *statuses;
};

/* Returns 0, or -1 and sets err if memory runs out. Call post_close in either case. */
int post_open(struct post *post, const struct team *team, struct err *err);
void post_close(struct post *post);

/* A free parcel of the peer's; NULL if it has none, or if `pieces` of them are open. */
struct parcel *post_free(const struct post *post, int peer, int pieces);

/* Sends a piece in a free parcel. The numbers must stay where they are until it is answered. */
void post_send(struct post *post, int peer, struct parcel *parcel, const struct numbers *numbers,
               int block, int64_t now_ns);

/* Sends all peers HEADER_STOP with the position, or HEADER_END. Call it at most once for each. */
void post_notify(struct post *post, int how, int64_t at);

/* Called for each answer; the parcel is then free again. If `results`, its numbers are the results;
 * else they are of no use. */
typedef void post_answer_fn(void *arg, int peer, struct parcel *parcel, bool results);

/* Moves messages on as far as they go. Returns whether any moved. */
bool post_advance(struct post *post, post_answer_fn *answer, void *arg);

/* Whether any message is still on its way. */
bool post_busy(const struct post *post);

#endif
