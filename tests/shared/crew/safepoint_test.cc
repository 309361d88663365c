/*
 * checkpoint - with and without a gil, and how a crew works under one.
 */
#include "support/err.h"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "base/stop.h"
#include "crew/crew.h"
#include "crew/gil.h"
#include "crew/safepoint.h"
}

namespace
{

const int64_t HOUR_NS = 3600 * NS_PER_S; /* an interval that never ends */

/* A worker's checkpoint under a gil. */
class Checkpoint : public testing::Test
{
  protected:
    struct gil gil;
    struct stop stop = {};
    int64_t locked_ns = 0;
    struct safepoint at = {&stop, &gil, &locked_ns};

    void SetUp() override
    {
        gil_init(&gil, HOUR_NS);
    }
    void TearDown() override
    {
        gil_destroy(&gil);
    }
    bool held()
    {
        pthread_mutex_lock(&gil.lock);
        bool held = gil.held;
        pthread_mutex_unlock(&gil.lock);
        return held;
    }
    uint64_t switches()
    {
        pthread_mutex_lock(&gil.lock);
        uint64_t switches = gil.switches;
        pthread_mutex_unlock(&gil.lock);
        return switches;
    }
    /* A thread that takes the gil once and lets go of it. */
    std::thread other()
    {
        return std::thread([this] {
            char self = 0;
            gil_acquire(&gil, &self);
            gil_release(&gil, &self);
        });
    }
    /* One that keeps it until this thread has waited for it for an interval. */
    std::thread other_until_asked()
    {
        return std::thread([this] {
            char self = 0;
            gil_acquire(&gil, &self);
            taken = true;
            while (!gil_asked(&gil))
                std::this_thread::yield();
            gil_release(&gil, &self);
        });
    }
    std::atomic<bool> taken{false};
};

struct CrewDeleter {
    void operator()(struct crew *crew) const
    {
        crew_destroy(crew);
    }
};

/* A crew under a gil, and what its tasks count. */
class CrewGil : public testing::Test
{
  protected:
    static constexpr int WORKERS = 4;

    struct gil gil;
    std::unique_ptr<struct crew, CrewDeleter> crew;
    int64_t inside = 0, done = 0; /* under the gil alone */
    std::atomic<int> intruders{0}, waiting{0};

    void make(int64_t interval_ns)
    {
        Err err;
        gil_init(&gil, interval_ns);
        const struct crew_setup setup = {WORKERS, nullptr, true, &gil};
        crew.reset(crew_create(&setup, &err));
        ASSERT_TRUE(works(crew.get(), err));
    }
    void TearDown() override
    {
        EXPECT_FALSE(gil.held);
        crew.reset();
        gil_destroy(&gil);
    }
    /* Returns how long it took. */
    int64_t run(int64_t count, crew_chunk_fn *chunk)
    {
        struct crew_job job = {};
        job.count = count;
        job.grain = 1;
        job.chunk = chunk;
        job.arg = this;
        Err err;
        int64_t start = clock_now_ns();
        EXPECT_TRUE(works(crew_run(crew.get(), &job, &err), err));
        return clock_now_ns() - start;
    }
    void enter()
    {
        intruders += inside++ != 0;
    }

    /* Tasks, as a crew calls them. */
    static int count_one(void *arg, const struct crew_chunk *chunk, struct err *err);
    static int compute(void *arg, const struct crew_chunk *chunk, struct err *err);
    static int meet(void *arg, const struct crew_chunk *chunk, struct err *err);
};

int CrewGil::count_one(void *arg, const struct crew_chunk *, struct err *)
{
    auto *self = static_cast<CrewGil *>(arg);
    self->enter();
    self->done++;
    self->inside--;
    return 0;
}

/* Computes until all have begun, who can do so only if passing gives the gil away; then as much as
 * takes some milliseconds of this thread's own time. */
int CrewGil::compute(void *arg, const struct crew_chunk *chunk, struct err *)
{
    auto *self = static_cast<CrewGil *>(arg);
    self->waiting++;
    while (self->waiting < WORKERS)
        safepoint_pass(chunk->at);
    for (int64_t end = clock_thread_cpu_ns() + 5 * NS_PER_MS; clock_thread_cpu_ns() < end;) {
        self->enter();
        self->inside--;
        safepoint_pass(chunk->at);
    }
    self->done++;
    return 0;
}

/* Waits for the others, who can come only if it let go of the gil. */
int CrewGil::meet(void *arg, const struct crew_chunk *chunk, struct err *)
{
    auto *self = static_cast<CrewGil *>(arg);
    safepoint_leave(chunk->at);
    self->waiting++;
    while (self->waiting < WORKERS)
        std::this_thread::yield();
    safepoint_enter(chunk->at);
    self->done++;
    return 0;
}

} // namespace

TEST(CheckpointAlone, WithoutGilNothingIsTouched)
{
    struct stop stop = {};
    const struct safepoint at = {&stop, nullptr, nullptr};
    safepoint_enter(&at);
    safepoint_pass(&at);
    int64_t deadline = clock_now_ns() + NS_PER_MS;
    EXPECT_TRUE(safepoint_sleep_until(&at, deadline));
    EXPECT_GE(clock_now_ns(), deadline);
    safepoint_leave(&at);
    EXPECT_FALSE(safepoint_stopped(&at));
    stop_ask(&stop);
    EXPECT_TRUE(safepoint_stopped(&at));
    EXPECT_FALSE(safepoint_sleep_until(&at, clock_now_ns() + HOUR_NS));
}

TEST_F(Checkpoint, HoldsTheGilFromEnterToLeave)
{
    safepoint_enter(&at);
    EXPECT_TRUE(held());
    EXPECT_EQ(gil.last, &at);
    safepoint_leave(&at);
    EXPECT_FALSE(held());
    EXPECT_EQ(locked_ns, 0);
}

TEST_F(Checkpoint, PassingKeepsTheGilUnasked)
{
    safepoint_enter(&at);
    std::thread waiter = other();
    clock_sleep_until(clock_now_ns() + 5 * NS_PER_MS);
    uint64_t before = switches();
    for (int i = 0; i < 1000; i++)
        safepoint_pass(&at);
    EXPECT_EQ(switches(), before);
    safepoint_leave(&at);
    waiter.join();
}

TEST_F(Checkpoint, PassingGivesTheGilAwayWhenAsked)
{
    gil.interval_ns = 100 * NS_PER_US;
    safepoint_enter(&at);
    std::thread keeper = other_until_asked();
    while (!gil_asked(&gil))
        std::this_thread::yield();
    uint64_t before = switches();
    safepoint_pass(&at);
    EXPECT_EQ(switches(), before + 2);
    EXPECT_TRUE(held());
    EXPECT_EQ(gil.last, &at);
    EXPECT_GE(locked_ns, gil.interval_ns) << "the time until it had it again";
    safepoint_leave(&at);
    keeper.join();
}

TEST_F(Checkpoint, SleepingLetsOthersHaveTheGil)
{
    safepoint_enter(&at);
    uint64_t before = switches();
    std::thread waiter = other();
    while (switches() == before) /* ends: the waiter comes while this thread sleeps */
        EXPECT_TRUE(safepoint_sleep_until(&at, clock_now_ns() + NS_PER_MS));
    EXPECT_TRUE(held());
    safepoint_leave(&at);
    waiter.join();
}

/* The other keeps the gil until the sleeper, back from its sleep, has waited for an interval. */
TEST_F(Checkpoint, SleepingAddsWhatTheGilTook)
{
    gil.interval_ns = NS_PER_MS;
    safepoint_enter(&at);
    std::thread keeper = other_until_asked();
    int64_t slept = 0, start = clock_now_ns();
    for (; !taken; slept += 2 * NS_PER_MS)
        EXPECT_TRUE(safepoint_sleep_until(&at, clock_now_ns() + 2 * NS_PER_MS));
    EXPECT_GE(locked_ns, NS_PER_MS);
    EXPECT_LE(locked_ns, clock_now_ns() - start - slept);
    safepoint_leave(&at);
    keeper.join();
}

TEST_F(Checkpoint, SleepEndsWhenStopped)
{
    safepoint_enter(&at);
    std::thread asking([this] {
        clock_sleep_until(clock_now_ns() + 10 * NS_PER_MS);
        stop_ask(&stop);
    });
    EXPECT_FALSE(safepoint_sleep_until(&at, clock_now_ns() + HOUR_NS));
    EXPECT_TRUE(held());
    EXPECT_TRUE(safepoint_sleep_until(&at, clock_now_ns() - 1)) << "nothing was left to wait for";
    EXPECT_TRUE(held());
    safepoint_leave(&at);
    asking.join();
}

TEST_F(CrewGil, DoesEachTaskOnceOneAtATime)
{
    make(50 * NS_PER_US);
    for (int i = 0; i < 20; i++)
        run(200, count_one);
    EXPECT_EQ(done, 20 * 200);
    EXPECT_EQ(intruders.load(), 0);
}

TEST_F(CrewGil, TakesTurnsWithinTasks)
{
    make(200 * NS_PER_US);
    run(3 * WORKERS, compute);
    EXPECT_EQ(done, 3 * WORKERS);
    EXPECT_EQ(intruders.load(), 0);
    EXPECT_GE(gil.switches, 2u * WORKERS - 1) << "each began, and all but the last went on";
}

TEST_F(CrewGil, TasksThatWaitWaitTogether)
{
    make(HOUR_NS);
    run(WORKERS, meet);
    EXPECT_EQ(done, WORKERS);
}

/* The busy times add up to little more than the time that passed, as one computes at a time; with
 * the waits for the gil they would add up to that time for each worker. */
TEST_F(CrewGil, WaitingForTheGilIsNotBusy)
{
    make(NS_PER_MS);
    int64_t took = run(4 * WORKERS, compute);
    int64_t busy = 0, locked = 0, used = 0;
    for (int w = 0; w < WORKERS; w++) {
        const struct crew_stats *stats = crew_stats(crew.get(), w);
        EXPECT_LE(stats->busy_ns + stats->locked_ns, took);
        EXPECT_GE(stats->locked_ns, 0);
        busy += stats->busy_ns;
        locked += stats->locked_ns;
        used += stats->tasks;
    }
    EXPECT_EQ(used, 4 * WORKERS);
    EXPECT_GE(busy, 4 * WORKERS * 5 * NS_PER_MS / 2) << "most of the computing itself";
    EXPECT_LE(busy, 2 * took);
    EXPECT_GE(locked, 5 * NS_PER_MS);
}
