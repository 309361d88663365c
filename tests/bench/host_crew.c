/*
 * host_crew - what it costs to hand out one empty task at a time to the ranks of a host, which
 * claim from a shared window, and a bare atomic in that window; and the smallest task at which half
 * of the time is spent in tasks (METG: Slaughter et al., Task Bench, SC'20). Run it under mpirun
 * -np 2 --bind-to core.
 */
#include "exchange/host_crew.h"
#include "comm/team.h"
#include "pair.h"

enum { TASKS = 4000000, STEPPED = 1000000, MOST_STEPS = 1 << 14 };

/* A task of *arg steps, each of which needs the one before. */
static int step(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    const int *steps = arg;
    uint64_t x = (uint64_t)chunk->begin;
    (void)err;
    for (int i = 0; i < *steps; i++)
        x = x * UINT64_C(6364136223846793005) + 1;
    __asm__ volatile("" ::"r"(x)); /* it is wanted */
    return 0;
}

/* Nanoseconds a task on rank 0, as all below. */
static double by_host_crew(const struct team *team, struct crew *crew, const struct crew_job *job,
                           int64_t tasks)
{
    struct err err = ERR_INIT;
    struct host_crew host_crew;
    struct numbers piece = {.kind = NUMBER_INT64, .count = tasks};
    if (host_crew_open(&host_crew, team, 1, 1, &err) != 0)
        tell_failure(err.text);
    piece.i64 = host_crew.cells;
    MPI_Barrier(team->world);
    int64_t start = clock_now_ns();
    int status = team->rank == 0 ? host_crew_compute(&host_crew, crew, job, &piece, &err)
                                 : host_crew_follow(&host_crew, crew, job, &piece, &err);
    int64_t took = clock_now_ns() - start;
    if (status != 0)
        tell_failure(err.text);
    if (team->rank == 0)
        (void)host_crew_end(&host_crew);
    else
        host_crew_tell(&host_crew, (struct host_crew_sum){0});
    host_crew_close(&host_crew);
    return (double)took / (double)tasks;
}

static double by_atomic(const struct team *team)
{
    struct shared_memory memory;
    struct err err = ERR_INIT;
    if (shared_memory_open(&memory, team->host, sizeof(int64_t), &err) != 0)
        tell_failure(err.text);
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

/* Each rank its share of `step` tasks with nothing to claim: as fast as they can be done. */
static double by_shares(const struct team *team, int *steps)
{
    crew_chunk_fn *volatile task = step; /* called as a crew does, not inlined */
    struct crew_chunk chunk = {0};
    MPI_Barrier(team->world);
    int64_t start = clock_now_ns();
    for (; chunk.begin < STEPPED / team->size; chunk.begin++)
        (void)task(steps, &chunk, NULL);
    MPI_Barrier(team->world);
    return (double)(clock_now_ns() - start) / STEPPED;
}

/* Doubles the task until it reaches half of what is possible, and takes the place between the last
 * two sizes where a straight line does: how long such a task is. */
static double smallest_task(const struct team *team, struct crew *crew)
{
    double task = 0, efficiency = 0;
    for (int steps = 1; efficiency < 0.5 && steps < MOST_STEPS; steps *= 2) {
        const struct crew_job job = {.grain = 1, .claim = 1, .chunk = step, .arg = &steps};
        double before = efficiency, shorter = task, ideal = by_shares(team, &steps);
        efficiency = ideal / by_host_crew(team, crew, &job, STEPPED);
        task = ideal * team->size;
        MPI_Bcast(&efficiency, 1, MPI_DOUBLE, 0, team->world);
        if (efficiency >= 0.5 && before > 0)
            return shorter + (task - shorter) * (0.5 - before) / (efficiency - before);
    }
    return task;
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    struct team team;
    MPI_Init(&argc, &argv);
    team_create(&team);
    const struct crew_setup setup = {1, NULL, false, NULL};
    const struct crew_job empty = {.grain = 1, .claim = 1, .chunk = pair_nothing};
    struct crew *crew = crew_create(&setup, &err);
    if (crew == NULL)
        tell_failure(err.text);
    for (int rounds = tell_rounds(argc, argv); rounds > 0; rounds--) {
        double bare = by_atomic(&team), host_crew = by_host_crew(&team, crew, &empty, TASKS),
               least = smallest_task(&team, crew);
        if (team.rank == 0) {
            tell("atomic", "ns", bare);
            tell("window", "ns", host_crew);
            tell("metg", "ns", least);
        }
    }
    crew_destroy(crew);
    team_release(&team);
    MPI_Finalize();
    return 0;
}
