#include "support/scenes.h"

extern "C" {
#include "demo/deadlock_graph.h"
}

/* A table as it may stand, without threads. */
class DemoWaits : public testing::Test
{
  protected:
    DemoWaits()
    {
        deadlock_graph_init(&waits);
    }
    ~DemoWaits() override
    {
        deadlock_graph_destroy(&waits);
    }
    int length()
    {
        deadlock_graph_find(&waits, &cycle);
        return cycle.length;
    }
    struct deadlock_graph waits;
    struct deadlock_graph_cycle cycle;
};

TEST_F(DemoWaits, NoThreadWaits)
{
    EXPECT_EQ(length(), 0);
    EXPECT_TRUE(deadlock_graph_take(&waits, 3, 5));
    EXPECT_EQ(waits.holder[5], 3);
    EXPECT_EQ(length(), 0);
    deadlock_graph_give(&waits, 5);
    EXPECT_EQ(waits.holder[5], WAITS_NONE);
}

TEST_F(DemoWaits, AQueueIsNoCircle)
{
    for (int i = 0; i < WAITS_MOST; i++) {
        waits.holder[i] = i;
        waits.wanted[i] = i + 1 < WAITS_MOST ? i + 1 : WAITS_NONE;
    }
    EXPECT_EQ(length(), 0);
    waits.wanted[WAITS_MOST - 1] = 0;
    EXPECT_EQ(length(), WAITS_MOST);
}

/* 0 and 1 wait for one that is in a circle, which they are not. */
TEST_F(DemoWaits, FindsACircleBehindAQueue)
{
    const int holders[] = {0, 1, 2, 3, 4}, wanted[] = {1, 3, 4, 2, 3};
    for (int i = 0; i < 5; i++) {
        waits.holder[i] = holders[i];
        waits.wanted[i] = wanted[i];
        waits.since_ns[i] = 100 - i;
    }
    ASSERT_EQ(length(), 3);
    EXPECT_EQ(std::vector<int>(cycle.thread, cycle.thread + 3), (std::vector<int>{2, 4, 3}));
    EXPECT_EQ(std::vector<int>(cycle.wants, cycle.wants + 3), (std::vector<int>{4, 3, 2}));
    deadlock_graph_break(&waits, &cycle);
    EXPECT_EQ(cycle.refused, 2); /* of those in it, the last to wait */
    EXPECT_TRUE(waits.refused[2]);
    EXPECT_EQ(length(), 0); /* and then there is none */
}

TEST_F(DemoWaits, WhoWaitsForItselfIsACircle)
{
    waits.holder[7] = 4;
    waits.wanted[4] = 7;
    deadlock_graph_break(&waits, &cycle);
    EXPECT_EQ(cycle.length, 1);
    EXPECT_EQ(cycle.refused, 4);
}

using DemoDeadlock = Scene;

TEST_F(DemoDeadlock, TheSureOneIsStuckEachTimeAndTheMendedNever)
{
    for (int threads : {2, 5}) {
        SCOPED_TRACE(threads);
        ASSERT_TRUE(plays("deadlock", threads));
        EXPECT_EQ(json_array_size(rows("ways")), 4U);
        EXPECT_EQ(number("ways", "crosswise, surely", "stuck_runs"), 5);
        EXPECT_EQ(number("ways", "crosswise, surely", "rounds"), threads - 1);
        for (const char *way : {"in one order", "try, else back off"}) {
            EXPECT_EQ(number("ways", way, "stuck_runs"), 0) << way;
            EXPECT_GT(number("ways", way, "rounds"), 0) << way;
        }
        ASSERT_EQ(items("picture").size(), 1U);
        EXPECT_EQ(json_array_size(json_object_get(items("picture")[0], "picture")),
                  static_cast<size_t>(threads));
        EXPECT_NE(sentences().find("stuck in 5 of 5 runs"), std::string::npos) << sentences();
        EXPECT_LE(widest_line(printed()), 80U) << printed();
        scene_close(&scene);
    }
}

TEST_F(DemoDeadlock, OneThreadDoesNotWait)
{
    ASSERT_TRUE(plays("deadlock", 1));
    for (const char *way : {"crosswise, surely", "crosswise, by chance", "in one order"})
        EXPECT_EQ(number("ways", way, "stuck_runs"), 0) << way;
    EXPECT_EQ(number("ways", "try, else back off", "backoffs"), 0);
    EXPECT_TRUE(items("picture").empty());
    EXPECT_NE(sentences().find("no other to wait for"), std::string::npos) << sentences();
}

TEST_F(DemoDeadlock, HasALetterForEach)
{
    ASSERT_TRUE(plays("deadlock", 100));
    EXPECT_EQ(number("ways", "crosswise, surely", "rounds"), 25);
    EXPECT_NE(sentences().find("26 threads are the most"), std::string::npos) << sentences();
    EXPECT_LE(widest_line(printed()), 80U) << printed();
}
