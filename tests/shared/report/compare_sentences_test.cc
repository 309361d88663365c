#include "support/verdicts.h"

#include <cmath>

extern "C" {
#include "measure/rounds.h"
#include "report/compare_report.h"
#include "report/spent.h"
}

TEST(Sentences, NothingMeasured)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {0, 0, 0});
    world.judge();
    EXPECT_EQ(world.sentences(0),
              "There is nothing to compare: no shape but serial could be measured.\n");
    world.last_work().rows[0].count = 0;
    free(world.compare_report.verdict);
    world.judge();
    EXPECT_EQ(world.sentences(0), "There is nothing to compare with: serial was not measured.\n");
    put_text(world.last_work().rows[0].reason, "no core is free");
    free(world.compare_report.verdict);
    world.judge();
    EXPECT_EQ(world.sentences(0), "There is nothing to compare with, as serial was not measured: "
                                  "no core is free.\n");
    EXPECT_STREQ(world.last_work().pick, "");
}

TEST(Sentences, TooFewRepetitions)
{
    EXPECT_EQ(said(1, {0.6, 0.52, 0.51}, 0.02, 3),
              "3 repetitions are too few to tell a winner at 95 %: 8 threads had the best median, "
              "a speed-up of about 2.0; try --budget 40s.\n");
    EXPECT_TRUE(has(said(1, {0.6, 0.52, 0.51}, 0.02, 1), "1 repetition is too few"));
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
        Contrast world(8, 1, 2);
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
    EXPECT_EQ(said(1, {0.52, 0.51, 0.515}),
              "It computes, so cores count, not workers: 8 workers of any kind reach 1.9 of 2 "
              "cores; their shape does not matter.\n");
    EXPECT_EQ(said(1, {0.52, 0, 0.515}),
              "It computes, so cores count, not workers: 8 processes and 8 threads both reach 1.9 "
              "of 2 cores.\n");
    EXPECT_EQ(said(1, {0, 0, 0.515}),
              "It computes, so cores count, not workers: 8 threads reach 1.9 of 2 cores.\n");
}

/* A single hybrid that lags behind: the shape does matter. */
TEST(Sentences, ComputingOneHybridLags)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {0.52, 0.51, 0.515});
    world.row(MECHANISM_HYBRID, 2, 4, 0.7);
    world.judge();
    EXPECT_EQ(world.sentences(0),
              "It computes, so cores count, not workers: 8 processes, 8 threads and the hybrid 4x2 "
              "all reach 1.9 of 2 cores.\n");
}

TEST(Sentences, ComputingOneIsAhead)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {0.65, 0, 0.51});
    Contrast::shares(row_of(world, MECHANISM_PROCESSES), 0.22, 0.1);
    world.judge();
    EXPECT_EQ(world.sentences(0),
              "It computes, so cores count, not workers: 8 threads reach 2.0 of 2 cores; 8 "
              "processes take 27 % longer (moving numbers takes 88 % of the cores' time).\n");
    EXPECT_STREQ(world.last_work().pick, "threads (1x8)");
    EXPECT_TRUE(has(said(1, {0.51, 0, 0.65}), "8 processes reach 2.0 of 2 cores; 8 threads take "
                                              "27 % longer."));
    EXPECT_TRUE(has(said(1, {1.2, 0, 0.51}), "8 processes take 2.4 times as long."));
}

TEST(Sentences, HybridAlone)
{
    EXPECT_TRUE(has(said(1, {0.65, 0.51, 0.65}),
                    "the hybrid 4x2 reaches 2.0 of 2 cores; 8 processes take 27 % longer; 8 "
                    "threads take 27 % longer."));
    EXPECT_TRUE(has(said(1, {0.51, 0.65, 0.51}),
                    "8 processes and 8 threads both reach 2.0 of 2 cores; the hybrid 4x2 takes 27 "
                    "% longer."));
}

/* What kept 8 processes, slower than 8 threads on 8 cores, from tasks. */
struct Kept {
    double moving, no_core, foreign, held, unknown, nothing;
    bool root;
    const char *cause;
};

void expect_cause(const Kept &kept, int cores, double stolen = 0)
{
    Contrast world(8, 1, cores);
    eight(world, 1, {0.8, 0, 0.51});
    struct compare_row &slow = row_of(world, MECHANISM_PROCESSES);
    Contrast::spent(slow, kept.moving, kept.no_core, kept.nothing);
    slow.spent.foreign_s = kept.foreign;
    slow.spent.s[SPENT_TASKS] -= kept.held + kept.unknown;
    slow.spent.s[SPENT_HELD] = kept.held;
    slow.spent.s[SPENT_UNKNOWN] = kept.unknown;
    slow.root_limits = kept.root;
    slow.root_moving = 0.9;
    world.last_work().stolen = stolen;
    world.judge();
    EXPECT_TRUE(
        has(world.sentences(0), "8 processes take 57 % longer" + std::string(kept.cause) + "."))
        << world.sentences(0);
}

/* By the kernel's accounts, whatever our clocks call talk and wait. */
TEST(Sentences, TheCauseWhereEachHasACore)
{
    const Kept rows[] = {
        {0.1, 0.5, 0, 0, 0, 0.2, false, " (no core is free for 50 % of their time)"},
        {0.1, 0.6, 0.5, 0, 0, 0.2, false,
         " (other programs have the cores for 50 % of their time)"},
        {0.5, 0.1, 0, 0, 0, 0.2, false, " (moving numbers takes 50 % of their time)"},
        {0.1, 0.1, 0, 0, 0, 0.5, false, " (they have nothing to do for 50 % of their time)"},
        {0.1, 0.1, 0, 0, 0, 0.5, true,
         " (rank 0 is what the others wait for: it moves numbers for 90 % of its time)"},
        {0.1, 0.4, 0, 0, 0, 0.2, true, " (no core is free for 40 % of their time)"},
        {0.1, 0.1, 0, 0.5, 0, 0.2, false,
         " (they are not running, for another reason, for 50 % of their time)"},
        {0.1, 0.1, 0, 0, 0.5, 0.2, false,
         " (they are not running, for an unknown reason, for 50 % of their time)"},
        {0.09, 0.09, 0, 0, 0, 0.09, false, ""},
    };
    for (const Kept &row : rows)
        expect_cause(row, 8);
    expect_cause(
        {0.1, 0.6, 0.5, 0, 0, 0.2, false, " (others have the cores for 50 % of their time)"}, 8,
        0.3);
}

/* That four take turns on each core is what the bound says; what counts is what the cores do. */
TEST(Sentences, TheCauseWhereWorkersTakeTurns)
{
    const Kept rows[] = {
        {0.2, 0.65, 0, 0, 0, 0.1, false, " (moving numbers takes 80 % of the cores' time)"},
        {0.05, 0.55, 0, 0, 0, 0.3, false,
         " (with nothing to do they leave the cores unused for 40 % of the time)"},
        {0.05, 0.55, 0, 0, 0, 0.3, true,
         " (rank 0 is what the others wait for: it moves numbers for 90 % of its time)"},
        {0, 0.85, 0.5, 0, 0, 0, false, " (other programs have the cores for 50 % of the time)"},
        {0, 0.85, 0.5, 0, 0, 0, true, " (other programs have the cores for 50 % of the time)"},
        {0, 0.4, 0, 0.5, 0, 0, false,
         " (they are not running, for another reason, for 50 % of the time)"},
        {0, 0.4, 0, 0, 0.5, 0, false,
         " (they are not running, for an unknown reason, for 50 % of the time)"},
        {0, 0.78, 0, 0, 0, 0, false, ""},
        {0, 0.5, 0, 0, 0, 0.27, false, ""}, /* some sleep, but the cores are busy */
    };
    for (const Kept &row : rows)
        expect_cause(row, 2);
}

TEST(Sentences, FarBelowTheBoundSaysWhatTakesTheTime)
{
    struct {
        double moving, no_core, nothing, lock;
        const char *cause;
    } const rows[] = {
        {0.1, 0.7, 0.1, 0, " (moving numbers takes 40 % of the cores' time)"},
        {0.05, 0.6, 0.2, 0,
         " (with nothing to do they leave the cores unused for 20 % of the time)"},
        {0.05, 0.2, 0.1, 0.6, " (the lock takes 60 % of their time)"},
        {0.01, 0.77, 0.01, 0, " (8 workers take turns on 2 cores)"},
    };
    for (const auto &row : rows) {
        Contrast world(8, 1, 2);
        eight(world, 1, {0, 0, 0.8});
        struct compare_row &threads = row_of(world, MECHANISM_THREADS);
        Contrast::spent(threads, row.moving, row.no_core, row.nothing);
        threads.spent.s[SPENT_LOCK] = row.lock;
        threads.spent.s[SPENT_TASKS] -= row.lock;
        world.judge();
        EXPECT_EQ(world.sentences(0), std::string("It computes: 8 threads reach only 1.2 of 2 "
                                                  "cores") +
                                          row.cause + ".\n");
    }
}

/* "Cores count" is said of more workers than cores only: else it was not seen. */
TEST(Sentences, ComputingWithACoreForEach)
{
    Contrast world(4, 1, 4);
    world.work("w", 1000, 1.0, 1.0);
    world.row(MECHANISM_PROCESSES, 4, 1, 0.26);
    world.row(MECHANISM_THREADS, 1, 4, 0.26);
    world.judge();
    EXPECT_EQ(world.sentences(0),
              "It computes: 4 processes and 4 threads both reach 3.8 of 4 cores.\n");
    Contrast roomy(4, 1, 16);
    roomy.work("w", 1000, 1.0, 1.0);
    roomy.row(MECHANISM_THREADS, 1, 4, 0.26);
    roomy.judge();
    EXPECT_EQ(roomy.sentences(0), "It computes: 4 threads reach 3.8 of at most 4.\n");
}

/* No figure stands beside a bound that it is above, nor is that bound called the limit. */
TEST(Sentences, MoreThanTheBound)
{
    EXPECT_EQ(said(1, {0, 0, 0.38}),
              "It computes: 8 threads reach 2.6 (above the estimate of 2.0).\n");
    EXPECT_TRUE(has(said(1, {0, 0, 0.49}), "reach 2.0 of 2 cores"));
    EXPECT_EQ(said(0.01, {0, 0, 0.11}),
              "It waits: 8 threads get 9.1 (above the estimate of 8.0) on 2 cores.\n");
    Contrast memory(8, 1, 8);
    memory.compare_report.memory_bandwidth = 16 * 1.0e3;
    eight(memory, 1, {0, 0, 0.83});
    memory.judge();
    EXPECT_EQ(memory.sentences(0), "It computes: 8 threads reach 1.2 (above the estimate of "
                                   "1.0).\n");
}

/* "Any kind" is said of what was measured only. */
TEST(Sentences, NotAnyKindWhereOneIsMissing)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {0.52, 0.51, 0.515});
    world.missing(MECHANISM_HYBRID, 2, 4, "rank 1 is confined to PU 3");
    world.judge();
    EXPECT_EQ(world.sentences(0),
              "It computes, so cores count, not workers: 8 processes, 8 threads "
              "and the hybrid 4x2 all reach 1.9 of 2 cores.\n");
}

/* Medians alike of which neither is known well are not the same. */
TEST(Sentences, NotTheSameWhereIntervalsAreWide)
{
    const std::string all = said(1, {0.52, 0.51, 0.515}, 0.4);
    EXPECT_TRUE(has(all, "cannot be told from that at 95 %, try --budget 40s.")) << all;
    EXPECT_FALSE(has(all, "any kind")) << all;
    EXPECT_FALSE(has(all, "all")) << all;
}

/* More of the budget is no help where it was not used up. */
TEST(Sentences, WhatToTryWhereAllIsTight)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {0.55, 0, 0.51}, 0.4);
    world.last_work().ended = ROUNDS_TIGHT;
    world.judge();
    EXPECT_TRUE(has(world.sentences(0), "try --repeat 44")) << world.sentences(0);
}

TEST(Sentences, MemoryIsTheLimit)
{
    Contrast world(8, 1, 8);
    world.compare_report.memory_bandwidth = 16 * 1.4e3;
    eight(world, 1, {2.4, 0, 0.77});
    world.judge();
    EXPECT_TRUE(has(world.sentences(0),
                    "Memory, not cores, is the limit: 8 threads reach 1.3 of at most 1.4; 8 "
                    "processes take 3.1 times as long."))
        << world.sentences(0);
    Contrast slow(8, 1, 8); /* memory would do more */
    slow.compare_report.memory_bandwidth = 16 * 4e3;
    eight(slow, 1, {0, 0, 0.77});
    slow.judge();
    EXPECT_EQ(slow.sentences(0), "It computes: 8 threads reach only 1.3 of at most 4.0.\n");
}

/* --- waiting, and both --- */

TEST(Sentences, WaitingAllTie)
{
    EXPECT_EQ(said(0.01, {0.128, 0.129, 0.127}),
              "It waits, so workers count, not cores: 8 workers of any kind get 7.8 of 8 in flight "
              "on 2 cores; their shape does not matter.\n");
    EXPECT_TRUE(has(said(0.01, {0.128, 0, 0.15}),
                    "8 processes get 7.8 of 8 in flight on 2 cores; 8 threads take 17 % longer."));
}

/* No more workers than cores show nothing of that. */
TEST(Sentences, WaitingWithACoreForEach)
{
    Contrast world(8, 1, 8);
    eight(world, 0.01, {0.128, 0, 0.127});
    world.judge();
    EXPECT_EQ(world.sentences(0),
              "It waits: 8 processes and 8 threads both get 7.8 of 8 in flight on 8 cores.\n");
}

TEST(Sentences, WaitingBelowTheBound)
{
    EXPECT_TRUE(has(said(0.01, {0, 0, 0.25}), "It waits: 8 threads get only 4.0 of 8 in flight"));
}

TEST(Sentences, Mixed)
{
    EXPECT_EQ(said(0.5, {0.27, 0, 0.27}),
              "A task computes for 50 % of its time: 8 processes and 8 threads both reach 3.7 of "
              "at most 4.0.\n");
    EXPECT_TRUE(has(said(0.2, {0, 0, 0.14}),
                    "A task computes for 20 % of its time: 8 threads get 7.1 of 8 in flight"));
}

/* --- nothing gained, or unknown --- */

TEST(Sentences, NothingPays)
{
    EXPECT_TRUE(has(said(1, {3, 0, 1.4}), "Nothing pays: the fastest, 8 threads, take 40 % longer "
                                          "than one worker alone."));
    EXPECT_TRUE(has(said(1, {3, 2.5, 4}), "Nothing pays: the fastest, the hybrid 4x2, takes 2.5 "
                                          "times as long as one worker alone."));
    EXPECT_FALSE(has(said(1, {3, 0, 0.9}), "Nothing pays"));
}

TEST(Sentences, NothingPaysAndWhy)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {3, 0, 0});
    Contrast::spent(row_of(world, MECHANISM_PROCESSES), 0.2, 0.7, 0.05);
    world.judge();
    EXPECT_TRUE(has(world.sentences(0),
                    "one worker alone (moving numbers takes 80 % of the cores' time)."));
    EXPECT_STREQ(world.last_work().pick, "one process of one thread");
    Contrast memory(8, 1, 2);
    memory.compare_report.memory_bandwidth = 16e3;
    eight(memory, 1, {0, 0, 1.2});
    memory.judge();
    EXPECT_TRUE(has(memory.sentences(0), "one worker alone, which has all that memory moves."));
}

TEST(Sentences, NothingIsGained)
{
    EXPECT_EQ(said(1, {0, 0, 0.99}), "Nothing is gained: the fastest, 8 threads, reach 1.0 and "
                                     "tie with one worker alone.\n");
    Contrast world(8, 1, 1);
    eight(world, 1, {0, 1.01, 0});
    world.judge();
    EXPECT_EQ(world.sentences(0), "Nothing is gained: the fastest, the hybrid 4x2, reaches 1.0 and "
                                  "ties with one worker alone, as there is one core.\n");
}

TEST(Sentences, TooNoisyToTellFromSerial)
{
    EXPECT_EQ(said(1, {0, 0, 0.9}, 0.4), "The fastest, 8 threads, reach 1.1 at the median, but one "
                                         "worker alone cannot be told from that: no winner at 95 "
                                         "%, try --budget 40s.\n");
    EXPECT_FALSE(has(said(1, {0, 0, 0.9}, 0.02), "no winner"));
}

/* The interval shown is that of one row; of many rows the best is chosen. */
TEST(Sentences, SureByItselfButNotAmongMany)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {0.88, 0.9, 0.8, 1.3, 1.3}, 0.02, 6);
    struct compare_row *rows = world.last_work().rows;
    for (int row = 0; row < 4; row++)
        for (int i = 0; i < 6; i++)
            rows[row].samples_s[i] *= 1 + 0.2 * i; /* a drift that all of them have */
    world.judge();
    EXPECT_GT(rows[3].speedup.low, 1);
    EXPECT_EQ(world.sentences(0),
              "The fastest, 8 threads, reach 1.2 at the median, but the best of "
              "6 rows may seem so by chance in 6 repetitions: no winner at 95 "
              "%, try --repeat 24.\n");
    EXPECT_STREQ(world.last_work().pick, "");
}

TEST(Sentences, TooNoisyToTellApart)
{
    EXPECT_EQ(said(1, {0.56, 0.6, 0.51}, 0.4),
              "It computes, so cores count, not workers: 8 threads reach 2.0 of 2 cores, but 8 "
              "processes (1.9) and the hybrid 4x2 (1.7) cannot be told from that at 95 %, try "
              "--budget 40s.\n");
    EXPECT_FALSE(has(said(1, {0.56, 0.6, 0.51}), "no winner"));
}

/* The blurred are told before those that are surely slower. */
TEST(Sentences, TooNoisyToTellSomeApart)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {1.3, 0, 0.51}, 0.4);
    world.row(MECHANISM_HYBRID, 2, 4, 0.54, 11, 0.4);
    world.judge();
    EXPECT_TRUE(has(world.sentences(0), "8 threads reach 2.0 of 2 cores, but the hybrid 2x4 (1.7) "
                                        "cannot be told from that at 95 %, try --budget 40s; 8 "
                                        "processes take 2.4 times as long."))
        << world.sentences(0);
}

/* --- messages --- */

TEST(Sentences, ThreadsStayOnAHost)
{
    Contrast world(4, 1, 4);
    world.hosts(2);
    world.work("w", 1000, 1.0, 1.0);
    world.row(MECHANISM_PROCESSES, 4, 1, 0.26);
    world.row(MECHANISM_THREADS, 1, 2, 0.52);
    world.row(MECHANISM_THREADS, 1, 2, 0.51).host = 1;
    world.judge();
    EXPECT_EQ(world.sentences(0), "It computes: 4 processes reach 3.8 of 4 cores; 2 threads, on "
                                  "one host, reach 2.0 of 2 cores.\n");
}
