#include "support/golden.h"
#include "support/verdicts.h"

extern "C" {
#include "report/compare_report.h"
}

namespace
{

/* All that is said of 8 workers on 2 cores whose processes spend `talk` of their time on messages.
 */
std::string said_by_talk(double cpu_share, const Times &times, double talk, double wide = 0.02)
{
    Comparison world(8, 1, 2);
    eight(world, cpu_share, times, wide);
    if (times.processes > 0)
        Comparison::shares(row_of(world, MECHANISM_PROCESSES), talk, 0);
    world.judge();
    return world.sentences(0);
}

} // namespace

TEST(Costs, MessagesThatCostMoreThanTheTask)
{
    Comparison world(8, 1, 2);
    world.work("squares", 1000000000, 0.35, 1.0);
    Comparison::shares(world.row(MECHANISM_PROCESSES, 8, 1, 0.175 + 2.1), 0.8, 0.1);
    world.row(MECHANISM_THREADS, 1, 8, 0.3);
    world.judge();
    EXPECT_TRUE(has(world.sentences(0), "no number of ranks"));
    EXPECT_TRUE(golden(world.sentences(0)));
}

/* More ranks could pay, but not as many as there are. */
TEST(Costs, MessagesThatCostLessThanTheTask)
{
    const std::string all = said_by_talk(1, {1.2, 0, 0.51}, 0.5);
    EXPECT_TRUE(golden(all));
    EXPECT_FALSE(has(all, "no number of ranks"));
}

/* P at once: P / (P - 1) times what a message costs. */
TEST(Costs, MessagesWithMoreAtOnce)
{
    std::string all;
    for (int cores : {3, 8, 64}) {
        Comparison world(8, 1, cores);
        world.work("w", 1000, 1.0, 1.0);
        struct compare_row &row =
            world.row(MECHANISM_PROCESSES, 8, 1, 1.0 / std::min(cores, 8) + 2.1);
        Comparison::shares(row, 0.9, 0);
        world.judge();
        all += std::to_string(cores) + " cores:\n" + world.sentences(0);
    }
    EXPECT_TRUE(golden(all));
}

TEST(Costs, MessagesOnOneCore)
{
    Comparison world(8, 1, 1);
    eight(world, 1, {3, 0, 0});
    Comparison::shares(row_of(world, MECHANISM_PROCESSES), 0.5, 0);
    world.judge();
    EXPECT_TRUE(golden(world.sentences(0)));
}

TEST(Costs, MessagesAreNotToldOf)
{
    EXPECT_FALSE(has(said_by_talk(1, {0.65, 0, 0.51}, 0.5), "Scattering"));  /* processes gain */
    EXPECT_FALSE(has(said_by_talk(1, {0, 2, 0.51}, 0.5), "Scattering"));     /* there are none */
    EXPECT_FALSE(has(said_by_talk(0.01, {1.5, 0, 0.2}, 0.5), "Scattering")); /* the task waits */
    EXPECT_TRUE(has(said_by_talk(0.5, {1.5, 0, 0.2}, 0.5), "Scattering"));
    EXPECT_FALSE(has(said_by_talk(1, {1.2, 0, 0.51}, 0.5, 0.6), "Scattering")); /* too noisy */
}

/* Processes that are slow for another reason: nothing, or little, was sent in that time. */
TEST(Costs, MessagesAreNotBlamedForWhatTheyDidNotTake)
{
    for (double talk : {0.0, 0.05})
        EXPECT_FALSE(has(said_by_talk(1, {1.2, 0, 0.51}, talk), "Scattering")) << talk;
    EXPECT_TRUE(has(said_by_talk(1, {1.2, 0, 0.51}, 0.3), "Scattering"));
}

/* --- the gil --- */

TEST(Costs, GilKeepsThreadsAtOne)
{
    EXPECT_TRUE(golden(said(1, {0.52, 0, 0.515, 1.01}), "processes tie"));
    EXPECT_TRUE(golden(said(1, {0.7, 0, 0.515, 1.01}), "processes are slower"));
    EXPECT_TRUE(golden(said(1, {0, 0, 0.515, 1.01}), "no processes"));
    EXPECT_FALSE(has(said(1, {0.52, 0, 0.515}), "gil"));
}

TEST(Costs, GilSlowsThreadsDown)
{
    EXPECT_TRUE(golden(said(0.5, {0, 0, 0.27, 0.6}), "half computing"));
    EXPECT_TRUE(golden(said(1, {0, 0, 0.85, 1.0}), "it keeps no thread from much"));
    EXPECT_TRUE(golden(said(0.01, {0, 0, 0.127, 0.2}), "waiting"));
}

/* What gains nothing anyway is no case against it. */
TEST(Costs, GilWhereThreadsGainNothing)
{
    EXPECT_FALSE(has(said(1, {0, 0, 1.3, 1.6}), "gil"));
    EXPECT_FALSE(has(said(1, {1.3, 0, 0, 0, 1.6}), "gil"));
    EXPECT_FALSE(has(said(1, {0, 0, 1.3, 1.3}), "gil"));
    EXPECT_FALSE(has(said(1, {1.3, 0, 0, 0, 1.3}), "gil"));
    EXPECT_TRUE(has(said(1, {0, 0, 1.01, 1.01}), "gil")); /* as on one core */
}

TEST(Costs, GilCostsNothing)
{
    EXPECT_TRUE(golden(said(0.01, {0, 0, 0.127, 0.128}), "waiting"));
    EXPECT_TRUE(golden(said(1, {0, 0, 0.51, 0.51}), "computing"));
}

/* Two medians alike say nothing where both are uncertain. */
TEST(Costs, GilCostsNothingOnlyIfThatIsKnown)
{
    const Times tie = {0.52, 0, 0.515, 0.52, 0.52};
    EXPECT_TRUE(has(said(1, tie, 0.02), "costs nothing"));
    for (double wide : {0.4, 0.8, 1.2})
        EXPECT_FALSE(has(said(1, tie, wide), "gil")) << wide;
}

/* As good, but it may cost a little more than what counts. */
TEST(Costs, GilCostsAtMostSoMuch)
{
    const Times tie = {0.52, 0, 0.515, 0.526, 0.53};
    const std::string all = said(1, tie, 0.08);
    EXPECT_TRUE(has(all, "it costs less than ")) << all;
    EXPECT_FALSE(has(all, "it costs nothing")) << all;
}

TEST(Costs, GilIsNotToldOfWhenUnknown)
{
    EXPECT_FALSE(has(said(1, {0, 0, 0.51, 0.6}, 0.5), "gil"));
    EXPECT_FALSE(has(said(1, {0, 0, 0.9, 0.6}), "gil")); /* faster with than without: odd */
}

TEST(Costs, GilForEachProcess)
{
    EXPECT_TRUE(golden(said(1, {0.52, 0, 0.515, 1.01, 0.52}), "costs nothing"));
    EXPECT_TRUE(golden(said(1, {0.52, 0, 0, 0, 0.7}), "slows them down"));
}

/* The lone row under a gil has nothing it could be held against. */
TEST(Costs, GilWithoutTheSameTeam)
{
    EXPECT_FALSE(has(said(1, {0.52, 0, 0, 1.01}), "gil"));
}
