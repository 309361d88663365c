/*
 * file - every rank reads its part of the input, works on it, and writes it to its place in the
 * output. Only what the ranks agree on and their tallies are sent.
 *
 * A rank's part is its even share, in pieces, so that memory does not grow with the file:
 *
 *     input    | header | 0 1 2 | 3 4 5 | 6 7 | 8 9 |
 *                         rank 0: read, compute, write; read, compute, write; ...
 *                                 rank 1          rank 2, or rank 1 again
 *     output   | header | 0 1 2 | 3 4 5 | 6 7 | 8 9 |
 *
 * Rank 0 is responsible for the output's header, name and end (shared/number/sink.h): it reserves
 * room for all of it first, and moves it into place when all ranks have written.
 */
#include "exchange/exchange.h"

#include "exchange/cutoff.h"
#include "exchange/fail_notice.h"
#include "exchange/part_file.h"

#include <inttypes.h>
#include <stdlib.h>

/* Numbers of a piece: 4 MiB. Two ranks that write one file take turns in the kernel (ext4 and most
 * other file systems lock it), and each turn costs a wake-up: measured on a 2-core VM with other
 * load, pieces of 4 MiB took half the time of 256 KiB. Larger ones leave the caches: 8 MiB took
 * three times as long. */
enum { PIECE = (4 << 20) / NUMBER_SIZE };

struct part {
    struct job *job;
    struct part_file input, output;
    int64_t begin, end;   /* this rank's share of the numbers */
    struct numbers piece; /* the one being worked on */
    int64_t *room;        /* for PIECE numbers */
    struct fail_notice fail_notice;
    struct cutoff cutoff;
};

/* --- a piece's way --- */

/* The time that MPI-IO takes counts as talk. */
static int read_piece(struct part *part, struct err *err)
{
    const struct file_plan *plan = part->job->files;
    struct numbers *piece = &part->piece;
    if (plan->input == NULL)
        return 0;
    const struct file_call call = file_call_begin();
    int size = (int)(piece->count * NUMBER_SIZE);
    int got = part_file_read(&part->input, plan->input_start + piece->first * NUMBER_SIZE,
                             piece->cells, size, err);
    part->job->input_wait_ns += file_call_waited(&call);
    if (plan->input_swapped)
        cells_swap(piece->i64, piece->count);
    part->job->talk_ns += clock_now_ns() - call.start_ns;
    if (got < 0 || got == size)
        return got < 0 ? -1 : 0;
    int64_t at = piece->first + got / NUMBER_SIZE;
    err_set(err, ERR_INPUT, "'%s' ends too early, after number %" PRId64, plan->input, at);
    return err_at(err, at);
}

static int write_piece(struct part *part, struct err *err)
{
    const struct file_plan *plan = part->job->files;
    const struct numbers *piece = &part->piece;
    if (plan->output == NULL)
        return 0;
    const struct file_call call = file_call_begin();
    int status = part_file_write(&part->output, plan->output_start + piece->first * NUMBER_SIZE,
                                 piece->cells, (int)(piece->count * NUMBER_SIZE), err);
    part->job->output_wait_ns += file_call_waited(&call);
    part->job->talk_ns += clock_now_ns() - call.start_ns;
    return status;
}

/* If the numbers come from a range, the worker that works on them makes them. */
static int work_chunk(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    const struct part *part = arg;
    struct numbers numbers = numbers_part(&part->piece, chunk->begin, chunk->end - chunk->begin);
    if (part->job->files->input == NULL)
        range_fill(part->job->range, &numbers);
    return job_work(part->job, chunk, &numbers, err);
}

/* Whether to give up the piece. */
static bool look_around(struct part *part)
{
    return job_between(part->job, &part->fail_notice, &part->cutoff, part->piece.first);
}

static void between_chunks(void *arg)
{
    struct part *part = arg;
    if (look_around(part))
        job_give_up(part->job);
}

static int compute_piece(struct part *part, struct err *err)
{
    const struct job *job = part->job;
    const struct crew_job crew_job = {
        .count = part->piece.count,
        .schedule = job->schedule,
        .grain = job->work->load->grain(job->work),
        .claim = job->chunk,
        .chunk = work_chunk,
        .arg = part,
        .between = between_chunks,
        .between_arg = part,
    };
    return crew_run(job->crew, &crew_job, err);
}

/* --- a rank's share --- */

static int work_share(struct part *part, struct err *err)
{
    struct numbers *piece = &part->piece;
    for (piece->first = part->begin; piece->first < part->end; piece->first += piece->count) {
        int64_t rest = part->end - piece->first;
        piece->count = rest < PIECE ? rest : PIECE;
        if (look_around(part) || read_piece(part, err) != 0 || compute_piece(part, err) != 0 ||
            write_piece(part, err) != 0)
            return -1;
    }
    return part_file_close(&part->output, err);
}

/* On all ranks: returns 0 if rank 0 has reserved room for the output. */
static int reserve(struct job *job, struct err *err)
{
    const struct file_call call = file_call_begin();
    int status = 0;
    if (job->team->rank == 0)
        status = sink_reserve(job->sink, job->files->count, err);
    job->output_wait_ns += file_call_waited(&call);
    job->talk_ns += clock_now_ns() - call.start_ns;
    team_bcast(job->team, &status, 1, MPI_INT, 0);
    return status;
}

/* Ends: a rank's share is finite. No rank waits for another except for rank 0's answer about the
 * room, which rank 0 sends in any case, and in fail_notice_end. */
static int run_file(struct job *job, struct err *err)
{
    struct part *part = job->state;
    if (reserve(job, err) != 0)
        return -1;
    fail_notice_begin(&part->fail_notice);
    int64_t at = work_share(part, err) == 0 ? NO_FAILURE : part->piece.first;
    if (fail_notice_end(&part->fail_notice, at) != NO_FAILURE)
        return -1;
    if (job->team->rank == 0)
        job->sink->count = job->files->count;
    return 0;
}

/* --- opening and closing --- */

static int open_parts(struct part *part, struct err *err)
{
    const struct file_plan *plan = part->job->files;
    int64_t size = plan->input_start + plan->count * NUMBER_SIZE + plan->input_rest;
    if (plan->input != NULL && part_file_open_read(&part->input, plan->input, size, err) != 0)
        return -1;
    return plan->output != NULL
               ? part_file_open_write(&part->output, plan->unfinished, plan->output, err)
               : 0;
}

static int open_file(struct job *job, struct err *err)
{
    struct part *part = calloc(1, sizeof(*part));
    job->state = part;
    if (part == NULL)
        return err_memory(err, "the numbers");
    *part = (struct part){.job = job, .input = PART_FILE_CLOSED, .output = PART_FILE_CLOSED};
    int index = job_index(job);
    if (index >= 0) {
        part->begin = share_begin(job->files->count, job_workers(job), index);
        part->end = share_begin(job->files->count, job_workers(job), index + 1);
    }
    part->room = malloc(PIECE * NUMBER_SIZE);
    if (part->room == NULL)
        return err_memory(err, "the numbers");
    part->piece = (struct numbers){.kind = job->kind, .i64 = part->room};
    return open_parts(part, err) == 0 ? fail_notice_open(&part->fail_notice, job->team, err) : -1;
}

static void close_file(struct job *job)
{
    struct part *part = job->state;
    struct err ignored = ERR_INIT; /* the job has failed, or has already closed what it wrote */
    job->state = NULL;
    if (part == NULL)
        return;
    (void)part_file_close(&part->input, &ignored);
    (void)part_file_close(&part->output, &ignored);
    fail_notice_close(&part->fail_notice);
    free(part->room);
    free(part);
}

const struct exchange EXCHANGE_FILE = {
    .kind = &EXCHANGE_KINDS[EXCHANGE_KIND_FILE],
    .open = open_file,
    .run = run_file,
    .close = close_file,
};
