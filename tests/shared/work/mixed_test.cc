/*
 * mixed - how long a task computes is a number of steps, so it is seen as processor time; how long
 * it waits only as the least time that passed.
 */
#include "support/works.h"

#include <algorithm>
#include <cmath>
#include <thread>

extern "C" {
#include "base/clock.h"
#include "base/stop.h"
#include "crew/gil.h"
#include "crew/safepoint.h"
#include "number/numbers.h"
#include "number/range.h"
#include "work/chain.h"
#include "work/cost.h"
#include "work/work.h"
}

namespace
{

/* A workload whose host_open has run, or not. */
class Mixed
{
  public:
    explicit Mixed(const std::string &spec, int64_t rate = 0)
    {
        Err err;
        EXPECT_TRUE(works(work_create(&work, spec.c_str(), 0, &err), err));
        work.common = rate;
    }
    ~Mixed()
    {
        work_host_close(&work);
        work_release(&work);
    }

    struct Time {
        int64_t passed, used; /* nanoseconds: by the clock, of the processor */
    };
    Time time_of(size_t count)
    {
        std::vector<int64_t> cells(count, 5);
        struct numbers run = run_of(cells);
        const struct safepoint at = {&stop, nullptr, nullptr};
        Err err;
        int64_t start = clock_now_ns(), used = clock_thread_cpu_ns();
        EXPECT_TRUE(works(work_run(&work, &run, &at, &err), err));
        return {clock_now_ns() - start, clock_thread_cpu_ns() - used};
    }

    struct work work;
    struct stop stop = {};
};

const int64_t RATE = 100000000; /* slower than any machine, so that tests are quick */

} // namespace

TEST(Mixed, Refused)
{
    expect_refused({
        {"mixed:cpu=1.1", "'cpu=1.1'", "from 0 to 1"},
        {"mixed:cpu=-0.1", "'cpu=-0.1'", "from 0 to 1"},
        {"mixed:cpu=half", "'cpu=half'", "from 0 to 1"},
        {"mixed:cpu=", "'cpu'", ""},
        {"mixed:task=5", "unit", "1.5ms"},
        {"mixed:task=61min", "out of range", "3600 s"},
        {"mixed:latency=1ms", "'latency'", "cpu=0.5,task=1ms"},
    });
}

TEST(Mixed, GivesNumbersBack)
{
    for (const char *spec : {"mixed:task=20us", "mixed:task=20us,cpu=0", "mixed:task=20us,cpu=1"}) {
        const Work work(spec);
        std::vector<int64_t> whole = {INT64_MIN, -1, 0, INT64_MAX};
        std::vector<double> floats = {0.5, -0.0, INFINITY};
        const std::vector<int64_t> whole_before = whole, floats_before = bits_of(floats);
        Err err;
        EXPECT_TRUE(works(work.run(whole, INT64_MAX - 4, &err), err));
        EXPECT_TRUE(works(work.run(floats, 0, &err), err));
        EXPECT_EQ(whole, whole_before);
        EXPECT_EQ(bits_of(floats), floats_before);
    }
}

/* Twice the rate is twice the steps, so twice the time, whatever else uses the processor. */
TEST(Mixed, ComputesACountedAmount)
{
    Mixed slow("mixed:cpu=1,task=10ms", RATE), fast("mixed:cpu=1,task=10ms", 4 * RATE);
    EXPECT_GT(fast.time_of(2).used, 2 * slow.time_of(2).used);
    Mixed less("mixed:cpu=0.25,task=10ms", 4 * RATE);
    EXPECT_GT(fast.time_of(2).used, 2 * less.time_of(2).used);
    Mixed shorter("mixed:cpu=1,task=2500us", 4 * RATE);
    EXPECT_GT(fast.time_of(2).used, 2 * shorter.time_of(2).used);
}

TEST(Mixed, ComputesWithoutARateToo)
{
    Mixed without("mixed:cpu=1,task=20ms"), slow("mixed:cpu=1,task=20ms", RATE / 10);
    EXPECT_GT(without.time_of(1).used, 2 * slow.time_of(1).used);
}

TEST(Mixed, WaitsForTheRest)
{
    EXPECT_GE(Mixed("mixed:cpu=0,task=2ms", RATE).time_of(3).passed, 6 * NS_PER_MS);
    EXPECT_GE(Mixed("mixed:cpu=0.25,task=4ms", RATE).time_of(3).passed, 9 * NS_PER_MS);
    EXPECT_GE(Mixed("mixed:cpu=.5,task=100ms", RATE).time_of(1).passed, 50 * NS_PER_MS);
}

/* After computing, however long that took, it waits as long as ever: a request does. */
TEST(Mixed, WaitsAsLongAfterSlowComputing)
{
    Mixed mixed("mixed:task=10ms", 4000 * NS_PER_MS); /* computes far too long */
    Mixed::Time time = mixed.time_of(2);
    EXPECT_GE(time.passed - time.used, 2 * 5 * NS_PER_MS - NS_PER_MS);
}

/* Only computing: it never lets go of the gil by itself. */
TEST(Mixed, PureComputingDoesNotWait)
{
    Mixed mixed("mixed:cpu=1,task=1ms", RATE);
    struct gil gil;
    gil_init(&gil, 3600 * NS_PER_S);
    int64_t locked_ns = 0;
    const struct safepoint at = {&mixed.stop, &gil, &locked_ns};
    safepoint_enter(&at);
    bool taken = false;
    std::thread other([&] {
        char self = 0;
        gil_acquire(&gil, &self);
        taken = true;
        gil_release(&gil, &self);
    });
    clock_sleep_until(clock_now_ns() + 5 * NS_PER_MS);
    std::vector<int64_t> cells(5, 1);
    struct numbers run = run_of(cells);
    Err err;
    EXPECT_TRUE(works(work_run(&mixed.work, &run, &at, &err), err));
    EXPECT_FALSE(taken) << "the gil is still held";
    safepoint_leave(&at);
    other.join();
    gil_destroy(&gil);
}

/* Both parts of its time. */
TEST(Mixed, CostsByPosition)
{
    Mixed cheap("mixed:cpu=1,task=20ms", RATE), dear("mixed:cpu=1,task=20ms", RATE);
    Mixed waits("mixed:cpu=0,task=2ms", RATE);
    cheap.work.cost = {COST_LINEAR, 100, 1}; /* its task is the first of them */
    dear.work.cost = {COST_LINEAR, 1, 1};
    EXPECT_LT(4 * cheap.time_of(1).used, dear.time_of(1).used);
    waits.work.cost = {COST_LAST, 8, 1};
    EXPECT_GE(waits.time_of(8).passed, 16 * NS_PER_MS - 8);
}

/* Who wants the gil gets it within a task, and can end it then. */
TEST(Mixed, PassesTheGilWhileItComputes)
{
    Mixed mixed("mixed:cpu=1,task=60min");
    struct gil gil;
    gil_init(&gil, 100 * NS_PER_US);
    int64_t locked_ns = 0;
    const struct safepoint at = {&mixed.stop, &gil, &locked_ns};
    safepoint_enter(&at);
    std::thread other([&] {
        char self = 0;
        gil_acquire(&gil, &self);
        stop_ask(&mixed.stop);
        gil_release(&gil, &self);
    });
    std::vector<int64_t> cells(5, 1);
    struct numbers run = run_of(cells);
    Err err;
    EXPECT_TRUE(works(work_run(&mixed.work, &run, &at, &err), err));
    safepoint_leave(&at);
    other.join();
    gil_destroy(&gil);
}

/* An hour's computing, an hour's waiting, and all tasks after them. */
TEST(Mixed, EndsWhenAsked)
{
    for (const char *spec : {"mixed:task=60min,cpu=1", "mixed:task=60min,cpu=0"}) {
        Mixed mixed(spec);
        std::thread asking([&mixed] {
            clock_sleep_until(clock_now_ns() + 20 * NS_PER_MS);
            stop_ask(&mixed.stop);
        });
        mixed.time_of(1000);
        asking.join();
    }
}

/* A rate is some squarings each microsecond, on any machine, and what is found is used: a task of
 * 10 ms takes far more than none. */
TEST(Mixed, HostOpenFindsTheRate)
{
    Mixed mixed("mixed:cpu=1,task=10ms");
    Err err;
    ASSERT_TRUE(works(work_host_open(&mixed.work, &err), err));
    EXPECT_GT(mixed.work.common, 1000000);
    EXPECT_LT(mixed.work.common, 10000000000);
    int64_t used = INT64_MAX;
    for (int i = 0; i < 10; i++)
        used = std::min(used, mixed.time_of(1).used);
    EXPECT_GT(used, NS_PER_MS);
}

TEST(Mixed, GrainIsOneAndItWaits)
{
    const Work work("mixed");
    EXPECT_EQ(work->load->grain(&*work), 1);
    EXPECT_TRUE(work->load->waits);
}

TEST(Mixed, RangeSumByAdding)
{
    const Work work("mixed");
    for (int64_t begin : {-7, 0, 5})
        for (int64_t step : {-3, 1, 999})
            for (int64_t count : {1, 2, 101}) {
                const struct range range = {begin, step, count};
                int128 expected = 0, sum = -1;
                for (int64_t i = 0; i < count; i++)
                    expected += range_at(&range, i);
                ASSERT_TRUE(work->load->range_sum(&*work, &range, &sum));
                EXPECT_EQ(text_of(sum), text_of(expected));
            }
}

/* pow(x, 2**times, 2**61 - 1), by Python; squares' own tests have more. */
TEST(Chain, Squares)
{
    struct stop stop = {};
    const struct safepoint at = {&stop, nullptr, nullptr};
    EXPECT_EQ(chain_square(3, 0, &at), 3);
    EXPECT_EQ(chain_square(-1, 0, &at), (INT64_C(1) << 61) - 2);
    EXPECT_EQ(chain_square(3, 1, &at), 9);
    EXPECT_EQ(chain_square(-7, 3, &at), 5764801);
    EXPECT_EQ(chain_square(3, 1000, &at), 1131295851917031226);
}

/* It looks often enough to be stopped within milliseconds, but not at each step. */
TEST(Chain, LooksWhetherItWasStopped)
{
    int looks = 0;
    struct stop stop = {};
    stop.arg = &looks;
    stop.look = [](void *arg) { ++*static_cast<int *>(arg); };
    const struct safepoint at = {&stop, nullptr, nullptr};
    chain_square(3, 1000, &at);
    EXPECT_EQ(looks, 0);
    chain_square(3, 10000000, &at);
    EXPECT_GE(looks, 3);
    EXPECT_LE(looks, 1000);
}
