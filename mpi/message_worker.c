#include "message_protocol.h"

#include "base/clock.h"
#include "surrender.h"

#include <stdlib.h>

/* A place for one piece. The places are used in turn: piece k lies in place k % DEPTH. */
struct place {
    enum { PLACE_FREE, PLACE_FILLING, PLACE_FULL, PLACE_LEAVING } state;
    struct numbers numbers;
    int answer_tag;
    int64_t *room;       /* message_piece() numbers */
    MPI_Request request; /* of filling or leaving */
};

struct worker_side {
    struct job *job;
    struct place places[DEPTH];
    int64_t announced; /* pieces whose header has come */
    int64_t answered;  /* pieces worked on, or given up */
    int64_t header[HEADER_CELLS];
    MPI_Request header_request;
    bool header_waits; /* a header has come whose place is not free yet */
    bool closed;       /* no more headers will come */
    struct surrender surrender;
};

static void expect_header(struct worker_side *side)
{
    MPI_Irecv(side->header, HEADER_CELLS, MPI_INT64_T, 0, TAG_HEADER, side->job->team->world,
              &side->header_request);
}

static void close_stream(struct worker_side *side)
{
    side->closed = true;
    side->header_waits = false;
    if (side->header[1] == HEADER_STOP)
        surrender_begin(&side->surrender, side->header[0]);
}

/* Makes room for the piece whose header has come; puts it off while its place is still leaving. */
static void accept_header(struct worker_side *side)
{
    if (side->header[1] <= 0) {
        close_stream(side);
        return;
    }
    struct place *place = &side->places[side->announced % DEPTH];
    side->header_waits = place->state != PLACE_FREE;
    if (side->header_waits)
        return;
    place->numbers = (struct numbers){.kind = side->job->kind,
                                      .first = side->header[0],
                                      .count = side->header[1],
                                      .i64 = place->room};
    place->answer_tag = (int)side->header[2];
    MPI_Irecv(place->room, (int)place->numbers.count, MPI_INT64_T, 0, TAG_NUMBERS,
              side->job->team->world, &place->request);
    place->state = PLACE_FILLING;
    side->announced++;
    expect_header(side);
}

static bool advance_header(struct worker_side *side)
{
    if (side->closed)
        return false;
    if (!side->header_waits) {
        int arrived;
        MPI_Test(&side->header_request, &arrived, MPI_STATUS_IGNORE);
        if (!arrived)
            return false;
    }
    accept_header(side);
    return !side->header_waits;
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

/* Moves every message on as far as it goes; whether any moved. Time is counted as talk only then:
 * looking in vain is waiting. */
static bool advance(struct worker_side *side)
{
    int64_t start = clock_now_ns();
    bool moved = false;
    for (int i = 0; i < DEPTH; i++)
        moved |= advance_place(&side->places[i]);
    moved |= advance_header(side);
    if (moved)
        side->job->talk_ns += clock_now_ns() - start;
    return moved;
}

static struct place *next_place(struct worker_side *side)
{
    return &side->places[side->answered % DEPTH];
}

static void advance_between(void *arg)
{
    struct worker_side *side = arg;
    (void)advance(side);
    if (surrender_of(&side->surrender, next_place(side)->numbers.first))
        crew_stop(side->job->crew);
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

/* Works on the next piece, if it is here. */
static bool work_piece(struct worker_side *side, struct err *err)
{
    struct place *place = next_place(side);
    if (side->answered == side->announced || place->state != PLACE_FULL)
        return false;
    bool results = false;
    if (!surrender_of(&side->surrender, place->numbers.first)) {
        results = job_compute(side->job, &place->numbers, advance_between, side, err) == 0;
        if (!results)
            surrender_begin(&side->surrender, place->numbers.first);
    }
    answer(side, place, results);
    return true;
}

static bool places_free(const struct worker_side *side)
{
    for (int i = 0; i < DEPTH; i++)
        if (side->places[i].state != PLACE_FREE)
            return false;
    return true;
}

/*
 * Ends: rank 0 sends a last header whatever happens, and before it finitely many others; each piece
 * announced arrives, as rank 0 has sent its numbers with its header; each is answered without
 * waiting for anybody, and rank 0 receives each answer. The place a header needs gets free, as rank
 * 0 announces at most DEPTH pieces more than it has answers to.
 */
int message_worker_run(struct job *job, struct err *err)
{
    struct worker_side *side = job->state;
    struct patience patience = patience_start(job->team->crowded);
    expect_header(side);
    while (!side->closed || !places_free(side)) {
        bool moved = advance(side);
        moved |= work_piece(side, err);
        if (moved)
            patience_reset(&patience);
        else
            patience_wait(&patience);
    }
    return side->surrender.begun ? -1 : 0;
}

int message_worker_open(struct job *job, struct err *err)
{
    struct worker_side *side = calloc(1, sizeof(*side));
    job->state = side;
    if (side == NULL)
        return err_memory(err, "the numbers");
    side->job = job;
    for (int i = 0; i < DEPTH; i++) {
        side->places[i].room = message_room(job, i, message_piece(job));
        if (side->places[i].room == NULL)
            return err_memory(err, "the numbers");
    }
    return 0;
}

void message_worker_close(struct job *job)
{
    struct worker_side *side = job->state;
    for (int i = 0; side != NULL && job->hall == NULL && i < DEPTH; i++)
        free(side->places[i].room);
    free(side);
    job->state = NULL;
}
