/*
 * deadlock_graph - which thread holds which lock, which one each waits for, and whether they wait
 * in a circle: the wait-for graph (Holt, "Some deadlock properties of computer systems", 1972). As
 * each thread waits for one lock, and each lock has one holder, it is enough to follow the graph
 * from each thread.
 *
 * The locks behave like mutexes and block as long. But they keep a table, and a thread in a circle
 * can be refused its lock, which a pthread_mutex_t cannot do. All changes of the table happen one
 * at a time, so what is seen in it is true at that moment. Any thread.
 */
#ifndef SQUARES_DEMO_DEADLOCK_GRAPH_H
#define SQUARES_DEMO_DEADLOCK_GRAPH_H

#include "demo/kit/showing.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum { WAITS_MOST = 26 /* threads, and locks: a letter each */, WAITS_NONE = -1 };

struct deadlock_graph {
    pthread_mutex_t table; /* protects everything below */
    pthread_cond_t moved;
    int holder[WAITS_MOST];       /* of each lock: a thread, or WAITS_NONE */
    int wanted[WAITS_MOST];       /* by each thread: the lock it waits for, or WAITS_NONE */
    int64_t since_ns[WAITS_MOST]; /* when it began to wait */
    bool refused[WAITS_MOST];     /* it must stop waiting */
};

/* Threads that wait in a circle: each for the lock that the next holds, the last for the first
 * one's. */
struct deadlock_graph_cycle {
    int length; /* 0: there is none */
    int thread[WAITS_MOST], wants[WAITS_MOST];
    int refused;      /* the thread that was refused its lock */
    int64_t lasts_ns; /* since the last of them began to wait */
};

/* At first all locks are free. */
void deadlock_graph_init(struct deadlock_graph *waits);
void deadlock_graph_destroy(struct deadlock_graph *waits);

/* Thread `me` takes `lock`; it waits while another thread, or it itself, holds it. False: refused
 * by deadlock_graph_break; the thread does not have the lock, and must give back what it holds. */
bool deadlock_graph_take(struct deadlock_graph *waits, int me, int lock);

/* Gives back `lock`, which the caller holds. */
void deadlock_graph_give(struct deadlock_graph *waits, int lock);

/* Looks for threads that wait in a circle; the table must not change meanwhile. */
void deadlock_graph_find(const struct deadlock_graph *waits, struct deadlock_graph_cycle *cycle);

/* The same at any time; the thread that closed the circle, the last one to wait, is refused its
 * lock. */
void deadlock_graph_break(struct deadlock_graph *waits, struct deadlock_graph_cycle *cycle);

/* The watchdog: calls deadlock_graph_break every `look_ns` until *working is 0. *first, whose
 * length must be 0 before, becomes the first circle found. */
void deadlock_graph_watch(struct deadlock_graph *waits, int64_t look_ns, const int *working,
                          struct deadlock_graph_cycle *first);

/* Draws which thread of a circle holds and wants which lock: threads are A, B, ..., and thread A's
 * own lock is a. */
void deadlock_graph_draw(const struct deadlock_graph_cycle *cycle, struct showing *showing);

#endif
