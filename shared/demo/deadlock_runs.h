/*
 * deadlock_runs - threads that take two locks each, round after round: their own and the next
 * one's. How they take them is up to the demo; this runs them and measures the outcome.
 */
#ifndef SQUARES_DEMO_DEADLOCK_RUNS_H
#define SQUARES_DEMO_DEADLOCK_RUNS_H

#include "demo/deadlock_graph.h"
#include "demo/kit/gang.h"

#include <pthread.h>

struct deadlock_runs {
    int threads, locks;             /* there are as many locks as threads, at least 2 */
    struct deadlock_graph waits;    /* locks with a table of holders and waiters */
    pthread_barrier_t all_have_one; /* passed by all threads together */
    struct {
        _Alignas(128) pthread_mutex_t mutex; /* the same locks as plain mutexes */
        long uses;                           /* counted up while the lock is held: a round adds 2 */
    } lock[WAITS_MOST];
    bool certain;     /* a deadlock is certain */
    int working;      /* number of threads that are not done */
    int64_t until_ns; /* no round begins after this */
    long backoffs;
    uint64_t seed;
    struct deadlock_graph_cycle cycle; /* the first that the watchdog found */
};

struct deadlock_runs_way {
    const char *name;
    gang_fn *go;  /* its argument is the struct deadlock_runs */
    bool watched; /* there is one more member, the watchdog */
    bool certain; /* as in struct deadlock_runs */
};

/* The medians of DEADLOCK_RUNS runs. */
struct deadlock_runs_outcome {
    double rounds, backoffs;
    double round_s; /* time per round, of all threads; NAN: there was none, or a deadlock */
    double found_s; /* from the deadlock until the watchdog saw it; NAN: there was none */
    int stuck;      /* number of runs with a deadlock */
    struct deadlock_graph_cycle cycle; /* of the last of those runs; length 0: there was none */
};

enum { DEADLOCK_RUNS = 5 };

/* Prepares `threads` threads, at most WAITS_MOST. Call deadlock_runs_destroy afterwards. */
void deadlock_runs_init(struct deadlock_runs *all, int threads, uint64_t seed);
void deadlock_runs_destroy(struct deadlock_runs *all);

/* Runs them in that way, DEADLOCK_RUNS times. Returns 0, or -1 and sets err if a thread cannot be
 * started. */
int deadlock_runs_measure(struct deadlock_runs *all, const struct scene *scene,
                          const struct deadlock_runs_way *way,
                          struct deadlock_runs_outcome *outcome, struct err *err);

#endif
