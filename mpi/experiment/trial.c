#include "experiment/trial.h"

#include "base/clock.h"
#include "base/simd.h"
#include "comm/agree.h"
#include "exchange/exchange.h"
#include "experiment/collect.h"
#include "place/seat.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>

/* All that a trial holds on a rank, so that it can be released at any point. */
struct trial {
    const struct trial_setup *setup;
    const struct subteam *subteam;
    struct gil gil;
    struct crew *crew;
    double start_s;
    struct numbers numbers;     /* rank 0: all of them; no cells on the others */
    struct source *source;      /* rank 0 */
    struct sink sink;           /* rank 0: only counts results */
    struct host_crew host_crew; /* where the numbers lie, if they are shared */
    struct job job;
    bool exchange_open;
};

/* --- the numbers --- */

/* New memory each time, first touched by the workers, so that pages are near those who use them. */
static int get_memory(struct numbers *numbers, int64_t count, struct err *err)
{
    size_t size = (size_t)count * NUMBER_SIZE;
    void *cells = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (cells == MAP_FAILED) {
        err_set(err, ERR_FAILED, "there is no memory for %" PRId64 " numbers", count);
        return err_remedy(err, "compare holds them all in memory: give a smaller --range");
    }
    (void)madvise(cells, size, MADV_HUGEPAGE); /* mapping small pages would outlast the work */
    *numbers = (struct numbers){.kind = NUMBER_INT64, .count = count, .cells = cells};
    return 0;
}

static void release_memory(struct numbers *numbers)
{
    if (numbers->cells != NULL)
        (void)munmap(numbers->cells, (size_t)numbers->count * NUMBER_SIZE);
    numbers->cells = NULL;
}

static int fill_chunk(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    const struct trial *trial = arg;
    (void)err;
    struct numbers part = numbers_part(&trial->numbers, chunk->begin, chunk->end - chunk->begin);
    range_fill(&trial->setup->range, &part);
    return 0;
}

static int fill(struct trial *trial, struct err *err)
{
    const struct crew_job job = {
        .count = trial->numbers.count, .grain = 1 << 16, .chunk = fill_chunk, .arg = trial};
    return crew_run(trial->crew, &job, err);
}

/* --- before --- */

static int make_crew(struct trial *trial, struct err *err)
{
    const struct trial_setup *setup = trial->setup;
    const struct seats *seats = &trial->subteam->seats;
    if (setup->gil_ns > 0)
        gil_init(&trial->gil, setup->gil_ns);
    const struct crew_setup crew = {seats->crew, seats->seats, trial->subteam->team.crowded,
                                    setup->gil_ns > 0 ? &trial->gil : NULL};
    int64_t start = clock_now_ns();
    trial->crew = crew_create(&crew, err);
    trial->start_s = clock_seconds(clock_now_ns() - start);
    return trial->crew != NULL ? 0 : -1;
}

static int get_cells(struct trial *trial, struct err *err)
{
    int64_t count = trial->setup->range.count;
    if (!trial->setup->shared)
        return get_memory(&trial->numbers, count, err);
    trial->numbers =
        (struct numbers){.kind = NUMBER_INT64, .count = count, .i64 = trial->host_crew.cells};
    return 0;
}

static int get_numbers(struct trial *trial, struct err *err)
{
    if (get_cells(trial, err) != 0 || fill(trial, err) != 0 ||
        sink_open(&trial->sink, NULL, NUMBER_INT64, err) != 0)
        return -1;
    trial->source = source_memory(NUMBER_INT64, trial->numbers.cells, trial->numbers.count, err);
    return trial->source != NULL ? 0 : -1;
}

static bool travels(const struct trial *trial)
{
    return trial->subteam->team.size > 1 && !trial->setup->shared;
}

/* What each rank does on its own. */
static void get_ready(struct trial *trial, struct err *err)
{
    const struct team *team = &trial->subteam->team;
    if (make_crew(trial, err) != 0 || (team->rank == 0 && get_numbers(trial, err) != 0))
        return;
    crew_forget(trial->crew);
    trial->job = (struct job){.team = team,
                              .most = team->most,
                              .crew = trial->crew,
                              .host_crew = trial->setup->shared ? &trial->host_crew : NULL,
                              .work = trial->setup->work,
                              .kind = NUMBER_INT64,
                              .deals = SCHEDULE_STATIC,
                              .root_works = true,
                              .source = trial->source,
                              .sink = team->rank == 0 ? &trial->sink : NULL};
}

/* Collective: returns 0 on all ranks, or -1 on all if it failed on one. */
static int prepare(struct trial *trial, struct err *err)
{
    trial->job.team = &trial->subteam->team; /* needed even on a rank that fails */
    get_ready(trial, err);
    if (!travels(trial))
        return agree(&trial->subteam->team, err);
    trial->exchange_open = true;
    return exchange_open(&EXCHANGE_MESSAGE, &trial->job, err);
}

/* --- after --- */

static void go_home(const struct trial *trial)
{
    if (trial->setup->home != NULL)
        (void)seat_take(trial->setup->home);
}

/* Notes where the main thread is now, if it could not go back because the job's PUs have
 * changed. */
static void look_around(struct trial *trial)
{
    hwloc_bitmap_t now = trial->setup->home != NULL ? seat_of(0) : NULL;
    if (now != NULL && !hwloc_bitmap_isequal(now, trial->setup->home))
        seat_text(now, trial->job.home_left);
    hwloc_bitmap_free(now);
}

static void release(struct trial *trial)
{
    if (trial->exchange_open)
        EXCHANGE_MESSAGE.close(&trial->job);
    crew_destroy(trial->crew);
    if (trial->setup->gil_ns > 0)
        gil_destroy(&trial->gil);
    source_destroy(trial->source);
    sink_release(&trial->sink);
    if (trial->setup->shared)
        host_crew_close(&trial->host_crew);
    else
        release_memory(&trial->numbers);
    go_home(trial);
}

/* The time of the slowest rank, on all ranks. */
static double slowest(const struct team *team, double seconds)
{
    team_allreduce(team, &seconds, 1, MPI_DOUBLE, MPI_MAX);
    return seconds;
}

/* --- the whole --- */

static int run(struct trial *trial, struct err *err)
{
    if (travels(trial))
        return EXCHANGE_MESSAGE.run(&trial->job, err);
    if (trial->setup->shared && trial->subteam->team.rank != 0)
        return job_follow(&trial->job, err);
    int status = job_compute(&trial->job, &trial->numbers, NULL, NULL, err);
    if (trial->setup->shared)
        (void)host_crew_end(&trial->host_crew);
    return status;
}

static int timed_phase(struct trial *trial, struct trial_result *result, struct err *err)
{
    const struct team *team = &trial->subteam->team;
    job_watch(&trial->job);
    team_barrier(team);
    job_watch_start(&trial->job);
    int64_t start = clock_now_ns();
    (void)run(trial, err);
    double elapsed_s = clock_seconds(clock_now_ns() - start);
    job_watch_end(&trial->job);
    (void)work_settle(trial->setup->work, err);
    if (agree(team, err) != 0)
        return -1;
    result->elapsed_s = slowest(team, elapsed_s);
    result->start_s = slowest(team, trial->start_s);
    return 0;
}

/* Collective: opens the host crew if the numbers are to be in a window. Returns false, with the
 * reason, if that is not possible; this is a result, not a failure. The subteam is on one host, so
 * all its ranks get the same answer; the reason of the one that noticed becomes that of all. */
static bool get_host_crew(struct trial *trial, char reason[TRIAL_REASON])
{
    const struct subteam *subteam = trial->subteam;
    struct err err = ERR_INIT;
    if (!trial->setup->shared ||
        host_crew_open(&trial->host_crew, &subteam->team, subteam->seats.crew,
                       trial->setup->range.count, &err) == 0)
        return true;
    (void)agree(&subteam->team, &err);
    (void)snprintf(reason, TRIAL_REASON, "%.*s", TRIAL_REASON - 1, err.text);
    return false;
}

static int run_trial(struct trial *trial, struct trial_result *result,
                     struct report_worker *workers, struct err *err)
{
    const struct subteam *subteam = trial->subteam;
    const struct trial_setup *setup = trial->setup;
    int status = prepare(trial, err);
    if (status == 0)
        status = timed_phase(trial, result, err);
    go_home(trial); /* messages follow: better sent with all the room the rank had before */
    if (status == 0) {
        look_around(trial);
        (void)collect_workers(workers, &trial->job, &subteam->seats, setup->number, setup->host,
                              result->elapsed_s, err);
        if (trial->numbers.cells != NULL)
            result->fingerprint = numbers_fingerprint(&trial->numbers);
        status = agree(&subteam->team, err);
    }
    release(trial);
    return status;
}

int trial_run(const struct trial_setup *setup, const struct subteam *subteam,
              struct trial_result *result, struct report_worker *workers, struct err *err)
{
    struct trial trial = {.setup = setup, .subteam = subteam, .sink = {.file = OUTFILE_CLOSED}};
    *result = (struct trial_result){.reason = ""};
    if (get_host_crew(&trial, result->reason))
        return run_trial(&trial, result, workers, err);
    host_crew_close(&trial.host_crew);
    return 0;
}

/* --- the speed of memory --- */

/* As squares:repeat=1 does it: reads a number and writes its result in the same place. */
SIMD_CLONES static void pass_over(int64_t *x, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        x[i] = 3 * x[i] + 1;
}

static int pass_chunk(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    const struct trial *trial = arg;
    (void)err;
    pass_over(trial->numbers.i64 + chunk->begin, chunk->end - chunk->begin);
    return 0;
}

static double best_pass(struct trial *trial)
{
    enum { PASSES = 5 };
    struct err err = ERR_INIT;
    const struct crew_job job = {
        .count = trial->numbers.count, .grain = 8192, .chunk = pass_chunk, .arg = trial};
    double best = 0;
    for (int i = 0; i < PASSES; i++) {
        int64_t start = clock_now_ns();
        (void)crew_run(trial->crew, &job, &err);
        double seconds = clock_seconds(clock_now_ns() - start);
        double speed = 2.0 * NUMBER_SIZE * (double)trial->numbers.count / seconds;
        best = speed > best ? speed : best;
    }
    return best;
}

double trial_bandwidth(const struct subteam *subteam, int64_t numbers, hwloc_const_bitmap_t home)
{
    const struct trial_setup setup = {.range = {0, 1, numbers}, .home = home};
    struct trial trial = {.setup = &setup, .subteam = subteam, .sink = {.file = OUTFILE_CLOSED}};
    struct err err = ERR_INIT;
    double speed = 0;
    if (make_crew(&trial, &err) == 0 && get_memory(&trial.numbers, numbers, &err) == 0 &&
        fill(&trial, &err) == 0)
        speed = best_pass(&trial);
    release(&trial);
    return speed;
}
