/*
 * amdahl_speedups - how much faster more threads are at work of which a part is serial: as the law
 * of Amdahl has it, and as measured.
 */
#ifndef SQUARES_DEMO_AMDAHL_SPEEDUPS_H
#define SQUARES_DEMO_AMDAHL_SPEEDUPS_H

#include "demo/kit/showing.h"
#include "demo/kit/timed_work.h"

enum { SPEEDUPS_MOST = 16 };

struct speedups {
    double serial;                         /* the part of the work, 0 to 1 */
    int counts[SPEEDUPS_MOST];             /* of threads: 1, 2, 4, ... and the most */
    int many;                              /* of counts */
    double seconds[CHORES][SPEEDUPS_MOST]; /* set by who measures */
};

/* None is measured yet. */
void speedups_open(struct speedups *speedups, double serial, int most);

/* Adds what was measured, where the threads had `cores` cores, to what is shown. */
void speedups_show(const struct speedups *speedups, int cores, struct showing *showing);

/* How many times as fast as one so many threads are at best (Amdahl). */
double speedups_law(double serial, double threads);

/* The other way round: the part that was serial if so many threads, at least 2, were `speedup`
 * times as fast. Karp and Flatt, "Measuring parallel processor performance", CACM 33 (1990). */
double speedups_serial(double speedup, int threads);

#endif
