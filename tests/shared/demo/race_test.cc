#include "support/scenes.h"

using DemoRace = Scene;

TEST_F(DemoRace, LosesNothingWhereNothingCanBeLost)
{
    for (int threads : {1, 2, 5}) {
        SCOPED_TRACE(threads);
        ASSERT_TRUE(plays("race", threads));
        for (const char *way : {"mutex", "atomic", "private sums", "gil"})
            EXPECT_EQ(number("ways", way, "lost"), 0) << way;
        for (const char *way : {"plain", "volatile", "yield between", "gil let go within"}) {
            EXPECT_GE(number("ways", way, "lost"), 0) << way;
            EXPECT_LT(number("ways", way, "lost_share"), 1) << way;
        }
        EXPECT_NE(sentences().find("lost nothing"), std::string::npos);
        EXPECT_LE(widest_line(printed()), 80U) << printed();
        scene_close(&scene);
    }
}

/* One thread has no other to race with. */
TEST_F(DemoRace, NeedsTwo)
{
    ASSERT_TRUE(plays("race", 1));
    for (const char *way : {"plain", "volatile", "yield between", "gil let go within"})
        EXPECT_EQ(number("ways", way, "lost"), 0) << way;
    EXPECT_NE(sentences().find("only one added to it"), std::string::npos) << sentences();
}

/* On one core, too, as each gives way between load and store. */
TEST_F(DemoRace, NeverFailsToFail)
{
    ASSERT_TRUE(plays("race", 4));
    EXPECT_GT(number("ways", "yield between", "lost"), 0);
    EXPECT_EQ(number("ways", "yield between", "lossy_runs"), 5);
}
