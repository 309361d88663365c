#include "message_protocol.h"

#include "base/clock.h"
#include "surrender.h"

#include <stdlib.h>
#include <string.h>

/* One other rank's part of a round. */
struct parcel {
    int64_t header[HEADER_CELLS];
    struct numbers numbers; /* within the round's block */
    bool sent;              /* the numbers are gone, the answer is awaited */
};

/* A block on its way. The rounds are used in turn: round k lies in place k % DEPTH. */
struct round {
    struct numbers block;
    int64_t *room;          /* for `capacity` numbers */
    struct parcel *parcels; /* [peer] */
    int open;               /* headers that are not gone and answers that have not come */
};

enum { REQUESTS_EACH = 2 }; /* of a parcel: its header; its numbers, then its answer */

struct root_side {
    struct job *job;
    int peers;        /* the other ranks: peer p is rank p + 1 */
    int64_t capacity; /* numbers of a round */
    struct round rounds[DEPTH];
    int64_t opened;   /* rounds sent out */
    int64_t computed; /* rounds whose own part is done */
    int64_t retired;  /* rounds written */
    bool ended;       /* the source has nothing more */
    struct surrender surrender;

    int requests_count;
    MPI_Request *requests; /* [round][peer][REQUESTS_EACH], then the last header to each peer */
    int *finished;         /* as many: what MPI_Testsome found */
    MPI_Status *statuses;
    int64_t last_header[HEADER_CELLS];
};

/* --- messages --- */

static void send_parcel(struct root_side *side, int round, int peer)
{
    struct parcel *parcel = &side->rounds[round].parcels[peer];
    MPI_Request *requests = &side->requests[(round * side->peers + peer) * REQUESTS_EACH];
    MPI_Comm world = side->job->team->world;
    parcel->header[0] = parcel->numbers.first;
    parcel->header[1] = parcel->numbers.count;
    parcel->header[2] = TAG_ANSWER + round;
    parcel->sent = false;
    MPI_Isend(parcel->header, HEADER_CELLS, MPI_INT64_T, peer + 1, TAG_HEADER, world, &requests[0]);
    MPI_Isend(parcel->numbers.cells, (int)parcel->numbers.count, MPI_INT64_T, peer + 1, TAG_NUMBERS,
              world, &requests[1]);
    side->rounds[round].open += REQUESTS_EACH;
}

/* Tells the peers that no more pieces come: HEADER_END, or HEADER_STOP. Called once. */
static void send_last_header(struct root_side *side, int64_t how)
{
    side->last_header[0] = side->surrender.at;
    side->last_header[1] = how;
    MPI_Request *requests = &side->requests[DEPTH * REQUESTS_EACH * side->peers];
    for (int peer = 0; peer < side->peers; peer++)
        MPI_Isend(side->last_header, HEADER_CELLS, MPI_INT64_T, peer + 1, TAG_HEADER,
                  side->job->team->world, &requests[peer]);
}

/* Something failed, here or there, in the piece or round that begins at `at`. */
static void give_up(struct root_side *side, int64_t at)
{
    bool first = !side->surrender.begun;
    surrender_begin(&side->surrender, at);
    if (first)
        send_last_header(side, HEADER_STOP);
}

static void note_arrival(struct job *job, const struct numbers *results)
{
    if (job->tallies == NULL)
        return;
    job->arrived.count += results->count;
    job->arrived.fingerprint += numbers_fingerprint(results);
}

/* Request `index` is finished: takes the step that follows. */
static void follow(struct root_side *side, int index, const MPI_Status *status)
{
    int parcels = DEPTH * side->peers;
    if (index >= parcels * REQUESTS_EACH) /* a last header: nothing follows */
        return;
    int peer = index / REQUESTS_EACH % side->peers;
    struct round *round = &side->rounds[index / REQUESTS_EACH / side->peers];
    struct parcel *parcel = &round->parcels[peer];
    bool header = index % REQUESTS_EACH == 0;
    if (!header && !parcel->sent) { /* only now may the answer overwrite the numbers */
        parcel->sent = true;
        MPI_Irecv(parcel->numbers.cells, (int)parcel->numbers.count, MPI_INT64_T, peer + 1,
                  (int)parcel->header[2], side->job->team->world, &side->requests[index]);
        return;
    }
    round->open--;
    if (header)
        return;
    int results = 0;
    MPI_Get_count(status, MPI_INT64_T, &results);
    if (results > 0) /* checked now, while they are in this core's cache */
        note_arrival(side->job, &parcel->numbers);
    else
        give_up(side, parcel->numbers.first);
}

/* Moves every message on as far as it goes; whether any moved. */
static bool advance(struct root_side *side)
{
    int64_t start = clock_now_ns();
    int count = 0;
    MPI_Testsome(side->requests_count, side->requests, &count, side->finished, side->statuses);
    if (count == MPI_UNDEFINED || count == 0)
        return false;
    for (int i = 0; i < count; i++)
        follow(side, side->finished[i], &side->statuses[i]);
    side->job->talk_ns += clock_now_ns() - start;
    return true;
}

/* --- a round's way --- */

/* The part of `block` that rank `rank` works on; empty for a root that only feeds. */
static struct numbers part_of(const struct job *job, const struct numbers *block, int rank)
{
    int workers = job_workers(job);
    int index = rank - (job->team->size - workers);
    if (index < 0)
        return numbers_part(block, 0, 0);
    int64_t begin = share_begin(block->count, workers, index);
    return numbers_part(block, begin, share_begin(block->count, workers, index + 1) - begin);
}

/* A failure on rank 0 itself; as a step it counts as one taken. */
static bool fail(struct root_side *side, int64_t at)
{
    give_up(side, at);
    return true;
}

/* A source may have given numbers where it has them: of those the ranks of a hall see nothing. */
static void bring_in(const struct root_side *side, struct round *round)
{
    if (side->job->hall == NULL || round->block.i64 == round->room)
        return;
    memcpy(round->room, round->block.cells, (size_t)round->block.count * NUMBER_SIZE);
    round->block.i64 = round->room;
}

/* Reads the next block and sends its parcels. */
static bool open_round(struct root_side *side, struct err *err)
{
    if (side->ended || side->surrender.begun || side->opened - side->retired == DEPTH)
        return false;
    int place = (int)(side->opened % DEPTH);
    struct round *round = &side->rounds[place];
    if (source_next(side->job->source, side->capacity, round->room, &round->block, err) != 0)
        return fail(side, side->job->source->position);
    bring_in(side, round);
    side->ended = round->block.count < side->capacity;
    if (round->block.count == 0)
        return true;
    for (int peer = 0; peer < side->peers; peer++) {
        round->parcels[peer].numbers = part_of(side->job, &round->block, peer + 1);
        if (round->parcels[peer].numbers.count > 0)
            send_parcel(side, place, peer);
    }
    side->opened++;
    return true;
}

static void advance_between(void *arg)
{
    struct root_side *side = arg;
    (void)advance(side);
    job_tell_progress(side->job);
    if (surrender_of(&side->surrender, side->rounds[side->computed % DEPTH].block.first))
        crew_stop(side->job->crew);
}

/* Works on rank 0's own part of the oldest round that waits for it. */
static bool compute_round(struct root_side *side, struct err *err)
{
    if (side->computed == side->opened)
        return false;
    struct job *job = side->job;
    struct numbers mine = part_of(job, &side->rounds[side->computed % DEPTH].block, 0);
    bool failed = mine.count > 0 && !surrender_of(&side->surrender, mine.first) &&
                  job_compute(job, &mine, advance_between, side, err) != 0;
    side->computed++;
    return failed ? fail(side, mine.first) : true;
}

/* Writes the oldest round, if all its results are here. */
static bool retire_round(struct root_side *side, struct err *err)
{
    struct round *round = &side->rounds[side->retired % DEPTH];
    if (side->retired == side->computed || round->open > 0)
        return false;
    side->retired++;
    if (side->surrender.begun)
        return true;
    if (side->job->kind == NUMBER_FLOAT64)
        tally_add_floats(&side->job->arrived, &round->block);
    return sink_put(side->job->sink, &round->block, err) == 0 || fail(side, round->block.first);
}

/* Reading, sending and writing count as talk, computing does not. */
static bool move_rounds(struct root_side *side, struct err *err)
{
    int64_t start = clock_now_ns();
    bool moved = retire_round(side, err);
    while (open_round(side, err))
        moved = true;
    if (moved)
        side->job->talk_ns += clock_now_ns() - start;
    return moved;
}

static bool requests_left(const struct root_side *side)
{
    for (int i = 0; i < side->requests_count; i++)
        if (side->requests[i] != MPI_REQUEST_NULL)
            return true;
    return false;
}

/*
 * Ends: the source ends or something fails, and then no round is opened any more; each parcel sent
 * is received, as its worker posts a receive for every header, and answered (message_worker_run);
 * so every round that was opened retires, and the last headers are received.
 */
int message_root_run(struct job *job, struct err *err)
{
    struct root_side *side = job->state;
    struct patience patience = patience_start(job->team->crowded);
    while (!(side->ended || side->surrender.begun) || side->retired < side->opened) {
        bool moved = move_rounds(side, err);
        moved |= compute_round(side, err);
        moved |= advance(side);
        if (moved)
            patience_reset(&patience);
        else
            patience_wait(&patience);
        job_tell_progress(job);
    }
    if (!side->surrender.begun)
        send_last_header(side, HEADER_END);
    while (requests_left(side))
        if (!advance(side))
            patience_wait(&patience);
    return side->surrender.begun ? -1 : 0;
}

/* --- memory --- */

static int open_requests(struct root_side *side, struct err *err)
{
    side->requests_count = (DEPTH * REQUESTS_EACH + 1) * side->peers;
    size_t count = (size_t)side->requests_count + 1; /* never 0 */
    side->requests = malloc(count * sizeof(*side->requests));
    side->finished = malloc(count * sizeof(*side->finished));
    side->statuses = malloc(count * sizeof(*side->statuses));
    if (side->requests == NULL || side->finished == NULL || side->statuses == NULL)
        return err_memory(err, "the messages");
    for (int i = 0; i < side->requests_count; i++)
        side->requests[i] = MPI_REQUEST_NULL;
    return 0;
}

int message_root_open(struct job *job, struct err *err)
{
    struct root_side *side = calloc(1, sizeof(*side));
    job->state = side;
    if (side == NULL)
        return err_memory(err, "the numbers");
    side->job = job;
    side->peers = job->team->size - 1;
    side->capacity = message_piece(job) * job_workers(job);
    for (int i = 0; i < DEPTH; i++) {
        side->rounds[i].room = message_room(job, i, side->capacity);
        side->rounds[i].parcels = calloc((size_t)side->peers + 1, sizeof(struct parcel));
        if (side->rounds[i].room == NULL || side->rounds[i].parcels == NULL)
            return err_memory(err, "the numbers");
    }
    return open_requests(side, err);
}

void message_root_close(struct job *job)
{
    struct root_side *side = job->state;
    job->state = NULL;
    if (side == NULL)
        return;
    for (int i = 0; i < DEPTH; i++) {
        if (job->hall == NULL)
            free(side->rounds[i].room);
        free(side->rounds[i].parcels);
    }
    free(side->requests);
    free(side->finished);
    free(side->statuses);
    free(side);
}
