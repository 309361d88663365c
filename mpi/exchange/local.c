/*
 * local - no numbers are scattered: each rank makes its own part of a range, and only its tallies
 * come back. Comparing with it shows what scattering costs.
 */
#include "exchange/exchange.h"

#include "exchange/cutoff.h"
#include "exchange/fail_notice.h"

#include <stdlib.h>

/* The most numbers a worker makes at once: 128 KiB, so that they stay in a cache. */
enum { LONGEST_PIECE = 16384 };

struct share {
    struct job *job;
    int64_t begin, count; /* this rank's part of the range */
    int64_t grain;        /* tasks claimed at once, at most LONGEST_PIECE */
    int64_t **rooms;      /* [worker], each of `grain`, made and first touched by its worker */
    struct fail_notice fail_notice;
    struct cutoff cutoff; /* the piece is this rank's whole part */
};

static int make_chunk(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    struct share *share = arg;
    int64_t **room = &share->rooms[chunk->worker];
    if (*room == NULL) /* made by its own thread, so that the memory is near it */
        *room = malloc((size_t)share->grain * NUMBER_SIZE);
    if (*room == NULL)
        return err_memory(err, "the numbers");
    struct numbers numbers = {.kind = NUMBER_INT64,
                              .first = share->begin + chunk->begin,
                              .count = chunk->end - chunk->begin,
                              .i64 = *room};
    range_fill(share->job->range, &numbers);
    return job_work(share->job, chunk, &numbers, err);
}

static void between_chunks(void *arg)
{
    struct share *share = arg;
    if (job_between(share->job, &share->fail_notice, &share->cutoff, share->begin))
        job_give_up(share->job);
}

static int work_share(struct share *share, struct err *err)
{
    struct crew_job crew_job = {
        .count = share->count,
        .schedule = share->job->schedule,
        .grain = share->grain,
        .claim = share->job->chunk,
        .chunk = make_chunk,
        .arg = share,
        .between = between_chunks,
        .between_arg = share,
    };
    return share->count > 0 ? crew_run(share->job->crew, &crew_job, err) : 0;
}

/* Ends: a rank's part is finite, and no rank waits for another except in fail_notice_end. */
static int run_local(struct job *job, struct err *err)
{
    struct share *share = job->state;
    fail_notice_begin(&share->fail_notice);
    int status = work_share(share, err);
    int64_t at = status == 0 ? NO_FAILURE : share->begin;
    return fail_notice_end(&share->fail_notice, at) == NO_FAILURE ? 0 : -1;
}

static int open_local(struct job *job, struct err *err)
{
    struct share *share = calloc(1, sizeof(*share));
    job->state = share;
    if (share == NULL)
        return err_memory(err, "the numbers");
    int index = job_index(job);
    int workers = job_workers(job);
    int threads = crew_size(job->crew);
    int64_t grain = job->work->load->grain(job->work);
    share->job = job;
    share->grain = grain < LONGEST_PIECE ? grain : LONGEST_PIECE;
    if (index >= 0) {
        share->begin = share_begin(job->range->count, workers, index);
        share->count = share_begin(job->range->count, workers, index + 1) - share->begin;
    }
    share->rooms = calloc((size_t)threads, sizeof(*share->rooms));
    if (share->rooms == NULL)
        return err_memory(err, "the numbers");
    return fail_notice_open(&share->fail_notice, job->team, err);
}

static void close_local(struct job *job)
{
    struct share *share = job->state;
    job->state = NULL;
    if (share == NULL)
        return;
    fail_notice_close(&share->fail_notice);
    for (int worker = 0; share->rooms != NULL && worker < crew_size(job->crew); worker++)
        free(share->rooms[worker]);
    free(share->rooms);
    free(share);
}

const struct exchange EXCHANGE_LOCAL = {
    .kind = &EXCHANGE_KINDS[EXCHANGE_KIND_LOCAL],
    .open = open_local,
    .run = run_local,
    .close = close_local,
};
