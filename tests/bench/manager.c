/*
 * manager - what it costs to hand out one task at a time by messages: as one would write it by hand
 * (who is done sends its result and asks for more, rank 0 receives from any source and answers with
 * the next task), and by squares' exchange of messages, where rank 0 only feeds as well. Run it
 * under mpirun -np 2 --bind-to core.
 */
#include "by_message.h"

enum { TASKS = 200000, NO_MORE = -1 };

struct bench {
    struct team team;
    struct crew *crew;
    struct work work;
    int64_t *numbers; /* rank 0 */
};

static void manage(MPI_Comm world, int workers)
{
    for (int64_t next = 0; workers > 0; next++) {
        int64_t result, task = next < TASKS ? next : NO_MORE;
        MPI_Status from;
        MPI_Recv(&result, 1, MPI_INT64_T, MPI_ANY_SOURCE, 0, world, &from);
        MPI_Send(&task, 1, MPI_INT64_T, from.MPI_SOURCE, 0, world);
        workers -= task == NO_MORE;
    }
}

static void ask(MPI_Comm world)
{
    for (int64_t task = 0; task != NO_MORE;) {
        MPI_Send(&task, 1, MPI_INT64_T, 0, 0, world);
        MPI_Recv(&task, 1, MPI_INT64_T, 0, 0, world, MPI_STATUS_IGNORE);
    }
}

/* Both: nanoseconds a task on rank 0. */
static double by_hand(struct bench *b)
{
    MPI_Barrier(b->team.world);
    int64_t start = clock_now_ns();
    if (b->team.rank == 0)
        manage(b->team.world, b->team.size - 1);
    else
        ask(b->team.world);
    return (double)(clock_now_ns() - start) / TASKS;
}

static double by_squares(struct bench *b)
{
    const struct job job = {.team = &b->team,
                            .crew = b->crew,
                            .work = &b->work,
                            .deals = SCHEDULE_DYNAMIC,
                            .chunk = 1,
                            .root_works = false};
    for (int64_t i = 0; b->team.rank == 0 && i < TASKS; i++)
        b->numbers[i] = i;
    double seconds = seconds_by_message(job, b->numbers, TASKS);
    if (b->team.rank == 0 && b->numbers[TASKS - 1] != (int64_t)(TASKS - 1) * (TASKS - 1))
        tell_failure("a result is wrong");
    return seconds * 1e9 / TASKS;
}

int main(int argc, char **argv)
{
    struct bench b = {.numbers = malloc(TASKS * sizeof(int64_t))};
    struct err err = ERR_INIT;
    MPI_Init(&argc, &argv);
    team_create(&b.team);
    const struct crew_setup setup = {1, NULL, false, NULL};
    b.crew = crew_create(&setup, &err);
    if (b.numbers == NULL || b.crew == NULL || work_create(&b.work, "squares", 1, &err) != 0)
        tell_failure("out of memory");
    for (int rounds = tell_rounds(argc, argv); rounds > 0; rounds--) {
        double hand = by_hand(&b), squares = by_squares(&b);
        if (b.team.rank == 0) {
            tell("by hand", "ns", hand);
            tell("squares", "ns", squares);
        }
    }
    crew_destroy(b.crew);
    work_release(&b.work);
    team_release(&b.team);
    free(b.numbers);
    MPI_Finalize();
    return 0;
}
