#include "support/scenes.h"

extern "C" {
#include "base/err.h"
#include "demo/amdahl_speedups.h"
}

using DemoAmdahl = Scene;

TEST_F(DemoAmdahl, SerialIsAPart)
{
    Err err;
    for (const char *word : {"amdahl:serial=1.01", "amdahl:serial=-0.1", "amdahl:serial=half",
                             "amdahl:serial=", "amdahl:serial"})
        EXPECT_TRUE(fails(demo_find(word, settings, &err), err, ERR_INPUT, {"serial"})) << word;
}

/* Figures of Amdahl's law that can be done in one's head. */
TEST(Speedups, Law)
{
    EXPECT_DOUBLE_EQ(speedups_law(0.25, 1), 1);
    EXPECT_DOUBLE_EQ(speedups_law(0.25, 3), 2);
    EXPECT_DOUBLE_EQ(speedups_law(0, 16), 16);
    EXPECT_DOUBLE_EQ(speedups_law(1, 16), 1);
    EXPECT_NEAR(speedups_law(0.25, 1e9), 4, 1e-6);
}

/* The law's speed-ups have the serial part that was put in. */
TEST(Speedups, SerialPartIsFoundAgain)
{
    for (double serial : {0.0, 0.1, 0.5, 1.0})
        for (int threads : {2, 3, 1000})
            EXPECT_NEAR(speedups_serial(speedups_law(serial, threads), threads), serial, 1e-9);
}

TEST(Speedups, CountsDoubleUpToTheMost)
{
    struct speedups all = {};
    const struct {
        int most;
        std::vector<int> counts;
    } CASES[] = {{1, {1}},
                 {2, {1, 2}},
                 {6, {1, 2, 4, 6}},
                 {SCENE_THREADS_MOST, {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024}}};
    for (const auto &c : CASES) {
        speedups_open(&all, 0.5, c.most);
        EXPECT_EQ(std::vector<int>(all.counts, all.counts + all.many), c.counts);
    }
}

/* Whatever this machine did, each count has its row, and one thread is as fast as one. */
TEST_F(DemoAmdahl, ComparesEachCountWithTheLaw)
{
    ASSERT_TRUE(plays("amdahl:serial=0.5", 6));
    ASSERT_EQ(json_array_size(rows("threads")), 4U);
    EXPECT_EQ(number("threads", "1", "computing"), 1);
    EXPECT_EQ(number("threads", "1", "waiting"), 1);
    EXPECT_EQ(number("threads", "2", "predicted"), 4.0 / 3);
    EXPECT_GT(number("threads", "6", "waiting_s"), 0);
    EXPECT_NE(sentences().find("50 % of the work"), std::string::npos) << sentences();
    EXPECT_LE(widest_line(printed()), 80U) << printed();
}

TEST_F(DemoAmdahl, OneThreadSharesNothing)
{
    ASSERT_TRUE(plays("amdahl:serial=0", 1));
    EXPECT_NE(sentences().find("sets no bound"), std::string::npos) << sentences();
    EXPECT_NE(sentences().find("no other to share with"), std::string::npos) << sentences();
    EXPECT_LE(widest_line(printed()), 80U) << printed();
}
