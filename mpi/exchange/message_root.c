#include "exchange/message_protocol.h"

#include "base/clock.h"
#include "exchange/message_blocks.h"
#include "exchange/message_post.h"

#include <stdlib.h>

struct root_side {
    struct job *job;
    struct err *err;
    struct post post;
    struct blocks blocks;
    struct numbers own; /* what rank 0 works on now */
    struct cutoff cutoff;
};

/* Something that begins at `at` has failed, here or on another rank. */
static void give_up(struct root_side *side, int64_t at)
{
    bool first = !side->cutoff.begun;
    cutoff_begin(&side->cutoff, at);
    if (first)
        post_notify(&side->post, HEADER_STOP, at);
}

/* --- pieces for the others --- */

/* The worker index of the rank that is peer p. If rank 0 works, it is worker 0 itself. */
static int worker_of(const struct root_side *side, int peer)
{
    return peer + (side->job->root_works ? 1 : 0);
}

static bool deal(struct root_side *side, int peer, int64_t now)
{
    int worker = worker_of(side, peer), block;
    struct parcel *parcel;
    struct numbers part;
    bool dealt = false;
    while ((parcel = post_free(&side->post, peer, blocks_allowance(&side->blocks, worker))) !=
               NULL &&
           blocks_take(&side->blocks, worker, &side->cutoff, &part, &block)) {
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

static void note_arrival(struct job *job, const struct numbers *results)
{
    if (job->tallies == NULL)
        return;
    job->arrived.count += results->count;
    job->arrived.fingerprint += numbers_fingerprint(results);
}

/* Tallies the results now, while they are in this core's cache. */
static void take_answer(void *arg, int peer, struct parcel *parcel, bool results)
{
    struct root_side *side = arg;
    int64_t now = clock_now_ns();
    blocks_settle(&side->blocks, parcel->block, parcel->numbers.count);
    if (results) {
        note_arrival(side->job, &parcel->numbers);
        blocks_note_pace(&side->blocks, worker_of(side, peer), parcel->block, parcel->numbers.count,
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
    int64_t took = clock_now_ns() - start;
    if (moved)
        side->job->talk_ns += took;
    else
        job_note_look(side->job, took);
    return moved;
}

/* --- the blocks, and rank 0's own pieces --- */

static bool write_block(struct root_side *side)
{
    int64_t at;
    int wrote = blocks_write(&side->blocks, side->cutoff.begun, &at, side->err);
    if (wrote < 0)
        give_up(side, at);
    return wrote != 0;
}

static bool read_block(struct root_side *side)
{
    int got = side->cutoff.begun ? 0 : blocks_read(&side->blocks, side->err);
    if (got < 0)
        give_up(side, side->job->source->position);
    return got != 0;
}

/* Reading, sending and writing count as talk; computing does not. */
static bool move_blocks(struct root_side *side)
{
    int64_t start = clock_now_ns();
    bool moved = false;
    while (write_block(side))
        moved = true;
    while (read_block(side))
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
    if (job_between(side->job, NULL, &side->cutoff, side->own.first))
        job_give_up(side->job);
}

/* Works on what rank 0 itself is dealt, for about 10 us at least, so that looking for messages
 * takes little of its time however short a piece is. */
static bool compute(struct root_side *side)
{
    const int64_t LEAST_NS = 10 * NS_PER_US;
    struct job *job = side->job;
    struct blocks *blocks = &side->blocks;
    int block;
    int64_t begun = clock_now_ns(), start = begun;
    if (!job->root_works || !blocks_take(blocks, 0, &side->cutoff, &side->own, &block))
        return false;
    do {
        if (job_compute(job, &side->own, move_between, side, side->err) != 0)
            give_up(side, side->own.first);
        blocks_settle(blocks, block, side->own.count);
        int64_t now = clock_now_ns();
        blocks_note_pace(blocks, 0, block, side->own.count, now - start);
        start = now;
    } while (start - begun < LEAST_NS && blocks_take(blocks, 0, &side->cutoff, &side->own, &block));
    return true;
}

/* With a host crew, its ranks are given work first: their leader reads and writes numbers between
 * its chunks. With peers, something is sent to them first. */
static bool step(struct root_side *side)
{
    if (side->job->host_crew != NULL && compute(side))
        return true;
    bool moved = move_blocks(side);
    moved |= compute(side);
    moved |= advance(side);
    return moved;
}

/*
 * Ends: the source ends or something fails, and then no more blocks are opened. Every number of an
 * open block is either given up, or dealt to rank 0 itself or to a peer. Each peer has a free
 * parcel again and again: a parcel sent is received, as the worker posts a receive for every
 * header, and it is answered (message_worker_run). So every block retires, and the last headers are
 * received.
 */
int message_root_run(struct job *job, struct err *err)
{
    struct root_side *side = job->state;
    struct patience patience = patience_start(job->team->crowded);
    side->err = err;
    while (!(side->blocks.ended || side->cutoff.begun) || blocks_left(&side->blocks)) {
        int64_t start = clock_now_ns();
        if (step(side))
            patience_reset(&patience);
        else
            patience_wait(&patience);
        if (patience.since_ns != 0 && job->source->stalled)
            job->input_wait_ns += clock_now_ns() - start;
        job_tell_progress(job);
    }
    post_notify(&side->post, HEADER_END, 0);
    while (post_busy(&side->post))
        if (!advance(side))
            patience_wait(&patience);
    return side->cutoff.begun ? -1 : 0;
}

/* --- memory --- */

int message_root_open(struct job *job, const struct message_cut *cut, struct err *err)
{
    struct root_side *side = calloc(1, sizeof(*side));
    job->state = side;
    if (side == NULL)
        return err_memory(err, "the numbers");
    side->job = job;
    if (blocks_open(&side->blocks, job, cut, err) != 0)
        return -1;
    return post_open(&side->post, job->team, err);
}

void message_root_close(struct job *job)
{
    struct root_side *side = job->state;
    job->state = NULL;
    if (side == NULL)
        return;
    blocks_close(&side->blocks);
    post_close(&side->post);
    free(side);
}
