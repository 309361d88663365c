/*
 * occupancy - who used a worker's PU, told by a /proc that the test writes.
 */
#include "support/temp_dir.h"

#include <cmath>
#include <gtest/gtest.h>
#include <unistd.h>

extern "C" {
#include "base/clock.h"
#include "measure/occupancy.h"
}

namespace
{

/* Two workers, threads 71 and 72, on PU 0 and on PUs 2-3. */
class Occupancy : public testing::Test
{
  protected:
    void SetUp() override
    {
        for (hwloc_bitmap_t &seat : seats)
            seat = hwloc_bitmap_alloc();
        hwloc_bitmap_set(seats[0], 0);
        hwloc_bitmap_set_range(seats[1], 2, 3);
        hz = double(sysconf(_SC_CLK_TCK));
    }
    void TearDown() override
    {
        for (hwloc_bitmap_t seat : seats)
            hwloc_bitmap_free(seat);
        occupancy_release(&before);
        occupancy_release(&after);
    }
    /* Seconds that each of four PUs was busy, and that each thread ran and waited. */
    void tell(const double busy[4], const double ran[2], const double delayed[2])
    {
        std::string stat = "cpu  1 2 3 4 5 6 7 8 9 10\n";
        for (int pu = 0; pu < 4; pu++)
            stat += "cpu" + std::to_string(pu) + " " + std::to_string(llround(busy[pu] * hz)) +
                    " 0 0 77 0 0 0 0 0 0\n";
        dir.write("stat", stat + "intr 5\n");
        std::filesystem::create_directories(dir.path("self/task/71"));
        std::filesystem::create_directories(dir.path("self/task/72"));
        for (int i = 0; i < 2; i++)
            dir.write("self/task/" + std::to_string(71 + i) + "/schedstat",
                      std::to_string(llround(ran[i] * 1e9)) + " " +
                          std::to_string(llround(delayed[i] * 1e9)) + " 9\n");
    }
    void read(struct occupancy *occupancy)
    {
        const pid_t threads[] = {71, 72};
        ASSERT_EQ(occupancy_read(occupancy, dir.path().c_str(), 2, threads, seats), 0);
    }
    /* As if two seconds lay between the readings, in which this process used nothing besides. */
    struct taken taken(int worker, double besides_s = 0)
    {
        after.at_ns = before.at_ns + 2 * NS_PER_S;
        after.process_s = before.process_s + besides_s;
        for (int i = 0; i < 2; i++)
            after.process_s += after.of[i].cpu_s - before.of[i].cpu_s;
        return occupancy_taken(&before, &after, worker);
    }

    TempDir dir;
    hwloc_bitmap_t seats[2];
    double hz = 100;
    struct occupancy before = {}, after = {};
};

} // namespace

TEST_F(Occupancy, WhatOthersTook)
{
    const double busy[] = {10, 20, 30, 40}, ran[] = {1, 2}, delayed[] = {0.1, 0.2};
    const double busy2[] = {12, 20, 31, 40.5}, ran2[] = {2.25, 3.5}, delayed2[] = {0.85, 0.2};
    tell(busy, ran, delayed);
    read(&before);
    tell(busy2, ran2, delayed2);
    read(&after);
    struct taken first = taken(0), second = taken(1);
    EXPECT_NEAR(first.elapsed_s, 2, 1e-6);
    EXPECT_NEAR(first.others_s, 0.75, 0.02);
    EXPECT_NEAR(first.delay_s, 0.75, 1e-6);
    EXPECT_NEAR(second.others_s, 0, 0.02) << "what its PUs did was its own";
    EXPECT_NEAR(second.delay_s, 0, 1e-6);
    EXPECT_NEAR(taken(0, 0.5).others_s, 0.25, 0.02)
        << "threads of this process may have been there";
    EXPECT_EQ(taken(0, 5).others_s, 0);
}

TEST_F(Occupancy, UnknownIsNotInvented)
{
    const double busy[] = {10, 20, 30, 40}, ran[] = {1, 2}, delayed[] = {0.1, 0.2};
    const double later[] = {14, 24, 34, 44};
    tell(busy, ran, delayed);
    read(&before);
    read(&after);
    EXPECT_TRUE(std::isnan(taken(0).others_s)) << "counters that stand still";
    occupancy_release(&after);
    tell(later, ran, delayed);
    read(&after);
    EXPECT_FALSE(std::isnan(taken(0).others_s));
    after.at_ns = before.at_ns + NS_PER_S / 10;
    EXPECT_TRUE(std::isnan(occupancy_taken(&before, &after, 0).others_s)) << "too short";
    after.of[1].known = false;
    EXPECT_TRUE(std::isnan(taken(1).others_s));
    occupancy_release(&after);
    EXPECT_TRUE(std::isnan(occupancy_taken(&before, &after, 0).others_s));
    dir.write("self/task/71/schedstat", "");
    read(&after);
    EXPECT_TRUE(std::isnan(taken(0).others_s)) << "a kernel without that account";
    occupancy_release(&after);
    dir.write("stat", "");
    read(&after);
    EXPECT_TRUE(std::isnan(taken(1).others_s));
}
