#include "support/golden.h"
#include "support/verdicts.h"

#include <cmath>

extern "C" {
#include "measure/rounds.h"
#include "report/compare_report.h"
#include "report/spent.h"
}

TEST(Sentences, NothingMeasured)
{
    Comparison world(8, 1, 2);
    eight(world, 1, {0, 0, 0});
    world.judge();
    EXPECT_TRUE(golden(world.sentences(0), "serial alone"));
    world.last_work().rows[0].count = 0;
    free(world.compare_report.verdict);
    world.judge();
    EXPECT_TRUE(golden(world.sentences(0), "not even serial"));
    put_text(world.last_work().rows[0].reason, "no core is free");
    free(world.compare_report.verdict);
    world.judge();
    EXPECT_TRUE(golden(world.sentences(0), "not even serial, and why"));
    EXPECT_STREQ(world.last_work().pick, "");
}

TEST(Sentences, TooFewRepetitions)
{
    EXPECT_TRUE(golden(said(1, {0.6, 0.52, 0.51}, 0.02, 3), "three"));
    EXPECT_TRUE(golden(said(1, {0.6, 0.52, 0.51}, 0.02, 1), "one"));
    EXPECT_FALSE(has(said(1, {0.6, 0.52, 0.51}, 0.02, 7), "too few"));
}

TEST(Sentences, WhatToTryNext)
{
    struct {
        double budget_s;
        int count;
        const char *more;
    } const rows[] = {{10, 3, "--budget 40s"},    {0.3, 3, "--budget 2s"}, {30, 3, "--budget 2min"},
                      {600, 3, "--budget 40min"}, {0, 3, "--repeat 12"},   {0, 1, "--repeat 6"}};
    for (const auto &row : rows) {
        Comparison world(8, 1, 2);
        world.compare_report.budget_s = row.budget_s;
        eight(world, 1, {0.6, 0.52, 0.51}, 0.02, row.count);
        world.judge();
        EXPECT_TRUE(has(world.sentences(0), std::string("try ") + row.more + "."))
            << world.sentences(0);
    }
}

/* --- computing --- */

TEST(Sentences, ComputingAllTie)
{
    EXPECT_TRUE(golden(said(1, {0.52, 0.51, 0.515}), "three kinds"));
    EXPECT_TRUE(golden(said(1, {0.52, 0, 0.515}), "two kinds"));
    EXPECT_TRUE(golden(said(1, {0, 0, 0.515}), "one kind"));
}

/* A single hybrid that lags behind: the shape does matter. */
TEST(Sentences, ComputingOneHybridLags)
{
    Comparison world(8, 1, 2);
    eight(world, 1, {0.52, 0.51, 0.515});
    world.row(MECHANISM_HYBRID, 2, 4, 0.7);
    world.judge();
    EXPECT_TRUE(golden(world.sentences(0)));
}

TEST(Sentences, ComputingOneIsAhead)
{
    Comparison world(8, 1, 2);
    eight(world, 1, {0.65, 0, 0.51});
    Comparison::shares(row_of(world, MECHANISM_PROCESSES), 0.22, 0.1);
    world.judge();
    EXPECT_TRUE(golden(world.sentences(0), "threads, as processes move numbers"));
    EXPECT_STREQ(world.last_work().pick, "threads (1x8)");
    EXPECT_TRUE(golden(said(1, {0.51, 0, 0.65}), "processes"));
    EXPECT_TRUE(golden(said(1, {1.2, 0, 0.51}), "more than twice as fast"));
}

TEST(Sentences, HybridAlone)
{
    EXPECT_TRUE(golden(said(1, {0.65, 0.51, 0.65}), "ahead"));
    EXPECT_TRUE(golden(said(1, {0.51, 0.65, 0.51}), "slower"));
}

/* What kept 8 processes, slower than 8 threads on 8 cores, from tasks. */
struct Kept {
    const char *by;
    double moving, no_core, foreign, held, unknown, nothing;
    bool root; /* rank 0 is what the others wait for */
};

/* What is said of them, with what they are kept by in front. */
std::string said_of(const Kept &kept, int cores, double stolen = 0)
{
    Comparison world(8, 1, cores);
    eight(world, 1, {0.8, 0, 0.51});
    struct compare_row &slow = row_of(world, MECHANISM_PROCESSES);
    Comparison::spent(slow, kept.moving, kept.no_core, kept.nothing);
    slow.spent.foreign_s = kept.foreign;
    slow.spent.s[SPENT_TASKS] -= kept.held + kept.unknown;
    slow.spent.s[SPENT_HELD] = kept.held;
    slow.spent.s[SPENT_UNKNOWN] = kept.unknown;
    slow.root_limits = kept.root;
    slow.root_moving = 0.9;
    world.last_work().stolen = stolen;
    world.judge();
    return std::string(kept.by) + ": " + world.sentences(0);
}

/* By the kernel's accounts, whatever our clocks call talk and wait. */
TEST(Sentences, TheCauseWhereEachHasACore)
{
    const Kept rows[] = {
        {"no core for 50 %", 0.1, 0.5, 0, 0, 0, 0.2, false},
        {"other programs for 50 %", 0.1, 0.6, 0.5, 0, 0, 0.2, false},
        {"moving for 50 %", 0.5, 0.1, 0, 0, 0, 0.2, false},
        {"nothing to do for 50 %", 0.1, 0.1, 0, 0, 0, 0.5, false},
        {"rank 0", 0.1, 0.1, 0, 0, 0, 0.5, true},
        {"no core for 40 %, though rank 0 limits", 0.1, 0.4, 0, 0, 0, 0.2, true},
        {"another reason for 50 %", 0.1, 0.1, 0, 0.5, 0, 0.2, false},
        {"an unknown reason for 50 %", 0.1, 0.1, 0, 0, 0.5, 0.2, false},
        {"nothing much", 0.09, 0.09, 0, 0, 0, 0.09, false},
    };
    std::string all;
    for (const Kept &row : rows)
        all += said_of(row, 8);
    all += said_of({"programs and machines for 50 %", 0.1, 0.6, 0.5, 0, 0, 0.2, false}, 8, 0.3);
    EXPECT_TRUE(golden(all));
}

/* That four take turns on each core is what the bound says; what counts is what the cores do. */
TEST(Sentences, TheCauseWhereWorkersTakeTurns)
{
    const Kept rows[] = {
        {"moving for 80 %", 0.2, 0.65, 0, 0, 0, 0.1, false},
        {"nothing to do for 40 %", 0.05, 0.55, 0, 0, 0, 0.3, false},
        {"rank 0", 0.05, 0.55, 0, 0, 0, 0.3, true},
        {"other programs for 50 %", 0, 0.85, 0.5, 0, 0, 0, false},
        {"other programs for 50 %, though rank 0 limits", 0, 0.85, 0.5, 0, 0, 0, true},
        {"another reason for 50 %", 0, 0.4, 0, 0.5, 0, 0, false},
        {"an unknown reason for 50 %", 0, 0.4, 0, 0, 0.5, 0, false},
        {"turns alone", 0, 0.78, 0, 0, 0, 0, false},
        {"turns, though some sleep, as the cores are busy", 0, 0.5, 0, 0, 0, 0.27, false},
    };
    std::string all;
    for (const Kept &row : rows)
        all += said_of(row, 2);
    EXPECT_TRUE(golden(all));
}

TEST(Sentences, FarBelowTheBoundSaysWhatTakesTheTime)
{
    struct {
        const char *by;
        double moving, no_core, nothing, lock;
    } const rows[] = {
        {"moving for 40 %", 0.1, 0.7, 0.1, 0},
        {"nothing to do for 20 %", 0.05, 0.6, 0.2, 0},
        {"the lock for 60 %", 0.05, 0.2, 0.1, 0.6},
        {"turns", 0.01, 0.77, 0.01, 0},
    };
    std::string all;
    for (const auto &row : rows) {
        Comparison world(8, 1, 2);
        eight(world, 1, {0, 0, 0.8});
        struct compare_row &threads = row_of(world, MECHANISM_THREADS);
        Comparison::spent(threads, row.moving, row.no_core, row.nothing);
        threads.spent.s[SPENT_LOCK] = row.lock;
        threads.spent.s[SPENT_TASKS] -= row.lock;
        world.judge();
        all += std::string(row.by) + ": " + world.sentences(0);
    }
    EXPECT_TRUE(golden(all));
}

/* "Cores count" is said of more workers than cores only: else it was not seen. */
TEST(Sentences, ComputingWithACoreForEach)
{
    Comparison world(4, 1, 4);
    world.work("w", 1000, 1.0, 1.0);
    world.row(MECHANISM_PROCESSES, 4, 1, 0.26);
    world.row(MECHANISM_THREADS, 1, 4, 0.26);
    world.judge();
    EXPECT_TRUE(golden(world.sentences(0), "as many"));
    Comparison roomy(4, 1, 16);
    roomy.work("w", 1000, 1.0, 1.0);
    roomy.row(MECHANISM_THREADS, 1, 4, 0.26);
    roomy.judge();
    EXPECT_TRUE(golden(roomy.sentences(0), "more"));
}

/* No figure stands beside a bound that it is above, nor is that bound called the limit. */
TEST(Sentences, MoreThanTheBound)
{
    EXPECT_TRUE(golden(said(1, {0, 0, 0.38}), "computing"));
    EXPECT_TRUE(has(said(1, {0, 0, 0.49}), "2.0 of 2 cores"));
    EXPECT_TRUE(golden(said(0.01, {0, 0, 0.11}), "waiting"));
    Comparison memory(8, 1, 8);
    memory.compare_report.memory_bandwidth = 16 * 1.0e3;
    eight(memory, 1, {0, 0, 0.83});
    memory.judge();
    EXPECT_TRUE(golden(memory.sentences(0), "memory"));
}

/* "Any kind" is said of what was measured only. */
TEST(Sentences, NotAnyKindWhereOneIsMissing)
{
    Comparison world(8, 1, 2);
    eight(world, 1, {0.52, 0.51, 0.515});
    world.missing(MECHANISM_HYBRID, 2, 4, "rank 1 is confined to PU 3");
    world.judge();
    EXPECT_TRUE(golden(world.sentences(0)));
}

/* Medians alike of which neither is known well are not the same. */
TEST(Sentences, NotTheSameWhereIntervalsAreWide)
{
    const std::string all = said(1, {0.52, 0.51, 0.515}, 0.4);
    EXPECT_TRUE(golden(all));
    EXPECT_FALSE(has(all, "any kind")) << all;
    EXPECT_FALSE(has(all, "all")) << all;
}

/* More of the budget is no help where it was not used up. */
TEST(Sentences, WhatToTryWhereAllIsTight)
{
    Comparison world(8, 1, 2);
    eight(world, 1, {0.55, 0, 0.51}, 0.4);
    world.last_work().ended = ROUNDS_TIGHT;
    world.judge();
    EXPECT_TRUE(has(world.sentences(0), "try --repeat 44")) << world.sentences(0);
}

TEST(Sentences, MemoryIsTheLimit)
{
    Comparison world(8, 1, 8);
    world.compare_report.memory_bandwidth = 16 * 1.4e3;
    eight(world, 1, {2.4, 0, 0.77});
    world.judge();
    EXPECT_TRUE(golden(world.sentences(0), "reached"));
    Comparison slow(8, 1, 8); /* memory would do more */
    slow.compare_report.memory_bandwidth = 16 * 4e3;
    eight(slow, 1, {0, 0, 0.77});
    slow.judge();
    EXPECT_TRUE(golden(slow.sentences(0), "not reached"));
}

/* --- waiting, and both --- */

TEST(Sentences, WaitingAllTie)
{
    EXPECT_TRUE(golden(said(0.01, {0.128, 0.129, 0.127}), "all"));
    EXPECT_TRUE(golden(said(0.01, {0.128, 0, 0.15}), "not the threads"));
}

/* No more workers than cores show nothing of that. */
TEST(Sentences, WaitingWithACoreForEach)
{
    Comparison world(8, 1, 8);
    eight(world, 0.01, {0.128, 0, 0.127});
    world.judge();
    EXPECT_TRUE(golden(world.sentences(0)));
}

TEST(Sentences, WaitingBelowTheBound)
{
    EXPECT_TRUE(golden(said(0.01, {0, 0, 0.25})));
}

TEST(Sentences, Mixed)
{
    EXPECT_TRUE(golden(said(0.5, {0.27, 0, 0.27}), "half computing"));
    EXPECT_TRUE(golden(said(0.2, {0, 0, 0.14}), "a fifth computing"));
}

/* --- nothing gained, or unknown --- */

TEST(Sentences, NothingPays)
{
    EXPECT_TRUE(golden(said(1, {3, 0, 1.4}), "threads are the fastest"));
    EXPECT_TRUE(golden(said(1, {3, 2.5, 4}), "a hybrid is the fastest"));
    EXPECT_FALSE(has(said(1, {3, 0, 0.9}), "Nothing pays"));
}

TEST(Sentences, NothingPaysAndWhy)
{
    Comparison world(8, 1, 2);
    eight(world, 1, {3, 0, 0});
    Comparison::spent(row_of(world, MECHANISM_PROCESSES), 0.2, 0.7, 0.05);
    world.judge();
    EXPECT_TRUE(golden(world.sentences(0), "moving numbers"));
    EXPECT_STREQ(world.last_work().pick, "one process of one thread");
    Comparison memory(8, 1, 2);
    memory.compare_report.memory_bandwidth = 16e3;
    eight(memory, 1, {0, 0, 1.2});
    memory.judge();
    EXPECT_TRUE(golden(memory.sentences(0), "memory"));
}

TEST(Sentences, NothingIsGained)
{
    EXPECT_TRUE(golden(said(1, {0, 0, 0.99}), "threads are the fastest"));
    Comparison world(8, 1, 1);
    eight(world, 1, {0, 1.01, 0});
    world.judge();
    EXPECT_TRUE(golden(world.sentences(0), "one core"));
}

TEST(Sentences, TooNoisyToTellFromSerial)
{
    EXPECT_TRUE(golden(said(1, {0, 0, 0.9}, 0.4)));
    EXPECT_FALSE(has(said(1, {0, 0, 0.9}, 0.02), "no winner"));
}

/* The interval shown is that of one row; of many rows the best is chosen. */
TEST(Sentences, SureByItselfButNotAmongMany)
{
    Comparison world(8, 1, 2);
    eight(world, 1, {0.88, 0.9, 0.8, 1.3, 1.3}, 0.02, 6);
    struct compare_row *rows = world.last_work().rows;
    for (int row = 0; row < 4; row++)
        for (int i = 0; i < 6; i++)
            rows[row].samples_s[i] *= 1 + 0.2 * i; /* a drift that all of them have */
    world.judge();
    EXPECT_GT(rows[3].speedup.low, 1);
    EXPECT_TRUE(golden(world.sentences(0)));
    EXPECT_STREQ(world.last_work().pick, "");
}

TEST(Sentences, TooNoisyToTellApart)
{
    EXPECT_TRUE(golden(said(1, {0.56, 0.6, 0.51}, 0.4)));
    EXPECT_FALSE(has(said(1, {0.56, 0.6, 0.51}), "no winner"));
}

/* The blurred are told before those that are surely slower. */
TEST(Sentences, TooNoisyToTellSomeApart)
{
    Comparison world(8, 1, 2);
    eight(world, 1, {1.3, 0, 0.51}, 0.4);
    world.row(MECHANISM_HYBRID, 2, 4, 0.54, 11, 0.4);
    world.judge();
    EXPECT_TRUE(golden(world.sentences(0)));
}

/* --- messages --- */

TEST(Sentences, ThreadsStayOnAHost)
{
    Comparison world(4, 1, 4);
    world.hosts(2);
    world.work("w", 1000, 1.0, 1.0);
    world.row(MECHANISM_PROCESSES, 4, 1, 0.26);
    world.row(MECHANISM_THREADS, 1, 2, 0.52);
    world.row(MECHANISM_THREADS, 1, 2, 0.51).host = 1;
    world.judge();
    EXPECT_TRUE(golden(world.sentences(0)));
}
