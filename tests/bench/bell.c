/*
 * bell - what ranks cost that sleep until they are called: one sleeps two seconds as rank 0 would
 * while it measures, and then each of the others tells the processor time it has used meanwhile:
 * the one that used most, in percent of a core.
 */
#include "comm/bell.h"
#include "base/clock.h"
#include "comm/team.h"
#include "tell.h"

/* Percent of a core that this rank used in one round. */
static double round_of(struct bell *bell, const struct team *team)
{
    const int64_t SPAN_NS = 2 * NS_PER_S;
    struct order order = {.what = 1};
    team_barrier(team);
    int64_t start = clock_now_ns(), cpu = clock_read_ns(CLOCK_PROCESS_CPUTIME_ID);
    if (team->rank == 0) {
        clock_sleep_until(start + SPAN_NS);
        bell_ring(bell, &order);
    } else {
        bell_await(bell, &order);
    }
    double used = (double)(clock_read_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    return 100 * used / (double)(clock_now_ns() - start);
}

int main(int argc, char **argv)
{
    struct team team;
    struct bell bell;
    MPI_Init(&argc, &argv);
    team_create(&team);
    bell_open(&bell, &team);
    for (int rounds = tell_rounds(argc, argv); rounds > 0; rounds--) {
        double percent = round_of(&bell, &team);
        MPI_Allreduce(MPI_IN_PLACE, &percent, 1, MPI_DOUBLE, MPI_MAX, team.world);
        if (team.rank == 0)
            tell("asleep", "%", percent);
    }
    bell_close(&bell);
    team_release(&team);
    MPI_Finalize();
    return 0;
}
