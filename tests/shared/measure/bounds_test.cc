
#include <cmath>
#include <gtest/gtest.h>

extern "C" {
#include "measure/bounds.h"
}

namespace
{

struct Bound {
    double speedup;
    enum bound_by by;
};

Bound of(const struct bounds &bounds)
{
    Bound bound = {};
    bound.speedup = bounds_speedup(&bounds, &bound.by);
    return bound;
}

/* Workers on cores, with tasks of 1 us that compute for a share of it. */
struct bounds computing(int workers, int cores, double share)
{
    return {workers, cores, 0, 1e-6, share, 0, 0};
}

} // namespace

TEST(Bounds, OneWorkerGainsNothing)
{
    for (double share : {0.0, 0.3, 1.0})
        EXPECT_EQ(of(computing(1, 64, share)).speedup, 1);
}

/* Noise in what they are made of gives no bound that is below what a task alone reaches. */
TEST(Bounds, AreNeverBelowOne)
{
    struct bounds bounds = computing(8, 0, 1);
    bounds.bandwidth = 1; /* a byte a second */
    EXPECT_EQ(of(bounds).speedup, 1);
    EXPECT_EQ(of(bounds).by, BOUND_MEMORY);
    EXPECT_EQ(of(computing(0, 4, 1)).speedup, 1);
    EXPECT_EQ(of(computing(8, 1, 1.5)).speedup, 1);
}

TEST(Bounds, WhatIsNotKnownDoesNotBind)
{
    struct bounds bounds = {8, 0, 0, 0, 1, 0, 0};
    EXPECT_EQ(of(bounds).speedup, 8);
    EXPECT_EQ(of(bounds).by, BOUND_WORKERS);
    bounds.bandwidth = 1e9; /* but no time of a task */
    EXPECT_EQ(of(bounds).speedup, 8);
    bounds = {8, 0, 0, 1e-12, 1, 0, 0}; /* and the other way round */
    EXPECT_EQ(of(bounds).speedup, 8);
    bounds = {8, 2, 0, 1e-6, NAN, 0, 0};
    EXPECT_TRUE(of(bounds).speedup >= 1);
}

TEST(Bounds, WhichOneBinds)
{
    struct {
        const char *name;
        struct bounds bounds;
        double speedup;
        enum bound_by by;
    } const rows[] = {
        {"computing, cores", computing(8, 2, 1), 2, BOUND_CORES},
        {"computing, a core", computing(8, 1, 1), 1, BOUND_CORES},
        {"computing, few workers", computing(2, 8, 1), 2, BOUND_WORKERS},
        {"computing, as many of both", computing(4, 4, 1), 4, BOUND_CORES},
        {"half of the time", computing(8, 2, 0.5), 4, BOUND_CORES},
        {"a tenth of the time", computing(8, 2, 0.1), 8, BOUND_WORKERS},
        {"a quarter, as many", computing(8, 2, 0.25), 8, BOUND_CORES},
        {"waiting", computing(1024, 2, 0), 1024, BOUND_WORKERS},
        {"a quota", {8, 4, 0, 1e-6, 1, 0, 1.5}, 1.5, BOUND_QUOTA},
        {"a quota of half a core: one worker alone reaches that",
         {8, 4, 0, 1e-6, 1, 0, 0.5},
         1,
         BOUND_QUOTA},
        {"a quota, half of the time", {8, 4, 0, 1e-6, 0.5, 0, 1.5}, 3, BOUND_QUOTA},
        {"a quota of more than the cores", {8, 4, 0, 1e-6, 1, 0, 6}, 4, BOUND_CORES},
        {"a quota of the cores", {8, 4, 0, 1e-6, 1, 0, 4}, 4, BOUND_CORES},
        {"a quota, waiting", {8, 4, 0, 1e-6, 0, 0, 0.5}, 8, BOUND_WORKERS},
        {"a quota, and a gil", {8, 4, 1, 1e-6, 1, 0, 1}, 1, BOUND_QUOTA},
        {"threads under a gil", {8, 2, 1, 1e-6, 1, 0, 0}, 1, BOUND_LOCK},
        {"threads under a gil, one core", {8, 1, 1, 1e-6, 1, 0, 0}, 1, BOUND_CORES},
        {"half of the time under a gil", {8, 2, 1, 1e-6, 0.5, 0, 0}, 2, BOUND_LOCK},
        {"waiting under a gil", {8, 2, 1, 1e-6, 0, 0, 0}, 8, BOUND_WORKERS},
        {"a gil each", {8, 2, 8, 1e-6, 1, 0, 0}, 2, BOUND_CORES},
        {"two gils, four cores", {8, 4, 2, 1e-6, 1, 0, 0}, 2, BOUND_LOCK},
        {"memory", {8, 8, 0, 1e-9, 1, 24e9, 0}, 1.5, BOUND_MEMORY},
        {"memory would do", {8, 2, 0, 1e-6, 1, 24e9, 0}, 2, BOUND_CORES},
        {"memory and a gil", {8, 8, 1, 1e-9, 1, 24e9, 0}, 1, BOUND_LOCK},
    };
    for (const auto &row : rows) {
        Bound bound = of(row.bounds);
        EXPECT_NEAR(bound.speedup, row.speedup, 1e-12) << row.name;
        EXPECT_EQ(bound.by, row.by) << row.name;
    }
}

/* Each wait costs a little of a core, and nothing computes without a break. */
TEST(Bounds, SharesCloseToNoneAndToAll)
{
    EXPECT_EQ(of(computing(1024, 2, 0.0199)).speedup, 1024);
    EXPECT_EQ(of(computing(1024, 2, 0.0201)).by, BOUND_CORES);
    EXPECT_NEAR(of(computing(1024, 2, 0.0201)).speedup, 2 / 0.0201, 1e-9);
    EXPECT_EQ(of(computing(8, 2, 0.981)).speedup, 2);
    EXPECT_NEAR(of(computing(8, 2, 0.979)).speedup, 2 / 0.979, 1e-12);
}

/* More of anything never lowers a bound; more computing never raises it. */
TEST(Bounds, AreMonotonic)
{
    const struct bounds start = {6, 3, 2, 1e-9, 0.4, 60e9, 0};
    for (double share = 0; share < 1; share += 0.01) {
        struct bounds less = start, more = start;
        less.cpu_share = share;
        more.cpu_share = share + 0.01;
        EXPECT_GE(of(less).speedup, of(more).speedup) << share;
    }
    for (int i = 0; i < 5; i++) {
        struct bounds more = start;
        more.workers += i == 0;
        more.cores += i == 1;
        more.gils += i == 2;
        more.task_s *= i == 3 ? 2 : 1;
        more.bandwidth *= i == 4 ? 2 : 1;
        EXPECT_GE(of(more).speedup, of(start).speedup) << i;
    }
}

TEST(Bounds, Names)
{
    EXPECT_STREQ(bound_by_name(BOUND_WORKERS), "workers");
    EXPECT_STREQ(bound_by_name(BOUND_CORES), "cores");
    EXPECT_STREQ(bound_by_name(BOUND_LOCK), "lock");
    EXPECT_STREQ(bound_by_name(BOUND_MEMORY), "memory");
}
