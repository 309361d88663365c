
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

extern "C" {
#include "crew/claims.h"
#include "crew/schedule.h"
#include "number/range.h"
}

namespace
{

struct Free {
    void operator()(void *memory) const
    {
        free(memory);
    }
};

class Claims
{
  public:
    explicit Claims(const struct loop &loop)
        : memory_((struct claims *)aligned_alloc(CLAIMS_ALIGN, claims_size(loop.workers)))
    {
        claims_start(memory_.get(), &loop);
    }
    struct claims *get() const
    {
        return memory_.get();
    }

  private:
    std::unique_ptr<struct claims, Free> memory_;
};

/* One worker takes all that it can, then the next. */
std::vector<int> counts_in_turn(const struct loop &loop)
{
    Claims claims(loop);
    std::vector<int> counts((size_t)loop.count);
    for (int w = 0; w < loop.workers; w++) {
        struct claimer claimer;
        int64_t begin = 0, end = 0;
        claimer_begin(&claimer, claims.get(), &loop, w);
        while (claimer_next(&claimer, &begin, &end)) {
            EXPECT_LT(begin, end);
            for (int64_t i = begin; i < end && i < loop.count; i++)
                counts[(size_t)i]++;
        }
        EXPECT_FALSE(claimer_next(&claimer, &begin, &end)) << "asked again";
    }
    return counts;
}

std::string name_of(const struct loop &loop)
{
    return std::string(SCHEDULES[loop.schedule]) + " of " + std::to_string(loop.count) + " on " +
           std::to_string(loop.workers) + " by " + std::to_string(loop.chunk);
}

const struct {
    int64_t count;
    int workers;
    int64_t chunk;
} LOOPS[] = {{1, 1, 1},   {1, 16, 1},   {3, 5, 1},     {10, 2, 100},  {17, 4, 5},
             {100, 7, 3}, {1000, 1, 1}, {1000, 16, 1}, {4096, 4, 64}, {9973, 13, 10}};

} // namespace

TEST(Claims, EachTaskOnceInTurn)
{
    for (int s = 0; SCHEDULES[s] != nullptr; s++)
        for (const auto &l : LOOPS) {
            const struct loop loop = {(enum schedule)s, l.count, l.workers, l.chunk};
            const std::vector<int> counts = counts_in_turn(loop);
            EXPECT_EQ(counts, std::vector<int>((size_t)l.count, 1)) << name_of(loop);
        }
}

/* Several threads at once, with random delays, so that claims meet in every order. */
TEST(Claims, EachTaskOnceAtTheSameTime)
{
    for (int s = 0; SCHEDULES[s] != nullptr; s++)
        for (int workers : {2, 3, 8}) {
            const struct loop loop = {(enum schedule)s, 5000, workers, 3};
            Claims claims(loop);
            std::vector<std::atomic<int>> counts(5000);
            std::vector<std::thread> threads;
            for (int w = 0; w < workers; w++)
                threads.emplace_back([&, w] {
                    std::minstd_rand random((unsigned)(w + 1));
                    struct claimer claimer;
                    int64_t begin, end;
                    claimer_begin(&claimer, claims.get(), &loop, w);
                    while (claimer_next(&claimer, &begin, &end)) {
                        for (int64_t i = begin; i < end; i++)
                            counts[(size_t)i]++;
                        if (random() % 8 == 0)
                            std::this_thread::sleep_for(std::chrono::microseconds(random() % 50));
                        claimer_tell(&claimer, w + 1.0);
                        claimer_take(&claimer, 1 + (int)(random() % CLAIMS_MOST));
                    }
                });
            for (std::thread &thread : threads)
                thread.join();
            for (const std::atomic<int> &count : counts)
                ASSERT_EQ(count, 1) << name_of(loop);
        }
}

/* Short chunks are taken together, but those at the end one by one, and all are counted. */
TEST(Claims, DynamicTakesSeveralWhileThereIsPlenty)
{
    for (const auto &l : LOOPS)
        for (int most : {1, 2, (int)CLAIMS_MOST}) {
            const struct loop loop = {SCHEDULE_DYNAMIC, l.count, l.workers, l.chunk};
            Claims claims(loop);
            struct claimer claimer;
            int64_t begin, end, next = 0, chunks = 0;
            claimer_begin(&claimer, claims.get(), &loop, 0);
            claimer_take(&claimer, most);
            while (claimer_next(&claimer, &begin, &end)) {
                EXPECT_EQ(begin, next) << name_of(loop);
                EXPECT_LE(end - begin, most * l.chunk) << name_of(loop);
                if (end - begin > l.chunk) {
                    EXPECT_LE((end - begin) * 16 * l.workers, l.count - begin + 16 * l.chunk * most)
                        << name_of(loop) << " at " << begin;
                }
                chunks += claimer.taken;
                next = end;
            }
            EXPECT_EQ(next, l.count) << name_of(loop);
            EXPECT_EQ(chunks, (l.count + l.chunk - 1) / l.chunk) << name_of(loop);
        }
}

TEST(Claims, DynamicTakesOneUnlessTold)
{
    const struct loop loop = {SCHEDULE_DYNAMIC, 1 << 20, 2, 1};
    Claims claims(loop);
    struct claimer claimer;
    int64_t begin = 0, end = 0;
    claimer_begin(&claimer, claims.get(), &loop, 0);
    ASSERT_TRUE(claimer_next(&claimer, &begin, &end));
    EXPECT_EQ(end - begin, 1);
    claimer_take(&claimer, CLAIMS_MOST);
    ASSERT_TRUE(claimer_next(&claimer, &begin, &end));
    EXPECT_EQ(end - begin, CLAIMS_MOST);
    claimer_take(&claimer, 1);
    ASSERT_TRUE(claimer_next(&claimer, &begin, &end));
    EXPECT_EQ(end - begin, 1);
}

/* The chunks of one worker alone are those of the rule. */
TEST(Claims, ShrinkingOnesFollowTheRule)
{
    for (enum schedule s : {SCHEDULE_GUIDED, SCHEDULE_FACTORING, SCHEDULE_TRAPEZOID}) {
        const struct loop loop = {s, 1000, 4, 1};
        Claims claims(loop);
        struct claimer claimers[4];
        for (int w = 0; w < 4; w++)
            claimer_begin(&claimers[w], claims.get(), &loop, w);
        struct schedule_ask ask = {1000, 1000, 4, 1, 0, 0, 1.0};
        int64_t begin, end;
        while (claimer_next(&claimers[(ask.round * 7 / 3) % 4], &begin, &end)) {
            ask.last = schedule_size(s, &ask);
            EXPECT_EQ(begin, 1000 - ask.left) << SCHEDULES[s];
            EXPECT_EQ(end - begin, ask.last) << SCHEDULES[s] << " round " << ask.round;
            ask.left -= ask.last;
            ask.round++;
        }
        EXPECT_EQ(ask.left, 0);
    }
}

TEST(Claims, AdaptiveGivesMoreToTheFast)
{
    const struct loop loop = {SCHEDULE_ADAPTIVE, 1000, 2, 1};
    Claims claims(loop);
    struct claimer slow, fast;
    int64_t begin, end;
    claimer_begin(&slow, claims.get(), &loop, 0);
    claimer_begin(&fast, claims.get(), &loop, 1);
    ASSERT_TRUE(claimer_next(&slow, &begin, &end)); /* 250, as no speed is known */
    EXPECT_EQ(end - begin, 250);
    claimer_tell(&slow, 1);
    claimer_tell(&fast, 3);
    ASSERT_TRUE(claimer_next(&fast, &begin, &end)); /* 750 / 4 * 1.5 */
    EXPECT_EQ(end - begin, 282);
    ASSERT_TRUE(claimer_next(&slow, &begin, &end)); /* 468 / 4 * 0.5 */
    EXPECT_EQ(end - begin, 59);
}

/* A worker with nothing left takes the upper half of what another has. */
TEST(Claims, StealTakesHalf)
{
    const struct loop loop = {SCHEDULE_STEAL, 80, 2, 1};
    Claims claims(loop);
    struct claimer a, b;
    int64_t begin = 0, end = 0;
    claimer_begin(&a, claims.get(), &loop, 0);
    claimer_begin(&b, claims.get(), &loop, 1);
    for (int i = 0; i < 40; i++)
        ASSERT_TRUE(claimer_next(&a, &begin, &end));
    EXPECT_EQ(end, 40);
    ASSERT_TRUE(claimer_next(&a, &begin, &end));
    EXPECT_EQ(begin, 60);
    ASSERT_TRUE(claimer_next(&b, &begin, &end));
    EXPECT_EQ(begin, 40);
}

/* The longest loop there can be, in the longest chunks, to its end. */
TEST(Claims, TheLargestLoop)
{
    for (enum schedule s : {SCHEDULE_DYNAMIC, SCHEDULE_CYCLIC, SCHEDULE_GUIDED, SCHEDULE_STEAL}) {
        const struct loop loop = {s, RANGE_MOST, 64, SCHEDULE_CHUNK_MOST};
        Claims claims(loop);
        int64_t sum = 0;
        for (int w = 0; w < loop.workers; w++) {
            struct claimer claimer;
            int64_t begin, end;
            claimer_begin(&claimer, claims.get(), &loop, w);
            claimer_take(&claimer, CLAIMS_MOST);
            while (claimer_next(&claimer, &begin, &end)) {
                ASSERT_GE(begin, 0) << SCHEDULES[s];
                ASSERT_LT(begin, end) << SCHEDULES[s];
                ASSERT_LE(end, loop.count) << SCHEDULES[s];
                sum += end - begin;
            }
        }
        EXPECT_EQ(sum, loop.count) << SCHEDULES[s];
    }
}

TEST(Claims, HugeLoops)
{
    for (int s = 0; SCHEDULES[s] != nullptr; s++) {
        const struct loop loop = {(enum schedule)s, INT64_C(1) << 62, 3, INT64_C(1) << 50};
        Claims claims(loop);
        int64_t last = 0;
        for (int w = 0; w < 3; w++) {
            struct claimer claimer;
            int64_t begin, end;
            claimer_begin(&claimer, claims.get(), &loop, w);
            claimer_take(&claimer, CLAIMS_MOST);
            ASSERT_TRUE(claimer_next(&claimer, &begin, &end)) << SCHEDULES[s];
            EXPECT_GE(begin, last);
            EXPECT_LT(begin, end);
            EXPECT_LE(end, loop.count);
            last = end;
        }
    }
}
