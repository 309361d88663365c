/*
 * random - numbers that look random and, for a given seed and position, are the same on every
 * machine.
 *
 * There is no state: the draw for task i does not depend on which worker runs it or when, so a job
 * has the same waits with any number of ranks and threads. The mixing function is SplitMix64's
 * (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
 */
#ifndef SQUARES_BASE_RANDOM_H
#define SQUARES_BASE_RANDOM_H

#include <stdint.h>

static inline uint64_t random_bits(uint64_t seed, uint64_t position)
{
    uint64_t z = seed + (position + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Uniform in (0, 1]: never 0, so that its logarithm is finite. */
static inline double random_unit(uint64_t seed, uint64_t position)
{
    return (double)((random_bits(seed, position) >> 11) + 1) * 0x1p-53;
}

#endif
