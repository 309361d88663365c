/*
 * demo_deadlock - two ranks that both send first, and receive then. MPI_Send returns when the
 * buffer may be reused: at once if MPI has copied the message ("eager"), else when the other rank
 * receives it, which it cannot do, as it is sending.
 */
#include "base/clock.h"
#include "base/units.h"
#include "comm/tags.h"
#include "command/demo_eager.h"
#include "command/demo_ranks.h"
#include "measure/samples.h"

#include <math.h>
#include <stdlib.h>

enum { SMALLEST = 64, LARGEST = 4 << 20, SIZES = 9, RUNS = 5 };

static const int64_t PATIENCE_NS = 10 * NS_PER_MS;

struct facing {
    MPI_Comm world;
    int other; /* the rank across: 0's is 1, 1's is 0 */
    char *out, *in;
};

/* Whether `mine` is true on either rank. Both get the same answer, so they stay together. */
static bool either(const struct facing *facing, bool mine)
{
    int a = mine, b = 0;
    MPI_Sendrecv(&a, 1, MPI_INT, facing->other, TAG_STUCK, &b, 1, MPI_INT, facing->other, TAG_STUCK,
                 facing->world, MPI_STATUS_IGNORE);
    return a || b;
}

/* Does what MPI_Send does, but with a time limit: a request of MPI_Isend completes when MPI_Send
 * would return, by the same rule, but one can stop testing it. Returns the seconds it took;
 * INFINITY if it got stuck on one of the two. */
static double send_face_to_face(const struct facing *facing, int bytes)
{
    MPI_Request request;
    int done = 0;
    int64_t start = clock_now_ns(), now = start;
    MPI_Isend(facing->out, bytes, MPI_BYTE, facing->other, TAG_FACE, facing->world, &request);
    while (!done && now - start < PATIENCE_NS) {
        MPI_Test(&request, &done, MPI_STATUS_IGNORE);
        now = clock_now_ns();
    }
    bool stuck = either(facing, !done); /* before either receives, which would free the other */
    MPI_Recv(facing->in, bytes, MPI_BYTE, facing->other, TAG_FACE, facing->world,
             MPI_STATUS_IGNORE); /* ends: the message is on its way, and the other's send waited
                                    only for this */
    MPI_Wait(&request, MPI_STATUS_IGNORE);
    return stuck ? INFINITY : clock_seconds(now - start);
}

/* The remedy: MPI knows of the send and the receive, and does them together. */
static double send_and_receive(const struct facing *facing, int bytes)
{
    int64_t start = clock_now_ns();
    MPI_Sendrecv(facing->out, bytes, MPI_BYTE, facing->other, TAG_FACE, facing->in, bytes, MPI_BYTE,
                 facing->other, TAG_FACE, facing->world, MPI_STATUS_IGNORE);
    return clock_seconds(clock_now_ns() - start);
}

/* --- measuring --- */

struct size {
    int bytes;
    double sent_s, both_s; /* medians; sent_s: INFINITY if more than half of the sends got stuck */
    int stuck;             /* in how many runs */
};

struct outcome {
    struct size sizes[SIZES];
    int count;
    int fits, sticks; /* bytes: the most that was sent, the least that got stuck; 0: none */
};

static void try_size(const struct facing *facing, struct size *size)
{
    double sent[RUNS], both[RUNS];
    (void)either(facing, false); /* so that the first run starts when both are here */
    for (int run = 0; run < RUNS; run++) {
        sent[run] = send_face_to_face(facing, size->bytes);
        both[run] = send_and_receive(facing, size->bytes);
        size->stuck += isinf(sent[run]);
    }
    size->sent_s = samples_median(sent, RUNS);
    size->both_s = samples_median(both, RUNS);
}

/* Ends: the distance between the two sizes is halved each time. Both ranks see the same, and take
 * the same steps. */
static void find_limit(const struct facing *facing, struct outcome *outcome)
{
    for (int i = 0; i < outcome->count; i++) {
        const struct size *size = &outcome->sizes[i];
        if (size->stuck == 0)
            outcome->fits = size->bytes;
        else if (outcome->sticks == 0)
            outcome->sticks = size->bytes;
    }
    while (outcome->fits > 0 && outcome->fits + 1 < outcome->sticks) {
        int bytes = outcome->fits + (outcome->sticks - outcome->fits) / 2;
        bool stuck = isinf(send_face_to_face(facing, bytes));
        *(stuck ? &outcome->sticks : &outcome->fits) = bytes;
    }
}

static int face(const struct team *team, struct outcome *outcome, struct err *err)
{
    struct facing facing = {.world = team->world, .other = 1 - team->rank};
    facing.out = calloc(LARGEST, 1);
    facing.in = calloc(LARGEST, 1);
    bool missing = facing.out == NULL || facing.in == NULL;
    int status = missing ? err_memory(err, "the messages") : 0;
    if (!either(&facing, missing)) {
        for (int bytes = SMALLEST; bytes <= LARGEST; bytes *= 4) { /* SIZES passes */
            outcome->sizes[outcome->count].bytes = bytes;
            try_size(&facing, &outcome->sizes[outcome->count++]);
        }
        find_limit(&facing, outcome);
    }
    free(facing.out);
    free(facing.in);
    return status;
}

/* --- telling --- */

static void tell_limit(struct showing *showing, const struct outcome *outcome, bool one_host)
{
    const char *name = "";
    if (outcome->fits == 0)
        showing_say(showing, "Even %d bytes got stuck: which sizes are copied depends on the MPI.",
                    SMALLEST);
    else if (outcome->sticks == 0)
        showing_say(showing,
                    "Nothing got stuck up to %d bytes: this MPI copies even those. Another may "
                    "not.",
                    outcome->fits);
    else if (outcome->sticks != outcome->fits + 1)
        showing_say(showing, "Of the same size some got stuck and some did not: there is no "
                             "clear limit.");
    else {
        long own = eager_limit(one_host, &name);
        showing_say(showing,
                    "With %d bytes both ranks could send first; with %d they got stuck: a send "
                    "ended only when the other rank received.",
                    outcome->fits, outcome->sticks);
        if (own >= outcome->fits && own - outcome->fits <= 128)
            showing_say(showing,
                        "Open MPI's own limit, %s, is %ld bytes, including the headers that "
                        "travel with a message.",
                        name, own);
        else if (own > 0)
            showing_say(showing, "Open MPI's %s is %ld bytes, so it is not what sets the limit.",
                        name, own);
    }
}

static void tell(struct showing *showing, const struct outcome *outcome, bool one_host)
{
    static const struct showing_column COLUMNS[] = {{"stuck_runs", "stuck", SHOWN_COUNT},
                                                    {"send_s", "a send ends in", SHOWN_SECONDS},
                                                    {"sendrecv_s", "MPI_Sendrecv", SHOWN_SECONDS},
                                                    {.key = NULL}};
    char label[UNIT_TEXT];
    int stuck = 0;
    showing_table(showing, "sends", "face to face", COLUMNS);
    for (int i = 0; i < outcome->count; i++) {
        const struct size *s = &outcome->sizes[i];
        stuck += s->stuck > 0;
        showing_row(showing, unit_bytes(s->bytes, label),
                    (double[]){s->stuck, s->sent_s, s->both_s});
    }
    tell_limit(showing, outcome, one_host);
    if (stuck > 0)
        showing_say(
            showing,
            "MPI_Sendrecv always ended, even with the %d sizes of %d that got stuck when both "
            "sent first.",
            stuck, outcome->count);
}

int meet_deadlock(struct demo_ranks *demo_ranks, struct err *err)
{
    const struct team *team = demo_ranks->team;
    struct outcome outcome = {.count = 0};
    int apart = team->rank < 2 && team->host_index != 0, status = 0;
    team_allreduce(team, &apart, 1, MPI_INT, MPI_MAX);
    if (team->rank < 2)
        status = face(team, &outcome, err);
    team_barrier(team); /* the other ranks wait here, and leave the cores alone */
    if (team->rank == 0 && status == 0)
        tell(demo_ranks->showing, &outcome, apart == 0);
    return status;
}
