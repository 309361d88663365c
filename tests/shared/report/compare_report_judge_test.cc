#include "support/compare_reports.h"

#include <cmath>

extern "C" {
#include "measure/bounds.h"
#include "measure/rounds.h"
#include "report/compare_pairs.h"
#include "report/compare_report.h"
}

namespace
{

/* 8 workers on 2 cores, computing: all shapes tie. */
void all_tie(Comparison &world)
{
    world.work("squares:repeat=9", 1000, 1.0, 1.0);
    world.row(MECHANISM_PROCESSES, 8, 1, 0.520);
    world.row(MECHANISM_HYBRID, 4, 2, 0.510);
    world.row(MECHANISM_THREADS, 1, 8, 0.515);
    world.row(MECHANISM_THREADS_GIL, 1, 8, 1.01);
    world.row(MECHANISM_PROCESSES_GIL, 8, 1, 0.505);
}

} // namespace

TEST(CompareJudge, NothingAtAll)
{
    Comparison world(1, 1, 1);
    world.judge();
    EXPECT_EQ(world.compare_report.works_count, 0);
    EXPECT_NE(world.compare_report.verdict, nullptr);
}

TEST(CompareJudge, WorkWithoutRows)
{
    Comparison world(2, 1, 2);
    world.work("squares", 10, 1, 1);
    compare_release(&world.compare_report);
    world.compare_report.works =
        static_cast<struct compare_work *>(calloc(1, sizeof(*world.compare_report.works)));
    world.compare_report.works_count = 1;
    world.judge();
    EXPECT_EQ(world.last_work().best, -1);
    EXPECT_EQ(world.last_work().winner, -1);
}

TEST(CompareJudge, BaseThatWasNotMeasured)
{
    Comparison world(8, 1, 2);
    all_tie(world);
    world.last_work().rows[0].count = 0;
    world.judge();
    const struct compare_work &work = world.last_work();
    EXPECT_EQ(work.task_s, 0);
    EXPECT_EQ(work.message_s, 0);
    EXPECT_EQ(work.winner, -1);
    EXPECT_EQ(work.rows[1].speedup.median, 0);
    EXPECT_EQ(work.rows[1].bound, 0);
    EXPECT_NEAR(work.rows[1].time.median, 0.52, 1e-12);
}

TEST(CompareJudge, RowsWithoutSamplesStayWithout)
{
    Comparison world(8, 1, 2);
    world.work("squares:repeat=9", 1000, 1.0, 1.0);
    world.missing(MECHANISM_PROCESSES, 8, 1, "no room");
    world.judge();
    const struct compare_work &work = world.last_work();
    EXPECT_EQ(work.rows[1].time.median, 0);
    EXPECT_EQ(work.rows[1].speedup.median, 0);
    EXPECT_FALSE(work.rows[1].ties);
    EXPECT_EQ(work.rows[1].bound, 2);
    EXPECT_EQ(work.best, -1);
    EXPECT_EQ(work.winner, -1);
    EXPECT_EQ(work.message_s, 0);
}

TEST(CompareJudge, TimesAndSpeedups)
{
    Comparison world(8, 1, 2);
    all_tie(world);
    world.judge();
    const struct compare_work &work = world.last_work();
    EXPECT_NEAR(work.task_s, 0.001, 1e-12);
    EXPECT_NEAR(work.cpu_share, 1, 1e-12);
    EXPECT_EQ(work.rows[0].speedup.median, 1);
    EXPECT_EQ(work.rows[0].speedup.low, 1);
    EXPECT_TRUE(work.rows[0].speedup.found);
    EXPECT_NEAR(work.rows[1].time.median, 0.52, 1e-12);
    EXPECT_LT(work.rows[1].time.low, 0.52);
    EXPECT_GT(work.rows[1].time.high, 0.52);
    EXPECT_NEAR(work.rows[1].speedup.median, 1 / 0.52, 1e-12);
    EXPECT_NEAR(work.rows[1].speedup.low, 1 / 0.52, 1e-12); /* rows that vary alike */
    EXPECT_TRUE(work.rows[1].time.found);
    EXPECT_TRUE(work.rows[1].speedup.found);
}

/* A repetition that was disturbed says nothing of what a task needs. */
TEST(CompareJudge, ShareOfComputingIsOfTheQuickest)
{
    Comparison world(8, 1, 2);
    world.work("squares", 1000, 1.0, 1.0).rows[0].cpu_s = 0.8;
    for (int i = 1; i < 11; i++)
        world.last_work().rows[0].samples_s[i] = 2.0;
    world.judge();
    EXPECT_NEAR(world.last_work().cpu_share, 0.8, 1e-12);
    EXPECT_NEAR(world.last_work().task_s, 2e-3, 1e-12);
}

/* What a task waited for a core, because others had it, does not make it one that waits. */
TEST(CompareJudge, ShareOfComputingIsOfTheTimeThatItCouldRun)
{
    const std::pair<double, double> rows[] = {{0.7, 1}, {0.25, 0.4}, {0, 0.3}};
    for (const auto &[no_core, share] : rows) {
        Comparison world(8, 1, 2);
        world.work("w", 1000, 1.0, 0.3);
        world.row(MECHANISM_THREADS, 1, 8, 0.51);
        Comparison::spent(world.last_work().rows[0], 0, no_core, 0);
        world.judge();
        EXPECT_NEAR(world.last_work().cpu_share, share, 0.02) << "repetitions differ";
        EXPECT_EQ(world.sentences(0).find("It computes") != std::string::npos, share == 1)
            << world.sentences(0);
    }
}

TEST(CompareJudge, SpeedupsNeedAsManySamplesAsTimes)
{
    for (int count : {5, 6}) {
        Comparison world(8, 1, 2);
        world.work("squares:repeat=9", 1000, 1.0, 1.0, count);
        world.row(MECHANISM_THREADS, 1, 8, 0.5, count);
        world.judge();
        EXPECT_EQ(world.last_work().rows[1].time.found, count == 6);
        EXPECT_EQ(world.last_work().rows[1].speedup.found, count == 6);
    }
}

/* The median of the ratios lies in their interval, which the ratio of the medians need not. */
TEST(CompareJudge, SpeedupIsOfTheRounds)
{
    Comparison world(8, 1, 2);
    world.work("squares:repeat=9", 1000, 1.0, 1.0, 8);
    world.row(MECHANISM_THREADS, 1, 8, 0.5, 8);
    const double base[] = {10, 20, 12, 30, 11, 12, 24, 26}, row[] = {5, 10, 8, 15, 5.5, 8, 16, 13};
    for (int i = 0; i < 8; i++) {
        world.last_work().rows[0].samples_s[i] = base[i];
        world.last_work().rows[1].samples_s[i] = row[i];
    }
    world.judge();
    EXPECT_EQ(world.last_work().rows[1].speedup.median, 2);
    EXPECT_EQ(world.last_work().rows[1].speedup.high, 2);
}

/* A row that lost rounds is compared by those that it has. */
TEST(CompareJudge, SpeedupOfARowThatLostRounds)
{
    Comparison world(8, 1, 2);
    world.work("squares:repeat=9", 1000, 1.0, 1.0, 9);
    struct compare_row &row = world.row(MECHANISM_THREADS, 1, 8, 0.5, 7);
    row.rounds = static_cast<int *>(calloc(7, sizeof(int)));
    for (int i = 0; i < 7; i++) {
        row.rounds[i] = i + 2;
        row.samples_s[i] = world.last_work().rows[0].samples_s[i + 2] / 4;
    }
    world.judge();
    EXPECT_NEAR(world.last_work().rows[1].speedup.median, 4, 1e-12);
    EXPECT_NEAR(world.last_work().rows[1].speedup.low, 4, 1e-12);
    EXPECT_TRUE(world.last_work().rows[1].speedup.found);
    EXPECT_EQ(compare_pair(&world.last_work(), &world.last_work().rows[0], &row).rounds, 7);
}

TEST(CompareJudge, ShareOfComputingIsNoMoreThanAll)
{
    for (double share : {-0.5, 0.0, 0.4, 1.0, 1.7}) {
        Comparison world(8, 1, 2);
        world.work("squares", 1000, 1.0, share);
        world.judge();
        EXPECT_NEAR(world.last_work().cpu_share, fmin(fmax(share, 0), 1), 1e-12);
    }
}

TEST(CompareJudge, BoundsOfTheRows)
{
    Comparison world(8, 1, 2);
    all_tie(world);
    world.judge();
    const struct compare_row *rows = world.last_work().rows;
    const double bounds[] = {1, 2, 2, 2, 1, 2};
    const enum bound_by by[] = {BOUND_WORKERS, BOUND_CORES, BOUND_CORES,
                                BOUND_CORES,   BOUND_LOCK,  BOUND_CORES};
    for (int i = 0; i < 6; i++) {
        EXPECT_EQ(rows[i].bound, bounds[i]) << i;
        EXPECT_EQ(rows[i].bound_by, by[i]) << i;
    }
}

TEST(CompareJudge, MemoryBounds)
{
    Comparison world(8, 1, 8);
    world.compare_report.memory_bandwidth = 24e9;
    world.work("squares", 1000000, 1e-3, 1.0);
    world.row(MECHANISM_THREADS, 1, 8, 0.8e-3);
    world.judge();
    EXPECT_NEAR(world.last_work().rows[1].bound, 1.5, 1e-12);
    EXPECT_EQ(world.last_work().rows[1].bound_by, BOUND_MEMORY);
}

/* Neither the base nor what has a gil is ever the best; all of them may tie with it. */
TEST(CompareJudge, BestAndTies)
{
    Comparison world(8, 1, 2);
    all_tie(world);
    world.judge();
    const struct compare_work &work = world.last_work();
    EXPECT_EQ(work.best, 2);
    EXPECT_EQ(work.winner, 2);
    const bool ties[] = {false, true, true, true, false, true};
    for (int i = 0; i < 6; i++)
        EXPECT_EQ(work.rows[i].ties, ties[i]) << i;
}

TEST(CompareJudge, SerialWins)
{
    Comparison world(8, 1, 2);
    world.work("squares", 1000, 1.0, 1.0);
    world.row(MECHANISM_PROCESSES, 8, 1, 3);
    world.row(MECHANISM_THREADS, 1, 8, 2);
    world.judge();
    EXPECT_EQ(world.last_work().best, 2);
    EXPECT_EQ(world.last_work().winner, 0);
    EXPECT_FALSE(world.last_work().rows[0].ties); /* it is faster */
}

/* What is only as good as one worker is not worth more of them. */
TEST(CompareJudge, SerialTies)
{
    Comparison world(8, 1, 2);
    world.work("squares", 1000, 1.0, 1.0);
    world.row(MECHANISM_THREADS, 1, 8, 0.97);
    world.judge();
    EXPECT_EQ(world.last_work().best, 1);
    EXPECT_EQ(world.last_work().winner, 0);
    EXPECT_TRUE(world.last_work().rows[0].ties);
}

/* It cannot be told whether anything is gained: nothing is to be picked. */
TEST(CompareJudge, NoWinnerWhereTheBaseCannotBeTold)
{
    Comparison world(8, 1, 2);
    world.work("squares", 1000, 1.0, 1.0, 11, 0.8);
    world.row(MECHANISM_THREADS, 1, 8, 0.9, 11, 0.8);
    world.judge();
    EXPECT_EQ(world.last_work().best, 1);
    EXPECT_EQ(world.last_work().winner, -1);
    EXPECT_STREQ(world.last_work().pick, "");
}

TEST(CompareJudge, TooFewSamplesTieAndHaveNoWinner)
{
    Comparison world(8, 1, 2);
    world.work("squares", 1000, 1.0, 1.0, 3);
    world.row(MECHANISM_PROCESSES, 8, 1, 0.9, 3);
    world.row(MECHANISM_THREADS, 1, 8, 0.5, 3);
    world.judge();
    EXPECT_EQ(world.last_work().best, 2);
    EXPECT_EQ(world.last_work().winner, -1);
    EXPECT_TRUE(world.last_work().rows[1].ties);
}

/* Apart by less than the least difference that counts. */
TEST(CompareJudge, SmallDifferencesTie)
{
    for (double apart : {0.05, 0.001}) {
        Comparison world(8, 1, 2);
        world.compare_report.apart = apart;
        world.work("squares", 1000, 1.0, 1.0);
        world.row(MECHANISM_PROCESSES, 8, 1, 0.52, 11, 0.001);
        world.row(MECHANISM_THREADS, 1, 8, 0.50, 11, 0.001);
        world.judge();
        EXPECT_EQ(world.last_work().rows[1].ties, apart == 0.05);
    }
}

TEST(CompareJudge, WhatMessagesCost)
{
    struct {
        const char *name;
        int ranks, cores;
        double share, processes_s, message_s;
    } const rows[] = {
        {"computing, more ranks than cores", 8, 2, 1, 2.5, 2e-3},
        {"computing, fewer ranks than cores", 2, 8, 1, 2.5, 2e-3},
        {"waiting", 8, 2, 0, 0.225, 0.1e-3},
        {"half", 8, 2, 0.5, 0.35, 0.1e-3},
        {"as fast as can be", 8, 2, 1, 0.5, 0},
        {"faster than can be", 8, 2, 1, 0.4, 0},
    };
    for (const auto &row : rows) {
        Comparison world(row.ranks, 1, row.cores);
        world.work("squares", 1000, 1.0, row.share);
        Comparison::shares(world.row(MECHANISM_PROCESSES, row.ranks, 1, row.processes_s), 0.9, 0);
        world.judge();
        EXPECT_NEAR(world.last_work().message_s, row.message_s, 1e-12) << row.name;
    }
}

/* What the processes did not spend on messages is not their cost: 8 ranks, a tenth of 2.5 s each.
 */
TEST(CompareJudge, MessagesCostNoMoreThanTheTimeTheyTook)
{
    for (double talk : {0.0, 0.05, 0.1, 0.5}) {
        Comparison world(8, 1, 2);
        world.work("squares", 1000, 1.0, 1.0);
        Comparison::shares(world.row(MECHANISM_PROCESSES, 8, 1, 2.5), talk, 0.2);
        world.judge();
        EXPECT_NEAR(world.last_work().message_s, fmin(8 * talk * 2.5e-3, 2e-3), 1e-12) << talk;
    }
}

TEST(CompareJudge, WithoutProcessesMessagesCannotBeTold)
{
    Comparison world(2, 4, 2);
    world.work("squares", 1000, 1.0, 1.0);
    world.row(MECHANISM_HYBRID, 2, 4, 2.5);
    world.row(MECHANISM_PROCESSES_GIL, 8, 1, 2.5);
    world.judge();
    EXPECT_EQ(world.last_work().message_s, 0);
}

TEST(CompareJudge, Names)
{
    EXPECT_STREQ(mechanism_name(MECHANISM_SERIAL), "serial");
    EXPECT_STREQ(mechanism_name(MECHANISM_PROCESSES), "processes");
    EXPECT_STREQ(mechanism_name(MECHANISM_WINDOW), "window");
    EXPECT_STREQ(mechanism_name(MECHANISM_HYBRID), "hybrid");
    EXPECT_STREQ(mechanism_name(MECHANISM_THREADS), "threads");
    EXPECT_STREQ(mechanism_name(MECHANISM_THREADS_GIL), "threads+gil");
    EXPECT_STREQ(mechanism_name(MECHANISM_PROCESSES_GIL), "processes+gil");
    EXPECT_STREQ(compare_end_name(ROUNDS_BUDGET), "budget");
    EXPECT_STREQ(compare_end_name(ROUNDS_TOO_FEW), "too-few");
}

TEST(CompareJudge, ReleaseLeavesNothing)
{
    Comparison world(8, 1, 2);
    all_tie(world);
    world.judge();
    compare_release(&world.compare_report);
    EXPECT_EQ(world.compare_report.works, nullptr);
    EXPECT_EQ(world.compare_report.verdict_count, 0);
    compare_release(&world.compare_report);
}
