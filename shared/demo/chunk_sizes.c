#include "demo/chunk_sizes.h"

#include "demo/kit/plot.h"
#include "measure/samples.h"

#include <math.h>

enum { FACTOR = 4, RUNS_LEAST = 5 };

void chunk_sizes_choose(struct chunk_sizes *sizes, int threads, int64_t most)
{
    int64_t share = 1 << 16;
    while (share > 1 && share * (threads + 1) > most)
        share /= FACTOR;
    *sizes = (struct chunk_sizes){.total = share * (threads + 1)};
    for (int64_t tasks = 1; tasks <= share; tasks *= FACTOR)
        sizes->tasks[sizes->count++] = tasks;
    sizes->tasks[sizes->count++] = sizes->total;
}

int chunk_sizes_measure(struct chunk_sizes *sizes, const struct workers *workers,
                        chunk_sizes_job_fn *job, void *arg, int64_t enough_ns, struct err *err)
{
    static const int WAYS = SIZES_WAYS;
    double seconds[SIZES_WAYS][SIZES_MOST][SIZES_RUNS];
    int64_t until = clock_now_ns() + enough_ns;
    int runs = 0;
    for (; runs < RUNS_LEAST || (runs < SIZES_RUNS && clock_now_ns() < until); runs++)
        for (int i = 0; i < WAYS * sizes->count; i++) {
            int way = i % WAYS, size = i / WAYS;
            const struct crew_job next = job(arg, way, size);
            if (workers_run(workers, &next, &seconds[way][size][runs], err) != 0)
                return -1;
        }
    for (int i = 0; i < WAYS * sizes->count; i++)
        sizes->seconds[i % WAYS][i / WAYS] = samples_ranked(seconds[i % WAYS][i / WAYS], runs, 1);
    sizes->runs = runs;
    return 0;
}

int chunk_sizes_best(const struct chunk_sizes *sizes, int way)
{
    int best = 0;
    for (int i = 1; i < sizes->count; i++)
        if (sizes->seconds[way][i] < sizes->seconds[way][best])
            best = i;
    return best;
}

void chunk_sizes_near(const struct chunk_sizes *sizes, int way, double near, int *first, int *last)
{
    const double *seconds = sizes->seconds[way];
    *first = *last = chunk_sizes_best(sizes, way);
    double most = near * seconds[*first];
    while (*first > 0 && seconds[*first - 1] <= most)
        --*first;
    while (*last < sizes->count - 1 && seconds[*last + 1] <= most)
        ++*last;
}

/* The middle of the columns of a size; all sizes have equally many. */
static double place_of(const struct chunk_sizes *sizes, int size)
{
    int columns = PLOT_COLUMNS / sizes->count;
    return (size + 0.5) * columns / (PLOT_COLUMNS - 1);
}

static void put_way(const struct chunk_sizes *sizes, int way, char mark, struct plot *plot)
{
    for (int i = 0; i < sizes->count; i++)
        plot_put(plot, place_of(sizes, i), sizes->seconds[way][i], mark);
}

void chunk_sizes_draw(const struct chunk_sizes *sizes, const char ways[SIZES_WAYS],
                      struct showing *showing)
{
    struct plot plot;
    double low = INFINITY, high = 0;
    for (int i = 0; i < SIZES_WAYS * sizes->count; i++) {
        low = fmin(low, sizes->seconds[i % SIZES_WAYS][i / SIZES_WAYS]);
        high = fmax(high, sizes->seconds[i % SIZES_WAYS][i / SIZES_WAYS]);
    }
    plot_open(&plot, low, fmax(high, 2 * low), true); /* so that noise looks small */
    for (int way = 0; way < SIZES_WAYS; way++)
        put_way(sizes, way, ways[way], &plot);
    for (int i = 0; i < sizes->count; i++) {
        char text[24];
        (void)snprintf(text, sizeof(text), "%lld", (long long)sizes->tasks[i]);
        plot_note(&plot, place_of(sizes, i), i < sizes->count - 1 ? text : "all");
    }
    plot_draw(&plot, unit_duration, showing);
}
