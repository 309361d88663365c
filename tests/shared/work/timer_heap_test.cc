
#include <gtest/gtest.h>
#include <map>

extern "C" {
#include "base/random.h"
#include "work/timer_heap.h"
}

namespace
{

class Alarms : public testing::Test
{
  protected:
    ~Alarms() override
    {
        timer_heap_release(&timer_heap);
    }
    /* Takes the first alarm off; -1: there is none. */
    int next()
    {
        const struct timer *first = timer_heap_first(&timer_heap);
        if (first == nullptr)
            return -1;
        int sleeper = first->sleeper;
        timer_heap_drop(&timer_heap, sleeper);
        return sleeper;
    }
    struct timer_heap timer_heap = {};
};

} // namespace

TEST_F(Alarms, NoneAtFirst)
{
    EXPECT_EQ(timer_heap_first(&timer_heap), nullptr);
    ASSERT_TRUE(timer_heap_reserve(&timer_heap, 3));
    EXPECT_EQ(timer_heap_first(&timer_heap), nullptr);
    timer_heap_drop(&timer_heap, 2);
    EXPECT_EQ(next(), -1);
}

TEST_F(Alarms, ComeInOrder)
{
    ASSERT_TRUE(timer_heap_reserve(&timer_heap, 6));
    const int64_t at[] = {50, 10, INT64_MAX, 40, INT64_MIN, 0};
    for (int i = 0; i < 6; i++)
        timer_heap_set(&timer_heap, i, at[i]);
    for (int expected : {4, 5, 1, 3, 0, 2, -1})
        EXPECT_EQ(next(), expected);
}

TEST_F(Alarms, LaterOneReplacesEarlier)
{
    ASSERT_TRUE(timer_heap_reserve(&timer_heap, 2));
    timer_heap_set(&timer_heap, 0, 5);
    timer_heap_set(&timer_heap, 1, 6);
    timer_heap_set(&timer_heap, 0, 7);
    EXPECT_EQ(next(), 1);
    EXPECT_EQ(next(), 0);
    EXPECT_EQ(next(), -1);
}

TEST_F(Alarms, RoomGrowsAndKeepsWhatIsSet)
{
    ASSERT_TRUE(timer_heap_reserve(&timer_heap, 1));
    timer_heap_set(&timer_heap, 0, 100);
    for (int room = 2; room < 2000; room++) {
        ASSERT_TRUE(timer_heap_reserve(&timer_heap, room));
        timer_heap_set(&timer_heap, room - 1, 100 - room);
    }
    ASSERT_TRUE(timer_heap_reserve(&timer_heap, 5)); /* does not shrink */
    for (int expected = 1998; expected >= 0; expected--)
        ASSERT_EQ(next(), expected);
}

/* Against an ordinary map, with few times, so that many are the same. */
TEST_F(Alarms, AnyOrderOfCalls)
{
    const int SLEEPERS = 40;
    ASSERT_TRUE(timer_heap_reserve(&timer_heap, SLEEPERS));
    std::map<int, int64_t> expected;
    for (uint64_t step = 0; step < 20000; step++) {
        uint64_t draw = random_bits(1, step);
        int sleeper = static_cast<int>(draw % SLEEPERS);
        auto at = static_cast<int64_t>(draw >> 40 & 31);
        if (draw >> 60 < 9) {
            timer_heap_set(&timer_heap, sleeper, at);
            expected[sleeper] = at;
        } else {
            timer_heap_drop(&timer_heap, sleeper);
            expected.erase(sleeper);
        }
        const struct timer *first = timer_heap_first(&timer_heap);
        ASSERT_EQ(first == nullptr, expected.empty());
        ASSERT_EQ(timer_heap.count, static_cast<int>(expected.size()));
        if (first == nullptr)
            continue;
        ASSERT_EQ(expected.at(first->sleeper), first->at_ns);
        for (const auto &entry : expected)
            ASSERT_LE(first->at_ns, entry.second);
    }
}
