#include "support/golden.h"
#include "support/scenes.h"

#include <cmath>
#include <sstream>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "demo/imbalance.h"
#include "demo/kit/timeline.h"
}

using DemoImbalance = Scene;

namespace
{

/* What is said of runs that were not made: each schedule takes `times` what its tasks take alone.
 */
class DemoImbalanceTold : public testing::Test
{
  protected:
    std::string told(double times, double others, double stolen) const
    {
        static const int64_t TASK_NS = NS_PER_MS;
        struct uneven uneven = {};
        struct timeline timelines[IMBALANCE_WAYS] = {};
        struct showing showing;
        uneven.cores = 2;
        uneven.others = others;
        uneven.stolen = stolen;
        for (double &cost : uneven.costs_s)
            cost = 1e-3;
        for (struct timeline &timeline : timelines) {
            timeline.workers = 1;
            for (int task = 0; task < TIMELINE_TASKS; task++)
                timeline.spans[task] = {0, std::llround(task * times * TASK_NS),
                                        std::llround((task + 1) * times * TASK_NS)};
        }
        showing_open(&showing);
        imbalance_tell(timelines, &uneven, &showing);
        std::string all = Shown(showing).sentences();
        showing_release(&showing);
        EXPECT_EQ(all.find("nan"), std::string::npos) << all;
        return all;
    }
    static bool has(const std::string &all, const char *words)
    {
        return all.find(words) != std::string::npos;
    }
};

} // namespace

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
    EXPECT_NE(sentences().find("an even share"), std::string::npos) << sentences();
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

TEST_F(DemoImbalance, OneThreadDoesNotWait)
{
    ASSERT_TRUE(plays("imbalance", 1));
    EXPECT_NE(sentences().find("no other to wait for"), std::string::npos) << sentences();
}

/* Others are named only where the kernel has counted them. */
TEST_F(DemoImbalanceTold, WhyTasksTookLonger)
{
    const std::string plain = told(1, 0.9, 0.5);
    EXPECT_FALSE(has(plain, "with care") || has(plain, "meanwhile")) << plain;
    struct {
        double others, stolen;
        bool programs, machines, reason, untold;
    } const rows[] = {
        {0, 0, false, false, true, false},     {0.9, 0, true, false, false, false},
        {0, 0.4, false, true, false, false},   {0.9, 0.4, true, true, false, false},
        {NAN, NAN, false, false, false, true}, {NAN, 0, false, false, false, true},
        {NAN, 0.4, false, true, false, false}, {0.09, 0.04, false, false, true, false},
    };
    std::ostringstream all;
    for (const auto &row : rows) {
        const std::string text = told(1.5, row.others, row.stolen);
        EXPECT_EQ(has(text, "programs and interrupts used"), row.programs) << text;
        EXPECT_EQ(has(text, "on the same hardware"), row.machines) << text;
        EXPECT_EQ(has(text, "for another reason"), row.reason) << text;
        EXPECT_EQ(has(text, "did not tell whether"), row.untold) << text;
        EXPECT_FALSE(has(text, "something else")) << text;
        all << "others " << row.others << ", stolen " << row.stolen << ":\n" << text;
    }
    EXPECT_TRUE(golden(all.str()));
}
