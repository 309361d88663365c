#include "support/huge_stacks.h"
#include "support/scenes.h"

#include <atomic>
#include <numeric>
#include <sched.h>
#include <vector>

extern "C" {
#include "base/err.h"
#include "demo/kit/gang.h"
}

namespace
{

struct Log {
    std::vector<std::atomic<int>> times;
    std::atomic<int> running{0}, most{0};
};

class Gang : public Scene
{
  protected:
    void SetUp() override
    {
        Err err;
        ASSERT_TRUE(works(scene_open(&scene, &err), err));
    }
};

} // namespace

extern "C" {
static void note(void *arg, int member)
{
    auto *log = static_cast<Log *>(arg);
    log->times[static_cast<size_t>(member)]++;
    int now = ++log->running, most = log->most.load();
    while (now > most && !log->most.compare_exchange_weak(most, now))
        ;
    while (log->most < static_cast<int>(log->times.size()))
        sched_yield(); /* until all are here: they run at the same time */
}
}

TEST_F(Gang, AllRunOnceAndAtTheSameTime)
{
    for (int threads : {1, 2, 3, 17}) {
        Log log{std::vector<std::atomic<int>>(static_cast<size_t>(threads))};
        Err err;
        double seconds = -1;
        EXPECT_TRUE(works(gang_run(&scene, threads, note, &log, &seconds, &err), err));
        EXPECT_GE(seconds, 0);
        EXPECT_EQ(log.most, threads);
        for (const auto &times : log.times)
            EXPECT_EQ(times, 1);
    }
}

TEST_F(Gang, NoneRunsIfOneCannotStart)
{
#ifdef SQUARES_SANITIZED
    GTEST_SKIP() << "sanitizers need the address space";
#endif
    HugeStacks stacks;
    Log log{std::vector<std::atomic<int>>(64)};
    Err err;
    EXPECT_TRUE(fails(gang_run(&scene, 64, note, &log, nullptr, &err), err, ERR_FAILED,
                      {"cannot start thread", "of 64: ", "memory", "stack"}));
    EXPECT_TRUE(advises(err, "make stacks smaller"));
    for (const auto &times : log.times)
        EXPECT_EQ(times, 0);
}
