#include "exchange/message_blocks.h"

#include "base/clock.h"

#include <string.h>

static struct block *block_at(const struct blocks *blocks, int64_t k)
{
    return &blocks->all[k % blocks->cut.blocks];
}

/* --- dealing --- */

void blocks_settle(struct blocks *blocks, int block, int64_t count)
{
    blocks->all[block].left -= count;
    blocks->job->done += count;
}

/* How many numbers a piece would have if each worker had as many pieces as it may. */
static int64_t fair_piece(const struct blocks *blocks)
{
    return blocks->undealt / (PIECES * (int64_t)job_workers(blocks->job));
}

/* How many numbers should travel together if chunks take less time than a message: about 100 us of
 * work, judged by the last answer, and once the source has ended no more than is left for each
 * worker. */
static int64_t worth_sending(const struct blocks *blocks, const struct pace *pace)
{
    const int64_t TRIP_NS = 100 * NS_PER_US;
    if (pace->ns == 0)
        return 0;
    int64_t count = pace->count * TRIP_NS / pace->ns, fair = fair_piece(blocks);
    return blocks->ended && count > fair ? fair : count;
}

/* Ends: there are finitely many open blocks, and each has finitely many numbers. */
bool blocks_take(struct blocks *blocks, int worker, const struct cutoff *cutoff,
                 struct numbers *part, int *block)
{
    struct pace *pace = &blocks->paces[worker];
    int64_t begin, end;
    if (pace->at < blocks->written)
        pace->at = blocks->written;
    while (pace->at < blocks->read) {
        struct block *b = block_at(blocks, pace->at);
        int64_t wanted = worth_sending(blocks, pace);
        if (!dealer_next(&b->dealer, worker, wanted, &begin, &end)) {
            pace->at++;
            continue;
        }
        *block = (int)(b - blocks->all);
        *part = numbers_part(&b->numbers, begin, end - begin);
        pace->last = part->count;
        blocks->undealt -= part->count;
        if (!cutoff_of(cutoff, part->first))
            return true;
        blocks_settle(blocks, *block, part->count);
    }
    return false;
}

/* A piece that waits for its worker could be computed by an idle one. So a worker has several only
 * while there is as much for all. */
int blocks_allowance(const struct blocks *blocks, int worker)
{
    bool plenty = !blocks->ended || fair_piece(blocks) >= blocks->paces[worker].last;
    return plenty || schedule_assigned(blocks->job->deals) ? PIECES : 1;
}

/* For the `adaptive` schedule; 0 if it is not known yet. */
static double speed_of(const struct pace *pace)
{
    return pace->busy_ns > 0 ? (double)pace->done / clock_seconds(pace->busy_ns) : 0;
}

void blocks_note_pace(struct blocks *blocks, int worker, int block, int64_t count, int64_t ns)
{
    struct pace *pace = &blocks->paces[worker];
    pace->done += count;
    pace->busy_ns += ns;
    pace->count = count;
    pace->ns = ns > 0 ? ns : 1;
    dealer_tell(&blocks->all[block].dealer, worker, speed_of(pace));
}

/* --- reading and writing --- */

/* A source may have returned numbers in its own memory, which the other ranks of a host crew cannot
 * see. */
static void bring_in(const struct blocks *blocks, struct block *block)
{
    if (blocks->job->host_crew == NULL || block->numbers.i64 == block->room)
        return;
    memcpy(block->room, block->numbers.cells, (size_t)block->numbers.count * NUMBER_SIZE);
    block->numbers.i64 = block->room;
}

/* If there are no other ranks, rank 0 takes the whole block at once. */
static void start_dealing(const struct blocks *blocks, struct block *block)
{
    const struct job *job = blocks->job;
    dealer_start(&block->dealer, job->team->size > 1 ? job->deals : SCHEDULE_STATIC, block->left,
                 blocks->chunk);
    for (int worker = 0; worker < job_workers(job); worker++)
        dealer_tell(&block->dealer, worker, speed_of(&blocks->paces[worker]));
}

/* Adds what the source has to the next block. Returns 1 if there was anything, 0 if not, or -1 and
 * sets err if the input is damaged. */
static int fill(struct blocks *blocks, struct block *block, int64_t capacity, struct err *err)
{
    struct source *source = blocks->job->source;
    const struct file_call call = file_call_begin();
    struct numbers part;
    int status =
        source_next(source, capacity - blocks->begun, block->room + blocks->begun, &part, err);
    blocks->job->input_wait_ns += file_call_waited(&call);
    if (status != 0)
        return -1;
    if (blocks->begun == 0)
        block->numbers = part;
    else
        block->numbers.count += part.count;
    blocks->begun += part.count;
    blocks->ended = !source->stalled && blocks->begun < capacity;
    return part.count > 0 || blocks->ended;
}

static void open_block(struct blocks *blocks, struct block *block)
{
    bring_in(blocks, block);
    block->left = block->numbers.count;
    blocks->undealt += block->left;
    blocks->begun = 0;
    start_dealing(blocks, block);
    blocks->read++;
}

int blocks_read(struct blocks *blocks, struct err *err)
{
    struct block *block = block_at(blocks, blocks->read);
    int64_t capacity = blocks->cut.piece * job_workers(blocks->job);
    if (blocks->ended || blocks->read - blocks->written == blocks->cut.blocks)
        return 0;
    int got = fill(blocks, block, capacity, err);
    if (blocks->begun == capacity || (blocks->ended && blocks->begun > 0))
        open_block(blocks, block);
    return got;
}

int blocks_write(struct blocks *blocks, bool drop, int64_t *at, struct err *err)
{
    struct block *block = block_at(blocks, blocks->written);
    struct job *job = blocks->job;
    if (!blocks_left(blocks) || block->left > 0)
        return 0;
    blocks->written++;
    *at = block->numbers.first;
    if (drop)
        return 1;
    if (job->kind == NUMBER_FLOAT64)
        tally_add_floats(&job->arrived, &block->numbers);
    const struct file_call call = file_call_begin();
    int status = sink_put(job->sink, &block->numbers, err);
    job->output_wait_ns += file_call_waited(&call);
    return status == 0 ? 1 : -1;
}

/* --- memory --- */

/* A rank with several workers is dealt a chunk for each of them. */
static int64_t chunk_of(const struct job *job, int64_t capacity)
{
    int64_t grain = job->work->load->grain(job->work);
    int64_t workers = job->host_crew != NULL ? job->host_crew->workers : crew_size(job->crew);
    int64_t chunk = job->chunk > 0 ? job->chunk : grain;
    return chunk < capacity / workers ? chunk * workers : capacity;
}

int blocks_open(struct blocks *blocks, struct job *job, const struct message_cut *cut,
                struct err *err)
{
    int workers = job_workers(job);
    int64_t capacity = cut->piece * workers;
    *blocks = (struct blocks){.job = job, .cut = *cut, .chunk = chunk_of(job, capacity)};
    job->source->hasty = true;
    blocks->all = calloc((size_t)cut->blocks, sizeof(*blocks->all));
    blocks->paces = calloc((size_t)workers, sizeof(*blocks->paces));
    if (blocks->all == NULL || blocks->paces == NULL)
        return err_memory(err, "the numbers");
    for (int i = 0; i < cut->blocks; i++) {
        struct block *block = &blocks->all[i];
        block->room = message_room(job, i, capacity);
        if (block->room == NULL)
            return err_memory(err, "the numbers");
        if (dealer_open(&block->dealer, workers, cut->piece, err) != 0)
            return -1;
    }
    return 0;
}

void blocks_close(struct blocks *blocks)
{
    for (int i = 0; blocks->all != NULL && i < blocks->cut.blocks; i++) {
        if (blocks->job->host_crew == NULL)
            free(blocks->all[i].room);
        dealer_close(&blocks->all[i].dealer);
    }
    free(blocks->all);
    free(blocks->paces);
}
