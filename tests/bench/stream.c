/*
 * stream - 256 MiB of int64 in rank 0's memory, squared: by MPI_Scatter, square, MPI_Gather as in a
 * textbook; by squares' messages; in place by all ranks in a window; and in place by as many
 * threads of rank 0, which is what the machine can do. Beside them messages alone: half of the
 * numbers to rank 1 and back with nothing done to them, in packets of the best of several sizes,
 * which is what messages can do. In turn, in
 * one job and so with the same transport settings. Run it under mpirun -np 2.
 */
#include "by_message.h"

#include <string.h>

static const int64_t COUNT = (256 << 20) / NUMBER_SIZE;

struct bench {
    struct team team;
    struct crew *crew;
    struct work work;
    int64_t *numbers; /* rank 0: the input, and for squares also the output */
    int64_t *results; /* rank 0: the output of MPI_Gather */
    int64_t *part;    /* this rank's part for MPI_Scatter */
};

static void fill(struct bench *b)
{
    for (int64_t i = 0; b->team.rank == 0 && i < COUNT; i++)
        b->numbers[i] = i % 1000003;
}

static void check(struct bench *b, const int64_t *results)
{
    for (int64_t i = 0; b->team.rank == 0 && i < COUNT; i += 997)
        if (results[i] != (i % 1000003) * (i % 1000003))
            tell_failure("a result is wrong");
}

/* One round by squares; its seconds on rank 0. */
static double by_squares(struct bench *b)
{
    const struct job job = {
        .team = &b->team, .crew = b->crew, .work = &b->work, .root_works = true};
    double seconds = seconds_by_message(job, b->numbers, COUNT);
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
    const struct safepoint at = {&never, NULL, NULL};
    MPI_Barrier(b->team.world);
    int64_t start = clock_now_ns();
    MPI_Scatter(b->numbers, part, MPI_INT64_T, b->part, part, MPI_INT64_T, 0, b->team.world);
    if (work_run(&b->work, &mine, &at, &err) != 0)
        tell_failure(err.text);
    MPI_Gather(b->part, part, MPI_INT64_T, b->results, part, MPI_INT64_T, 0, b->team.world);
    double seconds = clock_seconds(clock_now_ns() - start);
    check(b, b->results);
    return seconds;
}

enum { FLYING = 3 };

/* The packets of the upper half go out and come back into the lower half, FLYING at a time: MPI
 * forbids to receive where an Isend still reads. */
static void send_and_get_back(int64_t *cells, int packet, MPI_Comm world)
{
    MPI_Request requests[FLYING][2];
    int packets = (int)(COUNT / 2 / packet);
    for (int i = 0; i < packets + FLYING; i++) {
        MPI_Request *r = requests[i % FLYING];
        if (i >= FLYING && i - FLYING < packets)
            MPI_Waitall(2, r, MPI_STATUSES_IGNORE);
        if (i >= packets)
            continue;
        MPI_Irecv(cells + (int64_t)i * packet, packet, MPI_INT64_T, 1, 1, world, &r[0]);
        MPI_Isend(cells + (int64_t)(i + packets) * packet, packet, MPI_INT64_T, 1, 0, world, &r[1]);
    }
}

static void echo(int64_t *cells, int packet, MPI_Comm world)
{
    for (int64_t i = 0; i < COUNT / 2 / packet; i++) {
        MPI_Recv(cells, packet, MPI_INT64_T, 0, 0, world, MPI_STATUS_IGNORE);
        MPI_Send(cells, packet, MPI_INT64_T, 0, 1, world);
    }
}

static double with_packets(struct bench *b, int packet)
{
    MPI_Barrier(b->team.world);
    int64_t start = clock_now_ns();
    if (b->team.rank == 0)
        send_and_get_back(b->numbers, packet, b->team.world);
    else if (b->team.rank == 1)
        echo(b->part, packet, b->team.world);
    return clock_seconds(clock_now_ns() - start);
}

/* The fastest of packets of 32 KiB to 4 MiB. */
static double by_messages_alone(struct bench *b)
{
    const int SMALLEST = (32 << 10) / NUMBER_SIZE, LARGEST = (4 << 20) / NUMBER_SIZE;
    double best = 0;
    for (int packet = SMALLEST; packet <= LARGEST; packet *= 2) {
        double seconds = with_packets(b, packet);
        best = best == 0 || seconds < best ? seconds : best;
    }
    return best;
}

/* In place, in memory that the ranks share. */
static double by_window(struct bench *b)
{
    struct err err = ERR_INIT;
    struct host_crew host_crew;
    struct job job = {.team = &b->team,
                      .crew = b->crew,
                      .host_crew = &host_crew,
                      .work = &b->work,
                      .kind = NUMBER_INT64};
    if (host_crew_open(&host_crew, &b->team, 1, COUNT, &err) != 0)
        tell_failure(err.text);
    struct numbers all = {.kind = NUMBER_INT64, .count = COUNT, .i64 = host_crew.cells};
    if (b->team.rank == 0)
        memcpy(host_crew.cells, b->numbers, (size_t)COUNT * NUMBER_SIZE);
    MPI_Barrier(b->team.world);
    int64_t start = clock_now_ns();
    int status =
        b->team.rank == 0 ? job_compute(&job, &all, NULL, NULL, &err) : job_follow(&job, &err);
    double seconds = clock_seconds(clock_now_ns() - start);
    if (status != 0)
        tell_failure(err.text);
    if (b->team.rank == 0)
        (void)host_crew_end(&host_crew);
    check(b, host_crew.cells);
    host_crew_close(&host_crew);
    return seconds;
}

/* In place, by threads that are bound to the cores of the ranks, while the others sleep. */
static double by_threads(struct bench *b)
{
    double seconds = 0;
    if (b->team.rank == 0) {
        struct err err = ERR_INIT;
        hwloc_bitmap_t seats[8];
        int threads = b->team.size < 8 ? b->team.size : 8;
        for (int i = 0; i < threads; i++) {
            seats[i] = hwloc_bitmap_alloc();
            hwloc_bitmap_set(seats[i], (unsigned)i);
        }
        const struct crew_setup setup = {threads, seats, false, NULL};
        struct crew *crew = crew_create(&setup, &err);
        struct numbers all = {.kind = NUMBER_INT64, .count = COUNT, .i64 = b->numbers};
        struct job job = {.crew = crew, .work = &b->work, .kind = NUMBER_INT64};
        int64_t start = clock_now_ns();
        if (crew == NULL || job_compute(&job, &all, NULL, NULL, &err) != 0)
            tell_failure(err.text);
        seconds = clock_seconds(clock_now_ns() - start);
        crew_destroy(crew);
        for (int i = 0; i < threads; i++)
            hwloc_bitmap_free(seats[i]);
        check(b, b->numbers);
    }
    team_barrier(&b->team);
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
        tell_failure(err.text);
}

static const struct way {
    const char *name;
    double (*run)(struct bench *b);
} WAYS[] = {
    {"scatter", by_scatter}, {"message", by_squares}, {"alone", by_messages_alone},
    {"window", by_window},   {"threads", by_threads},
};

enum { WAY_COUNT = sizeof(WAYS) / sizeof(WAYS[0]) };

int main(int argc, char **argv)
{
    struct bench bench = {0};
    MPI_Init(&argc, &argv);
    make_bench(&bench);
    for (int rounds = tell_rounds(argc, argv); rounds > 0; rounds--)
        for (int way = 0; way < WAY_COUNT; way++) {
            fill(&bench);
            double seconds = WAYS[way].run(&bench);
            if (bench.team.rank == 0)
                tell(WAYS[way].name, "ms", seconds * 1e3);
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
