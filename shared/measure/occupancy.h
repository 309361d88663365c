/*
 * occupancy - who used the PUs that the workers of a process sit on, between two readings: the
 * worker, or others. A worker that wants to run and may not waits for its PU; the kernel keeps
 * count of that for each thread. By one thread of the process.
 */
#ifndef SQUARES_MEASURE_OCCUPANCY_H
#define SQUARES_MEASURE_OCCUPANCY_H

#include <hwloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Below this span ticks of 10 ms say too little of a PU. */
#define OCCUPANCY_LEAST_S 0.2

struct occupancy {
    int64_t at_ns;
    double process_s; /* processor time of all threads of the process, and of its children */
    int workers;
    struct occupancy_worker {
        double busy_s;         /* the PUs of its seat, since boot */
        double cpu_s, delay_s; /* the thread ran; it was ready to run and did not */
        bool known;
    } * of; /* [workers] */
};

/* What others took of one worker's seat. */
struct taken {
    double elapsed_s; /* between the readings */
    double others_s;  /* processor time of other programs on its PUs, at least; NAN: unknown */
    double delay_s;   /* the worker was ready to run and did not */
};

/* Reads `proc`/stat and `proc`/self/task/TID/schedstat for each worker, by the thread's id and its
 * seat's PUs; what cannot be read is unknown. -1: out of memory; then there is nothing to release.
 */
int occupancy_read(struct occupancy *occupancy, const char *proc, int workers, const pid_t *threads,
                   const hwloc_bitmap_t *seats);

void occupancy_release(struct occupancy *occupancy);

/* Of two readings of the same workers. Processor time of the process that no worker used counts as
 * its own on every seat, as it may have been there. */
struct taken occupancy_taken(const struct occupancy *before, const struct occupancy *after,
                             int worker);

#endif
