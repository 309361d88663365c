/*
 * deadlock_runs - threads that take two locks each, round after round: their own and the next
 * one's. How they take them is for the demo to say; here is what came of it, measured.
 */
#ifndef SQUARES_DEMO_DEADLOCK_RUNS_H
#define SQUARES_DEMO_DEADLOCK_RUNS_H

#include "demo/deadlock_graph.h"
#include "demo/kit/gang.h"

#include <pthread.h>

struct deadlock_runs {
    int threads, locks;             /* as many locks as threads, at least 2 */
    struct deadlock_graph waits;    /* locks, with a note of who holds and who wants which */
    pthread_barrier_t all_have_one; /* passed by all threads at once */
    struct {
        _Alignas(128) pthread_mutex_t mutex; /* the same locks, without notes */
        long uses; /* counts up while the lock is held: 2 of them are a round */
    } lock[WAITS_MOST];
    bool certain;     /* that they get stuck */
    int working;      /* threads that are not done */
    int64_t until_ns; /* begin no round behind it */
    long backoffs;
    uint64_t seed;
    struct deadlock_graph_cycle cycle; /* the first that the watchdog found */
};

struct deadlock_runs_way {
    const char *name;
    gang_fn *go;  /* its argument is the crossing */
    bool watched; /* there is a member more, the watchdog */
    bool certain; /* the crossing's, meanwhile */
};

/* The medians of CROSSING_RUNS runs. */
struct deadlock_runs_outcome {
    double rounds, backoffs;
    double round_s; /* time / rounds of all; NAN: there was none, or it got stuck */
    double found_s; /* from getting stuck until the watchdog saw it; NAN: did not */
    int stuck;      /* runs */
    struct deadlock_graph_cycle cycle; /* of the last of these; length 0: none was */
};

enum { CROSSING_RUNS = 5 };

/* For `threads`, but no more than WAITS_MOST. To be destroyed. */
void deadlock_runs_init(struct deadlock_runs *all, int threads, uint64_t seed);
void deadlock_runs_destroy(struct deadlock_runs *all);

/* Runs them so, time and again. -1: a thread cannot be started. */
int deadlock_runs_measure(struct deadlock_runs *all, const struct scene *scene,
                          const struct deadlock_runs_way *way,
                          struct deadlock_runs_outcome *outcome, struct err *err);

#endif
