
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

extern "C" {
#include "base/random.h"
#include "measure/paired.h"
}

namespace
{

/* A row's samples, and the rounds they are of; none: of 0, 1, 2 ... */
struct Row {
    std::vector<double> samples;
    std::vector<int> rounds = {};

    struct series series() const
    {
        return {static_cast<int>(samples.size()), samples.data(),
                rounds.empty() ? nullptr : rounds.data()};
    }
};

std::vector<double> ratios(const Row &first, const Row &second)
{
    std::vector<double> found(std::min(first.samples.size(), second.samples.size()));
    const struct series a = first.series(), b = second.series();
    found.resize(static_cast<size_t>(paired_ratios(&a, &b, found.data())));
    return found;
}

struct paired compare(const Row &first, const Row &second, int comparisons = 1, double apart = 0.05)
{
    const struct paired_rules rules = {0.95, comparisons, apart};
    const struct series a = first.series(), b = second.series();
    std::vector<double> room(std::min(first.samples.size(), second.samples.size()));
    return paired_compare(&a, &b, &rules, room.data());
}

/* `time` in each of `count` rounds while the machine slows down by half; `noise` alternates. */
Row drifting(double time, int count, double noise = 0)
{
    Row row;
    for (int i = 0; i < count; i++)
        row.samples.push_back(time * (1 + 0.5 * i / count) * (1 + (i % 2 == 0 ? noise : -noise)));
    return row;
}

class Gauss
{
  public:
    explicit Gauss(uint64_t seed) : seed_(seed)
    {
    }
    double next()
    {
        at_ += 2;
        return std::sqrt(-2 * std::log(random_unit(seed_, at_))) *
               std::cos(2 * M_PI * random_unit(seed_, at_ + 1));
    }

  private:
    uint64_t seed_, at_ = 0;
};

} // namespace

TEST(Paired, RoundsThatBothHave)
{
    EXPECT_EQ(ratios({{2, 4, 6}}, {{1, 2, 2}}), (std::vector<double>{2, 2, 3}));
    EXPECT_EQ(ratios({{2, 4, 6}}, {{1, 2}}), (std::vector<double>{2, 2}));
    EXPECT_EQ(ratios({{2, 4, 6}, {0, 2, 5}}, {{1, 8, 2, 3}, {1, 2, 4, 5}}),
              (std::vector<double>{0.5, 2}));
    EXPECT_EQ(ratios({{2, 4}, {3, 4}}, {{1, 2, 3}}), std::vector<double>());
    EXPECT_EQ(ratios({{2, 4}, {1, 2}}, {{1, 2, 8}}), (std::vector<double>{1, 0.5}));
    EXPECT_EQ(ratios({{}}, {{1, 2, 8}}), std::vector<double>());
}

/* A clock that stood still: no ratio can be had of it. */
TEST(Paired, SamplesOfZeroAreLeftOut)
{
    EXPECT_EQ(ratios({{0, 4, 6}}, {{1, 0, 2}}), (std::vector<double>{3}));
}

/* The ratio of medians here is 12 / 8, but in each round it is 2 or 1.5. */
TEST(Paired, MedianOfTheRatiosNotRatioOfTheMedians)
{
    const Row base = {{10, 20, 12, 30, 11, 12, 24}}, row = {{5, 10, 8, 15, 5.5, 8, 16}};
    const struct paired found = compare(base, row);
    EXPECT_EQ(found.rounds, 7);
    EXPECT_EQ(found.ratio.median, 2);
    EXPECT_LE(found.ratio.low, 2);
    EXPECT_GE(found.ratio.high, 2);
    EXPECT_TRUE(found.ratio.found);
}

TEST(Paired, WithoutRoundsInCommonNothingIsFound)
{
    const struct paired found = compare({{10, 20}, {0, 1}}, {{5, 6}, {2, 3}});
    EXPECT_EQ(found.rounds, 0);
    EXPECT_NEAR(found.ratio.median, 15 / 5.5, 1e-12);
    EXPECT_FALSE(found.ratio.found);
    EXPECT_EQ(found.differ, DIFFER_UNKNOWN);
}

/* Their own intervals tell. */
TEST(Paired, ManySamplesWithoutCommonRoundsStillDiffer)
{
    Row first = drifting(1, 20), second = drifting(3, 20);
    for (int i = 0; i < 20; i++) {
        first.rounds.push_back(i);
        second.rounds.push_back(20 + i);
    }
    EXPECT_EQ(compare(first, second).differ, DIFFER_FIRST_FASTER);
    EXPECT_EQ(compare(second, first).differ, DIFFER_SECOND_FASTER);
}

TEST(Paired, FiveRoundsAreTooFewSixAreEnough)
{
    EXPECT_EQ(compare(drifting(1, 5), drifting(3, 5)).differ, DIFFER_UNKNOWN);
    EXPECT_EQ(compare(drifting(1, 6), drifting(3, 6)).differ, DIFFER_FIRST_FASTER);
    EXPECT_TRUE(compare(drifting(1, 6), drifting(3, 6)).ratio.found);
}

/* A machine that slows down by half hides a difference of a tenth in each row's own interval. */
TEST(Paired, DriftFallsOut)
{
    const struct paired found = compare(drifting(1, 12, 0.01), drifting(1.1, 12), 3);
    EXPECT_EQ(found.differ, DIFFER_FIRST_FASTER);
    EXPECT_NEAR(found.ratio.median, 1 / 1.1, 0.01);
    EXPECT_EQ(compare(drifting(1.1, 12), drifting(1, 12, 0.01), 3).differ, DIFFER_SECOND_FASTER);
}

TEST(Paired, SmallDifferencesTie)
{
    EXPECT_EQ(compare(drifting(1, 12), drifting(1.04, 12)).differ, DIFFER_TIE);
    EXPECT_EQ(compare(drifting(1, 12), drifting(1.05, 12)).differ, DIFFER_TIE);
    EXPECT_EQ(compare(drifting(1, 12), drifting(1.051, 12)).differ, DIFFER_FIRST_FASTER);
    EXPECT_EQ(compare(drifting(1, 12), drifting(1.04, 12), 1, 0.03).differ, DIFFER_FIRST_FASTER);
}

/* 7 rounds that agree are enough for one comparison, but not for thirty; unless each row's own
 * interval says the same. */
TEST(Paired, ManyComparisonsTakeMoreRounds)
{
    EXPECT_EQ(compare(drifting(1, 7), drifting(1.1, 7), 1).differ, DIFFER_FIRST_FASTER);
    EXPECT_EQ(compare(drifting(1, 7), drifting(1.1, 7), 30).differ, DIFFER_TIE);
    EXPECT_EQ(compare(drifting(1, 11), drifting(1.1, 11), 30).differ, DIFFER_FIRST_FASTER);
    EXPECT_EQ(compare(drifting(1, 7), drifting(2, 7), 30).differ, DIFFER_FIRST_FASTER);
}

TEST(Paired, HowManyRoundsItTakes)
{
    EXPECT_EQ(paired_least(0.95, 1), 6);
    EXPECT_EQ(paired_least(0.95, 3), 7);
    EXPECT_EQ(paired_least(0.95, 20), 10);
    EXPECT_EQ(paired_least(0.99, 3), 10);
    EXPECT_EQ(paired_comparisons(0, 0), 1);
    EXPECT_EQ(paired_comparisons(1, 0), 1);
    EXPECT_EQ(paired_comparisons(3, 0), 3);
    EXPECT_EQ(paired_comparisons(6, 2), 17);
}

/* The rows that are compared decide, not their order. */
TEST(Paired, Turned)
{
    Gauss gauss(7);
    for (int trial = 0; trial < 500; trial++) {
        Row first, second;
        for (int i = 0; i < 6 + trial % 20; i++) {
            first.samples.push_back(std::exp(0.1 * gauss.next()));
            second.samples.push_back(std::exp(0.1 * gauss.next() + 0.1 * (trial % 3)));
        }
        const struct paired there = compare(first, second, 3), back = compare(second, first, 3);
        const struct paired turned = paired_turned(&there);
        EXPECT_EQ(turned.differ, back.differ);
        EXPECT_EQ(turned.rounds, back.rounds);
        EXPECT_EQ(turned.ratio.found, back.ratio.found);
        EXPECT_NEAR(turned.ratio.low, back.ratio.low, 1e-12);
        EXPECT_NEAR(turned.ratio.high, back.ratio.high, 1e-12);
        /* that of an even number is the mean of two */
        EXPECT_NEAR(turned.ratio.median, back.ratio.median, 0.05 * back.ratio.median);
    }
}

/* The same thing as two rows, however noisy: among three rows with the base, at most 1 in 20 has a
 * winner. `make coverage` tries more. */
TEST(Paired, RowsAlikeHaveNoWinner)
{
    const int TRIALS = 4000;
    for (int count : {6, 7, 9, 12, 30}) {
        Gauss gauss(static_cast<uint64_t>(count));
        int found = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            Row first, second;
            for (int i = 0; i < count; i++) {
                first.samples.push_back(std::exp(0.3 * gauss.next()));
                second.samples.push_back(std::exp(0.3 * gauss.next()));
            }
            found += compare(first, second, paired_comparisons(3, 0)).differ != DIFFER_TIE;
        }
        EXPECT_LE(found, TRIALS / 20) << count << " rounds";
    }
}
