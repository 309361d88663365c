#include "support/scenes.h"

using DemoImbalance = Scene;

TEST_F(DemoImbalance, CostIsAShape)
{
    Err err;
    for (const char *word : {"imbalance:cost=steep", "imbalance:cost=", "imbalance:cost"})
        EXPECT_TRUE(fails(demo_find(word, settings, &err), err, ERR_INPUT, {"cost"})) << word;
}

/* Each schedule hands out all tasks, by rules that are known. */
TEST_F(DemoImbalance, HandsOutByEachSchedule)
{
    ASSERT_TRUE(plays("imbalance:cost=last", 4));
    EXPECT_EQ(number("schedules", "static", "chunks"), 4);
    EXPECT_EQ(number("schedules", "dynamic", "chunks"), TIMELINE_TASKS);
    EXPECT_EQ(number("schedules", "guided", "chunks"), 11); /* 9, 7, 5, 4, 3, 2, 2, 1, 1, 1, 1 */
    EXPECT_EQ(number("schedules", "static", "against_static"), 1);
    for (const char *schedule : {"static", "guided", "dynamic", "steal"}) {
        EXPECT_GT(number("schedules", schedule, "idle_share"), 0) << schedule;
        EXPECT_LT(number("schedules", schedule, "idle_share"), 1) << schedule;
    }
    EXPECT_NE(sentences().find("an even share of the work"), std::string::npos) << sentences();
    EXPECT_LE(widest_line(printed()), 80U) << printed();
}

/* More threads than tasks, and one. */
TEST_F(DemoImbalance, AnyNumberOfThreads)
{
    ASSERT_TRUE(plays("imbalance", 50));
    EXPECT_EQ(number("schedules", "static", "chunks"), TIMELINE_TASKS);
    EXPECT_EQ(sentences().find("wait instead of computing") != std::string::npos,
              scene.cores->count < 50);
}

TEST_F(DemoImbalance, OneThreadWaitsForNobody)
{
    ASSERT_TRUE(plays("imbalance", 1));
    EXPECT_NE(sentences().find("nobody to wait for"), std::string::npos) << sentences();
}
