/*
 * load_test - each model of a server with more and more clients: how many requests it answers per
 * second, and how long clients wait. One server at a time; it shares the cores of the scene with
 * the clients.
 */
#ifndef SQUARES_DEMO_SERVER_LOAD_TEST_H
#define SQUARES_DEMO_SERVER_LOAD_TEST_H

#include "demo/kit/scene.h"
#include "demo/server/clients.h"
#include "demo/server/server_process.h"

#include <math.h>

enum {
    LOAD_TEST_SERIAL,
    LOAD_TEST_THREADS,
    LOAD_TEST_PROCESSES,
    LOAD_TEST_POOL,
    LOAD_TEST_EVENTS,
    LOAD_TEST_MODELS,
};

enum { LOAD_TEST_LOADS = 4 };

struct load_test_model {
    const char *name;
    server_process_fn *serve;
    bool alone; /* a single thread does everything */
};

/* One model under one load. */
struct load_test_cell {
    bool measured; /* false: the time was up before; everything else is 0 */
    struct clients_seen seen;
    struct server_process_tally tally;
    double cpu_s; /* the server's processor time per answer; NAN: it gave none */
};

struct load_test {
    const struct load_test_model *models; /* one for each of the constants above; the caller's */
    int cores, workers;                   /* workers of the pool; the caller's */
    int loads[LOAD_TEST_LOADS]; /* numbers of clients: 1, 10, 100, 1,000, up to the maximum */
    int last;                   /* index of the last load */
    const char *limit;          /* what limited the last load; NULL: it is what was asked for */
    double compute_s;           /* of a single request: the median */
    double sleep_s;             /* how long its wait really takes: the median */
    double least_s;             /* the wait asked for, and computing: no request takes less */
    double others;              /* cores that other programs kept busy meanwhile; NAN: unknown */
    struct load_test_cell cells[LOAD_TEST_MODELS][LOAD_TEST_LOADS];
};

/* Measures each model under 1, 10, 100, and up to `clients` clients, and shows a table for each
 * load. Takes some 5 seconds, and begins nothing new after 6. Returns 0, or -1 and sets err if a
 * server failed. */
int load_test_measure(struct load_test *load_test, int clients, struct scene *scene,
                      struct err *err);

/* Says what the results show. */
void load_test_tell(const struct load_test *load_test, struct showing *showing);

/* The part about what limits each model with the most clients, with a table. */
void load_test_tell_bounds(const struct load_test *load_test, struct showing *showing);

/* Whether a cell has results to report. */
static inline bool load_test_has(const struct load_test_cell *cell)
{
    return cell->measured && isfinite(cell->seen.half_s) && isfinite(cell->cpu_s);
}

#endif
