
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <string>
#include <vector>

extern "C" {
#include "base/random.h"
#include "work/cost.h"
}

namespace
{

const struct cost COSTS_OF_EACH[] = {
    {COST_FLAT, 0, 1}, {COST_LINEAR, 0, 1}, {COST_LAST, 0, 1}, {COST_RANDOM, 0, 1}};

std::vector<double> factors(struct cost cost, int64_t count)
{
    std::vector<double> all;
    cost.count = count;
    for (int64_t p = 0; p < count; p++)
        all.push_back(cost_factor(&cost, p));
    return all;
}

double mean(const std::vector<double> &values)
{
    double sum = 0;
    for (double value : values)
        sum += value;
    return sum / static_cast<double>(values.size());
}

} // namespace

TEST(Cost, NamesAndWords)
{
    const std::vector<std::string> names = {"flat", "linear", "last", "random"};
    for (size_t i = 0; i < names.size(); i++) {
        EXPECT_EQ(COSTS[i], names[i]);
        EXPECT_NE(std::string(cost_help(static_cast<enum cost_shape>(i))), "");
    }
    EXPECT_EQ(COSTS[names.size()], nullptr);
    EXPECT_TRUE(cost_wants_count(COST_LINEAR) && cost_wants_count(COST_LAST));
    EXPECT_FALSE(cost_wants_count(COST_FLAT) || cost_wants_count(COST_RANDOM));
}

TEST(Cost, MeanIsOneAtEveryCount)
{
    for (int64_t count : {1, 2, 7, 8, 9, 15, 16, 1000, 99991})
        for (enum cost_shape shape : {COST_FLAT, COST_LINEAR, COST_LAST})
            EXPECT_NEAR(mean(factors({shape, 0, 1}, count)), 1, 1e-9)
                << COSTS[shape] << " of " << count;
    /* Six standard errors of a million exponential draws. */
    EXPECT_NEAR(mean(factors({COST_RANDOM, 0, 1}, 1000000)), 1, 0.006);
}

TEST(Cost, AZeroedOneIsFlat)
{
    const struct cost none = {};
    EXPECT_EQ(cost_factor(&none, 0), 1);
    EXPECT_EQ(cost_factor(&none, INT64_MAX), 1);
    EXPECT_EQ(cost_longest(&none), 1);
    for (int64_t mean : {INT64_C(0), INT64_C(1), INT64_MAX})
        EXPECT_EQ(cost_of(&none, mean, 5), mean) << "not through a double";
}

TEST(Cost, LinearRisesEvenly)
{
    const std::vector<double> four = {0.25, 0.75, 1.25, 1.75};
    EXPECT_EQ(factors({COST_LINEAR, 0, 1}, 4), four);
    EXPECT_EQ(factors({COST_LINEAR, 0, 1}, 1), std::vector<double>{1});
}

TEST(Cost, LastEighthCostsEightTimes)
{
    for (int64_t count : {1, 2, 7, 8, 9, 16, 1000}) {
        SCOPED_TRACE(count);
        const std::vector<double> all = factors({COST_LAST, 0, 1}, count);
        const int64_t dear = (count + 7) / 8;
        for (int64_t p = 0; p < count; p++)
            EXPECT_DOUBLE_EQ(all[static_cast<size_t>(p)], count == dear      ? 1
                                                          : p < count - dear ? all[0]
                                                                             : 8 * all[0]);
    }
    EXPECT_DOUBLE_EQ(factors({COST_LAST, 0, 1}, 800)[0], 8.0 / 15);
    EXPECT_DOUBLE_EQ(factors({COST_LAST, 0, 1}, 800)[700], 64.0 / 15);
}

TEST(Cost, RandomIsExponential)
{
    const std::vector<double> all = factors({COST_RANDOM, 0, 3}, 100000);
    double squares = 0, beyond = 0;
    for (double f : all) {
        squares += f * f;
        beyond += f > 1;
    }
    EXPECT_NEAR(squares / 100000, 2, 0.1);
    EXPECT_NEAR(beyond / 100000, std::exp(-1), 0.01);
}

TEST(Cost, RandomBelongsToSeedAndPosition)
{
    const struct cost one = {COST_RANDOM, 10, 1}, other = {COST_RANDOM, 10, 2},
                      longer = {COST_RANDOM, 1000, 1};
    for (int64_t p = 0; p < 10; p++) {
        EXPECT_EQ(cost_factor(&one, p), cost_factor(&one, p));
        EXPECT_EQ(cost_factor(&one, p), cost_factor(&longer, p)) << "not to how many there are";
        EXPECT_NE(cost_factor(&one, p), cost_factor(&other, p));
    }
}

/* As io's spreads are: else what costs most would also wait longest. Of independent ones the mean
 * product is the product of the means. */
TEST(Cost, RandomIsNotWhatWaitsDraw)
{
    const struct cost cost = {COST_RANDOM, 0, 7};
    double product = 0;
    for (int64_t p = 0; p < 100000; p++)
        product += cost_factor(&cost, p) * -std::log(random_unit(7, static_cast<uint64_t>(p)));
    EXPECT_NEAR(product / 100000, 1, 0.05);
}

/* At counts whose squares, or eight times whose tasks, pass int64. */
TEST(Cost, HugeCounts)
{
    for (int64_t count : {INT64_C(1) << 40, INT64_MAX})
        for (struct cost cost : COSTS_OF_EACH) {
            SCOPED_TRACE(testing::Message() << COSTS[cost.shape] << " of " << count);
            cost.count = count;
            for (int64_t p : {INT64_C(0), count / 2, count - count / 8 - 2, count - 1}) {
                EXPECT_GE(cost_factor(&cost, p), 0);
                EXPECT_LE(cost_factor(&cost, p), 40);
            }
            EXPECT_GE(cost_longest(&cost), 1);
        }
    const struct cost linear = {COST_LINEAR, INT64_C(1) << 40, 1};
    EXPECT_DOUBLE_EQ(cost_factor(&linear, (INT64_C(1) << 40) - 1), 2 - 0x1p-40);
    EXPECT_DOUBLE_EQ(cost_factor(&linear, 0), 0x1p-40);
    const struct cost last = {COST_LAST, INT64_C(1) << 40, 1};
    EXPECT_DOUBLE_EQ(cost_factor(&last, (INT64_C(7) << 37) - 1), 8.0 / 15);
    EXPECT_DOUBLE_EQ(cost_factor(&last, INT64_C(7) << 37), 64.0 / 15);
}

/* The smallest draw there is, and the largest: see Random.UnitAtItsEnds. */
TEST(Cost, RandomIsFinite)
{
    EXPECT_LE(-std::log(0x1p-53), 40);
    const std::vector<double> all = factors({COST_RANDOM, 0, 9}, 1000000);
    EXPECT_GE(*std::min_element(all.begin(), all.end()), 0);
    EXPECT_LE(*std::max_element(all.begin(), all.end()), 40);
}

TEST(Cost, LongestIsReached)
{
    for (int64_t count : {1, 7, 8, 1000})
        for (enum cost_shape shape : {COST_FLAT, COST_LINEAR, COST_LAST}) {
            const std::vector<double> all = factors({shape, 0, 1}, count);
            const struct cost cost = {shape, count, 1};
            EXPECT_EQ(cost_longest(&cost), *std::max_element(all.begin(), all.end()));
        }
    const struct cost random = {COST_RANDOM, 1000, 1};
    EXPECT_EQ(cost_longest(&random), 1);
}

TEST(Cost, OfAnAmountIsRounded)
{
    const struct cost linear = {COST_LINEAR, 4, 1};
    const int64_t expected[] = {3, 8, 13, 18}; /* of 2.5, 7.5, 12.5, 17.5 */
    for (int64_t p = 0; p < 4; p++)
        EXPECT_EQ(cost_of(&linear, 10, p), expected[p]);
    EXPECT_EQ(cost_of(&linear, 0, 3), 0);
    EXPECT_EQ(cost_of(&linear, 1, 0), 0);
    EXPECT_EQ(cost_of(&linear, INT64_C(1000000000000), 3), INT64_C(1750000000000));
}
