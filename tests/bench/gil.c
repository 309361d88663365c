/*
 * gil - what the gil and the crew cost by themselves: taking and releasing a lock nobody else wants
 * (in a process that has other threads, as libraries take shortcuts without), and a job whose tasks
 * are empty, on two workers with a core each.
 */
#include "measure/samples.h"
#include "pair.h"

enum { PAIRS = 1000000, JOBS = 10001 };

static double pair_of_calls_ns(void)
{
    struct gil gil;
    gil_init(&gil, GIL_INTERVAL_NS);
    int64_t start = clock_now_ns();
    for (int i = 0; i < PAIRS; i++) {
        (void)gil_acquire(&gil, &gil);
        (void)gil_release(&gil, &gil);
    }
    double ns = (double)(clock_now_ns() - start) / PAIRS;
    gil_destroy(&gil);
    return ns;
}

/* The median over many jobs, of which some meet a worker that had fallen asleep. */
static double job_us(struct crew *crew)
{
    static double us[JOBS];
    const struct crew_job job = {.count = 2, .grain = 1, .chunk = pair_nothing};
    for (int i = 0; i < JOBS; i++)
        us[i] = pair_seconds(crew, &job) * 1e6;
    return samples_of(us, JOBS).median;
}

int main(int argc, char **argv)
{
    struct crew *crew = pair_create();
    for (int rounds = tell_rounds(argc, argv); rounds > 0; rounds--) {
        tell("gil", "ns", pair_of_calls_ns());
        tell("job", "us", job_us(crew));
    }
    crew_destroy(crew);
    return 0;
}
