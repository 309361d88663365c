#include "support/contrasts.h"

#include <cmath>
#include <unistd.h>

namespace
{

bool has(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

struct Times {
    double processes, hybrid, threads; /* 0: there is no such row */
    double threads_gil = 0, processes_gil = 0;
};

/* 8 workers in the usual shapes, serially in a second. */
void eight(Contrast &world, double cpu_share, const Times &times, double wide = 0.02,
           int count = 11)
{
    world.work("w", 1000, 1.0, cpu_share, count, wide);
    const struct {
        enum mechanism mechanism;
        int ranks, threads;
        double time;
    } rows[] = {
        {MECHANISM_PROCESSES, 8, 1, times.processes},
        {MECHANISM_HYBRID, 4, 2, times.hybrid},
        {MECHANISM_THREADS, 1, 8, times.threads},
        {MECHANISM_THREADS_GIL, 1, 8, times.threads_gil},
        {MECHANISM_PROCESSES_GIL, 8, 1, times.processes_gil},
    };
    for (const auto &row : rows)
        if (row.time > 0)
            world.row(row.mechanism, row.ranks, row.threads, row.time, count, wide);
}

/* All that is said of such a work on 2 cores. */
std::string said(double cpu_share, const Times &times, double wide = 0.02, int count = 11)
{
    Contrast world(8, 1, 2);
    eight(world, cpu_share, times, wide, count);
    world.judge();
    return world.sentences(0);
}

struct contrast_row &row_of(Contrast &world, enum mechanism mechanism)
{
    for (int i = 0; i < world.last_work().rows_count; i++)
        if (world.last_work().rows[i].mechanism == mechanism)
            return world.last_work().rows[i];
    throw std::out_of_range("no such row");
}

} // namespace

/* --- nothing to tell --- */

TEST(Verdict, NothingMeasured)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {0, 0, 0});
    world.judge();
    EXPECT_EQ(world.sentences(0),
              "There is nothing to compare: no shape but serial could be measured.\n");
    world.last_work().rows[0].count = 0;
    free(world.contrast.verdict);
    world.judge();
    EXPECT_EQ(world.sentences(0), "There is nothing to compare with: serial was not measured.\n");
    put_text(world.last_work().rows[0].reason, "no core is free");
    free(world.contrast.verdict);
    world.judge();
    EXPECT_EQ(world.sentences(0), "There is nothing to compare with, as serial was not measured: "
                                  "no core is free.\n");
    EXPECT_STREQ(world.last_work().pick, "");
}

TEST(Verdict, TooFewRepetitions)
{
    EXPECT_EQ(said(1, {0.6, 0.52, 0.51}, 0.02, 3),
              "3 repetitions are too few to tell a winner at 95 %: 8 threads had the best median, "
              "a speed-up of about 2.0; try --budget 40s.\n");
    EXPECT_TRUE(has(said(1, {0.6, 0.52, 0.51}, 0.02, 1), "1 repetition is too few"));
    EXPECT_FALSE(has(said(1, {0.6, 0.52, 0.51}, 0.02, 7), "too few"));
}

TEST(Verdict, WhatToTryNext)
{
    struct {
        double budget_s;
        int count;
        const char *more;
    } const rows[] = {{10, 3, "--budget 40s"},    {0.3, 3, "--budget 2s"}, {30, 3, "--budget 2min"},
                      {600, 3, "--budget 40min"}, {0, 3, "--repeat 12"},   {0, 1, "--repeat 7"}};
    for (const auto &row : rows) {
        Contrast world(8, 1, 2);
        world.contrast.budget_s = row.budget_s;
        eight(world, 1, {0.6, 0.52, 0.51}, 0.02, row.count);
        world.judge();
        EXPECT_TRUE(has(world.sentences(0), std::string("try ") + row.more + "."))
            << world.sentences(0);
    }
}

/* --- computing --- */

TEST(Verdict, ComputingAllTie)
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
TEST(Verdict, ComputingOneHybridLags)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {0.52, 0.51, 0.515});
    world.row(MECHANISM_HYBRID, 2, 4, 0.7);
    world.judge();
    EXPECT_EQ(world.sentences(0),
              "It computes, so cores count, not workers: 8 processes, 8 threads and the hybrid 4x2 "
              "all reach 1.9 of 2 cores.\n");
}

TEST(Verdict, ComputingOneIsAhead)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {0.65, 0, 0.51});
    Contrast::shares(row_of(world, MECHANISM_PROCESSES), 0.22, 0.1);
    world.judge();
    EXPECT_EQ(world.sentences(0),
              "It computes, so cores count, not workers: 8 threads reach 2.0 of 2 cores; 8 "
              "processes take 27 % longer (messages take 22 % of their time).\n");
    EXPECT_STREQ(world.last_work().pick, "threads (1x8)");
    EXPECT_TRUE(has(said(1, {0.51, 0, 0.65}), "8 processes reach 2.0 of 2 cores; 8 threads take "
                                              "27 % longer."));
    EXPECT_TRUE(has(said(1, {1.2, 0, 0.51}), "8 processes take 2.4 times as long."));
}

TEST(Verdict, HybridAlone)
{
    EXPECT_TRUE(has(said(1, {0.65, 0.51, 0.65}),
                    "the hybrid 4x2 reaches 2.0 of 2 cores; 8 processes take 27 % longer; 8 "
                    "threads take 27 % longer."));
    EXPECT_TRUE(has(said(1, {0.51, 0.65, 0.51}),
                    "8 processes and 8 threads both reach 2.0 of 2 cores; the hybrid 4x2 takes 27 "
                    "% longer."));
}

TEST(Verdict, FarBelowTheBoundSaysWhatTakesTheTime)
{
    struct {
        double talk, wait, lock;
        const char *cause;
    } const rows[] = {
        {0.4, 0.2, 0.1, " (messages take 40 % of their time)"},
        {0.2, 0.3, 0.1, " (waiting for others takes 30 % of their time)"},
        {0.1, 0.1, 0.3, " (the lock takes 30 % of their time)"},
        {0.09, 0.01, 0, " (8 workers take turns on 2 cores)"},
    };
    for (const auto &row : rows) {
        Contrast world(8, 1, 2);
        eight(world, 1, {0, 0, 0.8});
        Contrast::shares(row_of(world, MECHANISM_THREADS), row.talk, row.wait, row.lock);
        world.judge();
        EXPECT_EQ(world.sentences(0), std::string("It computes: 8 threads reach only 1.2 of 2 "
                                                  "cores") +
                                          row.cause + ".\n");
    }
}

/* "Cores count" is said of more workers than cores only: else nobody has seen it. */
TEST(Verdict, ComputingWithACoreForEach)
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

TEST(Verdict, MoreThanTheCores)
{
    EXPECT_TRUE(has(said(1, {0, 0, 0.38}),
                    "2.6 of 2 cores (more than that, as hardware threads or caches help)"));
    EXPECT_FALSE(has(said(1, {0, 0, 0.49}), "more than that"));
}

TEST(Verdict, MemoryIsTheLimit)
{
    Contrast world(8, 1, 8);
    world.contrast.memory_bandwidth = 16 * 1.4e3;
    eight(world, 1, {2.4, 0, 0.77});
    world.judge();
    EXPECT_TRUE(has(world.sentences(0),
                    "Memory, not cores, is the limit: 8 threads reach 1.3 of at most 1.4; 8 "
                    "processes take 3.1 times as long."))
        << world.sentences(0);
    Contrast slow(8, 1, 8); /* memory would do more */
    slow.contrast.memory_bandwidth = 16 * 4e3;
    eight(slow, 1, {0, 0, 0.77});
    slow.judge();
    EXPECT_EQ(slow.sentences(0), "It computes: 8 threads reach only 1.3 of at most 4.0.\n");
}

/* --- waiting, and both --- */

TEST(Verdict, WaitingAllTie)
{
    EXPECT_EQ(said(0.01, {0.128, 0.129, 0.127}),
              "It waits, so workers count, not cores: 8 workers of any kind get 7.8 of 8 in flight "
              "on 2 cores; their shape does not matter.\n");
    EXPECT_TRUE(has(said(0.01, {0.128, 0, 0.15}),
                    "8 processes get 7.8 of 8 in flight on 2 cores; 8 threads take 17 % longer."));
}

/* No more workers than cores show nothing of that. */
TEST(Verdict, WaitingWithACoreForEach)
{
    Contrast world(8, 1, 8);
    eight(world, 0.01, {0.128, 0, 0.127});
    world.judge();
    EXPECT_EQ(world.sentences(0),
              "It waits: 8 processes and 8 threads both get 7.8 of 8 in flight on 8 cores.\n");
}

TEST(Verdict, WaitingBelowTheBound)
{
    EXPECT_TRUE(has(said(0.01, {0, 0, 0.25}), "It waits: 8 threads get only 4.0 of 8 in flight"));
}

TEST(Verdict, Mixed)
{
    EXPECT_EQ(said(0.5, {0.27, 0, 0.27}),
              "A task computes for 50 % of its time: 8 processes and 8 threads both reach 3.7 of "
              "at most 4.0.\n");
    EXPECT_TRUE(has(said(0.2, {0, 0, 0.14}),
                    "A task computes for 20 % of its time: 8 threads get 7.1 of 8 in flight"));
}

/* --- nothing gained, and nobody knows --- */

TEST(Verdict, NothingPays)
{
    EXPECT_TRUE(has(said(1, {3, 0, 1.4}), "Nothing pays: the fastest, 8 threads, take 40 % longer "
                                          "than one worker alone."));
    EXPECT_TRUE(has(said(1, {3, 2.5, 4}), "Nothing pays: the fastest, the hybrid 4x2, takes 2.5 "
                                          "times as long as one worker alone."));
    EXPECT_FALSE(has(said(1, {3, 0, 0.9}), "Nothing pays"));
}

TEST(Verdict, NothingPaysAndWhy)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {3, 0, 0});
    Contrast::shares(row_of(world, MECHANISM_PROCESSES), 0.6, 0.3);
    world.judge();
    EXPECT_TRUE(has(world.sentences(0), "one worker alone (messages take 60 % of their time)."));
    EXPECT_STREQ(world.last_work().pick, "one process of one thread");
    Contrast memory(8, 1, 2);
    memory.contrast.memory_bandwidth = 16e3;
    eight(memory, 1, {0, 0, 1.2});
    memory.judge();
    EXPECT_TRUE(has(memory.sentences(0), "one worker alone, which has all that memory moves."));
}

TEST(Verdict, NothingIsGained)
{
    EXPECT_EQ(said(1, {0, 0, 0.99}), "Nothing is gained: the fastest, 8 threads, reach 1.0 and "
                                     "tie with one worker alone.\n");
    Contrast world(8, 1, 1);
    eight(world, 1, {0, 1.01, 0});
    world.judge();
    EXPECT_EQ(world.sentences(0), "Nothing is gained: the fastest, the hybrid 4x2, reaches 1.0 and "
                                  "ties with one worker alone, as there is one core.\n");
}

TEST(Verdict, TooNoisyToTellFromSerial)
{
    EXPECT_EQ(said(1, {0, 0, 0.9}, 0.4), "The fastest, 8 threads, reach 1.1 at the median, but one "
                                         "worker alone cannot be told from that: no winner at 95 "
                                         "%, try --budget 40s.\n");
    EXPECT_FALSE(has(said(1, {0, 0, 0.9}, 0.02), "no winner"));
}

TEST(Verdict, TooNoisyToTellApart)
{
    EXPECT_EQ(said(1, {0.56, 0.6, 0.51}, 0.4),
              "It computes, so cores count, not workers: 8 threads reach 2.0 of 2 cores, but 8 "
              "processes (1.8) and the hybrid 4x2 (1.7) cannot be told from that: no winner at 95 "
              "%, try --budget 40s.\n");
    EXPECT_FALSE(has(said(1, {0.56, 0.6, 0.51}), "no winner"));
}

/* The blurred are told before those that are surely slower. */
TEST(Verdict, TooNoisyToTellSomeApart)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {0.8, 0, 0.51}, 0.2);
    world.row(MECHANISM_HYBRID, 2, 4, 0.55, 11, 0.2);
    world.judge();
    EXPECT_TRUE(has(world.sentences(0),
                    "8 threads reach 2.0 of 2 cores, but the hybrid 2x4 (1.8) cannot be told from "
                    "that: no winner at 95 %, try --budget 40s; 8 processes take 57 % longer."))
        << world.sentences(0);
}

/* --- messages --- */

TEST(Verdict, MessagesThatCostMoreThanTheTask)
{
    Contrast world(8, 1, 2);
    world.work("squares", 1000000000, 0.35, 1.0);
    world.row(MECHANISM_PROCESSES, 8, 1, 0.175 + 2.1);
    world.row(MECHANISM_THREADS, 1, 8, 0.3);
    world.judge();
    EXPECT_TRUE(has(world.sentences(0),
                    "Scattering a number and gathering its result costs 2.10 ns, 6.0 times its "
                    "task: below 2.10 ns a task no number of ranks pays, and 2 at once pay only "
                    "above 4.20 ns.\n"))
        << world.sentences(0);
}

/* More ranks could pay, but not as many as there are. */
TEST(Verdict, MessagesThatCostLessThanTheTask)
{
    const std::string all = said(1, {1.2, 0, 0.51});
    EXPECT_TRUE(has(all, "gathering its result costs 700 us, 0.70 times its task: 2 at once pay "
                         "only above 1.40 ms.\n"))
        << all;
    EXPECT_FALSE(has(all, "no number of ranks"));
}

/* P at once: P / (P - 1) times what a message costs. */
TEST(Verdict, MessagesWithMoreAtOnce)
{
    for (int cores : {3, 8, 64}) {
        Contrast world(8, 1, cores);
        world.work("w", 1000, 1.0, 1.0);
        world.row(MECHANISM_PROCESSES, 8, 1, 1.0 / std::min(cores, 8) + 2.1);
        world.judge();
        const char *even =
            cores == 3 ? "3 at once pay only above 3.15 ms" : "8 at once pay only above 2.40 ms";
        EXPECT_TRUE(has(world.sentences(0), even)) << world.sentences(0);
    }
}

TEST(Verdict, MessagesOnOneCore)
{
    Contrast world(8, 1, 1);
    eight(world, 1, {3, 0, 0});
    world.judge();
    EXPECT_TRUE(has(world.sentences(0), "costs 2.00 ms, 2.0 times its task: below 2.00 ms a task "
                                        "no number of ranks pays.\n"));
}

TEST(Verdict, MessagesAreNotToldOf)
{
    EXPECT_FALSE(has(said(1, {0.65, 0, 0.51}), "Scattering"));  /* processes gain */
    EXPECT_FALSE(has(said(1, {0, 2, 0.51}), "Scattering"));     /* there are none */
    EXPECT_FALSE(has(said(0.01, {1.5, 0, 0.2}), "Scattering")); /* the task waits */
    EXPECT_TRUE(has(said(0.5, {1.5, 0, 0.2}), "Scattering"));
    EXPECT_FALSE(has(said(1, {1.2, 0, 0.51}, 0.6), "Scattering")); /* too noisy to tell */
}

/* --- the gil --- */

TEST(Verdict, GilKeepsThreadsAtOne)
{
    EXPECT_TRUE(has(said(1, {0.52, 0, 0.515, 1.01}),
                    "The gil is what keeps threads at 1.0: without it they tie with processes, at "
                    "1.9.\n"));
    EXPECT_TRUE(has(said(1, {0.7, 0, 0.515, 1.01}),
                    "The gil is what keeps threads at 1.0: without it they reach 1.9.\n"));
    EXPECT_TRUE(has(said(1, {0, 0, 0.515, 1.01}), "without it they reach 1.9.\n"));
    EXPECT_FALSE(has(said(1, {0.52, 0, 0.515}), "gil"));
}

TEST(Verdict, GilSlowsThreadsDown)
{
    EXPECT_TRUE(has(said(0.5, {0, 0, 0.27, 0.6}), "The gil slows threads down: 1.7 of at most 2.0 "
                                                  "under it, 3.7 without.\n"));
    EXPECT_TRUE(has(said(1, {0, 0, 0.85, 1.0}), /* it keeps nobody from much */
                    "The gil slows threads down: 1.0 of at most 1.0 under it, 1.2 without.\n"));
    EXPECT_TRUE(has(said(0.01, {0, 0, 0.127, 0.2}),
                    "The gil slows threads down: 5.0 under it, 7.9 without.\n"));
}

/* What gains nothing anyway is no case against it. */
TEST(Verdict, GilWhereThreadsGainNothing)
{
    EXPECT_FALSE(has(said(1, {0, 0, 1.3, 1.6}), "gil"));
    EXPECT_FALSE(has(said(1, {1.3, 0, 0, 0, 1.6}), "gil"));
    EXPECT_FALSE(has(said(1, {0, 0, 1.3, 1.3}), "gil"));
    EXPECT_FALSE(has(said(1, {1.3, 0, 0, 0, 1.3}), "gil"));
    EXPECT_TRUE(has(said(1, {0, 0, 1.01, 1.01}), "gil")); /* as on one core */
}

TEST(Verdict, GilCostsNothing)
{
    EXPECT_TRUE(has(said(0.01, {0, 0, 0.127, 0.128}), "Under the gil threads reach 7.8 as well, as "
                                                      "they wait: it costs nothing here.\n"));
    EXPECT_TRUE(has(said(1, {0, 0, 0.51, 0.51}),
                    "Under the gil threads reach 2.0 as well: it costs nothing here.\n"));
}

TEST(Verdict, GilIsNotToldOfWhenNobodyKnows)
{
    EXPECT_FALSE(has(said(1, {0, 0, 0.51, 0.6}, 0.5), "gil"));
    EXPECT_FALSE(has(said(1, {0, 0, 0.9, 0.6}), "gil")); /* faster with than without: odd */
}

TEST(Verdict, GilForEachProcess)
{
    EXPECT_TRUE(has(said(1, {0.52, 0, 0.515, 1.01, 0.52}), "; a gil for each process costs "
                                                           "nothing.\n"));
    EXPECT_TRUE(has(said(1, {0.52, 0, 0, 0, 0.7}), "A gil for each process leaves 1.4 of 1.9.\n"));
}

/* The lone row under a gil has nothing it could be held against. */
TEST(Verdict, GilWithoutTheSameTeam)
{
    EXPECT_FALSE(has(said(1, {0.52, 0, 0, 1.01}), "gil"));
}

/* --- several hosts --- */

TEST(Verdict, ThreadsStayOnAHost)
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

/* --- all works --- */

TEST(Verdict, StartingIsToldOnce)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {0.52, 0, 0.51});
    eight(world, 0.01, {0.128, 0, 0.127});
    world.judge();
    EXPECT_EQ(world.sentences(-1), "Starting 8 threads took 200 us; starting MPI took 300 ms, once "
                                   "for the whole job.\n");
    world.contrast.mpi_init_s = 0;
    free(world.contrast.verdict);
    world.judge();
    EXPECT_EQ(world.sentences(-1), "");
}

TEST(Verdict, SingleProcess)
{
    Contrast world(1, 8, 2);
    eight(world, 1, {0, 0, 0.51, 1.01});
    put_text(world.contrast.again, "mpirun -np 8 ./squares compare");
    world.judge();
    EXPECT_EQ(world.sentences(-1), "Processes were not measured: this job is a single one.\n");
    EXPECT_TRUE(has(world.verdict(), "  - Processes were not measured: this job is a single one.\n"
                                     "    mpirun -np 8 ./squares compare\n"));
    Contrast many(8, 1, 2);
    eight(many, 1, {0.52, 0, 0.51});
    put_text(many.contrast.again, "mpirun -np 8 ./squares compare");
    many.judge();
    EXPECT_FALSE(has(many.verdict(), "mpirun"));
}

TEST(Verdict, LoadOfOthers)
{
    for (double load : {0.0, 0.19, 0.6, (double)NAN}) {
        Contrast world(8, 1, 2);
        eight(world, 1, {0.52, 0, 0.51});
        world.last_work().other_load = load;
        world.judge();
        EXPECT_EQ(has(world.sentences(-1), "Other programs used 0.60 of 2 cores meanwhile"),
                  load == 0.6);
        EXPECT_EQ(has(world.sentences(-1), "Other programs"), load == 0.6);
    }
}

TEST(Verdict, LoadOfOtherMachines)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {0.52, 0, 0.51});
    world.last_work().other_load = 0.1;
    world.last_work().stolen = 0.25;
    world.judge();
    EXPECT_TRUE(
        has(world.sentences(-1), "Other machines on this hardware used 0.60 of 2 cores meanwhile"))
        << world.sentences(-1);
}

TEST(Verdict, NoisyMachine)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {0.56, 0, 0.51}, 0.4);
    world.judge();
    EXPECT_TRUE(has(world.sentences(-1), "The machine is noisy: in 3 of 3 rows repetitions differ "
                                         "by more than 10 %.\n"));
    Contrast one(8, 1, 2); /* of six rows */
    eight(one, 1, {0.56, 0.55, 0.51, 1.0, 0.6});
    Contrast::samples(one.last_work().rows[2], 0.55, 11, 0.6);
    one.judge();
    EXPECT_FALSE(has(one.sentences(-1), "noisy"));
}

/* Virtual machines have no governor to be named. */
TEST(Verdict, MachineThatChangesItsSpeed)
{
    for (const char *governor : {"", "schedutil"}) {
        Contrast world(8, 1, 2);
        eight(world, 1, {0.56, 0, 0.51});
        put_text(world.contrast.clock.governor, governor);
        for (int i = 0; i < 3; i++)
            for (int k = 0; k < 11; k++)
                world.last_work().rows[i].samples_s[k] *= 1 + 0.012 * k;
        world.judge();
        EXPECT_TRUE(
            has(world.sentences(-1), "The machine changed its speed meanwhile: 3 of 3 rows"))
            << world.sentences(-1);
        EXPECT_EQ(has(world.sentences(-1), "than 5 %; its clock's governor is schedutil."),
                  governor[0] != '\0');
    }
}

/* What mars the result is told before what is merely good to know. */
TEST(Verdict, TwoSentencesOfAllAreEnough)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {0.56, 0, 0.51}, 0.4);
    world.last_work().other_load = 1.0;
    world.judge();
    EXPECT_EQ(lines_of(world.sentences(-1)).size(), 2u);
    EXPECT_FALSE(has(world.sentences(-1), "Starting"));
}

/* Ranks that share memory compete; what messages cost is that of those by messages, and a gil is
 * held against them, too. */
TEST(Verdict, WindowIsAWayOfItsOwn)
{
    Contrast world(2, 1, 2);
    struct contrast_work &work = world.work("squares", 1000000, 0.01, 1.0);
    (void)work;
    world.row(MECHANISM_PROCESSES, 2, 1, 0.02);
    world.row(MECHANISM_WINDOW, 2, 1, 0.005);
    world.row(MECHANISM_THREADS, 1, 2, 0.007);
    world.row(MECHANISM_PROCESSES_GIL, 2, 1, 0.02);
    world.judge();
    const std::string said = world.sentences(0);
    EXPECT_TRUE(has(said, "2 processes with a window reach 2.0 of 2 cores")) << said;
    EXPECT_TRUE(has(said, "2 processes take 4.0 times as long")) << said;
    EXPECT_TRUE(has(said, "Scattering a number and gathering its result costs 15.0 ns")) << said;
    EXPECT_STREQ(world.last_work().pick, "window (2x1)");
}

/* --- what to pick, and the whole --- */

TEST(Verdict, Pick)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {0.52, 0.51, 0.515});
    eight(world, 1, {0.52, 0.7, 0.515});
    eight(world, 1, {0.6, 0, 0.51}, 0.4);
    eight(world, 1, {3, 0, 2});
    eight(world, 1, {0.6, 0, 0.5}, 0.02, 3);
    world.judge();
    const struct contrast_work *works = world.contrast.works;
    EXPECT_STREQ(works[0].pick, "hybrid (4x2); as good: processes (8x1), threads (1x8)");
    EXPECT_STREQ(works[1].pick, "threads (1x8); as good: processes (8x1)");
    EXPECT_STREQ(works[2].pick, "threads (1x8)"); /* nobody knows of the processes */
    EXPECT_STREQ(works[3].pick, "one process of one thread");
    EXPECT_STREQ(works[4].pick, "");
}

/* The line is for the launcher that started the job; serial needs none. */
TEST(Verdict, LaunchLines)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {0.52, 0, 0.45});
    world.last_work().launches = true;
    put_text(world.last_work().launch.mpirun4, "mpirun " + std::string(100, 'x'));
    put_text(world.last_work().launch.srun, "srun line");
    world.judge();
    EXPECT_TRUE(
        has(world.verdict(), "  pick: threads (1x8)\n    mpirun " + std::string(100, 'x') + "\n"));
    put_text(world.contrast.environment.launcher, "srun");
    EXPECT_TRUE(has(world.verdict(), "\n    srun line\n"));
    world.last_work().winner = 0;
    EXPECT_FALSE(has(world.verdict(), "srun line"));
}

TEST(Verdict, PrintedByWork)
{
    Contrast world(8, 1, 2);
    eight(world, 1, {0.52, 0, 0.515});
    eight(world, 0.01, {0.128, 0, 0.127});
    put_text(world.contrast.works[0].work, "first");
    put_text(world.contrast.works[1].work, "second");
    world.judge();
    EXPECT_EQ(world.verdict(),
              "first\n"
              "  - It computes, so cores count, not workers: 8 processes and 8 threads both\n"
              "    reach 1.9 of 2 cores.\n"
              "  pick: threads (1x8); as good: processes (8x1)\n"
              "second\n"
              "  - It waits, so workers count, not cores: 8 processes and 8 threads both get\n"
              "    7.8 of 8 in flight on 2 cores.\n"
              "  pick: threads (1x8); as good: processes (8x1)\n"
              "this job\n"
              "  - Starting 8 threads took 200 us; starting MPI took 300 ms, once for the "
              "whole\n    job.\n");
}

TEST(Verdict, WritingThatFailsIsTold)
{
    if (access("/dev/full", W_OK) != 0)
        GTEST_SKIP() << "no /dev/full here";
    Contrast world(8, 1, 2);
    eight(world, 1, {0.52, 0, 0.515});
    world.judge();
    FILE *full = fopen("/dev/full", "w");
    ASSERT_NE(full, nullptr);
    setvbuf(full, nullptr, _IONBF, 0);
    EXPECT_EQ(contrast_verdict(&world.contrast, full), -1);
    EXPECT_EQ(contrast_table(&world.contrast, false, full), -1);
    (void)fclose(full);
}

/* Whatever the figures: sentences end, are not too long, and have no odd numbers in them. */
TEST(Verdict, AllSentencesAreWellFormed)
{
    const double times[] = {0, 1e-7, 0.1, 0.5, 0.52, 0.97, 1, 3, 5000};
    const double shares[] = {0, 0.05, 0.3, 0.95, 1};
    int seen = 0;
    for (double share : shares)
        for (double processes : times)
            for (double hybrid : times)
                for (double threads : times)
                    for (double gil : {0.0, 0.6, 2.0}) {
                        Contrast world(128, 128, 1024);
                        world.contrast.memory_bandwidth = seen % 2 == 0 ? 0 : 20e3;
                        eight(world, share, {processes, hybrid, threads, gil, gil},
                              seen % 3 == 0 ? 0.5 : 0.02);
                        world.judge();
                        for (int i = 0; i < world.contrast.verdict_count; i++) {
                            const std::string text = world.contrast.verdict[i];
                            EXPECT_LT(text.size(), 300u) << text;
                            EXPECT_EQ(text.find("nan"), std::string::npos) << text;
                            EXPECT_EQ(text.find("inf"), std::string::npos) << text;
                            EXPECT_EQ(text.back(), '.') << text;
                            EXPECT_TRUE(isupper(text[0]) || isdigit(text[0])) << text;
                            seen++;
                        }
                        EXPECT_LE(world.contrast.works[0].sentences, 3);
                    }
    EXPECT_GT(seen, 1000);
}
