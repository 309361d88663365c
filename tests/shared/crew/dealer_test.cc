
#include "support/err.h"

#include <gtest/gtest.h>
#include <vector>

extern "C" {
#include "crew/dealer.h"
#include "crew/schedule.h"
}

namespace
{

class DealerOf : public testing::Test
{
  protected:
    void open(int workers, int64_t most)
    {
        Err err;
        ASSERT_EQ(dealer_open(&dealer, workers, most, &err), 0);
    }
    void TearDown() override
    {
        dealer_close(&dealer);
    }

    struct dealer dealer = {};
};

/* Workers ask in turn, except one that is too slow to ask more than once. */
std::vector<int> deal_all(struct dealer *dealer, int64_t count, int64_t wanted)
{
    std::vector<int> times(static_cast<size_t>(count));
    bool slow = dealer->loop.workers > 1, any = true;
    for (int64_t round = 0; any; round++) {
        any = false;
        for (int worker = 0; worker < dealer->loop.workers; worker++) {
            int64_t begin, end;
            bool sits =
                slow && worker == 0 && round > 0 && !schedule_assigned(dealer->loop.schedule);
            if (sits || !dealer_next(dealer, worker, wanted, &begin, &end))
                continue;
            any = true;
            EXPECT_LT(begin, end);
            EXPECT_LE(end - begin, dealer->most);
            for (int64_t i = begin; i < end; i++)
                times.at(static_cast<size_t>(i))++;
        }
    }
    return times;
}

TEST_F(DealerOf, DealsEachTaskOnceByEverySchedule)
{
    for (int workers : {1, 2, 3, 8})
        for (int s = 0; SCHEDULES[s] != nullptr; s++)
            for (int64_t count : {1, 7, 1000})
                for (int64_t chunk : {1, 3, 2000})
                    for (int64_t most : {1, 4, 5000})
                        for (int64_t wanted : {0, 10}) {
                            SCOPED_TRACE(testing::Message()
                                         << SCHEDULES[s] << " " << count << " by " << chunk
                                         << " for " << workers << ", at most " << most
                                         << ", wanted " << wanted);
                            open(workers, most);
                            dealer_start(&dealer, static_cast<enum schedule>(s), count, chunk);
                            /* what the slow one still has in its hand */
                            std::vector<int> times = deal_all(&dealer, count, wanted);
                            int64_t begin, end;
                            while (dealer_next(&dealer, 0, 0, &begin, &end))
                                for (int64_t i = begin; i < end; i++)
                                    times.at(static_cast<size_t>(i))++;
                            EXPECT_EQ(times, std::vector<int>(static_cast<size_t>(count), 1));
                            dealer_close(&dealer);
                        }
}

TEST_F(DealerOf, StartsAgainFromTheBeginning)
{
    int64_t begin, end;
    open(2, 10);
    dealer_start(&dealer, SCHEDULE_DYNAMIC, 100, 15);
    ASSERT_TRUE(dealer_next(&dealer, 1, 0, &begin, &end));
    EXPECT_EQ(begin, 0);
    EXPECT_EQ(end, 10); /* five of the chunk are left in its hand */
    dealer_start(&dealer, SCHEDULE_DYNAMIC, 30, 20);
    ASSERT_TRUE(dealer_next(&dealer, 1, 0, &begin, &end));
    EXPECT_EQ(begin, 0);
    ASSERT_TRUE(dealer_next(&dealer, 0, 0, &begin, &end));
    EXPECT_EQ(begin, 20);
    ASSERT_TRUE(dealer_next(&dealer, 1, 0, &begin, &end));
    EXPECT_EQ(begin, 10);
    EXPECT_EQ(end, 20);
    EXPECT_FALSE(dealer_next(&dealer, 1, 0, &begin, &end));
}

TEST_F(DealerOf, ChunksThatAdjoinAreDealtTogether)
{
    int64_t begin, end;
    open(2, 10);
    dealer_start(&dealer, SCHEDULE_DYNAMIC, 30, 2);
    ASSERT_TRUE(dealer_next(&dealer, 1, 5, &begin, &end));
    EXPECT_EQ(begin, 0);
    EXPECT_EQ(end, 6); /* three chunks */
    ASSERT_TRUE(dealer_next(&dealer, 1, 100, &begin, &end));
    EXPECT_EQ(begin, 6);
    EXPECT_EQ(end, 16); /* the most */
    dealer_start(&dealer, SCHEDULE_CYCLIC, 30, 2);
    ASSERT_TRUE(dealer_next(&dealer, 1, 5, &begin, &end));
    EXPECT_EQ(begin, 2);
    EXPECT_EQ(end, 4); /* the next is [6, 8) */
    ASSERT_TRUE(dealer_next(&dealer, 1, 0, &begin, &end));
    EXPECT_EQ(begin, 6);
    EXPECT_EQ(end, 8);
}

/* By the whole loop's mean, so who is three times as fast as the other gets three times as much. */
TEST_F(DealerOf, AdaptiveLooksAtSpeeds)
{
    int64_t begin, end;
    open(2, 1000);
    dealer_start(&dealer, SCHEDULE_ADAPTIVE, 1000, 1);
    dealer_tell(&dealer, 0, 300);
    dealer_tell(&dealer, 1, 100);
    ASSERT_TRUE(dealer_next(&dealer, 0, 0, &begin, &end));
    EXPECT_EQ(end - begin, 375); /* half of the rest for two, 250, times 300 / 200 */
    ASSERT_TRUE(dealer_next(&dealer, 1, 0, &begin, &end));
    EXPECT_EQ(end - begin, 79); /* 157, times 100 / 200 */
}

} // namespace
