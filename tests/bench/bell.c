/*
 * bell - what ranks cost that sleep until they are called: one sleeps two seconds as rank 0 would
 * while it measures, and then each of the others tells the processor time it has used meanwhile.
 * Prints the median over rounds of the one that used most, in percent of a core.
 */
#include "bell.h"
#include "base/clock.h"
#include "measure/samples.h"
#include "team.h"

#include <stdio.h>

enum { ROUNDS = 5 };

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

int main(void)
{
    struct team team;
    struct bell bell;
    double percent[ROUNDS];
    MPI_Init(NULL, NULL);
    team_create(&team);
    bell_open(&bell, &team);
    for (int i = 0; i < ROUNDS; i++) {
        percent[i] = round_of(&bell, &team);
        MPI_Allreduce(MPI_IN_PLACE, &percent[i], 1, MPI_DOUBLE, MPI_MAX, team.world);
    }
    if (team.rank == 0) {
        struct samples s = samples_of(percent, ROUNDS);
        printf("%d ranks that sleep out: %.3f %% of a core (%.3f to %.3f), wanted: at most 1\n",
               team.size - 1, s.median, s.low, s.high);
    }
    bell_close(&bell);
    team_release(&team);
    MPI_Finalize();
    return 0;
}
