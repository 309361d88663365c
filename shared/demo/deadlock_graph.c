#include "demo/deadlock_graph.h"

#include "base/clock.h"

void deadlock_graph_init(struct deadlock_graph *waits)
{
    *waits = (struct deadlock_graph){0};
    pthread_mutex_init(&waits->table, NULL);
    pthread_cond_init(&waits->moved, NULL);
    for (int i = 0; i < WAITS_MOST; i++)
        waits->holder[i] = waits->wanted[i] = WAITS_NONE;
}

void deadlock_graph_destroy(struct deadlock_graph *waits)
{
    pthread_cond_destroy(&waits->moved);
    pthread_mutex_destroy(&waits->table);
}

/* Ends when the lock is given back; in a circle it never would be, but deadlock_graph_break ends
 * the wait. */
bool deadlock_graph_take(struct deadlock_graph *waits, int me, int lock)
{
    pthread_mutex_lock(&waits->table);
    waits->wanted[me] = lock;
    waits->since_ns[me] = clock_now_ns();
    while (waits->holder[lock] != WAITS_NONE && !waits->refused[me])
        pthread_cond_wait(&waits->moved, &waits->table);
    bool taken = !waits->refused[me];
    if (taken)
        waits->holder[lock] = me;
    waits->wanted[me] = WAITS_NONE;
    waits->refused[me] = false;
    pthread_mutex_unlock(&waits->table);
    return taken;
}

void deadlock_graph_give(struct deadlock_graph *waits, int lock)
{
    pthread_mutex_lock(&waits->table);
    waits->holder[lock] = WAITS_NONE;
    pthread_cond_broadcast(&waits->moved);
    pthread_mutex_unlock(&waits->table);
}

/* --- the circle --- */

/* The thread that `thread` waits for; WAITS_NONE: it runs, or will. */
static int next_of(const struct deadlock_graph *waits, int thread)
{
    int lock = waits->wanted[thread];
    return lock == WAITS_NONE || waits->refused[thread] ? WAITS_NONE : waits->holder[lock];
}

/* Ends: the number of steps is limited; after as many steps as there are threads, some thread has
 * been visited twice. */
static bool leads_back(const struct deadlock_graph *waits, int start)
{
    int thread = next_of(waits, start);
    for (int steps = 0; steps < WAITS_MOST && thread != WAITS_NONE; steps++) {
        if (thread == start)
            return true;
        thread = next_of(waits, thread);
    }
    return false;
}

void deadlock_graph_find(const struct deadlock_graph *waits, struct deadlock_graph_cycle *cycle)
{
    int start = 0;
    *cycle = (struct deadlock_graph_cycle){.refused = WAITS_NONE};
    while (start < WAITS_MOST && !leads_back(waits, start))
        start++;
    if (start == WAITS_MOST)
        return;
    int thread = start;
    do {
        cycle->thread[cycle->length] = thread;
        cycle->wants[cycle->length++] = waits->wanted[thread];
        thread = next_of(waits, thread);
    } while (thread != start);
}

void deadlock_graph_break(struct deadlock_graph *waits, struct deadlock_graph_cycle *cycle)
{
    pthread_mutex_lock(&waits->table);
    deadlock_graph_find(waits, cycle);
    if (cycle->length > 0) {
        int last = cycle->thread[0];
        for (int i = 1; i < cycle->length; i++)
            if (waits->since_ns[cycle->thread[i]] > waits->since_ns[last])
                last = cycle->thread[i];
        cycle->refused = last;
        cycle->lasts_ns = clock_now_ns() - waits->since_ns[last];
        waits->refused[last] = true;
        pthread_cond_broadcast(&waits->moved);
    }
    pthread_mutex_unlock(&waits->table);
}

/* Ends: a working thread is not in a circle, or is let out of it here. */
void deadlock_graph_watch(struct deadlock_graph *waits, int64_t look_ns, const int *working,
                          struct deadlock_graph_cycle *first)
{
    while (__atomic_load_n(working, __ATOMIC_ACQUIRE) > 0) {
        struct deadlock_graph_cycle cycle;
        clock_sleep_until(clock_now_ns() + look_ns);
        deadlock_graph_break(waits, &cycle);
        if (cycle.length > 0 && first->length == 0)
            *first = cycle;
    }
}

void deadlock_graph_draw(const struct deadlock_graph_cycle *cycle, struct showing *showing)
{
    enum { MOST = 8 };
    for (int i = 0; i < cycle->length && i < MOST; i++) {
        int holder = cycle->thread[(i + 1) % cycle->length];
        showing_draw(showing, "%c holds %c, wants %c, held by %c%s", 'A' + cycle->thread[i],
                     'a' + cycle->thread[i], 'a' + cycle->wants[i], 'A' + holder,
                     cycle->thread[i] == cycle->refused ? "   <- came last: refused" : "");
    }
    if (cycle->length > MOST)
        showing_draw(showing, "... and so on, %d more", cycle->length - MOST);
}
