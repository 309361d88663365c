#include "message_protocol.h"

#include "base/clock.h"
#include "crew/dealer.h"
#include "message_post.h"
#include "surrender.h"

#include <stdlib.h>
#include <string.h>

/* A block on its way. They are used in turn: block k lies in place k % cut.blocks. */
struct block {
    struct numbers numbers;
    int64_t *room; /* for a whole block */
    struct dealer dealer;
    int64_t left; /* numbers without a result, nor given up */
};

/* How a rank that computes gets on. */
struct pace {
    int64_t at;      /* the block it is in: in those before it there is nothing for it */
    int64_t last;    /* numbers of the piece dealt last */
    int64_t count;   /* of the piece that came back last, which took ... */
    int64_t ns;      /* ... so long; 0: none has */
    int64_t done;    /* tasks, in ... */
    int64_t busy_ns; /* ... this time, from when pieces left to when they were back */
};

struct root_side {
    struct job *job;
    struct err *err;
    struct post post;
    struct message_cut cut;
    int64_t chunk;        /* what the schedule deals at least */
    struct block *blocks; /* [cut.blocks] */
    struct pace *paces;   /* [worker] */
    int64_t opened;       /* blocks read */
    int64_t retired;      /* blocks written */
    int64_t undealt;      /* numbers of blocks that are open */
    bool ended;           /* the source has nothing more */
    struct numbers own;   /* what rank 0 works on now */
    struct surrender surrender;
};

/* --- failures --- */

/* Something failed, here or there, in what begins at `at`. */
static void give_up(struct root_side *side, int64_t at)
{
    bool first = !side->surrender.begun;
    surrender_begin(&side->surrender, at);
    if (first)
        post_notify(&side->post, HEADER_STOP, at);
}

/* A failure on rank 0 itself; as a step it counts as one taken. */
static bool fail(struct root_side *side, int64_t at)
{
    give_up(side, at);
    return true;
}

/* --- dealing --- */

/* The number among the workers of the rank that is peer p; of rank 0 itself, if it works, 0. */
static int worker_of(const struct root_side *side, int peer)
{
    return peer + (side->job->root_works ? 1 : 0);
}

static struct block *block_at(const struct root_side *side, int64_t k)
{
    return &side->blocks[k % side->cut.blocks];
}

static void settle(struct root_side *side, int block, int64_t count)
{
    side->blocks[block].left -= count;
    side->job->done += count;
}

/* What there is for everybody, if each were to have as many pieces as can wait. */
static int64_t fair_piece(const struct root_side *side)
{
    return side->undealt / (PIECES * (int64_t)job_workers(side->job));
}

/* How many numbers are to travel together, if chunks are shorter than what a message costs: those
 * of some 100 us, by the last answer, while there is as much for everybody. */
static int64_t worth_sending(const struct root_side *side, const struct pace *pace)
{
    const int64_t TRIP_NS = 100 * NS_PER_US;
    if (pace->ns == 0)
        return 0;
    int64_t count = pace->count * TRIP_NS / pace->ns, fair = fair_piece(side);
    return side->ended && count > fair ? fair : count;
}

/* The next numbers for a worker; those that are to be given up are left out. Ends: of the blocks
 * that are open each has finitely many. */
static bool take(struct root_side *side, int worker, struct numbers *part, int *block)
{
    struct pace *pace = &side->paces[worker];
    int64_t begin, end;
    if (pace->at < side->retired)
        pace->at = side->retired;
    while (pace->at < side->opened) {
        struct block *b = block_at(side, pace->at);
        *block = (int)(b - side->blocks);
        int64_t wanted = worth_sending(side, pace);
        if (!dealer_next(&b->dealer, worker, wanted, &begin, &end)) {
            pace->at++;
            continue;
        }
        *part = numbers_part(&b->numbers, begin, end - begin);
        pace->last = part->count;
        side->undealt -= part->count;
        if (!surrender_of(&side->surrender, part->first))
            return true;
        settle(side, *block, part->count);
    }
    return false;
}

/* How many pieces a peer may have. One that waits behind another could be with somebody who has
 * nothing to do: so only while there is as much for everybody. */
static int allowance(const struct root_side *side, int worker)
{
    bool plenty = !side->ended || fair_piece(side) >= side->paces[worker].last;
    return plenty || schedule_assigned(side->job->deals) ? PIECES : 1;
}

static bool deal(struct root_side *side, int peer, int64_t now)
{
    int worker = worker_of(side, peer), block;
    struct parcel *parcel;
    struct numbers part;
    bool dealt = false;
    while ((parcel = post_free(&side->post, peer, allowance(side, worker))) != NULL &&
           take(side, worker, &part, &block)) {
        post_send(&side->post, peer, parcel, &part, block, now);
        dealt = true;
    }
    return dealt;
}

static bool deal_to_all(struct root_side *side)
{
    int64_t now = clock_now_ns();
    bool dealt = false;
    for (int peer = 0; peer < side->post.peers; peer++)
        dealt |= deal(side, peer, now);
    return dealt;
}

/* For `adaptive`; 0 if it is not known yet. */
static double speed_of(const struct pace *pace)
{
    return pace->busy_ns > 0 ? (double)pace->done / clock_seconds(pace->busy_ns) : 0;
}

static void note_pace(struct root_side *side, int worker, int block, int64_t count, int64_t ns)
{
    struct pace *pace = &side->paces[worker];
    pace->done += count;
    pace->busy_ns += ns;
    pace->count = count;
    pace->ns = ns > 0 ? ns : 1;
    dealer_tell(&side->blocks[block].dealer, worker, speed_of(pace));
}

/* --- answers --- */

static void note_arrival(struct job *job, const struct numbers *results)
{
    if (job->tallies == NULL)
        return;
    job->arrived.count += results->count;
    job->arrived.fingerprint += numbers_fingerprint(results);
}

/* Checked now, while the results are in this core's cache. */
static void take_answer(void *arg, int peer, struct parcel *parcel, bool results)
{
    struct root_side *side = arg;
    int64_t now = clock_now_ns();
    settle(side, parcel->block, parcel->numbers.count);
    if (results) {
        note_arrival(side->job, &parcel->numbers);
        note_pace(side, worker_of(side, peer), parcel->block, parcel->numbers.count,
                  now - parcel->sent_ns);
    } else {
        give_up(side, parcel->numbers.first);
    }
    (void)deal(side, peer, now);
}

/* Whether any message moved. */
static bool advance(struct root_side *side)
{
    int64_t start = clock_now_ns();
    bool moved = post_advance(&side->post, take_answer, side);
    if (moved)
        side->job->talk_ns += clock_now_ns() - start;
    return moved;
}

/* --- a block's way --- */

/* A source may have given numbers where it has them: of those the ranks of a hall see nothing. */
static void bring_in(const struct root_side *side, struct block *block)
{
    if (side->job->hall == NULL || block->numbers.i64 == block->room)
        return;
    memcpy(block->room, block->numbers.cells, (size_t)block->numbers.count * NUMBER_SIZE);
    block->numbers.i64 = block->room;
}

/* Where there is nobody else rank 0 takes all at once. */
static void start_dealing(const struct root_side *side, struct block *block)
{
    int workers = job_workers(side->job);
    dealer_start(&block->dealer, side->post.peers > 0 ? side->job->deals : SCHEDULE_STATIC,
                 block->left, side->chunk);
    for (int worker = 0; worker < workers; worker++)
        dealer_tell(&block->dealer, worker, speed_of(&side->paces[worker]));
}

/* Reads the next block. */
static bool open_block(struct root_side *side)
{
    if (side->ended || side->surrender.begun || side->opened - side->retired == side->cut.blocks)
        return false;
    struct job *job = side->job;
    struct block *block = block_at(side, side->opened);
    int64_t capacity = side->cut.piece * job_workers(job);
    if (source_next(job->source, capacity, block->room, &block->numbers, side->err) != 0)
        return fail(side, job->source->position);
    bring_in(side, block);
    block->left = block->numbers.count;
    side->undealt += block->left;
    side->ended = block->left < capacity;
    if (block->left == 0)
        return true;
    start_dealing(side, block);
    side->opened++;
    return true;
}

/* Writes the oldest block, if all its results are here. */
static bool retire_block(struct root_side *side)
{
    struct block *block = block_at(side, side->retired);
    if (side->retired == side->opened || block->left > 0)
        return false;
    side->retired++;
    if (side->surrender.begun)
        return true;
    if (side->job->kind == NUMBER_FLOAT64)
        tally_add_floats(&side->job->arrived, &block->numbers);
    return sink_put(side->job->sink, &block->numbers, side->err) == 0 ||
           fail(side, block->numbers.first);
}

/* Reading, sending and writing count as talk, computing does not. */
static bool move_blocks(struct root_side *side)
{
    int64_t start = clock_now_ns();
    bool moved = false;
    while (retire_block(side))
        moved = true;
    while (open_block(side))
        moved = true;
    moved |= deal_to_all(side);
    if (moved)
        side->job->talk_ns += clock_now_ns() - start;
    return moved;
}

static void move_between(void *arg)
{
    struct root_side *side = arg;
    int64_t before = side->job->talk_ns;
    (void)advance(side);
    (void)move_blocks(side);
    job_hide_talk(side->job, before);
    job_tell_progress(side->job);
    if (surrender_of(&side->surrender, side->own.first))
        crew_stop(side->job->crew);
}

/* Works on what rank 0 itself is dealt, for some 10 us at least, so that looking for messages takes
 * little of its time however short a piece is. */
static bool compute(struct root_side *side)
{
    const int64_t LEAST_NS = 10 * NS_PER_US;
    struct job *job = side->job;
    int block;
    int64_t begun = clock_now_ns(), start = begun;
    if (!job->root_works || !take(side, 0, &side->own, &block))
        return false;
    do {
        if (job_compute(job, &side->own, move_between, side, side->err) != 0)
            give_up(side, side->own.first);
        settle(side, block, side->own.count);
        int64_t now = clock_now_ns();
        note_pace(side, 0, block, side->own.count, now - start);
        start = now;
    } while (start - begun < LEAST_NS && take(side, 0, &side->own, &block));
    return true;
}

/* The ranks of a hall are set to work before numbers are read and written, which their leader does
 * between its chunks; peers are sent something first. */
static bool step(struct root_side *side)
{
    if (side->job->hall != NULL && compute(side))
        return true;
    bool moved = move_blocks(side);
    moved |= compute(side);
    moved |= advance(side);
    return moved;
}

/*
 * Ends: the source ends or something fails, and then no block is opened any more. Of the blocks
 * that are open every number is dealt: to rank 0 itself, or to a peer, each of which has a free
 * parcel again and again, as each parcel sent is received, the worker posting a receive for every
 * header, and answered (message_worker_run); or it is given up. So every block retires, and the
 * last headers are received.
 */
int message_root_run(struct job *job, struct err *err)
{
    struct root_side *side = job->state;
    struct patience patience = patience_start(job->team->crowded);
    side->err = err;
    while (!(side->ended || side->surrender.begun) || side->retired < side->opened) {
        if (step(side))
            patience_reset(&patience);
        else
            patience_wait(&patience);
        job_tell_progress(job);
    }
    post_notify(&side->post, HEADER_END, 0);
    while (post_busy(&side->post))
        if (!advance(side))
            patience_wait(&patience);
    return side->surrender.begun ? -1 : 0;
}

/* --- memory --- */

/* Where a rank has several workers it is dealt a chunk for each of them. */
static int64_t chunk_of(const struct job *job, int64_t capacity)
{
    int64_t grain = job->work->load->grain(job->work);
    int64_t workers = job->hall != NULL ? job->hall->workers : crew_size(job->crew);
    int64_t chunk = job->chunk > 0 ? job->chunk : grain;
    return chunk < capacity / workers ? chunk * workers : capacity;
}

int message_root_open(struct job *job, const struct message_cut *cut, struct err *err)
{
    struct root_side *side = calloc(1, sizeof(*side));
    job->state = side;
    if (side == NULL)
        return err_memory(err, "the numbers");
    side->job = job;
    side->cut = *cut;
    int workers = job_workers(job);
    int64_t capacity = side->cut.piece * workers;
    side->chunk = chunk_of(job, capacity);
    side->blocks = calloc((size_t)side->cut.blocks, sizeof(*side->blocks));
    side->paces = calloc((size_t)workers, sizeof(*side->paces));
    if (side->blocks == NULL || side->paces == NULL)
        return err_memory(err, "the numbers");
    for (int i = 0; i < side->cut.blocks; i++) {
        struct block *block = &side->blocks[i];
        block->room = message_room(job, i, capacity);
        if (block->room == NULL)
            return err_memory(err, "the numbers");
        if (dealer_open(&block->dealer, workers, side->cut.piece, err) != 0)
            return -1;
    }
    return post_open(&side->post, job->team, err);
}

void message_root_close(struct job *job)
{
    struct root_side *side = job->state;
    job->state = NULL;
    if (side == NULL)
        return;
    for (int i = 0; side->blocks != NULL && i < side->cut.blocks; i++) {
        if (job->hall == NULL)
            free(side->blocks[i].room);
        dealer_close(&side->blocks[i].dealer);
    }
    post_close(&side->post);
    free(side->blocks);
    free(side->paces);
    free(side);
}
