/*
 * interval - ranks and what they attain as R counts them, then what must hold for any samples.
 */

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

extern "C" {
#include "base/random.h"
#include "measure/interval.h"
}

namespace
{

struct interval of(const std::vector<double> &samples, double confidence)
{
    return interval_of(samples.data(), static_cast<int>(samples.size()), confidence);
}

struct interval ratios(const std::vector<double> &ratios, double confidence)
{
    return interval_of_ratios(ratios.data(), static_cast<int>(ratios.size()), confidence);
}

/* 1, 2, ... count, out of order: `count` is no multiple of 7919. */
std::vector<double> ranks(int count)
{
    std::vector<double> samples;
    for (int i = 0; i < count; i++)
        samples.push_back(1 + int64_t(i) * 7919 % count);
    return samples;
}

/* Distributions with the median 1: lognormal, exponential, Pareto without a mean, and one of a few
 * values only. */
double lognormal(double u, double v)
{
    return std::exp(0.3 * std::sqrt(-2 * std::log(u)) * std::cos(2 * M_PI * v));
}
double exponential(double u, double)
{
    return -std::log(u) / M_LN2;
}
double pareto(double u, double)
{
    return std::pow(2 * u, -1.25);
}
double stepwise(double u, double)
{
    return u <= 0.4 ? 0.9 : u <= 0.7 ? 1 : 3;
}

struct {
    const char *name;
    double (*draw)(double u, double v);
} const DISTRIBUTIONS[] = {{"lognormal", lognormal},
                           {"exponential", exponential},
                           {"pareto", pareto},
                           {"steps", stepwise}};

#ifdef SQUARES_SANITIZED
const int TRIALS = 2000;
#else
const int TRIALS = 20000;
#endif

class Draws
{
  public:
    std::vector<double> next(double (*draw)(double, double), int count)
    {
        std::vector<double> samples;
        for (int i = 0; i < count; i++, at_ += 2)
            samples.push_back(draw(random_unit(2026, at_), random_unit(2026, at_ + 1)));
        return samples;
    }

  private:
    uint64_t at_ = 0;
};

/* The lowest share of `TRIALS` that a probability may show: six standard deviations below. */
double lowest(double probability)
{
    return probability - 6 * std::sqrt(probability * (1 - probability) / TRIALS);
}

struct interval known(double low, double median, double high)
{
    return {median, low, high, 0.96, true};
}

} // namespace

/* Where even the extremes do not attain the confidence, they are given, and what they attain. */
TEST(Interval, TooFewSamples)
{
    struct {
        std::vector<double> samples;
        double confidence, median, attained;
    } const rows[] = {
        {{4}, 0.95, 4, 0},
        {{4, 2}, 0.95, 3, 0.5},
        {{9, 4, 2}, 0.95, 4, 0.75},
        {{9, 4, 2, 3, 7}, 0.95, 4, 0.9375},
        {{9, 4, 2, 3, 7, 5}, 0.99, 4.5, 0.96875},
        {{9, 4, 2, 3, 7, 5, 6}, 0.99, 5, 0.984375},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(testing::PrintToString(row.samples));
        const struct interval found = of(row.samples, row.confidence);
        EXPECT_FALSE(found.found);
        EXPECT_EQ(found.median, row.median);
        EXPECT_EQ(found.low, *std::min_element(row.samples.begin(), row.samples.end()));
        EXPECT_EQ(found.high, *std::max_element(row.samples.begin(), row.samples.end()));
        EXPECT_EQ(found.attained, row.attained);
    }
}

TEST(Interval, Least)
{
    struct {
        double confidence;
        int least;
    } const rows[] = {{0.5625, 3},  {0.75, 3},      {0.9, 5},         {0.95, 6},
                      {0.96875, 6}, {0.97, 7},      {0.99, 8},        {0.999, 11},
                      {0.9999, 15}, {0.999999, 21}, {1 - 0x1p-53, 54}};
    for (const auto &row : rows) {
        SCOPED_TRACE(row.confidence);
        EXPECT_EQ(interval_least(row.confidence), row.least);
        EXPECT_TRUE(of(ranks(row.least), row.confidence).found);
        EXPECT_FALSE(of(ranks(row.least - 1), row.confidence).found);
        EXPECT_TRUE(ratios(ranks(row.least), row.confidence).found);
        EXPECT_FALSE(ratios(ranks(row.least - 1), row.confidence).found);
    }
}

/* R 4.2.2: k = qbinom((1-c)/2, n, .5), attained = 1 - 2*pbinom(k-1, n, .5); all that have k > 0. */
TEST(Interval, RanksByR)
{
    struct {
        int count;
        double confidence;
        int low, high;
        double attained;
    } const rows[] = {
        {5, 0.9, 1, 5, 0.9375},
        {6, 0.9, 1, 6, 0.96875},
        {7, 0.9, 1, 7, 0.984375},
        {8, 0.9, 2, 7, 0.9296875},
        {11, 0.9, 3, 9, 0.9345703125},
        {12, 0.9, 3, 10, 0.96142578125},
        {51, 0.9, 20, 32, 0.9080854501841},
        {1075, 0.9, 511, 565, 0.9004837293146},
        {10000, 0.9, 4918, 5083, 0.9010619081672},
        {6, 0.95, 1, 6, 0.96875},
        {7, 0.95, 1, 7, 0.984375},
        {8, 0.95, 1, 8, 0.9921875},
        {9, 0.95, 2, 8, 0.9609375},
        {10, 0.95, 2, 9, 0.978515625},
        {11, 0.95, 2, 10, 0.98828125},
        {12, 0.95, 3, 10, 0.96142578125},
        {20, 0.95, 6, 15, 0.958610534668},
        {25, 0.95, 8, 18, 0.9567147493362},
        {50, 0.95, 18, 33, 0.9671608624357},
        {51, 0.95, 19, 33, 0.9511261076817},
        {100, 0.95, 40, 61, 0.9647997997823},
        {999, 0.95, 469, 531, 0.9502444627181},
        {1000, 0.95, 469, 532, 0.9537088026395},
        {1075, 0.95, 505, 571, 0.9559335206202},
        {10000, 0.95, 4902, 5099, 0.9511670501036},
        {8, 0.99, 1, 8, 0.9921875},
        {11, 0.99, 1, 11, 0.9990234375},
        {12, 0.99, 2, 11, 0.99365234375},
        {50, 0.99, 16, 35, 0.9933995520332},
        {100, 0.99, 37, 64, 0.9933628794841},
        {1000, 0.99, 459, 542, 0.9913600509977},
        {10000, 0.99, 4871, 5130, 0.9904058418742},
        {11, 0.999, 1, 11, 0.9990234375},
        {25, 0.999, 5, 21, 0.9990894794464},
        {1075, 0.999, 484, 592, 0.9990210010866},
        {10000, 0.999, 4835, 5166, 0.9990679555848},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(testing::Message() << row.count << " at " << row.confidence);
        const struct interval found = of(ranks(row.count), row.confidence);
        EXPECT_TRUE(found.found);
        EXPECT_EQ(found.low, row.low);
        EXPECT_EQ(found.high, row.high);
        EXPECT_EQ(found.median, (row.count + 1) / 2.0);
        EXPECT_NEAR(found.attained, row.attained, 1e-12);
    }
}

/* A confidence that is attained exactly is attained; the next larger double is not. */
TEST(Interval, ExactlyAttained)
{
    EXPECT_EQ(of(ranks(9), 0.9609375).low, 2);
    EXPECT_EQ(of(ranks(9), std::nextafter(0.9609375, 1)).low, 1);
    EXPECT_TRUE(of(ranks(6), 0.96875).found);
    EXPECT_FALSE(of(ranks(6), std::nextafter(0.96875, 1)).found);
}

/* Enough of them that 2^-n is no double. */
TEST(Interval, VeryMany)
{
    const struct interval found = of(ranks(100000), 0.95);
    EXPECT_TRUE(found.found);
    EXPECT_EQ(found.low, 49690); /* by R, as above */
    EXPECT_EQ(found.high, 50311);
    EXPECT_NEAR(found.attained, 0.9504443, 1e-7);
}

TEST(Interval, TiesAreSamplesLikeOthers)
{
    const struct interval flat = of(std::vector<double>(10, 3.5), 0.95);
    EXPECT_TRUE(flat.found);
    EXPECT_EQ(flat.low, 3.5);
    EXPECT_EQ(flat.median, 3.5);
    EXPECT_EQ(flat.high, 3.5);
    const struct interval stepped = of({1, 1, 1, 2, 2, 2, 2, 2, 2, 9}, 0.95);
    EXPECT_EQ(stepped.low, 1);
    EXPECT_EQ(stepped.median, 2);
    EXPECT_EQ(stepped.high, 2);
}

TEST(Interval, GrowsWithConfidence)
{
    for (int count : {1, 2, 6, 13, 50, 333}) {
        const std::vector<double> samples = ranks(count);
        struct interval before = of(samples, 0.501);
        for (double confidence = 0.51; confidence < 0.9999; confidence += 0.0007) {
            const struct interval now = of(samples, confidence);
            ASSERT_LE(now.low, before.low) << count << " at " << confidence;
            ASSERT_GE(now.high, before.high) << count << " at " << confidence;
            ASSERT_GE(now.attained, before.attained) << count << " at " << confidence;
            ASSERT_LE(now.found, before.found) << count << " at " << confidence;
            ASSERT_EQ(now.found, now.attained >= confidence) << count << " at " << confidence;
            before = now;
        }
    }
}

TEST(Interval, LeavesSamplesInTheirOrder)
{
    const std::vector<double> samples = {5, 1, 4, 2, 3, 9, 7};
    std::vector<double> copy = samples;
    of(copy, 0.95);
    EXPECT_EQ(copy, samples);
}

TEST(Interval, OrderAndUnitDoNotMatter)
{
    Draws draws;
    for (const auto &distribution : DISTRIBUTIONS)
        for (int count : {1, 6, 7, 30}) {
            std::vector<double> samples = draws.next(distribution.draw, count), scaled;
            for (double sample : samples)
                scaled.push_back(1024 * sample);
            const struct interval first = of(samples, 0.95), large = of(scaled, 0.95);
            std::reverse(samples.begin(), samples.end());
            const struct interval second = of(samples, 0.95);
            EXPECT_EQ(first.low, second.low);
            EXPECT_EQ(first.median, second.median);
            EXPECT_EQ(first.high, second.high);
            EXPECT_EQ(1024 * first.low, large.low);
            EXPECT_EQ(1024 * first.median, large.median);
            EXPECT_EQ(1024 * first.high, large.high);
            EXPECT_EQ(first.attained, large.attained);
        }
}

/* However the samples are distributed: what is promised is at least what is kept, and for
 * distributions without steps it is what is attained. */
TEST(Interval, HoldsTheMedianAsOftenAsItSays)
{
    Draws draws;
    for (const auto &distribution : DISTRIBUTIONS)
        for (int count : {6, 9, 20, 50}) {
            SCOPED_TRACE(testing::Message() << count << " of " << distribution.name);
            int held = 0;
            double attained = 0;
            for (int trial = 0; trial < TRIALS; trial++) {
                const struct interval found = of(draws.next(distribution.draw, count), 0.95);
                held += found.low <= 1 && 1 <= found.high;
                attained = found.attained;
            }
            const double share = static_cast<double>(held) / TRIALS;
            EXPECT_GE(attained, 0.95);
            EXPECT_GE(share, lowest(attained));
            EXPECT_LE(share, distribution.draw == stepwise ? 1 : 2 * attained - lowest(attained));
        }
}

/* --- of ratios --- */

/* Hettmansperger and Sheather's weights by hand, cubed: of 7 samples w is 11 / 15, of 10 it is
 * 73 / 111. */
TEST(IntervalOfRatios, EndsLieBetweenRanks)
{
    struct {
        int count, rank;
        double weight;
    } const rows[] = {{7, 1, 11.0 / 15}, {10, 2, 73.0 / 111}};
    for (const auto &row : rows) {
        const struct interval found = ratios(ranks(row.count), 0.95);
        double k = row.rank, n = row.count, w = std::pow(row.weight, 3);
        EXPECT_TRUE(found.found);
        EXPECT_EQ(found.median, (n + 1) / 2);
        EXPECT_NEAR(found.low, k * std::pow((k + 1) / k, w), 1e-9);
        EXPECT_NEAR(found.high, (n + 1 - k) * std::pow((n - k) / (n + 1 - k), w), 1e-9);
        EXPECT_EQ(found.attained, 0.95);
    }
}

TEST(IntervalOfRatios, NotWiderThanTheExactOneNorNarrowerThanTheNextRanks)
{
    for (int count = 1; count <= 1100; count += count < 60 ? 1 : 97)
        for (double confidence : {0.6, 0.9, 0.95, 0.99, 0.9999}) {
            SCOPED_TRACE(testing::Message() << count << " at " << confidence);
            const std::vector<double> all = ranks(count);
            const struct interval exact = of(all, confidence), found = ratios(all, confidence);
            ASSERT_EQ(found.found, exact.found);
            ASSERT_EQ(found.median, exact.median);
            ASSERT_GE(found.low, exact.low);
            ASSERT_LE(found.high, exact.high);
            ASSERT_LE(found.low, std::min(exact.low + 1, exact.median) + 1e-9);
            ASSERT_GE(found.high, std::max(exact.high - 1, exact.median) - 1e-9);
        }
}

TEST(IntervalOfRatios, TooFewSamples)
{
    const struct interval one = ratios({3}, 0.95);
    EXPECT_FALSE(one.found);
    EXPECT_EQ(one.median, 3);
    EXPECT_EQ(one.low, 3);
    EXPECT_EQ(one.high, 3);
    EXPECT_EQ(one.attained, 0);
    EXPECT_FALSE(ratios(ranks(5), 0.95).found);
    EXPECT_EQ(ratios(ranks(5), 0.95).high, 5);
}

TEST(IntervalOfRatios, OfTheInverseIsTheInverse)
{
    Draws draws;
    for (const auto &distribution : DISTRIBUTIONS)
        for (int count : {1, 5, 6, 7, 13, 30}) {
            std::vector<double> all = draws.next(distribution.draw, count), inverse;
            for (double ratio : all)
                inverse.push_back(1 / ratio);
            const struct interval found = ratios(all, 0.95), turned = ratios(inverse, 0.95);
            EXPECT_NEAR(found.low * turned.high, 1, 1e-12);
            EXPECT_NEAR(found.high * turned.low, 1, 1e-12);
        }
}

/* `make coverage` does so with more cases and more trials. */
TEST(IntervalOfRatios, HoldsTheMedianAsOftenAsItSays)
{
    Draws draws;
    for (const auto &distribution : DISTRIBUTIONS)
        for (int count : {6, 8, 9, 14, 30}) {
            SCOPED_TRACE(testing::Message() << count << " of " << distribution.name);
            int held = 0;
            for (int trial = 0; trial < TRIALS; trial++) {
                std::vector<double> base = draws.next(distribution.draw, count);
                const std::vector<double> row = draws.next(distribution.draw, count);
                for (int i = 0; i < count; i++)
                    base[i] /= row[i];
                const struct interval found = ratios(base, 0.95);
                held += found.low <= 1 && 1 <= found.high;
            }
            EXPECT_GE(static_cast<double>(held) / TRIALS, lowest(0.95));
        }
}

/* --- comparing --- */

TEST(IntervalWithin, BothEnds)
{
    struct interval time = known(9, 10, 11);
    EXPECT_TRUE(interval_within(&time, 0.1));
    EXPECT_FALSE(interval_within(&time, 0.0999));
    time = known(9.9, 10, 11);
    EXPECT_FALSE(interval_within(&time, 0.05));
    time = known(9, 10, 10.1);
    EXPECT_FALSE(interval_within(&time, 0.05));
    time = known(9.9, 10, 10.1);
    EXPECT_TRUE(interval_within(&time, 0.05));
    time.found = false;
    EXPECT_FALSE(interval_within(&time, 0.05));
}
