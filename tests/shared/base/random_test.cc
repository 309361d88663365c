
#include <gtest/gtest.h>
#include <set>

extern "C" {
#include "base/random.h"
}

/* SplitMix64 as published, written in Python with s = (s + 0x9e3779b97f4a7c15) % 2**64 and so on;
 * the rows of seeds 0 and 1234567 also stand in other people's tests of it. */
TEST(Random, IsSplitMix64)
{
    struct {
        uint64_t seed;
        uint64_t draws[5];
    } const rows[] = {
        {0,
         {0xe220a8397b1dcdaf, 0x6e789e6aa1b965f4, 0x06c45d188009454f, 0xf88bb8a8724c81ec,
          0x1b39896a51a8749b}},
        {1,
         {0x910a2dec89025cc1, 0xbeeb8da1658eec67, 0xf893a2eefb32555e, 0x71c18690ee42c90b,
          0x71bb54d8d101b5b9}},
        {1234567,
         {0x599ed017fb08fc85, 0x2c73f08458540fa5, 0x883ebce5a3f27c77, 0x3fbef740e9177b3f,
          0xe3b8346708cb5ecd}},
        {UINT64_MAX,
         {0xe4d971771b652c20, 0xe99ff867dbf682c9, 0x382ff84cb27281e9, 0x6d1db36ccba982d2,
          0xb4a0472e578069ae}},
    };
    for (const auto &row : rows)
        for (uint64_t i = 0; i < 5; i++)
            EXPECT_EQ(random_bits(row.seed, i), row.draws[i]) << row.seed << ", " << i;
}

TEST(Random, SameForSeedAndPositionInAnyOrder)
{
    for (uint64_t i = 0; i < 100; i++)
        EXPECT_EQ(random_unit(7, i), random_unit(7, i));
    double late = random_unit(7, 99);
    (void)random_unit(7, 3);
    EXPECT_EQ(random_unit(7, 99), late);
}

TEST(Random, DiffersBySeedAndPosition)
{
    std::set<uint64_t> draws;
    for (uint64_t seed = 0; seed < 100; seed++)
        for (uint64_t i = 0; i < 100; i++)
            draws.insert(random_bits(seed, i));
    EXPECT_EQ(draws.size(), 10000u);
}

/* Seeds for which the bits at a position are all 0 or all 1: the mixing run backwards, in Python,
 * by pow(factor, -1, 2**64) and the inverse of each shift. */
TEST(Random, UnitAtItsEnds)
{
    EXPECT_EQ(random_bits(0x61c8864680b583eb, 0), 0u);
    EXPECT_EQ(random_unit(0x61c8864680b583eb, 0), 0x1p-53);
    EXPECT_EQ(random_bits(0x0e44323405ac1f58, 7), 0u);
    EXPECT_EQ(random_unit(0x0e44323405ac1f58, 7), 0x1p-53);
    EXPECT_EQ(random_bits(0x31628af67b2131ab, 0), UINT64_MAX);
    EXPECT_EQ(random_unit(0x31628af67b2131ab, 0), 1);
}

/* Mean 1/2 and variance 1/12 within six standard errors of 10^6 draws; every tenth gets a tenth. */
TEST(Random, UnitIsUniform)
{
    const int DRAWS = 1000000;
    double sum = 0, squares = 0;
    int tenths[10] = {};
    for (uint64_t i = 0; i < DRAWS; i++) {
        double u = random_unit(42, i);
        ASSERT_GT(u, 0);
        ASSERT_LE(u, 1);
        sum += u;
        squares += u * u;
        tenths[u == 1 ? 9 : static_cast<int>(u * 10)]++;
    }
    double mean = sum / DRAWS;
    EXPECT_NEAR(mean, 0.5, 0.0018);
    EXPECT_NEAR(squares / DRAWS - mean * mean, 1.0 / 12, 0.0005);
    for (int tenth : tenths)
        EXPECT_NEAR(tenth, DRAWS / 10, 1800);
}
