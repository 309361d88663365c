/* quota - throttling by the counts of a cgroup; which quota is found is in cpu_sources_test. */
#include "support/saved_tree.h"

#include <gtest/gtest.h>

#include <climits>
#include <cmath>

extern "C" {
#include "place/quota.h"
}

namespace
{

const char *const V1 = "--- /proc/self/cgroup\n1:cpu:/job\n"
                       "--- /proc/self/mountinfo\n31 1 0:8 / /cg rw - cgroup cgroup rw,cpu\n"
                       "--- /cg/job/cpu.cfs_quota_us\n50000\n"
                       "--- /cg/job/cpu.cfs_period_us\n100000\n";
const char *const V2 = "--- /proc/self/cgroup\n0::/outer/job\n"
                       "--- /proc/self/mountinfo\n31 1 0:8 / /cg rw - cgroup2 cgroup2 rw\n"
                       "--- /cg/outer/job/cpu.max\nmax 100000\n"
                       "--- /cg/outer/cpu.max\n50000 100000\n";

/* Reads the counts; false: there are none. */
bool read(const std::string &text, struct throttling *throttling)
{
    SavedTree tree(text);
    const std::string root = tree.root();
    struct quota quota;
    quota_find(&quota, root.c_str(), "self");
    return quota_throttling(&quota, root.c_str(), throttling);
}

} // namespace

TEST(Quota, ThrottlingOfVersion1)
{
    struct throttling now;
    ASSERT_TRUE(read(V1 + std::string("--- /cg/job/cpu.stat\nnr_periods 40\nnr_throttled 10\n"
                                      "throttled_time 2500000000\n"),
                     &now));
    EXPECT_EQ(now.periods, 40);
    EXPECT_EQ(now.throttled, 10);
    EXPECT_DOUBLE_EQ(now.stopped_s, 2.5);
}

TEST(Quota, ThrottlingOfTheLevelThatHasTheQuota)
{
    struct throttling now;
    ASSERT_TRUE(read(V2 + std::string("--- /cg/outer/job/cpu.stat\nnr_periods 1\nnr_throttled 1\n"
                                      "--- /cg/outer/cpu.stat\nusage_usec 5\nnr_periods 8\n"
                                      "nr_throttled 2\nthrottled_usec 1500000\n"),
                     &now));
    EXPECT_EQ(now.periods, 8);
    EXPECT_DOUBLE_EQ(now.stopped_s, 1.5);
    ASSERT_TRUE(
        read(V2 + std::string("--- /cg/outer/cpu.stat\nnr_periods 8\nnr_throttled 2\n"), &now));
    EXPECT_TRUE(std::isnan(now.stopped_s));
}

TEST(Quota, NoCounts)
{
    struct throttling now;
    for (const char *stat : {"", "nr_periods 5\n", "nr_throttled 5\n",
                             "nr_periods x\nnr_throttled 1\n", "nr_periods 4\nnr_throttled -1\n"})
        EXPECT_FALSE(read(V1 + std::string("--- /cg/job/cpu.stat\n") + stat, &now)) << stat;
    EXPECT_FALSE(read(V1, &now));
    EXPECT_FALSE(read("", &now));
}

TEST(Quota, ShareOfPeriods)
{
    const struct throttling none = {0, 0, 0}, some = {10, 5, 0}, more = {30, 20, 0};
    EXPECT_DOUBLE_EQ(throttling_share(&none, &some), 0.5);
    EXPECT_DOUBLE_EQ(throttling_share(&some, &more), 0.75);
    EXPECT_TRUE(std::isnan(throttling_share(&some, &some)));
    EXPECT_TRUE(std::isnan(throttling_share(&more, &some))) << "the group was made anew";
}

TEST(Quota, WorkersAndWords)
{
    const struct {
        double cpus;
        int workers;
        const char *text;
    } table[] = {{0.001, 1, "0.001 CPUs"},  {0.01, 1, "0.01 CPUs"},
                 {0.5, 1, "0.5 CPUs"},      {0.999999, 1, "1 CPU"},
                 {1, 1, "1 CPU"},           {1.00001, 1, "1 CPU"},
                 {1.01, 2, "1.01 CPUs"},    {1.5, 2, "1.5 CPUs"},
                 {2, 2, "2 CPUs"},          {3.3, 4, "3.3 CPUs"},
                 {0.1 * 30, 3, "3 CPUs"},   {120.5, 121, "120.5 CPUs"},
                 {1500, 1500, "1500 CPUs"}, {1e12, INT_MAX, "1000000000000 CPUs"}};
    char text[QUOTA_CPUS];
    for (const auto &row : table) {
        EXPECT_EQ(quota_workers(row.cpus), row.workers) << row.cpus;
        EXPECT_STREQ(quota_text(row.cpus, text), row.text) << row.cpus;
    }
    EXPECT_FALSE(quota_stops(NAN) || quota_stops(0) || quota_stops(0.04));
    EXPECT_TRUE(quota_stops(0.06));
}
