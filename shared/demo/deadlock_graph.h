/*
 * deadlock_graph - who holds which lock, who waits for which, and whether they wait in a circle:
 * the wait-for graph (Holt, "Some deadlock properties of computer systems", 1972). Where each waits
 * for one lock, and each lock has one holder, to follow it from any thread is enough.
 *
 * The locks are as any mutex, and block as long; but they keep a table, and a thread in a circle
 * can be refused what it waits for, which a pthread_mutex_t cannot. All of a table's changes
 * happen one at a time, so what is seen in it is true at that moment. Any thread.
 */
#ifndef SQUARES_DEMO_DEADLOCK_GRAPH_H
#define SQUARES_DEMO_DEADLOCK_GRAPH_H

#include "demo/kit/showing.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum { WAITS_MOST = 26 /* threads, and locks: a letter each */, WAITS_NONE = -1 };

struct deadlock_graph {
    pthread_mutex_t table; /* over all below */
    pthread_cond_t moved;
    int holder[WAITS_MOST];       /* of each lock: a thread, or WAITS_NONE */
    int wanted[WAITS_MOST];       /* by each thread: the lock it waits for, or WAITS_NONE */
    int64_t since_ns[WAITS_MOST]; /* when it began to wait */
    bool refused[WAITS_MOST];     /* it is not to wait any longer */
};

/* Threads that wait in a circle: each for the lock that the next holds, the last for the first's.
 */
struct deadlock_graph_cycle {
    int length; /* 0: there is none */
    int thread[WAITS_MOST], wants[WAITS_MOST];
    int refused;      /* the thread that was told to do without */
    int64_t lasts_ns; /* since the last of them began to wait */
};

/* All locks are free. */
void deadlock_graph_init(struct deadlock_graph *waits);
void deadlock_graph_destroy(struct deadlock_graph *waits);

/* Thread `me` takes `lock`; waits as long as another, or itself, holds it. False: refused, by
 * waits_break; it does not have the lock, and is to give back what it holds. */
bool deadlock_graph_take(struct deadlock_graph *waits, int me, int lock);

/* Gives back `lock`, which the caller holds. */
void deadlock_graph_give(struct deadlock_graph *waits, int lock);

/* Looks for threads that wait in a circle; nobody may change the table meanwhile. */
void deadlock_graph_find(const struct deadlock_graph *waits, struct deadlock_graph_cycle *cycle);

/* The same at any time; the one that closed the circle, the last to wait, is refused its lock. */
void deadlock_graph_break(struct deadlock_graph *waits, struct deadlock_graph_cycle *cycle);

/* The watchdog: waits_break every `look_ns` until *working is 0. *first (its length is 0): the
 * first circle it found. */
void deadlock_graph_watch(struct deadlock_graph *waits, int64_t look_ns, const int *working,
                          struct deadlock_graph_cycle *first);

/* Draws who of a circle holds what and wants what: threads are A, B, ..., thread A's own lock is a.
 */
void deadlock_graph_draw(const struct deadlock_graph_cycle *cycle, struct showing *showing);

#endif
