#include "demo/deadlock_runs.h"

#include "base/clock.h"
#include "measure/samples.h"

#include <math.h>

void deadlock_runs_init(struct deadlock_runs *all, int threads, uint64_t seed)
{
    *all = (struct deadlock_runs){.seed = seed};
    all->threads = threads < WAITS_MOST ? threads : WAITS_MOST;
    all->locks = all->threads > 1 ? all->threads : 2;
    deadlock_graph_init(&all->waits);
    (void)pthread_barrier_init(&all->all_have_one, NULL, (unsigned)all->threads);
    for (int i = 0; i < all->locks; i++)
        (void)pthread_mutex_init(&all->lock[i].mutex, NULL);
}

void deadlock_runs_destroy(struct deadlock_runs *all)
{
    deadlock_graph_destroy(&all->waits);
    (void)pthread_barrier_destroy(&all->all_have_one);
    for (int i = 0; i < all->locks; i++)
        (void)pthread_mutex_destroy(&all->lock[i].mutex);
}

static double rounds_of(const struct deadlock_runs *all)
{
    long uses = 0;
    for (int i = 0; i < all->locks; i++)
        uses += all->lock[i].uses;
    return (double)uses / 2;
}

static int run_once(struct deadlock_runs *all, const struct scene *scene,
                    const struct deadlock_runs_way *way, double *seconds, struct err *err)
{
    const int64_t SPELL_NS = 40 * NS_PER_MS;
    all->certain = way->certain;
    all->working = all->threads;
    all->backoffs = 0;
    all->cycle.length = 0;
    all->until_ns = clock_now_ns() + SPELL_NS;
    for (int i = 0; i < all->locks; i++)
        all->lock[i].uses = 0;
    return gang_run(scene, all->threads + way->watched, way->go, all, seconds, err);
}

int deadlock_runs_measure(struct deadlock_runs *all, const struct scene *scene,
                          const struct deadlock_runs_way *way,
                          struct deadlock_runs_outcome *outcome, struct err *err)
{
    enum { RUNS = DEADLOCK_RUNS };
    double found[RUNS], rounds[RUNS], backoffs[RUNS], each[RUNS], seconds;
    *outcome = (struct deadlock_runs_outcome){.found_s = NAN, .round_s = NAN};
    for (int run = 0; run < RUNS; run++) {
        if (run_once(all, scene, way, &seconds, err) != 0)
            return -1;
        rounds[run] = rounds_of(all);
        backoffs[run] = (double)all->backoffs;
        each[run] = rounds[run] > 0 ? seconds / rounds[run] : INFINITY;
        if (all->cycle.length > 0) {
            found[outcome->stuck++] = clock_seconds(all->cycle.lasts_ns);
            outcome->cycle = all->cycle;
        }
    }
    outcome->rounds = samples_median(rounds, RUNS);
    outcome->backoffs = samples_median(backoffs, RUNS);
    double round_s = samples_median(each, RUNS);
    if (outcome->stuck > 0)
        outcome->found_s = samples_median(found, outcome->stuck);
    else if (isfinite(round_s))
        outcome->round_s = round_s;
    return 0;
}
