/* The parts of demos that pass messages, each at whatever number of ranks there is. */
#include "mpi/world.h"

#include "support/showings.h"

extern "C" {
#include "base/err.h"
#include "command/demo_ranks.h"
#include "demo/demo.h"
}

class DemoRanks : public World
{
  protected:
    void SetUp() override
    {
        World::SetUp();
        team.crowded = false; /* as a demo's team is */
        showing_open(&showing);
    }
    void TearDown() override
    {
        showing_release(&showing);
        World::TearDown();
    }

    /* Collective; `word` as one says it: "scatter:size=64K". */
    testing::AssertionResult meets(const char *word)
    {
        Err err;
        struct demo_ranks demo_ranks = {};
        alignas(16) char settings[DEMO_SETTINGS];
        const struct demo *demo = demo_find(word, settings, &err);
        if (demo == nullptr)
            return works(-1, err);
        demo_ranks.team = &team;
        demo_ranks.showing = team.rank == 0 ? &showing : nullptr;
        demo_ranks.seed = 1;
        demo_ranks.settings = settings;
        (void)demo_ranks_run(demo->name, &demo_ranks, &err);
        return works(agree(&team, &err), err);
    }
    struct showing showing = {};
    Shown shown{showing};
};

TEST_F(DemoRanks, UnknownFails)
{
    Err err;
    struct demo_ranks demo_ranks = {};
    demo_ranks.team = &team;
    EXPECT_TRUE(fails(demo_ranks_run("no such", &demo_ranks, &err), err, ERR_FAILED, {"no such"}));
}

TEST_F(DemoRanks, DeadlockShowsWhereSendsGetStuck)
{
    if (team.size == 1)
        GTEST_SKIP() << "needs two ranks";
    ASSERT_TRUE(meets("deadlock"));
    if (team.rank != 0)
        return;
    ASSERT_EQ(json_array_size(shown.rows("sends")), 9U);
    for (const char *size : {"64.0 B", "4.00 KiB", "4.00 MiB"}) {
        double stuck = shown.number("sends", size, "stuck_runs");
        EXPECT_GE(stuck, 0);
        EXPECT_LE(stuck, 5);
        EXPECT_EQ(json_is_null(shown.value("sends", size, "send_s")), stuck > 2) << size;
        EXPECT_GT(shown.number("sends", size, "sendrecv_s"), 0) << size;
    }
    EXPECT_NE(shown.sentences().find("stuck"), std::string::npos) << shown.sentences();
}

TEST_F(DemoRanks, IsolationLosesWhatIsNotShared)
{
    if (team.size == 1)
        GTEST_SKIP() << "needs two ranks";
    ASSERT_TRUE(meets("isolation"));
    if (team.rank != 0)
        return;
    EXPECT_EQ(shown.number("ranks", "a variable each", "lost_share"), 0.5);
    EXPECT_GE(shown.number("ranks", "the window, plain", "lost"), 0);
    EXPECT_LT(shown.number("ranks", "the window, plain", "lost_share"), 1);
    EXPECT_EQ(shown.number("ranks", "the window, atomic", "lossy_runs"), 0);
    EXPECT_NE(shown.sentences().find("in 0 of 5 runs, and what it wrote to the window in 5"),
              std::string::npos)
        << shown.sentences();
}

TEST_F(DemoRanks, ScatterFindsWhereItPays)
{
    if (team.size == 1)
        GTEST_SKIP() << "needs two ranks";
    for (const char *word : {"scatter:size=4K", "scatter:size=1000008"}) {
        SCOPED_TRACE(word);
        ASSERT_TRUE(meets(word)); /* and all squares came back right */
        if (team.rank == 0) {
            ASSERT_GE(json_array_size(shown.rows("ranks")), 6U);
            for (const char *rung : {"0", "16"}) {
                EXPECT_GT(shown.number("ranks", rung, "alone_s"), 0);
                EXPECT_DOUBLE_EQ(shown.number("ranks", rung, "faster"),
                                 shown.number("ranks", rung, "alone_s") /
                                     shown.number("ranks", rung, "shared_s"));
            }
            EXPECT_GT(shown.number("parts", "0", "scatter_s"), 0);
            EXPECT_GT(shown.number("parts", "0", "moving_share"), 0);
            EXPECT_LT(shown.number("parts", "0", "moving_share"), 1);
            EXPECT_NE(shown.sentences().find("8 bytes there and 8 back"), std::string::npos);
        }
        showing_release(&showing);
        showing_open(&showing);
    }
}
