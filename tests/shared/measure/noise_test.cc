
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

extern "C" {
#include "base/random.h"
#include "measure/noise.h"
}

namespace
{

struct noise of(const std::vector<double> &samples)
{
    return noise_of(samples.data(), static_cast<int>(samples.size()));
}

/* What drifts by so much in all, over a jitter of 1 %. */
std::vector<double> drifting(int count, double by)
{
    std::vector<double> samples;
    for (int i = 0; i < count; i++)
        samples.push_back(1 + by * i / (count - 1) +
                          0.01 * (random_unit(3, static_cast<uint64_t>(i)) - 0.5));
    return samples;
}

} // namespace

TEST(Noise, OfOneSample)
{
    const struct noise noise = of({3});
    EXPECT_EQ(noise.spread, 0);
    EXPECT_EQ(noise.range, 0);
    EXPECT_EQ(noise.outliers, 0);
    EXPECT_EQ(noise.drift, 0);
    EXPECT_EQ(noise.trend, 0);
    EXPECT_EQ(noise.chance, 1);
    EXPECT_FALSE(noise.noisy);
    EXPECT_FALSE(noise.drifts);
}

TEST(Noise, OfTwoSamples)
{
    const struct noise noise = of({1, 3});
    EXPECT_EQ(noise.spread, 0.5);
    EXPECT_EQ(noise.range, 1);
    EXPECT_EQ(noise.drift, 2);
    EXPECT_EQ(noise.trend, 1);
    EXPECT_EQ(noise.chance, 1);
    EXPECT_FALSE(noise.drifts);
}

/* R 4.2.2: quartiles by quantile(type=7), trend and chance by cor.test(x, seq_along(x),
 * method="kendall", exact=FALSE, continuity=TRUE). */
TEST(Noise, FiguresByR)
{
    struct {
        std::vector<double> samples;
        double spread, range;
        int outliers;
        double drift, trend, chance;
    } const rows[] = {
        {{5, 1, 4, 2, 3, 9, 7, 8}, 1, 1.77777777778, 0, 1.5, 0.428571428571, 0.173546221788},
        {{1, 1.01, 1.03, 1.02, 1.05, 1.06, 1.04, 1.08, 1.09, 1.12},
         0.0502392344498,
         0.114832535885,
         0,
         0.0588235294118,
         0.866666666667,
         0.000676764180121},
        {{10, 10, 10, 10, 11, 11, 11, 12, 12, 12, 12},
         0.181818181818,
         0.181818181818,
         0,
         0.2,
         0.852802865422,
         0.00115405008478},
        {{3, 1, 2}, 0.5, 1, 0, -0.333333333333, -0.333333333333, 1},
        {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
         0.846153846154,
         1.69230769231,
         0,
         1.71428571429,
         1,
         8.30310735356e-06},
        {{2, 2, 2, 2, 2, 2, 2, 50, 2.1, 1.9, 0.1, 2},
         0,
         24.95,
         4,
         0,
         -0.119808459575,
         0.680393459894},
        {{1.2, 1.1, 1.15, 1.1, 1.2, 1.05, 1, 1.02, 1, 0.98, 0.99, 1.01, 0.97},
         0.0980392156863,
         0.225490196078,
         0,
         -0.115555555556,
         -0.719092495507,
         0.000922914373358},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(testing::PrintToString(row.samples));
        const struct noise noise = of(row.samples);
        EXPECT_NEAR(noise.spread, row.spread, 1e-11);
        EXPECT_NEAR(noise.range, row.range, 1e-10);
        EXPECT_EQ(noise.outliers, row.outliers);
        EXPECT_NEAR(noise.drift, row.drift, 1e-11);
        EXPECT_NEAR(noise.trend, row.trend, 1e-11);
        EXPECT_NEAR(noise.chance, row.chance, 1e-11);
    }
}

TEST(Noise, AllAlike)
{
    const struct noise noise = of(std::vector<double>(20, 0.25));
    EXPECT_EQ(noise.spread, 0);
    EXPECT_EQ(noise.outliers, 0);
    EXPECT_EQ(noise.trend, 0);
    EXPECT_EQ(noise.chance, 1);
    EXPECT_FALSE(noise.noisy);
    EXPECT_FALSE(noise.drifts);
}

/* Quartiles 2 and 4: the fences stand at -1 and 7, which are inside. */
TEST(Noise, OutliersAreBeyondTheFences)
{
    EXPECT_EQ(of({2, 2, 3, 4, 4, 2, 3, 4, 7, -1, 3}).outliers, 0);
    EXPECT_EQ(of({2, 2, 3, 4, 4, 2, 3, 4, 7.01, -1, 3}).outliers, 1);
    EXPECT_EQ(of({2, 2, 3, 4, 4, 2, 3, 4, 7.01, -1.01, 3}).outliers, 2);
}

TEST(Noise, NoisyAboveTheLimit)
{
    EXPECT_FALSE(of({0.96, 0.96, 1, 1.04, 1.04}).noisy); /* 8 % between the quartiles */
    EXPECT_TRUE(of({0.9, 0.94, 1, 1.06, 1.06}).noisy);   /* 12 % */
    EXPECT_FALSE(of({1, 1, 1, 1, 1, 1, 9}).noisy);       /* an outlier is not noise */
}

TEST(Noise, DriftsEitherWay)
{
    for (double by : {0.3, -0.3}) {
        const struct noise noise = of(drifting(20, by));
        EXPECT_TRUE(noise.drifts) << by;
        EXPECT_GT(noise.drift * by, 0);
        EXPECT_GT(noise.trend * by, 0);
    }
}

TEST(Noise, SmallDriftDoesNotMatter)
{
    const struct noise noise = of(drifting(40, 0.06)); /* 3 % from half to half */
    EXPECT_LT(noise.chance, NOISE_TREND_CHANCE);
    EXPECT_FALSE(noise.drifts);
}

TEST(Noise, FewSamplesDoNotDrift)
{
    EXPECT_FALSE(of({1, 2, 3, 4, 5, 6, 7}).drifts);
    EXPECT_TRUE(of({1, 2, 3, 4, 5, 6, 7, 8}).drifts);
}

/* A few far off at one end change the halves little and the trend not at all. */
TEST(Noise, OutliersAreNoDrift)
{
    EXPECT_FALSE(of({1.01, 1, 1.02, 1, 1.01, 1.02, 1, 1.01, 1.02, 1, 9, 9}).drifts);
}

/* Without a trend, one is seen in about 1 % of rows where that is the limit. */
TEST(Noise, ChanceIsWhatItSays)
{
    const int TRIALS = 20000;
    for (int count : {8, 12, 30}) {
        int seen = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            std::vector<double> samples;
            for (int i = 0; i < count; i++)
                samples.push_back(random_unit(static_cast<uint64_t>(count),
                                              static_cast<uint64_t>(trial * count + i)));
            seen += of(samples).chance < 0.01;
        }
        EXPECT_LT(seen, TRIALS * 0.013) << count;
        EXPECT_GT(seen, TRIALS * 0.005) << count;
    }
}

/* The halves differ by 10 %, as they may by chance. */
TEST(Noise, HalvesApartAreNoDrift)
{
    const struct noise noise = of({1, 1.3, 1, 1.1, 1.2, 1, 1.3, 1.1});
    EXPECT_GT(noise.drift, NOISE_DRIFT_LARGE);
    EXPECT_FALSE(noise.drifts);
}

TEST(Noise, UnitDoesNotMatter)
{
    const std::vector<double> samples = drifting(11, 0.2);
    std::vector<double> scaled;
    for (double sample : samples)
        scaled.push_back(sample / 1048576);
    const struct noise a = of(samples), b = of(scaled);
    EXPECT_DOUBLE_EQ(a.spread, b.spread);
    EXPECT_DOUBLE_EQ(a.range, b.range);
    EXPECT_DOUBLE_EQ(a.drift, b.drift);
    EXPECT_EQ(a.trend, b.trend);
    EXPECT_EQ(a.chance, b.chance);
}

TEST(Noise, LeavesSamplesInTheirOrder)
{
    const std::vector<double> samples = drifting(30, -0.2);
    std::vector<double> copy = samples;
    of(copy);
    EXPECT_EQ(copy, samples);
}

/* Kendall's tau by all pairs: the definition. */
TEST(Noise, TrendIsThatOfAllPairs)
{
    for (int count = 2; count < 70; count++) {
        std::vector<double> samples;
        for (int i = 0; i < count; i++) /* with ties */
            samples.push_back(
                1 + std::floor(8 * random_unit(11, static_cast<uint64_t>(100 * count + i))) +
                (count % 3) * i);
        double rises = 0, pairs = 0, all = 0;
        for (int i = 0; i < count; i++)
            for (int k = i + 1; k < count; k++) {
                rises += (samples[k] > samples[i]) - (samples[k] < samples[i]);
                pairs += samples[k] != samples[i];
                all++;
            }
        const double tau = rises == 0 ? 0 : rises / std::sqrt(all * pairs);
        EXPECT_NEAR(of(samples).trend, tau, 1e-12) << count;
    }
}

/* A million samples: by all pairs that would take an hour. */
TEST(Noise, VeryManySamples)
{
    std::vector<double> samples = drifting(1000000, 0.2);
    const struct noise noise = of(samples);
    EXPECT_TRUE(noise.drifts);
    EXPECT_GT(noise.trend, 0.9);
}
