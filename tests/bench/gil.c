/*
 * gil - what the gil and the crew cost by themselves: taking and releasing a lock that no other
 * thread wants (in a process that has other threads, as libraries take shortcuts without), beside a
 * mutex of the C library; and a job whose tasks are empty, on two workers with a core each, beside
 * what the machine can do at best: a word that one of them hands to the other and gets back.
 */
#include "measure/samples.h"
#include "pair.h"

#include <pthread.h>

enum { PAIRS = 1000000, JOBS = 10001, ROUND_TRIPS = 100000 };

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

static double mutex_pair_ns(void)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    int64_t start = clock_now_ns();
    for (int i = 0; i < PAIRS; i++) {
        (void)pthread_mutex_lock(&mutex);
        (void)pthread_mutex_unlock(&mutex);
    }
    double ns = (double)(clock_now_ns() - start) / PAIRS;
    pthread_mutex_destroy(&mutex);
    return ns;
}

/* Worker 0 makes `word` even, the other makes it odd, each when it is its turn. */
static int pass_on(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    atomic_int *word = arg;
    (void)err;
    for (int i = (int)chunk->begin; i < 2 * ROUND_TRIPS; i += 2) {
        while (atomic_load_explicit(word, memory_order_acquire) != i)
            ;
        atomic_store_explicit(word, i + 1, memory_order_release);
    }
    return 0;
}

static double round_trip_us(struct crew *crew)
{
    static _Alignas(128) atomic_int word;
    const struct crew_job job = {
        .count = 2, .grain = 1, .schedule = SCHEDULE_STATIC, .chunk = pass_on, .arg = &word};
    atomic_store(&word, 0);
    return pair_seconds(crew, &job) * 1e6 / ROUND_TRIPS;
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
        tell("mutex", "ns", mutex_pair_ns());
        tell("word", "us", round_trip_us(crew));
        tell("job", "us", job_us(crew));
    }
    crew_destroy(crew);
    return 0;
}
