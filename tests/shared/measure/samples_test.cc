
#include <algorithm>
#include <cfloat>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

extern "C" {
#include "base/random.h"
#include "measure/samples.h"
}

namespace
{

const double INF = std::numeric_limits<double>::infinity();

struct samples of(std::vector<double> values)
{
    return samples_of(values.data(), static_cast<int>(values.size()));
}

} // namespace

TEST(Samples, MedianAndEnds)
{
    struct {
        const char *name;
        std::vector<double> values;
        double median, low, high;
    } const rows[] = {
        {"one", {7.5}, 7.5, 7.5, 7.5},
        {"one, zero", {0}, 0, 0, 0},
        {"one, below zero", {-2}, -2, -2, -2},
        {"two", {1, 4}, 2.5, 1, 4},
        {"two, falling", {4, 1}, 2.5, 1, 4},
        {"odd", {1, 2, 4}, 2, 1, 4},
        {"odd, falling", {9, 7, 4, 2, 1}, 4, 1, 9},
        {"odd, mixed", {5, 100, 1, 4, 2}, 4, 1, 100},
        {"even", {1, 2, 4, 100}, 3, 1, 100},
        {"even, mixed", {100, 2, 4, 1, 8, 16}, 6, 1, 100},
        {"all alike, odd", {3, 3, 3}, 3, 3, 3},
        {"all alike, even", {3, 3, 3, 3}, 3, 3, 3},
        {"twins at the low end", {9, 1, 1, 1, 8}, 1, 1, 9},
        {"twins at the high end", {9, 2, 9, 1}, 5.5, 1, 9},
        {"twins in the middle", {9, 5, 1, 5}, 5, 1, 9},
        {"on both sides of zero", {3, -5, 0.5, -1}, -0.25, -5, 3},
        /* their difference, cut to an int, is 0 */
        {"close together", {0.3, 0.1, 0.2}, 0.2, 0.1, 0.3},
        {"nanoseconds in seconds", {3e-9, 1e-9, 2e-9}, 2e-9, 1e-9, 3e-9},
        /* their difference does not fit into an int, or is no double */
        {"far apart", {1e300, 0, -1e300}, 0, -1e300, 1e300},
        {"the largest", {DBL_MAX, 1, -DBL_MAX}, 1, -DBL_MAX, DBL_MAX},
        {"without end", {INF, 1, -INF}, 1, -INF, INF},
    };
    for (const auto &row : rows) {
        const struct samples samples = of(row.values);
        EXPECT_EQ(samples.median, row.median) << row.name;
        EXPECT_EQ(samples.low, row.low) << row.name;
        EXPECT_EQ(samples.high, row.high) << row.name;
    }
}

/* What is asked for is what comes, whatever the order of measuring. */
TEST(Samples, EveryOrder)
{
    for (const std::vector<double> &sorted :
         {std::vector<double>{1, 2, 2, 8, 32}, std::vector<double>{-1, 0.25, 0.75, 6, 6, 7}}) {
        const size_t half = sorted.size() / 2;
        const double median =
            sorted.size() % 2 != 0 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        std::vector<double> order = sorted;
        do {
            const struct samples samples = of(order);
            ASSERT_EQ(samples.median, median) << testing::PrintToString(order);
            ASSERT_EQ(samples.low, sorted.front()) << testing::PrintToString(order);
            ASSERT_EQ(samples.high, sorted.back()) << testing::PrintToString(order);
        } while (std::next_permutation(order.begin(), order.end()));
    }
}

TEST(Samples, SortsInPlace)
{
    std::vector<double> values = {5, -1, 3, 3, 0.5};
    samples_of(values.data(), static_cast<int>(values.size()));
    EXPECT_EQ(values, (std::vector<double>{-1, 0.5, 3, 3, 5}));
}

/* What lies after the last is neither read nor moved. */
TEST(Samples, LeavesTheRestAlone)
{
    std::vector<double> values = {5, 4, 3, -100, 100};
    const struct samples samples = samples_of(values.data(), 3);
    EXPECT_EQ(samples.median, 4);
    EXPECT_EQ(samples.low, 3);
    EXPECT_EQ(samples.high, 5);
    EXPECT_EQ(values, (std::vector<double>{3, 4, 5, -100, 100}));
}

TEST(Samples, Many)
{
    for (int count : {999, 1000}) {
        std::vector<double> values;
        for (int i = 0; i < count; i++)
            values.push_back(i * 7919 % count); /* each of 0 .. count - 1 once */
        const struct samples samples = samples_of(values.data(), count);
        EXPECT_EQ(samples.median, (count - 1) / 2.0) << count;
        EXPECT_EQ(samples.low, 0) << count;
        EXPECT_EQ(samples.high, count - 1) << count;
    }
}

namespace
{

double ranked(const std::vector<double> &values, int rank)
{
    return samples_ranked(values.data(), static_cast<int>(values.size()), rank);
}

} // namespace

/* Of any doubles, without moving them. */
TEST(SamplesRanked, AsSorted)
{
    const std::vector<std::vector<double>> rows = {
        {7.5},
        {0.0},
        {-2},
        {3, 3, 3},
        {4, 1},
        {9, 1, 8, 1, 1},
        {3, -5, 0.5, -1, 0, -0.25},
        {3e-9, 1e-9, 2e-9},
        {DBL_MAX, -DBL_MAX, DBL_MIN, -DBL_MIN, 0},
        {std::numeric_limits<double>::denorm_min(), 0, -std::numeric_limits<double>::denorm_min()},
        {INF, 1, -INF, INF},
        {1, 1 + DBL_EPSILON, 1 - DBL_EPSILON / 2},
    };
    for (const std::vector<double> &row : rows) {
        std::vector<double> sorted = row;
        std::sort(sorted.begin(), sorted.end());
        for (size_t i = 0; i < row.size(); i++)
            EXPECT_EQ(ranked(row, static_cast<int>(i) + 1), sorted[i])
                << testing::PrintToString(row);
    }
}

TEST(SamplesRanked, ManyAtRandom)
{
    for (uint64_t seed = 0; seed < 50; seed++) {
        std::vector<double> values;
        for (uint64_t i = 0; i < 1 + seed * 5; i++)
            values.push_back(static_cast<double>(random_bits(seed, i) % 100) - 50);
        std::vector<double> sorted = values;
        std::sort(sorted.begin(), sorted.end());
        for (size_t i = 0; i < values.size(); i++)
            ASSERT_EQ(ranked(values, static_cast<int>(i) + 1), sorted[i]) << seed;
        const std::vector<double> before = values;
        const int count = static_cast<int>(values.size());
        ASSERT_EQ(samples_median(values.data(), count),
                  samples_quantile(values.data(), count, 0.5));
        ASSERT_EQ(values, before);
        ASSERT_EQ(samples_median(before.data(), count), of(values).median);
    }
}

/* R 4.2.2: quantile(x, p, type=7). */
TEST(SamplesQuantile, AsInR)
{
    struct {
        std::vector<double> values;
        double p, quantile;
    } const rows[] = {
        {{9.5, 1, 4, 2.25, 16, 3}, 0, 1},
        {{9.5, 1, 4, 2.25, 16, 3}, 0.1, 1.625},
        {{9.5, 1, 4, 2.25, 16, 3}, 0.25, 2.4375},
        {{9.5, 1, 4, 2.25, 16, 3}, 0.5, 3.5},
        {{9.5, 1, 4, 2.25, 16, 3}, 0.7, 6.75},
        {{9.5, 1, 4, 2.25, 16, 3}, 0.75, 8.125},
        {{9.5, 1, 4, 2.25, 16, 3}, 0.999, 15.9675},
        {{9.5, 1, 4, 2.25, 16, 3}, 1, 16},
        {{3, 1, 2}, 0.25, 1.5},
        {{3, 1, 2}, 0.5, 2},
        {{3, 1, 2}, 0.6, 2.2},
        {{5}, 0.25, 5},
        {{INF, INF, INF, 1}, 0.75, INF},
    };
    for (const auto &row : rows)
        EXPECT_DOUBLE_EQ(
            samples_quantile(row.values.data(), static_cast<int>(row.values.size()), row.p),
            row.quantile)
            << testing::PrintToString(row.values) << " at " << row.p;
}
