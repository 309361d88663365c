/* turn - what a plug-in gets by its pointers is what a checkpoint does. */
#include "support/golden.h"
#include "support/numbers.h"

#include <atomic>
#include <thread>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "base/stop.h"
#include "crew/gil.h"
#include "crew/safepoint.h"
#include "work/plugin_crash.h"
#include "work/plugin_turn.h"
}

namespace
{

/* A checkpoint with a gil, and a turn on five numbers from position 100. */
struct Turned {
    Turned()
    {
        gil_init(&gil, GIL_INTERVAL_LEAST);
        safepoint_enter(&at);
        turn_begin(&turn, &site, &at, &err);
    }
    ~Turned()
    {
        safepoint_leave(&at);
        gil_destroy(&gil);
    }
    Turned(const Turned &) = delete;
    Turned &operator=(const Turned &) = delete;

    struct task_turn *operator*()
    {
        return &turn.task;
    }
    /* Another worker takes the gil and lets go of it as soon as it can. */
    std::thread other()
    {
        std::thread taking([this] {
            gil_acquire(&gil, &taken);
            taken = true;
            gil_release(&gil, &taken);
        });
        return taking;
    }

    struct gil gil;
    struct stop stop = {};
    int64_t locked_ns = 0;
    const struct safepoint at = {&stop, &gil, &locked_ns};
    const struct crash_site site = {"./x.so", "run", 100, 5};
    struct turn turn;
    Err err;
    std::atomic<bool> taken{false};
};

} // namespace

TEST(PluginTurn, PassGivesTheGilAway)
{
    Turned t;
    std::thread other = t.other();
    while (!t.taken)
        EXPECT_EQ((*t)->pass(*t), 0);
    other.join();
    EXPECT_TRUE(t.gil.held);
}

TEST(PluginTurn, WaitingAndSleepingLeaveTheGil)
{
    for (bool waits : {true, false}) {
        Turned t;
        std::thread other = t.other();
        if (waits) {
            (*t)->wait_begin(*t);
            (*t)->wait_begin(*t);
            while (!t.taken)
                EXPECT_EQ((*t)->pass(*t), 0) << "must not take the gil here";
            (*t)->wait_end(*t);
            (*t)->wait_end(*t);
        } else {
            while (!t.taken)
                EXPECT_EQ((*t)->sleep(*t, NS_PER_MS), 0);
        }
        other.join();
        EXPECT_TRUE(t.gil.held);
    }
}

/* While it waits the gil is another's. */
TEST(PluginTurn, KeepsOffTheGilWhileItWaits)
{
    Turned t;
    (*t)->wait_begin(*t);
    gil_acquire(&t.gil, &t.taken);
    t.gil.asked = 1;
    EXPECT_EQ((*t)->pass(*t), 0);
    EXPECT_EQ(t.gil.last, &t.taken);
    (*t)->wait_begin(*t);
    EXPECT_TRUE(t.gil.held);
    t.gil.asked = 0;
    gil_release(&t.gil, &t.taken);
    (*t)->wait_end(*t);
}

TEST(PluginTurn, SleepWithinAWait)
{
    Turned t;
    (*t)->wait_begin(*t);
    EXPECT_EQ((*t)->sleep(*t, 1000), 0);
    EXPECT_FALSE(t.gil.held);
    (*t)->wait_end(*t);
    EXPECT_TRUE(t.gil.held);
}

TEST(PluginTurn, ForgottenWaitEnds)
{
    Turned t;
    (*t)->wait_begin(*t);
    EXPECT_TRUE(works(turn_end(&t.turn, 0), t.err));
    EXPECT_TRUE(t.gil.held);
}

TEST(PluginTurn, SleepsAtLeast)
{
    Turned t;
    int64_t start = clock_now_ns();
    EXPECT_EQ((*t)->sleep(*t, 30 * NS_PER_MS), 0);
    EXPECT_GE(clock_now_ns() - start, 30 * NS_PER_MS);
    EXPECT_EQ((*t)->sleep(*t, 0), 0);
    EXPECT_EQ((*t)->sleep(*t, INT64_MIN), 0);
}

/* However fast it passed before. */
TEST(PluginTurn, StopIsToldBySleepAndPass)
{
    Turned t;
    for (int i = 0; i < 100000; i++)
        ASSERT_EQ((*t)->pass(*t), 0);
    stop_ask(&t.stop);
    int64_t start = clock_now_ns();
    int passes = 0;
    for (; (*t)->pass(*t) == 0; passes++)
        clock_sleep_until(clock_now_ns() + NS_PER_MS / 10);
    EXPECT_LT(passes, 1000) << "in " << clock_now_ns() - start << " ns";
    EXPECT_NE((*t)->pass(*t), 0) << "once told it stays so";
    EXPECT_NE((*t)->sleep(*t, INT64_MAX), 0);
    EXPECT_TRUE(works(turn_end(&t.turn, -1), t.err)) << "to fail because of a stop is no failure";
}

/* The look can be a poll of MPI: it is not done at each pass. */
TEST(PluginTurn, LooksNotAtEachPass)
{
    Turned t;
    int looks = 0;
    t.stop.look = [](void *arg) { ++*static_cast<int *>(arg); };
    t.stop.arg = &looks;
    int64_t start = clock_now_ns();
    for (int i = 0; i < 1000000; i++)
        ASSERT_EQ((*t)->pass(*t), 0);
    int64_t passed_ms = (clock_now_ns() - start) / NS_PER_MS;
    EXPECT_GE(looks, passed_ms > 0 ? 1 : 0);
    EXPECT_LE(looks, passed_ms + 1);
}

TEST(PluginTurn, FailNamesTheNumber)
{
    const struct {
        int64_t given, at;
    } rows[] = {
        {100, 100}, {104, 104},       {105, 100},       {99, 100},
        {-1, 100},  {INT64_MAX, 100}, {INT64_MIN, 100},
    };
    std::string all;
    for (const auto &row : rows) {
        Turned t;
        EXPECT_EQ((*t)->fail(*t, row.given, "bad %d", 5), -1);
        EXPECT_TRUE(fails(turn_end(&t.turn, 0), t.err, ERR_FAILED, {}));
        EXPECT_EQ(t.err.at, row.at);
        all += std::to_string(row.given) + ": " + t.err.text + "\n";
    }
    EXPECT_TRUE(golden(all));
}

TEST(PluginTurn, MessageIsOneTidyLine)
{
    const struct {
        const char *given, *told;
    } rows[] = {
        {"a\nb\tc\x1b[1m", ": a b c [1m"}, {"all wrong. \n", ": all wrong"},
        {"...", ": its message is empty"}, {"", ": its message is empty"},
        {"\xc3\xa4 %", ": \xc3\xa4 %"},
    };
    for (const auto &row : rows) {
        Turned t;
        (*t)->fail(*t, 100, "%s", row.given);
        EXPECT_TRUE(fails(turn_end(&t.turn, -1), t.err, ERR_FAILED, {row.told}));
        EXPECT_EQ(std::string(t.err.text).substr(std::string(t.err.text).find("): ") + 1),
                  row.told);
    }
    Turned t;
    (*t)->fail(*t, 100, "%s", std::string(5000, 'x').c_str());
    EXPECT_TRUE(fails(turn_end(&t.turn, -1), t.err, ERR_FAILED, {std::string(300, 'x')}));
}

TEST(PluginTurn, TellsItsSize)
{
    Turned t;
    EXPECT_TRUE(TASK_HAS(*t, pass));
    EXPECT_TRUE(TASK_HAS(*t, fail));
    t.turn.task.size = offsetof(struct task_turn, fail);
    EXPECT_TRUE(TASK_HAS(*t, sleep));
    EXPECT_FALSE(TASK_HAS(*t, fail));
}
