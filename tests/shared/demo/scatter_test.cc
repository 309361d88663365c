#include "support/golden.h"
#include "support/scenes.h"

#include <cmath>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "demo/kit/ladder.h"
#include "demo/scatter_tell.h"
}

namespace
{

/* What was measured, as if. */
struct ladder measured(const std::vector<double> &alone, const std::vector<double> &faster)
{
    struct ladder ladder = {};
    ladder.rungs = (int)alone.size();
    for (size_t i = 0; i < alone.size(); i++) {
        ladder.alone[i] = alone[i];
        ladder.faster[i] = faster[i];
    }
    return ladder;
}

/* Several that take so long for a number, and square nothing. */
struct Pace {
    int64_t count;
    double each_s;
    int calls, fails_at; /* -1: never */
};

int by_pace(void *arg, int /*rung*/, double parts[LADDER_PARTS], struct err *err)
{
    auto *pace = (Pace *)arg;
    if (pace->calls++ == pace->fails_at)
        return err_set(err, ERR_FAILED, "no help");
    parts[LADDER_OUT] = parts[LADDER_BACK] = pace->each_s * (double)pace->count / 4;
    parts[LADDER_WORK] = pace->each_s * (double)pace->count / 2;
    return 0;
}

} // namespace

class DemoLadder : public testing::Test
{
  protected:
    void open(int64_t count)
    {
        Err err;
        ASSERT_TRUE(works(ladder_open(&ladder, count, &err), err));
    }
    ~DemoLadder() override
    {
        ladder_close(&ladder);
    }
    struct ladder ladder = {};
};

TEST_F(DemoLadder, SquaresOnlyWhatItIsTold)
{
    open(5);
    for (int rung : {0, 1, 3}) {
        for (int i = 0; i < 5; i++)
            ladder.out[i] = 0;
        ladder_square(&ladder, rung, 1, 3);
        EXPECT_EQ(ladder.out[0], 0);
        EXPECT_EQ(ladder.out[4], 0);
        EXPECT_EQ(ladder_wrong(&ladder, rung), 2);
        ladder_square(&ladder, rung, 0, 5);
        EXPECT_EQ(ladder_wrong(&ladder, rung), 0);
    }
    ladder_square(&ladder, 2, 0, 5); /* twice */
    EXPECT_EQ(ladder.in[2], 5);
    EXPECT_EQ(ladder.out[2], 625);
    EXPECT_EQ(ladder_wrong(&ladder, 1), 4); /* 1 is its own square */
}

TEST_F(DemoLadder, FailuresAreTold)
{
    for (int calls : {0, 40}) { /* while it climbs, and after that */
        Err err;
        Pace pace = {64, 1e-12, 0, calls};
        ladder_close(&ladder);
        open(64);
        EXPECT_TRUE(
            fails(ladder_climb(&ladder, by_pace, &pace, 0, &err), err, ERR_FAILED, {"no help"}));
        EXPECT_EQ(pace.calls, calls + 1);
    }
}

TEST_F(DemoLadder, ClimbsNoFurtherThanItPays)
{
    Err err;
    Pace quick = {64, 1e-12, 0, -1}, slow = {64, 1, 0, -1};
    open(64);
    ASSERT_TRUE(works(ladder_climb(&ladder, by_pace, &quick, 0, &err), err));
    EXPECT_EQ(ladder.rungs, 6);
    EXPECT_EQ(ladder.rounds, (int)LADDER_ROUNDS_LEAST);
    EXPECT_NEAR(ladder.shared[3], 1e-12, 1e-15);
    EXPECT_NEAR(ladder.parts[3][LADDER_WORK], 0.5e-12, 1e-15);
    ASSERT_TRUE(works(ladder_climb(&ladder, by_pace, &slow, 0, &err), err));
    EXPECT_EQ(ladder.rungs, (int)LADDER_RUNGS);
    EXPECT_LT(ladder.faster[0], 1);
}

/* A rung that something disturbs for longer than there is time for: it is waited for, as the rung
 * below has paid. */
TEST_F(DemoLadder, MeasuresOnWhereALongerTaskSeemsSlower)
{
    struct Disturbed {
        int64_t until_ns;
        static int go(void *arg, int rung, double parts[LADDER_PARTS], struct err *)
        {
            const bool now = rung == 3 && clock_now_ns() < static_cast<Disturbed *>(arg)->until_ns;
            parts[LADDER_OUT] = parts[LADDER_BACK] = 0;
            parts[LADDER_WORK] = now ? 1 : 1e-12;
            return 0;
        }
    };
    const int64_t enough_ns = 100 * NS_PER_MS;
    Err err;
    Disturbed disturbed = {clock_now_ns() + 3 * enough_ns / 2};
    open(64);
    ASSERT_TRUE(works(ladder_climb(&ladder, Disturbed::go, &disturbed, enough_ns, &err), err));
    EXPECT_GE(clock_now_ns(), disturbed.until_ns);
    for (int rung = 0; rung < ladder.rungs; rung++)
        EXPECT_GT(ladder.faster[rung], 1) << rung;
}

TEST(DemoLadderEven, LiesBetweenItsNeighbours)
{
    int rung;
    struct ladder none = measured({1, 4, 16}, {0.1, 0.5, 0.9}),
                  all = measured({1, 4, 16}, {1.2, 1.5, 1.9}),
                  some = measured({1, 4, 16}, {0.25, 0.5, 2}),
                  barely = measured({1, 4, 16}, {0.25, 0.5, 1.01});
    EXPECT_TRUE(std::isnan(ladder_even(&none, &rung)));
    EXPECT_EQ(rung, 3);
    EXPECT_EQ(ladder_even(&all, &rung), 1);
    EXPECT_EQ(rung, 0);
    EXPECT_DOUBLE_EQ(ladder_even(&some, &rung), 8);
    EXPECT_EQ(rung, 2);
    EXPECT_TRUE(std::isnan(ladder_even(&barely, &rung)));
}

class DemoScatterTold : public testing::Test
{
  protected:
    DemoScatterTold()
    {
        showing_open(&showing);
    }
    ~DemoScatterTold() override
    {
        showing_release(&showing);
    }

    /* What is told of tasks of 1, 4 and 16 ns, of which moving is a quarter of 8 ns each way. */
    std::string told(const std::vector<double> &faster, bool one_core = false)
    {
        struct ladder ladder = measured({1e-9, 4e-9, 16e-9}, faster);
        ladder.count = 1000;
        ladder.rounds = 7;
        for (int i = 0; i < 3; i++) {
            ladder.parts[i][LADDER_OUT] = ladder.parts[i][LADDER_BACK] = 2e-9;
            ladder.parts[i][LADDER_WORK] = ladder.alone[i] / 2;
        }
        scatter_tell(&ladder, one_core, &showing);
        return shown.sentences();
    }
    struct showing showing = {};
    Shown shown{showing};
};

TEST_F(DemoScatterTold, BreakEvenWithItsNeighbours)
{
    EXPECT_TRUE(golden(told({0.25, 0.5, 2})));
    EXPECT_EQ(json_array_size(shown.rows("parts")), 2U); /* the least, and the one it is at */
    EXPECT_DOUBLE_EQ(shown.number("parts", "0", "scatter_s"), 2e-6);
    EXPECT_NEAR(shown.number("parts", "0", "moving_share"), 4 / 4.5, 1e-9);
}

TEST_F(DemoScatterTold, NoBreakEven)
{
    const std::string words = told({0.25, 0.5, 0.9});
    EXPECT_TRUE(golden(words));
    EXPECT_EQ(words.find("rule of thumb"), std::string::npos) << words;
}

TEST_F(DemoScatterTold, BelowAll)
{
    const std::string words = told({1.1, 1.5, 1.9});
    EXPECT_TRUE(golden(words));
    EXPECT_EQ(words.find("rule of thumb"), std::string::npos) << words;
}

/* Whatever noise makes of it. */
TEST_F(DemoScatterTold, OneCoreHasNone)
{
    const std::string words = told({0.25, 0.5, 1.2}, true);
    EXPECT_TRUE(golden(words));
    EXPECT_EQ(words.find("break-even is at"), std::string::npos) << words;
    EXPECT_EQ(words.find("rule of thumb"), std::string::npos) << words;
}

using DemoScatter = Scene;

TEST_F(DemoScatter, BadSettings)
{
    for (const char *word : {"scatter:size=1K", "scatter:size=1G", "scatter:size=all"}) {
        Err err;
        EXPECT_TRUE(fails(demo_find(word, settings, &err), err, ERR_INPUT, {"size"})) << word;
    }
    Err err;
    EXPECT_TRUE(
        fails(demo_find("scatter:ranks=3", settings, &err), err, ERR_INPUT, {"scatter", "ranks"}));
}

TEST_F(DemoScatter, ThreadsMoveNothing)
{
    for (int threads : {1, 3}) {
        SCOPED_TRACE(threads);
        ASSERT_TRUE(plays("scatter:size=64K", threads));
        ASSERT_GE(json_array_size(rows("threads")), 6U);
        for (const char *rung : {"0", "1", "16"}) {
            EXPECT_GT(number("threads", rung, "alone_s"), 0);
            EXPECT_GT(number("threads", rung, "shared_s"), 0);
        }
        EXPECT_NE(sentences().find(std::to_string(threads) + " thread"), std::string::npos);
        EXPECT_LE(widest_line(printed()), 80U) << printed();
        scene_close(&scene);
    }
}
