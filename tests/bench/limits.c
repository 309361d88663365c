/*
 * limits - what the machine gives to two threads with a core each: the bandwidth of memory when
 * they read and write back all of 256 MiB, and the price of counting up an atomic, alone and
 * together.
 */
#include "pair.h"

enum { STEPS = 4000000 };

static const int64_t CELLS = (256 << 20) / sizeof(int64_t);

static int add_one(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    int64_t *cells = arg;
    (void)err;
    for (int64_t i = chunk->begin; i < chunk->end; i++)
        cells[i]++;
    return 0;
}

/* Gigabytes a second, each cell read and written once. */
static double memory_rate(struct crew *crew, int64_t *cells)
{
    const struct crew_job job = {.count = CELLS,
                                 .grain = CELLS,
                                 .schedule = SCHEDULE_STATIC,
                                 .chunk = add_one,
                                 .arg = cells};
    return 2e-9 * (double)CELLS * sizeof(int64_t) / pair_seconds(crew, &job);
}

static double count_alone_ns(void)
{
    struct pair_counter counter = {0, STEPS};
    int64_t start = clock_now_ns();
    (void)pair_count_up(&counter, NULL, NULL);
    return (double)(clock_now_ns() - start) / STEPS;
}

int main(int argc, char **argv)
{
    struct crew *crew = pair_create();
    int64_t *cells = calloc((size_t)CELLS, sizeof(int64_t));
    if (cells == NULL)
        tell_failure("out of memory");
    (void)memory_rate(crew, cells); /* each thread gets the pages that it touches first */
    for (int rounds = tell_rounds(argc, argv); rounds > 0; rounds--) {
        tell("memory", "GB/s", memory_rate(crew, cells));
        tell("atomic 1", "ns", count_alone_ns());
        tell("atomic 2", "ns", pair_count_ns(crew, STEPS));
    }
    free(cells);
    crew_destroy(crew);
    return 0;
}
