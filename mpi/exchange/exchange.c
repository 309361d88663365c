#include "exchange/exchange.h"

#include "base/clock.h"
#include "comm/agree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct exchange *const EXCHANGES[EXCHANGE_KINDS_COUNT] = {
    [EXCHANGE_KIND_MESSAGE] = &EXCHANGE_MESSAGE,
    [EXCHANGE_KIND_WINDOW] = &EXCHANGE_WINDOW,
    [EXCHANGE_KIND_LOCAL] = &EXCHANGE_LOCAL,
    [EXCHANGE_KIND_FILE] = &EXCHANGE_FILE,
};

const struct exchange *exchange_choose(const struct exchange_kind *asked, const struct job *job)
{
    const struct exchange *exchange = EXCHANGES[asked - EXCHANGE_KINDS];
    if (exchange != NULL)
        return exchange;
    return job->most > 1 && job->root_works ? &EXCHANGE_WINDOW : &EXCHANGE_MESSAGE;
}

/* What a rank lacks before it opens must not keep it from a collective call that the others are in.
 * The ranks could also go through each opening with what they have, but then every exchange would
 * have to work with a half-made job. */
int exchange_open(const struct exchange *exchange, struct job *job, struct err *err)
{
    if (agree(job->team, err) != 0)
        return -1;
    (void)exchange->open(job, err);
    return agree(job->team, err);
}

int job_open(struct job *job, struct err *err)
{
    int workers = crew_size(job->crew);
    job->tallies = calloc((size_t)workers, sizeof(struct tally));
    if (job->tallies == NULL)
        return err_memory(err, "the results");
    for (int i = 0; i < workers; i++)
        tally_start(&job->tallies[i], job->kind);
    tally_start(&job->arrived, job->kind);
    return 0;
}

void job_close(struct job *job)
{
    free(job->tallies);
    job->tallies = NULL;
}

static int64_t process_cpu_ns(void)
{
    return clock_read_ns(CLOCK_PROCESS_CPUTIME_ID);
}

void job_watch(struct job *job)
{
    crew_watch(job->crew);
}

void job_watch_start(struct job *job)
{
    crew_watch_owner(job->crew);
    job->own_cpu_ns = -process_cpu_ns();
}

void job_watch_end(struct job *job)
{
    job->own_cpu_ns += process_cpu_ns();
    crew_watch_end(job->crew);
    for (int i = 0; i < crew_size(job->crew); i++) {
        int64_t used = crew_stats(job->crew, i)->account.cpu_ns;
        job->own_cpu_ns -= used != ACCOUNT_UNKNOWN ? used : 0;
    }
    if (job->own_cpu_ns < 0)
        job->own_cpu_ns = 0;
}

/* The workers that share this rank's memory, including its own. */
static int workers_here(const struct job *job)
{
    return job->host_crew != NULL ? job->host_crew->workers : crew_size(job->crew);
}

void job_hide_talk(struct job *job, int64_t before)
{
    if (job->host_crew != NULL ? host_crew_others_work(job->host_crew)
                               : crew_others_work(job->crew))
        job->hidden_ns += job->talk_ns - before;
}

/* An empty look takes about the same time every time: some 100 ns to a microsecond, depending on
 * the number of messages under way. The shortest one stands for it. */
void job_note_look(struct job *job, int64_t ns)
{
    const int64_t TIMES = 3, MORE_NS = NS_PER_US;
    if (job->least_look_ns == 0 || ns < job->least_look_ns)
        job->least_look_ns = ns > 0 ? ns : 1;
    if (ns > TIMES * job->least_look_ns + MORE_NS)
        job->progress_ns += ns - job->least_look_ns;
}

struct file_call file_call_begin(void)
{
    return (struct file_call){clock_now_ns(), clock_thread_cpu_ns()};
}

int64_t file_call_waited(const struct file_call *call)
{
    int64_t cpu = clock_thread_cpu_ns() - call->cpu_ns;
    int64_t waited = clock_now_ns() - call->start_ns - cpu;
    return waited > 0 ? waited : 0;
}

static bool parts_are_alike(const struct job *job)
{
    return job->source == NULL || job->host_crew != NULL || job_workers(job) == 1 ||
           schedule_assigned(job->deals);
}

void job_tell_progress(const struct job *job)
{
    int64_t total = COUNT_UNKNOWN;
    if (job->progress == NULL)
        return;
    if (job->range != NULL)
        total = job->range->count;
    else if (job->files != NULL)
        total = job->files->count;
    else if (job->source != NULL)
        total = job->source->count;
    int64_t done = job->sink->count > job->done ? job->sink->count : job->done;
    int64_t workers = (int64_t)workers_here(job) * job_workers(job);
    int64_t mine = parts_are_alike(job) ? job->tallies[0].count : 0;
    if (total != COUNT_UNKNOWN && mine > done / workers)
        done = mine < total / workers ? mine * workers : total;
    job->progress(job->progress_arg, done, total);
}

bool job_between(const struct job *job, struct fail_notice *notice, struct cutoff *cutoff,
                 int64_t first)
{
    int64_t failed_at = notice != NULL ? fail_notice_poll(notice) : NO_FAILURE;
    if (failed_at != NO_FAILURE)
        cutoff_begin(cutoff, failed_at);
    if (job->team->rank == 0)
        job_tell_progress(job);
    return cutoff_of(cutoff, first);
}

int job_work(struct job *job, const struct crew_chunk *chunk, const struct numbers *numbers,
             struct err *err)
{
    const int64_t PIECE = 2048; /* 16 KiB: tallied while it is in the first-level cache */
    for (int64_t done = 0; done < numbers->count; done += PIECE) {
        int64_t rest = numbers->count - done;
        struct numbers piece = numbers_part(numbers, done, rest < PIECE ? rest : PIECE);
        if (work_run(job->work, &piece, chunk->at, err) != 0)
            return -1;
        if (job->tallies != NULL)
            tally_add_before(&job->tallies[chunk->worker], &piece,
                             rest > PIECE ? piece.i64 + piece.count : NULL);
    }
    return 0;
}

struct span {
    struct job *job;
    const struct numbers *numbers;
};

static int compute_chunk(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    const struct span *span = arg;
    struct numbers part = numbers_part(span->numbers, chunk->begin, chunk->end - chunk->begin);
    return job_work(span->job, chunk, &part, err);
}

static struct crew_job crew_job_of(struct job *job, struct span *span)
{
    return (struct crew_job){
        .count = span->numbers->count,
        .schedule = job->schedule,
        .grain = job->work->load->grain(job->work),
        .claim = job->chunk,
        .chunk = compute_chunk,
        .arg = span,
    };
}

int job_compute(struct job *job, const struct numbers *numbers, void (*between)(void *), void *arg,
                struct err *err)
{
    struct span span = {job, numbers};
    struct crew_job crew_job = crew_job_of(job, &span);
    crew_job.between = between;
    crew_job.between_arg = arg;
    if (job->host_crew != NULL)
        return host_crew_compute(job->host_crew, job->crew, &crew_job, numbers, err);
    return crew_run(job->crew, &crew_job, err);
}

void job_give_up(struct job *job)
{
    if (job->host_crew != NULL)
        host_crew_give_up(job->host_crew);
    crew_stop(job->crew);
}

int job_follow(struct job *job, struct err *err)
{
    struct numbers piece = {.kind = job->kind};
    struct span span = {job, &piece};
    const struct crew_job crew_job = crew_job_of(job, &span);
    int status = host_crew_follow(job->host_crew, job->crew, &crew_job, &piece, err);
    struct host_crew_sum sum = {0};
    for (int i = 0; job->tallies != NULL && i < crew_size(job->crew); i++) {
        sum.count += job->tallies[i].count;
        sum.fingerprint += job->tallies[i].fingerprint;
    }
    host_crew_tell(job->host_crew, sum);
    return status;
}
