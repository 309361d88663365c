/*
 * chain - computing that takes any length of time: a number squared again and again modulo the
 * prime 2^61-1. Each step needs the one before, so no compiler shortens it and no processor does
 * two at once; a step takes some 3 ns. Any thread.
 */
#ifndef SQUARES_WORK_CHAIN_H
#define SQUARES_WORK_CHAIN_H

#include "crew/safepoint.h"
#include "number/numbers.h"

#include <stdint.h>

/* Squares `x` (any number) `times` times, passing the safepoint `at` in each step. Returns early,
 * with any result, if stopped. */
static inline int64_t chain_square(int64_t x, int64_t times, const struct safepoint *at)
{
    const int64_t LOOK = 1 << 20; /* steps between two checks for a stop: some 3 ms */
    const uint64_t PRIME = (UINT64_C(1) << 61) - 1;
    uint64_t r = (uint64_t)(x % (int64_t)PRIME + (x < 0 ? (int64_t)PRIME : 0));
    for (int64_t i = 0; i < times; i++) {
        if (i % LOOK == LOOK - 1 && safepoint_stopped(at))
            break;
        safepoint_pass(at);
        uint128 square = (uint128)r * r;
        r = ((uint64_t)square & PRIME) + (uint64_t)(square >> 61); /* as 2^61 = 1 */
        r -= r >= PRIME ? PRIME : 0;
    }
    return (int64_t)r;
}

#endif
