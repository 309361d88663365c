/*
 * occupancy - who used the PUs of a process's workers between two readings: the worker itself, or
 * other programs. A worker that is ready to run but does not get its PU waits; the kernel counts
 * that time for each thread. Called by one thread of the process.
 */
#ifndef SQUARES_MEASURE_OCCUPANCY_H
#define SQUARES_MEASURE_OCCUPANCY_H

#include <hwloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Below this span, ticks of 10 ms are too coarse for a PU. */
#define OCCUPANCY_LEAST_S 0.2

struct occupancy {
    int64_t at_ns;
    double process_s; /* processor time of all threads of the process, and of its children */
    int workers;
    struct occupancy_worker {
        double busy_s;         /* of the PUs of its seat, since boot */
        double cpu_s, delay_s; /* the thread ran; it was ready to run but did not */
        bool known;
    } * of; /* [workers] */
};

/* What other programs took of one worker's seat. */
struct taken {
    double elapsed_s; /* between the readings */
    double others_s;  /* processor time of other programs on its PUs, a lower limit; NAN: unknown */
    double delay_s;   /* the worker was ready to run but did not */
};

/* Reads `proc`/stat, and `proc`/self/task/TID/schedstat for each worker, given its thread's id and
 * the PUs of its seat; what cannot be read is unknown. Returns 0, or -1 if memory ran out; then
 * there is nothing to release. */
int occupancy_read(struct occupancy *occupancy, const char *proc, int workers, const pid_t *threads,
                   const hwloc_bitmap_t *seats);

void occupancy_release(struct occupancy *occupancy);

/* Compares two readings of the same workers. Processor time that the process used outside its
 * workers is taken off on every seat, as any of them may have been where it ran. */
struct taken occupancy_taken(const struct occupancy *before, const struct occupancy *after,
                             int worker);

#endif
