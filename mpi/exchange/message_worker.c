#include "exchange/message_protocol.h"

#include "base/clock.h"
#include "comm/tags.h"
#include "exchange/cutoff.h"

#include <stdlib.h>
#include <string.h>

/* Room for one piece. The places are used in turn: piece k uses place k % PIECES. */
struct place {
    enum { PLACE_FREE, PLACE_FILLING, PLACE_FULL, PLACE_LEAVING } state;
    struct numbers numbers;
    int answer_tag;
    int64_t *room;       /* for the numbers of a piece */
    MPI_Request request; /* of the receive or send under way */
};

struct worker_side {
    struct job *job;
    struct place places[PIECES];
    int64_t announced; /* pieces whose header has come */
    int64_t answered;  /* pieces worked on, or given up */
    int64_t packet[PACKET_CELLS];
    MPI_Request packet_request;
    bool packet_waits; /* a packet has come whose place is not free yet */
    bool closed;       /* no more headers will come */
    struct cutoff cutoff;
};

static void expect_packet(struct worker_side *side)
{
    MPI_Irecv(side->packet, PACKET_CELLS, MPI_INT64_T, 0, TAG_HEADER, side->job->team->world,
              &side->packet_request);
}

/* The numbers of the piece follow its header in the packet, or come in a message of their own. */
static void fill_place(struct worker_side *side, struct place *place)
{
    int64_t count = side->packet[1];
    place->numbers = (struct numbers){
        .kind = side->job->kind, .first = side->packet[0], .count = count, .i64 = place->room};
    place->answer_tag = (int)side->packet[2];
    if (count <= PACKET_MOST) {
        memcpy(place->room, side->packet + HEADER_CELLS, (size_t)count * NUMBER_SIZE);
        place->state = PLACE_FULL;
        return;
    }
    MPI_Irecv(place->room, (int)count, MPI_INT64_T, 0, TAG_NUMBERS, side->job->team->world,
              &place->request);
    place->state = PLACE_FILLING;
}

/* Handles a packet: a piece, which is put off while its place is still sending an answer, or a
 * notice from rank 0. */
static void accept_packet(struct worker_side *side)
{
    struct place *place = &side->places[side->announced % PIECES];
    int64_t count = side->packet[1];
    side->packet_waits = count > 0 && place->state != PLACE_FREE;
    side->closed = count == HEADER_END;
    if (side->packet_waits || side->closed)
        return;
    if (count == HEADER_STOP) {
        cutoff_begin(&side->cutoff, side->packet[0]);
    } else {
        fill_place(side, place);
        side->announced++;
    }
    expect_packet(side);
}

static bool advance_packet(struct worker_side *side)
{
    if (side->closed)
        return false;
    if (!side->packet_waits) {
        int arrived;
        MPI_Test(&side->packet_request, &arrived, MPI_STATUS_IGNORE);
        if (!arrived)
            return false;
    }
    accept_packet(side);
    return !side->packet_waits;
}

static bool advance_place(struct place *place)
{
    if (place->state != PLACE_FILLING && place->state != PLACE_LEAVING)
        return false;
    int done;
    MPI_Test(&place->request, &done, MPI_STATUS_IGNORE);
    if (done)
        place->state = place->state == PLACE_FILLING ? PLACE_FULL : PLACE_FREE;
    return done;
}

/* Moves every message on as far as it goes; returns whether any moved. Time counts as talk only if
 * one did: a look that finds nothing is waiting. */
static bool advance(struct worker_side *side)
{
    int64_t start = clock_now_ns();
    bool moved = false;
    for (int i = 0; i < PIECES; i++)
        moved |= advance_place(&side->places[i]);
    moved |= advance_packet(side);
    int64_t took = clock_now_ns() - start;
    if (moved)
        side->job->talk_ns += took;
    else
        job_note_look(side->job, took);
    return moved;
}

static struct place *next_place(struct worker_side *side)
{
    return &side->places[side->answered % PIECES];
}

static void advance_between(void *arg)
{
    struct worker_side *side = arg;
    int64_t before = side->job->talk_ns;
    (void)advance(side);
    job_hide_talk(side->job, before);
    if (job_between(side->job, NULL, &side->cutoff, next_place(side)->numbers.first))
        job_give_up(side->job);
}

static void answer(struct worker_side *side, struct place *place, bool results)
{
    int64_t start = clock_now_ns();
    MPI_Isend(place->room, results ? (int)place->numbers.count : 0, MPI_INT64_T, 0,
              place->answer_tag, side->job->team->world, &place->request);
    place->state = PLACE_LEAVING;
    side->answered++;
    side->job->talk_ns += clock_now_ns() - start;
}

/* Works on the next piece, if it is here. Returns whether it was. */
static bool work_piece(struct worker_side *side, struct err *err)
{
    struct place *place = next_place(side);
    if (side->answered == side->announced || place->state != PLACE_FULL)
        return false;
    bool results = false;
    if (!cutoff_of(&side->cutoff, place->numbers.first)) {
        results = job_compute(side->job, &place->numbers, advance_between, side, err) == 0;
        if (!results)
            cutoff_begin(&side->cutoff, place->numbers.first);
    }
    answer(side, place, results);
    return true;
}

static bool places_free(const struct worker_side *side)
{
    for (int i = 0; i < PIECES; i++)
        if (side->places[i].state != PLACE_FREE)
            return false;
    return true;
}

/*
 * Ends: rank 0 sends a last header whatever happens, and finitely many before it. Each piece
 * announced arrives, as rank 0 sends its numbers with its header; each is answered without waiting
 * for another rank, and rank 0 receives each answer. The place a header needs becomes free, as rank
 * 0 announces at most PIECES pieces more than it has answers to.
 */
int message_worker_run(struct job *job, struct err *err)
{
    struct worker_side *side = job->state;
    struct patience patience = patience_start(job->team->crowded);
    expect_packet(side);
    while (!side->closed || !places_free(side)) {
        bool moved = advance(side);
        moved |= work_piece(side, err);
        if (moved)
            patience_reset(&patience);
        else
            patience_wait(&patience);
    }
    return side->cutoff.begun ? -1 : 0;
}

int message_worker_open(struct job *job, const struct message_cut *cut, struct err *err)
{
    struct worker_side *side = calloc(1, sizeof(*side));
    job->state = side;
    if (side == NULL)
        return err_memory(err, "the numbers");
    side->job = job;
    for (int i = 0; i < PIECES; i++) {
        side->places[i].room = message_room(job, i, cut->piece);
        if (side->places[i].room == NULL)
            return err_memory(err, "the numbers");
    }
    return 0;
}

void message_worker_close(struct job *job)
{
    struct worker_side *side = job->state;
    for (int i = 0; side != NULL && job->host_crew == NULL && i < PIECES; i++)
        free(side->places[i].room);
    free(side);
    job->state = NULL;
}
