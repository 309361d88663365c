#include "support/golden.h"
#include "support/verdicts.h"

#include <cmath>
#include <unistd.h>

extern "C" {
#include "report/compare_report.h"
}

TEST(Verdict, StartingIsToldOnce)
{
    Comparison world(8, 1, 2);
    eight(world, 1, {0.52, 0, 0.51});
    eight(world, 0.01, {0.128, 0, 0.127});
    world.judge();
    EXPECT_TRUE(has(world.sentences(-1), "Starting"));
    EXPECT_TRUE(golden(world.sentences(-1)));
    world.compare_report.mpi_init_s = 0;
    free(world.compare_report.verdict);
    world.judge();
    EXPECT_EQ(world.sentences(-1), "");
}

TEST(Verdict, SingleProcess)
{
    Comparison world(1, 8, 2);
    eight(world, 1, {0, 0, 0.51, 1.01});
    put_text(world.compare_report.again, "mpirun -np 8 ./squares compare");
    world.judge();
    EXPECT_TRUE(golden(world.sentences(-1), "of all works"));
    EXPECT_TRUE(golden(world.verdict(), "as printed"));
    Comparison many(8, 1, 2);
    eight(many, 1, {0.52, 0, 0.51});
    put_text(many.compare_report.again, "mpirun -np 8 ./squares compare");
    many.judge();
    EXPECT_FALSE(has(many.verdict(), "mpirun"));
}

TEST(Verdict, LoadOfOthers)
{
    for (double load : {0.0, 0.19, 0.6, (double)NAN}) {
        Comparison world(8, 1, 2);
        eight(world, 1, {0.52, 0, 0.51});
        world.last_work().other_load = load;
        world.judge();
        EXPECT_EQ(has(world.sentences(-1), "0.60 of 2 cores"), load == 0.6);
        EXPECT_EQ(has(world.sentences(-1), "Other programs"), load == 0.6);
    }
}

/* Programs are what runs here; what other machines took is said by itself. */
TEST(Verdict, LoadOfOtherMachines)
{
    const struct {
        const char *by;
        double programs, stolen;
    } rows[] = {
        {"machines", 0.01, 0.25}, {"both", 0.5, 0.24},     {"programs", 0.5, 0.01},
        {"little", 0.05, 0.05},   {"more than all", 7, 0},
    };
    std::string all;
    for (const auto &row : rows) {
        Comparison world(8, 1, 2);
        eight(world, 1, {0.52, 0, 0.51});
        world.compare_report.mpi_init_s = 0;
        world.last_work().other_load = row.programs;
        world.last_work().stolen = row.stolen;
        world.judge();
        all += std::string(row.by) + ":\n" + world.sentences(-1);
    }
    EXPECT_TRUE(golden(all));
}

/* What a quota did is told by the kernel's count. */
TEST(Verdict, Quotas)
{
    const struct {
        const char *by;
        double quota, throttled;
        bool changed;
    } rows[] = {
        {"not throttled", 1, 0.02, false}, {"throttled", 0.5, 0.61, false},
        {"one CPU", 1, 0.3, false},        {"more than the cores", 3, 0.3, false},
        {"changed", 1.5, 0.3, true},       {"none", 0, NAN, false},
    };
    std::string all;
    for (const auto &row : rows) {
        Comparison world(8, 1, 2);
        eight(world, 1, {0.98, 0, 0.99});
        world.compare_report.mpi_init_s = 0;
        world.compare_report.environment.hosts[0].quota = row.quota;
        world.last_work().throttled = row.throttled;
        world.last_work().quota_changed = row.changed;
        world.judge();
        all += std::string(row.by) + ":\n" + world.sentences(0) + world.sentences(-1);
    }
    EXPECT_TRUE(golden(all));
}

/* The kernel counts hardware threads: never more of them than there are. */
TEST(Verdict, LoadOfOthersOnHardwareThreads)
{
    Comparison world(8, 1, 2);
    eight(world, 1, {0.52, 0, 0.51});
    world.compare_report.environment.hosts[0].usable_pus = 4;
    world.last_work().other_load = 3.0;
    world.judge();
    EXPECT_TRUE(has(world.sentences(-1), "3.0 of 4 PUs")) << world.sentences(-1);
}

/* It comes before what mars the result less. */
TEST(Verdict, CoresThatChanged)
{
    Comparison world(8, 1, 2);
    eight(world, 1, {0.52, 0, 0.51});
    world.last_work().other_load = 1;
    put_text(world.compare_report.change,
             "The cores of this job changed. Only the rest is compared.");
    world.judge();
    EXPECT_EQ(
        world.sentences(-1).find("The cores of this job changed. Only the rest is compared.\n"),
        0u);
    EXPECT_TRUE(has(world.sentences(-1), "Other programs used"));
    EXPECT_FALSE(has(world.sentences(-1), "Starting")) << "two are enough";
}

TEST(Verdict, NoisyMachine)
{
    Comparison world(8, 1, 2);
    eight(world, 1, {0.56, 0, 0.51}, 0.4);
    world.judge();
    EXPECT_TRUE(has(world.sentences(-1), "noisy"));
    EXPECT_TRUE(golden(world.sentences(-1)));
    Comparison one(8, 1, 2); /* of six rows */
    eight(one, 1, {0.56, 0.55, 0.51, 1.0, 0.6});
    Comparison::samples(one.last_work().rows[2], 0.55, 11, 0.6);
    one.judge();
    EXPECT_FALSE(has(one.sentences(-1), "noisy"));
}

/* Virtual machines have no governor to be named. */
TEST(Verdict, MachineThatChangesItsSpeed)
{
    std::string all;
    for (const char *governor : {"", "schedutil"}) {
        Comparison world(8, 1, 2);
        eight(world, 1, {0.56, 0, 0.51});
        put_text(world.compare_report.clock.governor, governor);
        for (int i = 0; i < 3; i++)
            for (int k = 0; k < 11; k++)
                world.last_work().rows[i].samples_s[k] *= 1 + 0.012 * k;
        world.judge();
        EXPECT_EQ(has(world.sentences(-1), "schedutil"), governor[0] != '\0');
        all += "governor '" + std::string(governor) + "':\n" + world.sentences(-1);
    }
    EXPECT_TRUE(golden(all));
}

/* What mars the result is told before what is merely good to know. */
TEST(Verdict, TwoSentencesOfAllAreEnough)
{
    Comparison world(8, 1, 2);
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
    Comparison world(2, 1, 2);
    struct compare_work &work = world.work("squares", 1000000, 0.01, 1.0);
    (void)work;
    Comparison::shares(world.row(MECHANISM_PROCESSES, 2, 1, 0.02), 0.8, 0);
    world.row(MECHANISM_WINDOW, 2, 1, 0.005);
    world.row(MECHANISM_THREADS, 1, 2, 0.007);
    world.row(MECHANISM_PROCESSES_GIL, 2, 1, 0.02);
    world.judge();
    EXPECT_TRUE(golden(world.sentences(0)));
    EXPECT_STREQ(world.last_work().pick, "window (2x1)");
}

/* --- what to pick, and the whole --- */

TEST(Verdict, Pick)
{
    Comparison world(8, 1, 2);
    eight(world, 1, {0.52, 0.51, 0.515});
    eight(world, 1, {0.52, 0.7, 0.515});
    eight(world, 1, {0.54, 0, 0.51}, 0.4);
    eight(world, 1, {3, 0, 2});
    eight(world, 1, {0.6, 0, 0.5}, 0.02, 3);
    world.judge();
    const struct compare_work *works = world.compare_report.works;
    EXPECT_STREQ(works[0].pick, "hybrid (4x2); as good: processes (8x1), threads (1x8)");
    EXPECT_STREQ(works[1].pick, "threads (1x8); as good: processes (8x1)");
    EXPECT_STREQ(works[2].pick, "threads (1x8); perhaps as good: processes (8x1)");
    EXPECT_STREQ(works[3].pick, "one process of one thread");
    EXPECT_STREQ(works[4].pick, "");
}

/* The line is for the launcher that started the job; serial needs none. */
TEST(Verdict, LaunchLines)
{
    Comparison world(8, 1, 2);
    eight(world, 1, {0.52, 0, 0.45});
    world.last_work().launches = true;
    put_text(world.last_work().launch.mpirun4, "mpirun " + std::string(100, 'x'));
    put_text(world.last_work().launch.srun, "srun line");
    world.judge();
    EXPECT_TRUE(golden(world.verdict()));
    put_text(world.compare_report.environment.launcher, "srun");
    EXPECT_TRUE(has(world.verdict(), "\n    srun line\n"));
    world.last_work().winner = 0;
    EXPECT_FALSE(has(world.verdict(), "srun line"));
}

TEST(Verdict, PrintedByWork)
{
    Comparison world(8, 1, 2);
    eight(world, 1, {0.52, 0, 0.515});
    eight(world, 0.01, {0.128, 0, 0.127});
    put_text(world.compare_report.works[0].work, "first");
    put_text(world.compare_report.works[1].work, "second");
    world.judge();
    EXPECT_TRUE(golden(world.verdict()));
}

TEST(Verdict, WritingThatFailsIsTold)
{
    if (access("/dev/full", W_OK) != 0)
        GTEST_SKIP() << "no /dev/full here";
    Comparison world(8, 1, 2);
    eight(world, 1, {0.52, 0, 0.515});
    world.judge();
    FILE *full = fopen("/dev/full", "w");
    ASSERT_NE(full, nullptr);
    setvbuf(full, nullptr, _IONBF, 0);
    EXPECT_EQ(compare_verdict(&world.compare_report, full), -1);
    EXPECT_EQ(compare_table(&world.compare_report, false, full), -1);
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
                        Comparison world(128, 128, 1024);
                        world.compare_report.memory_bandwidth = seen % 2 == 0 ? 0 : 20e3;
                        eight(world, share, {processes, hybrid, threads, gil, gil},
                              seen % 3 == 0 ? 0.5 : 0.02);
                        world.judge();
                        for (int i = 0; i < world.compare_report.verdict_count; i++) {
                            const std::string text = world.compare_report.verdict[i];
                            EXPECT_LT(text.size(), 300u) << text;
                            EXPECT_EQ(text.find("nan"), std::string::npos) << text;
                            EXPECT_EQ(text.find("inf"), std::string::npos) << text;
                            EXPECT_EQ(text.back(), '.') << text;
                            EXPECT_TRUE(isupper(text[0]) || isdigit(text[0])) << text;
                            seen++;
                        }
                        EXPECT_LE(world.compare_report.works[0].sentences, 3);
                    }
    EXPECT_GT(seen, 1000);
}
