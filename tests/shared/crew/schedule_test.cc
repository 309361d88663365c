
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <string>
#include <vector>

extern "C" {
#include "crew/schedule.h"
}

namespace
{

struct Loop {
    int64_t count;
    int workers;
    int64_t chunk = 1;
};

/* All chunks of a loop whose workers are equally fast. */
std::vector<int64_t> chunks_of(enum schedule schedule, const Loop &loop)
{
    std::vector<int64_t> sizes;
    struct schedule_ask ask = {loop.count, loop.count, loop.workers, loop.chunk, 0, 0, 1.0};
    while (ask.left > 0) {
        ask.last = schedule_size(schedule, &ask);
        EXPECT_GE(ask.last, 1);
        EXPECT_LE(ask.last, ask.left);
        if (ask.last < 1 || ask.last > ask.left)
            break;
        sizes.push_back(ask.last);
        ask.left -= ask.last;
        ask.round++;
    }
    return sizes;
}

using Sizes = std::vector<int64_t>;

TEST(Schedule, UsualIsStaticIfNoWorkerGetsMoreThanAChunk)
{
    EXPECT_EQ(schedule_usual(5, 8, 1), SCHEDULE_STATIC);
    EXPECT_EQ(schedule_usual(8, 8, 1), SCHEDULE_STATIC);
    EXPECT_EQ(schedule_usual(9, 8, 1), SCHEDULE_DYNAMIC);
    EXPECT_EQ(schedule_usual(800, 8, 100), SCHEDULE_STATIC);
    EXPECT_EQ(schedule_usual(801, 8, 100), SCHEDULE_DYNAMIC);
    EXPECT_EQ(schedule_usual(-1, 8, 100), SCHEDULE_DYNAMIC); /* unknown */
    EXPECT_EQ(schedule_usual(INT64_MAX / 2, 1 << 20, 1), SCHEDULE_DYNAMIC);
    EXPECT_EQ(schedule_usual(INT64_MAX, 1 << 20, 1), SCHEDULE_DYNAMIC);
    EXPECT_EQ(schedule_usual(INT64_MAX, 1, INT64_MAX), SCHEDULE_STATIC);
}

} // namespace

TEST(Schedule, NamesAreInOrder)
{
    EXPECT_STREQ(SCHEDULES[SCHEDULE_STATIC], "static");
    EXPECT_STREQ(SCHEDULES[SCHEDULE_FACTORING], "factoring");
    EXPECT_STREQ(SCHEDULES[SCHEDULE_STEAL], "steal");
    EXPECT_EQ(SCHEDULES[SCHEDULE_STEAL + 1], nullptr);
}

/* The last one is what is left, and each is at least 1. */
TEST(Schedule, EachTaskIsInOneChunk)
{
    const std::vector<Loop> loops = {{1, 1},      {1, 64},          {2, 3},       {7, 7},
                                     {100, 3},    {1000, 4},        {1001, 4, 7}, {5, 2, 100},
                                     {65537, 13}, {1000000, 128, 5}};
    for (int s = 0; SCHEDULES[s] != nullptr; s++)
        for (const Loop &loop : loops) {
            SCOPED_TRACE(std::string(SCHEDULES[s]) + " " + std::to_string(loop.count) + " " +
                         std::to_string(loop.workers));
            const Sizes sizes = chunks_of((enum schedule)s, loop);
            EXPECT_EQ(std::accumulate(sizes.begin(), sizes.end(), int64_t{0}), loop.count);
        }
}

TEST(Schedule, HugeLoopsDoNotOverflow)
{
    const struct schedule_ask ask = {INT64_MAX, INT64_MAX, 2147483647, 1, 3, 0, 1e300};
    for (int s = 0; SCHEDULES[s] != nullptr; s++) {
        int64_t size = schedule_size((enum schedule)s, &ask);
        EXPECT_GE(size, 1) << SCHEDULES[s];
        EXPECT_LE(size, INT64_MAX) << SCHEDULES[s];
    }
}

TEST(Schedule, StaticSharesDifferByOne)
{
    EXPECT_EQ(chunks_of(SCHEDULE_STATIC, {10, 4}), (Sizes{3, 3, 2, 2}));
    EXPECT_EQ(chunks_of(SCHEDULE_STATIC, {3, 4}), (Sizes{1, 1, 1}));
}

TEST(Schedule, CyclicAndDynamicAreAlike)
{
    EXPECT_EQ(chunks_of(SCHEDULE_CYCLIC, {10, 2, 4}), (Sizes{4, 4, 2}));
    EXPECT_EQ(chunks_of(SCHEDULE_DYNAMIC, {10, 2, 4}), (Sizes{4, 4, 2}));
}

/* N = 1000, P = 4, as in table I of Tzen and Ni. */
TEST(Schedule, GuidedOfTheTable)
{
    EXPECT_EQ(
        chunks_of(SCHEDULE_GUIDED, {1000, 4}),
        (Sizes{250, 188, 141, 106, 79, 59, 45, 33, 25, 19, 14, 11, 8, 6, 4, 3, 3, 2, 1, 1, 1, 1}));
}

/* Hummel, Schonberg and Flynn's example: batches of P, each of half of what is left. */
TEST(Schedule, FactoringHalvesInBatches)
{
    EXPECT_EQ(chunks_of(SCHEDULE_FACTORING, {1000, 4}),
              (Sizes{125, 125, 125, 125, 63, 63, 63, 63, 31, 31, 31, 31, 16, 16, 16, 16,
                     8,   8,   8,   8,   4,  4,  4,  4,  2,  2,  2,  2,  1,  1,  1,  1}));
}

/* From N / 2P down to 1: never more than 2N / (f + l) of them, whatever is rounded. */
TEST(Schedule, TrapezoidGoesDownInEqualSteps)
{
    const Sizes sizes = chunks_of(SCHEDULE_TRAPEZOID, {1000, 4});
    EXPECT_EQ(sizes.front(), 125);
    EXPECT_LE(sizes.size(), 16u);
    for (size_t i = 1; i + 1 < sizes.size(); i++)
        EXPECT_NEAR((double)(sizes[i - 1] - sizes[i]), 124.0 / 15, 1) << i;
    for (int64_t count : {17, 1000, 99999, 1234567})
        for (int workers : {1, 2, 7, 100}) {
            double first = std::ceil((double)count / (2.0 * workers));
            double most = std::ceil(2.0 * (double)count / (first + 1));
            EXPECT_LE((double)chunks_of(SCHEDULE_TRAPEZOID, {count, workers}).size(), most)
                << count << " " << workers;
        }
}

TEST(Schedule, LeastSizeIsKept)
{
    for (enum schedule s :
         {SCHEDULE_GUIDED, SCHEDULE_FACTORING, SCHEDULE_TRAPEZOID, SCHEDULE_ADAPTIVE}) {
        const Sizes sizes = chunks_of(s, {10000, 4, 50});
        for (size_t i = 0; i + 1 < sizes.size(); i++)
            EXPECT_GE(sizes[i], 50) << SCHEDULES[s];
    }
}

TEST(Schedule, AdaptiveGivesByWeight)
{
    struct schedule_ask ask = {1000, 1000, 4, 1, 0, 0, 1.0};
    EXPECT_EQ(schedule_size(SCHEDULE_ADAPTIVE, &ask), 125);
    ask.weight = 2;
    EXPECT_EQ(schedule_size(SCHEDULE_ADAPTIVE, &ask), 250);
    ask.weight = 0.001;
    EXPECT_EQ(schedule_size(SCHEDULE_ADAPTIVE, &ask), 1);
    ask.weight = 1e9;
    EXPECT_EQ(schedule_size(SCHEDULE_ADAPTIVE, &ask), 1000);
}
