
#include <climits>
#include <gtest/gtest.h>
#include <thread>
#include <unistd.h>

extern "C" {
#include "place/seat.h"
}

namespace
{

class Seat : public testing::Test
{
  protected:
    hwloc_bitmap_t mine = nullptr; /* as it was, and is again afterwards */

    void SetUp() override
    {
        mine = seat_of(0);
        ASSERT_NE(mine, nullptr);
        ASSERT_FALSE(hwloc_bitmap_iszero(mine));
    }
    void TearDown() override
    {
        EXPECT_TRUE(seat_take(mine));
        hwloc_bitmap_free(mine);
    }
    /* Whether the thread `id` sits on `seat`. */
    static bool sits_on(pid_t id, hwloc_const_bitmap_t seat)
    {
        hwloc_bitmap_t read = seat_of(id);
        bool same = read != nullptr && hwloc_bitmap_isequal(read, seat);
        hwloc_bitmap_free(read);
        return same;
    }
};

std::string text_of(const char *list)
{
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    hwloc_bitmap_list_sscanf(set, list);
    char text[SEAT_TEXT];
    EXPECT_EQ(seat_text(set, text), text);
    hwloc_bitmap_free(set);
    return text;
}

} // namespace

TEST_F(Seat, OnePu)
{
    for (int pu : {-1, 60000}) {
        EXPECT_FALSE(seat_take_pu(pu)) << pu;
        EXPECT_TRUE(sits_on(0, mine));
    }
    hwloc_bitmap_t one = hwloc_bitmap_alloc();
    hwloc_bitmap_only(one, (unsigned)hwloc_bitmap_last(mine));
    EXPECT_TRUE(seat_take_pu(hwloc_bitmap_last(mine)));
    EXPECT_TRUE(sits_on(0, one));
    hwloc_bitmap_free(one);
}

TEST_F(Seat, RefusalLeavesTheThreadWhereItWas)
{
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    EXPECT_FALSE(seat_take(set)) << "no PU";
    EXPECT_TRUE(sits_on(0, mine));
    hwloc_bitmap_set(set, 60000);
    EXPECT_FALSE(seat_take(set)) << "a PU that is not there";
    EXPECT_TRUE(sits_on(0, mine));
    hwloc_bitmap_fill(set);
    EXPECT_FALSE(seat_take(set)) << "a set without end";
    EXPECT_TRUE(sits_on(0, mine));
    hwloc_bitmap_free(set);
}

TEST_F(Seat, OfNoWorker)
{
    EXPECT_EQ(seat_of(INT_MAX), nullptr);
    EXPECT_EQ(seat_of(-1), nullptr);
}

TEST_F(Seat, TakesEachPuAndReadsItBack)
{
    hwloc_bitmap_t one = hwloc_bitmap_alloc();
    for (int pu = hwloc_bitmap_first(mine); pu >= 0; pu = hwloc_bitmap_next(mine, pu)) {
        hwloc_bitmap_only(one, static_cast<unsigned>(pu));
        ASSERT_TRUE(seat_take(one));
        EXPECT_TRUE(sits_on(0, one));
        EXPECT_TRUE(sits_on(getpid(), one));
        EXPECT_EQ(sched_getcpu(), pu);
    }
    EXPECT_TRUE(seat_take(mine));
    EXPECT_TRUE(sits_on(0, mine));
    hwloc_bitmap_free(one);
}

TEST_F(Seat, PusThatAreNotThereAreLeftOut)
{
    hwloc_bitmap_t more = hwloc_bitmap_dup(mine);
    hwloc_bitmap_set(more, 60000);
    EXPECT_TRUE(seat_take(more));
    EXPECT_TRUE(sits_on(0, mine));
    hwloc_bitmap_free(more);
}

TEST_F(Seat, IsOfTheCallingThreadOnly)
{
    hwloc_bitmap_t one = hwloc_bitmap_alloc();
    hwloc_bitmap_only(one, static_cast<unsigned>(hwloc_bitmap_last(mine)));
    bool there = false;
    std::thread([&] { there = seat_take(one) && sits_on(gettid(), one); }).join();
    EXPECT_TRUE(there);
    EXPECT_TRUE(sits_on(0, mine));
    hwloc_bitmap_free(one);
}

TEST(SeatText, Lists)
{
    for (const char *list : {"", "0", "0,2-3", "5-7,9,11-20", "1023"})
        EXPECT_EQ(text_of(list), list);
}

/* 63 characters fit; one more is cut. */
TEST(SeatText, LongListsAreCut)
{
    const std::string fits = "10,12,14,16,18,20,22,24,26,28,30,32,34,36,38,40,42,44,46,48,150";
    ASSERT_EQ(fits.size(), static_cast<size_t>(SEAT_TEXT - 1));
    EXPECT_EQ(text_of(fits.c_str()), fits);
    const std::string cut =
        text_of("10,12,14,16,18,20,22,24,26,28,30,32,34,36,38,40,42,44,46,48,1500");
    EXPECT_EQ(cut, "10,12,14,16,18,20,22,24,26,28,30,32,34,36,38,40,42,44,46,48,...");
    std::string many = "0";
    for (int pu = 2; pu < 1000; pu += 2)
        many += "," + std::to_string(pu);
    const std::string text = text_of(many.c_str());
    EXPECT_EQ(text.size(), static_cast<size_t>(SEAT_TEXT - 1));
    EXPECT_EQ(text.substr(text.size() - 3), "...");
    EXPECT_EQ(text.substr(0, 10), "0,2,4,6,8,");
}
