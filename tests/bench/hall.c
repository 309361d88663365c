/*
 * hall - what it costs to hand out one empty task at a time to the ranks of a host, which claim
 * from a shared window, against a bare atomic in that window; and from that the smallest task at
 * which half of the time is spent in tasks (METG: Slaughter et al., Task Bench, SC'20). Run it
 * under mpirun -np 2 --bind-to core.
 */
#include "hall.h"
#include "base/clock.h"
#include "measure/samples.h"
#include "team.h"

#include <stdio.h>

enum { ROUNDS = 9, TASKS = 4000000 };

static int nothing(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    (void)arg;
    (void)chunk;
    (void)err;
    return 0;
}

static void fail(const char *what)
{
    (void)fprintf(stderr, "hall: %s\n", what);
    MPI_Abort(MPI_COMM_WORLD, 1);
}

/* Nanoseconds a task on rank 0. */
static double by_hall(const struct team *team, struct crew *crew)
{
    struct err err = ERR_INIT;
    struct hall hall;
    struct numbers piece = {.kind = NUMBER_INT64, .count = TASKS};
    const struct crew_job job = {.grain = 1, .claim = 1, .chunk = nothing};
    if (hall_open(&hall, team, 1, 1, &err) != 0)
        fail(err.text);
    piece.i64 = hall.cells;
    MPI_Barrier(team->world);
    int64_t start = clock_now_ns();
    int status = team->rank == 0 ? hall_compute(&hall, crew, &job, &piece, &err)
                                 : hall_follow(&hall, crew, &job, &piece, &err);
    int64_t took = clock_now_ns() - start;
    if (status != 0)
        fail(err.text);
    if (team->rank == 0)
        (void)hall_end(&hall);
    else
        hall_tell(&hall, (struct hall_sum){0});
    hall_close(&hall);
    return (double)took / TASKS;
}

static double by_atomic(const struct team *team)
{
    struct shared_memory memory;
    struct err err = ERR_INIT;
    if (shared_memory_open(&memory, team->host, sizeof(int64_t), &err) != 0)
        fail(err.text);
    int64_t *counter = memory.base;
    if (team->rank == 0)
        *counter = 0;
    MPI_Barrier(team->world);
    int64_t start = clock_now_ns();
    while (__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED) < TASKS)
        ;
    MPI_Barrier(team->world);
    int64_t took = clock_now_ns() - start;
    shared_memory_close(&memory);
    return (double)took / TASKS;
}

int main(void)
{
    double hall[ROUNDS], bare[ROUNDS], ratio[ROUNDS], least[ROUNDS];
    struct err err = ERR_INIT;
    struct team team;
    MPI_Init(NULL, NULL);
    team_create(&team);
    const struct crew_setup setup = {1, NULL, false, NULL};
    struct crew *crew = crew_create(&setup, &err);
    if (crew == NULL)
        fail(err.text);
    for (int round = 0; round < ROUNDS; round++) {
        bare[round] = by_atomic(&team);
        hall[round] = by_hall(&team, crew);
        ratio[round] = hall[round] / bare[round];
        least[round] = hall[round] * team.size; /* each rank's cost, which a task has to outlast */
    }
    if (team.rank == 0) {
        struct samples h = samples_of(hall, ROUNDS), b = samples_of(bare, ROUNDS),
                       r = samples_of(ratio, ROUNDS), m = samples_of(least, ROUNDS);
        printf(
            "%d ranks by a window: %.2f ns a task (%.2f to %.2f), a bare atomic there %.2f: ratio "
            "%.2f (%.2f to %.2f), wanted: at most 1.5\n",
            team.size, h.median, h.low, h.high, b.median, r.median, r.low, r.high);
        printf("smallest task for half of the time: %.0f ns (%.0f to %.0f), wanted: under 50\n",
               m.median, m.low, m.high);
    }
    crew_destroy(crew);
    team_release(&team);
    MPI_Finalize();
    return 0;
}
