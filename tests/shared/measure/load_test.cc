
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

extern "C" {
#include "measure/load.h"
}

namespace
{

struct load read(const std::string &text, const bool *pus = nullptr, int count = 0, long hz = 100)
{
    struct load load;
    memset(&load, 0xa5, sizeof(load));
    FILE *in = fmemopen(const_cast<char *>(text.data()), text.size(), "r");
    load_read(&load, in, hz, pus, count);
    (void)fclose(in);
    return load;
}

const std::string TWO = "cpu  1100 50 330 4000 60 7 80 90 999 999\n"
                        "cpu0 1000 50 300 1500 50 7 50 20 999 999\n"
                        "cpu1 100 0 30 2500 10 0 30 70 0 0\n"
                        "intr 123456 0 0\n"
                        "ctxt 99\n"
                        "cpu7 5 5 5 5 5 5 5 5\n";

struct load load_of(double busy, double idle, double steal)
{
    return {2, busy, idle, steal};
}

} // namespace

TEST(LoadRead, NothingToRead)
{
    for (const char *text : {"\n", "intr 5\n", "cpu\n", "cpu  1 2 3 4 5 6 7 8\n", "cpu0\n",
                             "cpu0 1 2 3\n", "cpu0 a b c d\n", "cpuX 1 2 3 4 5\n",
                             "# cpu0 1 2 3 4\n", "cpu-1 1 2 3 4 5\n", "cpux0 1 2 3 4 5\n"}) {
        const struct load load = read(text);
        EXPECT_EQ(load.pus, 0) << text;
        EXPECT_EQ(load.busy_s, 0) << text;
        EXPECT_EQ(load.idle_s, 0) << text;
        EXPECT_EQ(load.steal_s, 0) << text;
    }
}

/* Guests are part of user; the sum of all is not counted twice; later lines are not of PUs. */
TEST(LoadRead, AllPus)
{
    const struct load load = read(TWO);
    EXPECT_EQ(load.pus, 2);
    EXPECT_NEAR(load.busy_s, 15.67, 1e-9);
    EXPECT_NEAR(load.idle_s, 40.6, 1e-9);
    EXPECT_NEAR(load.steal_s, 0.9, 1e-9);
}

TEST(LoadRead, SomePus)
{
    const bool second[] = {false, true}, first[] = {true}, none[] = {false, false};
    EXPECT_EQ(read(TWO, second, 2).pus, 1);
    EXPECT_NEAR(read(TWO, second, 2).busy_s, 1.6, 1e-9);
    EXPECT_NEAR(read(TWO, second, 2).steal_s, 0.7, 1e-9);
    EXPECT_NEAR(read(TWO, first, 1).busy_s, 14.07, 1e-9);
    EXPECT_EQ(read(TWO, none, 2).pus, 0);
    EXPECT_EQ(read(TWO, none, 0).pus, 0);
}

TEST(LoadRead, TicksOfTheirLength)
{
    EXPECT_NEAR(read(TWO, nullptr, 0, 1000).idle_s, 4.06, 1e-9);
}

TEST(LoadRead, FewerColumnsOfOldKernels)
{
    const struct load load = read("cpu  9 9 9 9\ncpu0 100 20 30 400\ncpu3 1 1 1 1 1 1\n");
    EXPECT_EQ(load.pus, 2);
    EXPECT_NEAR(load.busy_s, 1.54, 1e-9);
    EXPECT_NEAR(load.idle_s, 4.02, 1e-9);
    EXPECT_EQ(load.steal_s, 0);
}

TEST(LoadRead, LargeCounts)
{
    EXPECT_NEAR(read("cpu0 400000000000 0 0 1 0 0 0 0\n").busy_s, 4e9, 1);
}

/* As the kernel of this machine writes it, if it does. */
TEST(LoadRead, ThisMachine)
{
    std::unique_ptr<FILE, int (*)(FILE *)> in(fopen(LOAD_FILE, "re"), fclose);
    if (in == nullptr)
        GTEST_SKIP() << "NO " << LOAD_FILE;
    struct load load;
    load_read(&load, in.get(), sysconf(_SC_CLK_TCK), nullptr, 0);
    EXPECT_GE(load.pus, 1);
    EXPECT_LE(load.pus, sysconf(_SC_NPROCESSORS_CONF));
    EXPECT_GE(load.busy_s + load.idle_s + load.steal_s, 0);
}

TEST(LoadOfOthers, Cores)
{
    const struct load before = load_of(100, 200, 0), after = load_of(112, 208, 0);
    EXPECT_DOUBLE_EQ(load_of_others(&before, &after, 9, 10), 0.3);
    EXPECT_DOUBLE_EQ(load_of_others(&before, &after, 0, 10), 1.2);
    EXPECT_EQ(load_of_others(&before, &after, 12, 10), 0);
    EXPECT_EQ(load_of_others(&before, &after, 12.5, 10), 0); /* ticks are coarse */
}

TEST(LoadOfOthers, Unknown)
{
    const struct load before = load_of(100, 200, 0), after = load_of(112, 208, 0);
    struct load fewer = after, nothing = {};
    fewer.pus = 1;
    EXPECT_TRUE(std::isnan(load_of_others(&before, &before, 0, 10))); /* stands still */
    EXPECT_TRUE(std::isnan(load_of_others(&after, &before, 0, 10)));  /* goes back */
    EXPECT_TRUE(std::isnan(load_of_others(&before, &fewer, 0, 10)));
    EXPECT_TRUE(std::isnan(load_of_others(&nothing, &nothing, 0, 10)));
    EXPECT_TRUE(std::isnan(load_of_others(&nothing, &after, 0, 10)));
    EXPECT_TRUE(std::isnan(load_of_others(&before, &after, 0, 0.9 * LOAD_LEAST_S)));
    EXPECT_TRUE(std::isnan(load_of_others(&before, &after, 0, 0)));
    EXPECT_FALSE(std::isnan(load_of_others(&before, &after, 0, LOAD_LEAST_S)));
}

TEST(LoadStolen, Share)
{
    const struct load before = load_of(100, 200, 30), after = load_of(112, 204, 34);
    EXPECT_DOUBLE_EQ(load_stolen(&before, &after), 0.2);
    const struct load quiet = load_of(112, 204, 30);
    EXPECT_EQ(load_stolen(&before, &quiet), 0);
    const struct load all = load_of(100, 200, 50);
    EXPECT_EQ(load_stolen(&before, &all), 1);
}

TEST(LoadStolen, Unknown)
{
    const struct load before = load_of(100, 200, 30), nothing = {};
    EXPECT_TRUE(std::isnan(load_stolen(&before, &before)));
    EXPECT_TRUE(std::isnan(load_stolen(&nothing, &before)));
}
