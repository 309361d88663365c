/*
 * amdahl_speedups - how much faster more threads are at work with a serial part: as Amdahl's law
 * predicts, and as measured.
 */
#ifndef SQUARES_DEMO_AMDAHL_SPEEDUPS_H
#define SQUARES_DEMO_AMDAHL_SPEEDUPS_H

#include "demo/kit/showing.h"
#include "demo/kit/timed_work.h"

enum { SPEEDUPS_MOST = 16 };

struct speedups {
    double serial;                              /* the serial part of the work, 0 to 1 */
    int counts[SPEEDUPS_MOST];                  /* of threads: 1, 2, 4, ... and the maximum */
    int many;                                   /* number of counts */
    double seconds[TIMED_WORKS][SPEEDUPS_MOST]; /* filled in by the measurement */
};

/* Prepares the counts; nothing is measured yet. */
void speedups_open(struct speedups *speedups, double serial, int most);

/* Shows what was measured, for threads that had `cores` cores. */
void speedups_show(const struct speedups *speedups, int cores, struct showing *showing);

/* The highest speed-up of `threads` threads (Amdahl). */
double speedups_law(double serial, double threads);

/* The reverse: the part that must have been serial if `threads` threads, at least 2, were `speedup`
 * times as fast. Karp and Flatt, "Measuring parallel processor performance", CACM 33 (1990). */
double speedups_serial(double speedup, int threads);

#endif
