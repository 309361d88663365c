#include "experiment/collect.h"

#include "base/clock.h"
#include "comm/gather.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* What a rank reports about itself and its host. All ranks of a job run the same build, so a struct
 * can be sent as bytes. */
struct rank_record {
    struct report_rank row;
    struct report_host host;
};

static int64_t peak_bytes(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (int64_t)usage.ru_maxrss * 1024 : 0;
}

static struct rank_record describe_rank(const struct job *job, const struct seats *seats)
{
    struct rank_record record = {
        .row = {.host = job->team->host_index,
                .feeds = job->team->rank == 0 && job->source != NULL,
                .works = job_index(job) >= 0,
                .widened = seats_widened(seats, job->crew),
                .peak_bytes = peak_bytes()},
        .host = seats->host,
    };
    seats_text(job->crew, record.row.seated);
    if (seats->given != NULL)
        seat_text(seats->given, record.row.given);
    return record;
}

/* NAN if the kernel does not keep this account. */
static double seconds_or_nan(int64_t ns)
{
    return ns != ACCOUNT_UNKNOWN ? clock_seconds(ns) : NAN;
}

/* `job` is set for worker 0, which moves numbers, and NULL for others. MPI also copies bytes while
 * a rank finds no messages, so such looks count as moving, up to the processor time that the kernel
 * says was used. */
static void describe_accounts(struct report_worker *w, const struct crew_stats *stats,
                              const struct job *job)
{
    const struct account *account = &stats->account;
    double all_s = account->cpu_ns != ACCOUNT_UNKNOWN ? clock_seconds(account->cpu_ns) : w->cpu_s;
    w->all_cpu_s = fmax(all_s, w->cpu_s);
    w->core_wait_s = seconds_or_nan(account->queued_ns);
    if (job == NULL)
        return;
    w->moving_s = fmin(w->talk_s + clock_seconds(job->progress_ns), w->all_cpu_s - w->cpu_s);
    w->input_wait_s = clock_seconds(job->input_wait_ns);
    w->output_wait_s = clock_seconds(job->output_wait_ns);
    w->other_cpu_s = clock_seconds(job->own_cpu_ns);
}

static void describe_seat(struct report_worker *w, const struct crew_stats *stats,
                          hwloc_const_bitmap_t seat)
{
    w->refused = stats->refused;
    w->within = stats->seat_read != NULL && hwloc_bitmap_isincluded(seat, stats->seat_read);
    w->pus = stats->seat_read != NULL ? hwloc_bitmap_weight(stats->seat_read) : 0;
    if (stats->seat_left == NULL)
        return;
    seat_text(stats->seat_left, w->left);
    w->reseated =
        stats->seat_read != NULL && !hwloc_bitmap_isequal(stats->seat_read, stats->seat_left);
}

static void describe_worker(struct report_worker *w, const struct job *job,
                            const struct seats *seats, int thread, double elapsed_s)
{
    const struct crew_stats *stats = crew_stats(job->crew, thread);
    *w = (struct report_worker){
        .stay = stay_of(w->stay.rank, thread, seats->seats[thread], stats->bound, stats->seat_read,
                        &stats->residency),
        .host = w->host,
        .tasks = stats->tasks,
        .chunks = stats->chunks,
        .busy_s = clock_seconds(stats->busy_ns),
        .talk_s = thread == 0 ? clock_seconds(job->talk_ns) : 0,
        .hidden_s = thread == 0 ? clock_seconds(job->hidden_ns) : 0,
        .cpu_s = clock_seconds(stats->cpu_ns),
        .lock_s = clock_seconds(stats->locked_ns),
    };
    double wait = elapsed_s - w->busy_s - w->talk_s - w->lock_s;
    w->wait_s = wait > 0 ? wait : 0;
    describe_accounts(w, stats, thread == 0 ? job : NULL);
    describe_seat(w, stats, seats->seats[thread]);
    w->rehomed = thread == 0 && job->home_left[0] != '\0';
    if (w->rehomed && !w->reseated)
        memcpy(w->left, job->home_left, sizeof(w->left));
}

/* Fills in one record for each thread of the rank in `who`; threads that a feeding rank does not
 * have are marked. */
static void describe_workers(struct report_worker *workers, const struct report_worker *who,
                             const struct job *job, const struct seats *seats, double elapsed_s)
{
    assert(workers != NULL); /* the ranks have agreed on that */
    for (int thread = 0; thread < seats->threads; thread++) {
        workers[thread] = *who;
        if (thread < seats->crew)
            describe_worker(&workers[thread], job, seats, thread, elapsed_s);
        else
            workers[thread].stay.rank = REPORT_NOBODY;
    }
}

int collect_workers(struct report_worker *all, const struct job *job, const struct seats *seats,
                    int number, int host, double elapsed_s, struct err *err)
{
    struct report_worker *mine = calloc((size_t)seats->threads, sizeof(*mine));
    int missing = mine == NULL;
    if (missing)
        err_memory(err, "the report");
    MPI_Allreduce(MPI_IN_PLACE, &missing, 1, MPI_INT, MPI_LOR, job->team->world);
    if (!missing) {
        const struct report_worker who = {.stay = {.rank = number}, .host = host};
        describe_workers(mine, &who, job, seats, elapsed_s);
        gather_equal(job->team->world, mine, seats->threads, sizeof(*mine), all);
    }
    free(mine);
    return missing ? -1 : 0;
}

static void take_records(struct run_report *report, const struct rank_record *records)
{
    for (int rank = 0; rank < report->ranks; rank++) {
        report->rank_rows[rank] = records[rank].row;
        report->environment.hosts[records[rank].row.host] = records[rank].host;
    }
}

int collect(struct run_report *report, const struct job *job, const struct seats *seats,
            struct err *err)
{
    const struct team *team = job->team;
    int threads = seats->threads;
    double elapsed_s = report->elapsed_s;
    MPI_Bcast(&elapsed_s, 1, MPI_DOUBLE, 0, team->world);
    struct rank_record record = describe_rank(job, seats);
    struct rank_record *records = NULL;
    int missing = 0;
    if (team->rank == 0) {
        report->environment.hosts_count = team->hosts;
        report->environment.hosts = calloc((size_t)team->hosts, sizeof(*report->environment.hosts));
        report->rank_rows = calloc((size_t)team->size, sizeof(*report->rank_rows));
        report->workers = calloc((size_t)team->size * (size_t)threads, sizeof(*report->workers));
        records = calloc((size_t)team->size, sizeof(*records));
        missing = report->environment.hosts == NULL || report->rank_rows == NULL ||
                  report->workers == NULL || records == NULL;
    }
    if (missing)
        err_memory(err, "the report");
    MPI_Allreduce(MPI_IN_PLACE, &missing, 1, MPI_INT, MPI_LOR, team->world);
    if (!missing) {
        gather_equal(team->world, &record, 1, sizeof(record), records);
        missing = collect_workers(report->workers, job, seats, team->rank, team->host_index,
                                  elapsed_s, err);
    }
    if (!missing && team->rank == 0)
        take_records(report, records);
    free(records);
    return missing ? -1 : 0;
}

/* For MPI, whose buffers need not be aligned: adds each of some tallies to the one at its place. */
static void merge_tallies(void *from, void *into, int *count, MPI_Datatype *type)
{
    (void)type;
    for (int i = 0; i < *count; i++) {
        struct tally a, b;
        memcpy(&a, (char *)into + (size_t)i * sizeof(a), sizeof(a));
        memcpy(&b, (char *)from + (size_t)i * sizeof(b), sizeof(b));
        tally_merge(&a, &b);
        memcpy((char *)into + (size_t)i * sizeof(a), &a, sizeof(a));
    }
}

void collect_tally(const struct job *job, struct tally *made)
{
    struct tally mine, all;
    MPI_Datatype type;
    MPI_Op merge;
    tally_start(&mine, job->kind);
    for (int i = 0; i < crew_size(job->crew); i++)
        tally_merge(&mine, &job->tallies[i]);
    MPI_Type_contiguous((int)sizeof(mine), MPI_BYTE, &type);
    MPI_Type_commit(&type);
    MPI_Op_create(merge_tallies, 1, &merge);
    MPI_Reduce(&mine, &all, 1, type, merge, 0, job->team->world);
    MPI_Op_free(&merge);
    MPI_Type_free(&type);
    if (job->team->rank != 0) {
        *made = mine;
        return;
    }
    memcpy(all.lanes, job->arrived.lanes, sizeof(all.lanes));
    *made = all;
}

/* What rank 0 made itself was not sent: its own tallies count as arrived. */
static bool arrived(const struct job *job, const struct tally *made)
{
    struct tally all = job->arrived;
    for (int i = 0; i < crew_size(job->crew); i++) {
        all.count += job->tallies[i].count;
        all.fingerprint += job->tallies[i].fingerprint;
    }
    return all.count == made->count && all.fingerprint == made->fingerprint;
}

enum check_status collect_check(const struct job *job, const struct exchange *exchange,
                                const struct tally *made)
{
    if (job->team->rank != 0)
        return CHECK_AGREES;
    bool compared = exchange_kind_brings_back(exchange->kind);
    if (compared && (!arrived(job, made) || job->sink->count != made->count))
        return CHECK_DAMAGED;
    if (job->files != NULL && made->count != job->files->count)
        return CHECK_DAMAGED;
    int128 sum;
    if (job->range == NULL || job->work->load->range_sum == NULL ||
        !job->work->load->range_sum(job->work, job->range, &sum))
        return compared ? CHECK_AGREES : CHECK_UNCOMPARED;
    return made->count == job->range->count && made->sum == sum ? CHECK_FORMULA : CHECK_DAMAGED;
}
