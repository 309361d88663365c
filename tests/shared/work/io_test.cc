/*
 * io - waits can only be seen from outside as the least time that passed; what a task should wait
 * is computed here from the words at the top of io.c.
 */
#include "support/works.h"

#include <cmath>
#include <thread>

extern "C" {
#include "base/clock.h"
#include "base/random.h"
#include "base/stop.h"
#include "crew/safepoint.h"
#include "number/numbers.h"
#include "number/range.h"
#include "work/cost.h"
#include "work/work.h"
}

namespace
{

/* How long `cells` from position `first` take, in nanoseconds. */
int64_t time_of(const Work &work, int64_t first, size_t count)
{
    std::vector<int64_t> cells(count, 5);
    Err err;
    int64_t start = clock_now_ns();
    EXPECT_TRUE(works(work.run(cells, first, &err), err));
    return clock_now_ns() - start;
}

/* A wait relative to the mean, for a uniform draw. */
double uniform(double u)
{
    return 2 * u;
}
double exponential(double u)
{
    return -std::log(u);
}
double pareto(double u)
{
    return 0.5 / std::sqrt(u);
}

struct {
    const char *name;
    double (*wait)(double u);
} const SPREADS[] = {{"uniform", uniform}, {"exp", exponential}, {"pareto", pareto}};

} // namespace

TEST(Io, GivesNumbersBack)
{
    const Work work("io:latency=10us");
    std::vector<int64_t> whole = {INT64_MIN, -1, 0, INT64_MAX};
    std::vector<double> floats = {0.5, -0.0, INFINITY};
    const std::vector<int64_t> whole_before = whole, floats_before = bits_of(floats);
    Err err;
    EXPECT_TRUE(works(work.run(whole, 0, &err), err));
    EXPECT_TRUE(works(work.run(floats, 0, &err), err));
    EXPECT_EQ(whole, whole_before);
    EXPECT_EQ(bits_of(floats), floats_before);
}

TEST(Io, WaitsForEachTask)
{
    EXPECT_GE(time_of(Work("io:latency=2ms"), 0, 3), 6 * NS_PER_MS);
    EXPECT_GE(time_of(Work("io:latency=2ms,spread=none"), 77, 3), 6 * NS_PER_MS);
    EXPECT_GE(time_of(Work("io:latency=150ms"), 0, 1), 150 * NS_PER_MS); /* longer than a nap */
    EXPECT_GE(time_of(Work("io"), 0, 5), 5 * NS_PER_MS);
}

TEST(Io, LatencyOfNothing)
{
    for (const char *spec :
         {"io:latency=0", "io:latency=0,spread=exp", "io:latency=0s,spread=pareto"})
        time_of(Work(spec), 0, 100000); /* ends */
}

/* The task with the longest wait among a thousand, alone: had it another seed or position, its wait
 * would be shorter. */
TEST(Io, DrawBelongsToSeedAndPosition)
{
    for (const auto &spread : SPREADS)
        for (uint64_t seed : {UINT64_C(0), UINT64_C(1), UINT64_MAX}) {
            SCOPED_TRACE(testing::Message() << spread.name << ", seed " << seed);
            int64_t longest = 0;
            auto wait = [&](int64_t at) {
                return spread.wait(random_unit(seed, static_cast<uint64_t>(at)));
            };
            for (int64_t at = 0; at < 1000; at++)
                if (wait(at) > wait(longest))
                    longest = at;
            const Work work("io:latency=1ms,spread=" + std::string(spread.name), seed);
            EXPECT_GE(static_cast<double>(time_of(work, longest, 1)), 0.9999e6 * wait(longest));
        }
}

TEST(Io, AnyCutWaitsAsLong)
{
    for (const auto &spread : SPREADS) {
        SCOPED_TRACE(spread.name);
        const Work work("io:latency=200us,spread=" + std::string(spread.name), 3);
        double expected = 0;
        for (uint64_t at = 50; at < 110; at++)
            expected += 0.9999 * 200e3 * spread.wait(random_unit(3, at));
        for (int64_t size : {60, 20, 1}) {
            int64_t took = 0;
            for (int64_t first = 50; first < 110; first += size)
                took += time_of(work, first, static_cast<size_t>(size));
            EXPECT_GE(static_cast<double>(took), expected) << "by " << size;
        }
    }
}

/* The dearest of each shape, alone: half as long as twice the mean and so on would be too short. */
TEST(Io, WaitsByCost)
{
    struct {
        enum cost_shape shape;
        int64_t position;
        double factor;
    } const rows[] = {{COST_FLAT, 99, 1}, {COST_LINEAR, 99, 1.99}, {COST_LAST, 99, 4.16}};
    for (const auto &row : rows) {
        Work work("io:latency=2ms");
        work.shape(row.shape, 100);
        EXPECT_GE(static_cast<double>(time_of(work, row.position, 1)), 2e6 * row.factor)
            << COSTS[row.shape];
    }
    Work random("io:latency=1ms", 5);
    random.shape(COST_RANDOM, 100);
    double expected = 0;
    for (int64_t at = 0; at < 20; at++)
        expected += 0.9999e6 * cost_factor(&random->cost, at);
    EXPECT_GE(static_cast<double>(time_of(random, 0, 20)), expected);
}

TEST(Io, SpreadAndCostMultiply)
{
    Work work("io:latency=1ms,spread=uniform", 4);
    work.shape(COST_LINEAR, 20);
    double expected = 0;
    for (int64_t at = 0; at < 20; at++)
        expected += 0.9999e6 * uniform(random_unit(4, static_cast<uint64_t>(at))) *
                    cost_factor(&work->cost, at);
    EXPECT_GE(static_cast<double>(time_of(work, 0, 20)), expected);
}

/* An hour's wait, and all waits after it. */
TEST(Io, EndsWhenAsked)
{
    const Work work("io:latency=60min");
    std::vector<int64_t> cells(1000, 1);
    struct numbers run = run_of(cells);
    struct stop stop = {};
    const struct safepoint at = {&stop, nullptr, nullptr};
    std::thread asking([&stop] {
        clock_sleep_until(clock_now_ns() + 20 * NS_PER_MS);
        stop_ask(&stop);
    });
    Err err;
    EXPECT_TRUE(works(work_run(&*work, &run, &at, &err), err));
    asking.join();
}

TEST(Io, GrainIsOne)
{
    const Work work("io");
    EXPECT_EQ(work->load->grain(&*work), 1);
}

TEST(Io, RangeSumByAdding)
{
    const Work work("io");
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

/* n*a + n*(n-1)//2*s, by Python. */
TEST(Io, RangeSumOfTheLargest)
{
    struct {
        struct range range;
        const char *sum;
    } const rows[] = {
        {{INT64_MIN, 1, INT64_MAX}, "-42535295865117307937533511947398414335"},
        {{0, 1, INT64_MAX}, "42535295865117307919086767873688862721"},
        {{INT64_MAX, INT64_MIN, 2}, "9223372036854775806"},
        {{INT64_MIN, 3, INT64_C(6148914691236517205)}, "-12297829382473034410"},
    };
    const Work work("io");
    for (const auto &row : rows) {
        int128 sum = -1;
        ASSERT_TRUE(work->load->range_sum(&*work, &row.range, &sum));
        EXPECT_EQ(text_of(sum), row.sum);
    }
}
