#include "support/scenes.h"

using DemoGil = Scene;

TEST_F(DemoGil, OneThreadTakesNoTurns)
{
    ASSERT_TRUE(plays("gil", 1));
    EXPECT_EQ(json_array_size(rows("speeds")), 1U);
    EXPECT_EQ(number("speeds", "1", "computing_gil"), 1);
    EXPECT_NE(sentences().find("has no other to"), std::string::npos);
    EXPECT_EQ(json_array_size(rows("lateness")), 4U) << "these are two threads in any case";
}

/* No thread comes back from a wait before its time, and the waits are as long as they are. */
TEST_F(DemoGil, MeasuresSpeedsAndLateness)
{
    ASSERT_TRUE(plays("gil", 3));
    for (const char *threads : {"1", "2", "3"})
        for (const char *kind : {"computing_gil", "computing_free", "waiting_gil", "waiting_free"})
            EXPECT_GT(number("speeds", threads, kind), 0) << threads << ", " << kind;
    EXPECT_EQ(json_array_size(rows("speeds")), 3U);
    for (const char *interval : {"0.1 ms", "1 ms", "5 ms", "no gil"}) {
        double median = number("lateness", interval, "late_s"),
               worst = number("lateness", interval, "late_worst_s");
        EXPECT_GE(median, 0) << interval;
        EXPECT_GE(worst, median) << interval;
        EXPECT_GE(number("lateness", interval, "waits_s"), 0.04 + 20 * median) << interval;
        EXPECT_LE(number("lateness", interval, "waits_s"), 0.04 + 40 * worst) << interval;
    }
    for (const char *said :
         {"under the gil, 3 threads", "Without the gil", "the thread that wakes"})
        EXPECT_NE(sentences().find(said), std::string::npos) << said;
    std::string text = printed();
    EXPECT_LE(widest_line(text), 80U) << text;
    for (const char *line : {"0.1 ms   |zz", "1 ms     |zz", "5 ms     |zz", "no gil   |zz"})
        EXPECT_NE(text.find(line), std::string::npos) << text;
}
