/*
 * load_test - each model of a server under more and more clients: what it answers a second, and how
 * long they wait. One server at a time; it and the clients share the cores of the scene.
 */
#ifndef SQUARES_DEMO_SERVER_LOAD_TEST_H
#define SQUARES_DEMO_SERVER_LOAD_TEST_H

#include "base/settings.h"
#include "demo/kit/scene.h"
#include "demo/server/clients.h"
#include "demo/server/server_process.h"

#include <math.h>

enum {
    SIEGE_SERIAL,
    SIEGE_THREADS,
    SIEGE_PROCESSES,
    SIEGE_POOL,
    SIEGE_EVENTS,
    SIEGE_MODELS,
};

enum { SIEGE_LOADS = 4 };

struct siege_model {
    const char *name;
    serving_fn *serve;
    bool alone; /* one thread does it all */
};

extern const struct siege_model SIEGE_MODEL[SIEGE_MODELS]; /* in server.c */

serving_fn serve_by_events; /* one of them: in serve_events.c */

/* One model under one load. */
struct siege_cell {
    bool measured; /* false: time was up before; all else is 0 */
    struct clients_seen seen;
    struct serving_tally tally;
    double cpu_s; /* the server's processor time for an answer; NAN: it gave none */
};

struct siege {
    int cores, workers;     /* workers: of the pool */
    int loads[SIEGE_LOADS]; /* how many clients: 1, 10, 100, 1,000, up to the most */
    int last;               /* of the loads */
    const char *limit;      /* why there are no more at the last; NULL: so many were asked for */
    double compute_s;       /* of a request, alone: the median */
    double sleep_s;         /* what its wait takes, alone: the median */
    double least_s;         /* the wait that is asked for, and computing: no request takes less */
    double others;          /* cores that other programs kept busy meanwhile; NAN: unknown */
    struct siege_cell cells[SIEGE_MODELS][SIEGE_LOADS];
};

/* Says what is to be seen in it. */
void siege_tell(const struct siege *siege, struct showing *showing);

/* The part of that which is about what bounds each model under most clients, with a table. */
void siege_tell_bounds(const struct siege *siege, struct showing *showing);

/* Whether there is anything to say of a cell. */
static inline bool siege_has(const struct siege_cell *cell)
{
    return cell->measured && isfinite(cell->seen.half_s) && isfinite(cell->cpu_s);
}

/* The demo's settings, and the demo itself: measures all, with a table for each load, and says what
 * is to be seen. Takes some 5 seconds, and begins nothing new after 6. -1: a server failed. */
extern const struct setting SIEGE_SETTINGS[];
int siege_run(struct scene *scene, struct err *err);

#endif
