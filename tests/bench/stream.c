/*
 * stream - 256 MiB of int64 from rank 0's memory through all ranks and back: squares' exchange by
 * messages against MPI_Scatter, square, MPI_Gather, in turn, in one job and so with the same
 * transport settings. Run it under mpirun -np 2.
 */
#include "base/clock.h"
#include "exchange.h"
#include "measure/samples.h"
#include "team.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 9, WARM_UP = 2 };

static const int64_t COUNT = (256 << 20) / NUMBER_SIZE;

struct bench {
    struct team team;
    struct crew *crew;
    struct work work;
    int64_t *numbers; /* rank 0: the input, and for squares also the output */
    int64_t *results; /* rank 0: the output of MPI_Gather */
    int64_t *part;    /* this rank's part for MPI_Scatter */
};

static void no_progress(void *arg, int64_t done, int64_t total)
{
    (void)arg;
    (void)done;
    (void)total;
}

static void fail(const char *what)
{
    (void)fprintf(stderr, "bench: %s\n", what);
    MPI_Abort(MPI_COMM_WORLD, 1);
}

static void fill(struct bench *b)
{
    for (int64_t i = 0; b->team.rank == 0 && i < COUNT; i++)
        b->numbers[i] = i % 1000003;
}

static void check(struct bench *b, const int64_t *results)
{
    for (int64_t i = 0; b->team.rank == 0 && i < COUNT; i += 997)
        if (results[i] != (i % 1000003) * (i % 1000003))
            fail("a result is wrong");
}

/* One round by squares; its seconds on rank 0. */
static double by_squares(struct bench *b)
{
    struct err err = ERR_INIT;
    struct sink sink;
    struct job job = {.team = &b->team,
                      .crew = b->crew,
                      .work = &b->work,
                      .kind = NUMBER_INT64,
                      .root_works = true,
                      .sink = &sink,
                      .progress = no_progress};
    if (b->team.rank == 0)
        job.source = source_memory(NUMBER_INT64, b->numbers, COUNT, &err);
    (void)sink_open(&sink, NULL, NUMBER_INT64, &err);
    if (job_open(&job, &err) != 0 || EXCHANGE_MESSAGE.open(&job, &err) != 0)
        fail("out of memory");
    MPI_Barrier(b->team.world);
    int64_t start = clock_now_ns();
    if (EXCHANGE_MESSAGE.run(&job, &err) != 0)
        fail(err.text);
    double seconds = clock_seconds(clock_now_ns() - start);
    EXCHANGE_MESSAGE.close(&job);
    job_close(&job);
    source_destroy(job.source);
    check(b, b->numbers);
    return seconds;
}

/* The textbook's way. */
static double by_scatter(struct bench *b)
{
    int part = (int)(COUNT / b->team.size);
    struct err err = ERR_INIT;
    struct numbers mine = {.kind = NUMBER_INT64, .count = part, .i64 = b->part};
    const struct stop never = {0};
    const struct checkpoint at = {&never, NULL, NULL};
    MPI_Barrier(b->team.world);
    int64_t start = clock_now_ns();
    MPI_Scatter(b->numbers, part, MPI_INT64_T, b->part, part, MPI_INT64_T, 0, b->team.world);
    if (work_run(&b->work, &mine, &at, &err) != 0)
        fail(err.text);
    MPI_Gather(b->part, part, MPI_INT64_T, b->results, part, MPI_INT64_T, 0, b->team.world);
    double seconds = clock_seconds(clock_now_ns() - start);
    check(b, b->results);
    return seconds;
}

/* Binds this rank to a core of its own, if there are enough. */
static void make_bench(struct bench *b)
{
    struct err err = ERR_INIT;
    team_create(&b->team);
    hwloc_bitmap_t seat = hwloc_bitmap_alloc();
    hwloc_bitmap_set(seat, (unsigned)b->team.host_rank);
    const struct crew_setup setup = {1, &seat, false, NULL};
    b->crew = crew_create(&setup, &err);
    hwloc_bitmap_free(seat);
    b->part = malloc((size_t)(COUNT / b->team.size) * NUMBER_SIZE);
    if (b->team.rank == 0) {
        b->numbers = malloc((size_t)COUNT * NUMBER_SIZE);
        b->results = malloc((size_t)COUNT * NUMBER_SIZE);
    }
    if (work_create(&b->work, "squares", 1, &err) != 0 || b->crew == NULL)
        fail(err.text);
}

static void print(const char *name, double *seconds)
{
    struct samples s = samples_of(seconds, ROUNDS);
    printf("  %-34s %7.1f ms  (%.1f to %.1f)\n", name, s.median * 1e3, s.low * 1e3, s.high * 1e3);
}

int main(void)
{
    static double squares[ROUNDS], scatter[ROUNDS], ratio[ROUNDS];
    struct bench bench = {0};
    MPI_Init(NULL, NULL);
    make_bench(&bench);
    for (int round = -WARM_UP; round < ROUNDS; round++) {
        int kept = round < 0 ? 0 : round;
        fill(&bench);
        scatter[kept] = by_scatter(&bench);
        fill(&bench);
        squares[kept] = by_squares(&bench);
        ratio[kept] = scatter[kept] / squares[kept];
    }
    if (bench.team.rank == 0) {
        struct samples r = samples_of(ratio, ROUNDS);
        printf("256 MiB of int64 from rank 0 through %d ranks and back, %d rounds\n",
               bench.team.size, ROUNDS);
        print("MPI_Scatter, square, MPI_Gather", scatter);
        print("squares, by messages", squares);
        printf("  ratio %.2f (%.2f to %.2f), wanted: at least 1.5\n", r.median, r.low, r.high);
    }
    crew_destroy(bench.crew);
    work_release(&bench.work);
    free(bench.numbers);
    free(bench.results);
    free(bench.part);
    team_release(&bench.team);
    MPI_Finalize();
    return 0;
}
