#include "measure/noise.h"

#include "measure/samples.h"

#include <math.h>

static int count_outside(const double *samples, int count, double low, double high)
{
    int found = 0;
    for (int i = 0; i < count; i++)
        found += samples[i] < low || samples[i] > high;
    return found;
}

static void find_spread(struct noise *noise, const double *samples, int count)
{
    double median = samples_median(samples, count);
    double first = samples_quantile(samples, count, 0.25);
    double third = samples_quantile(samples, count, 0.75);
    double fence = 1.5 * (third - first);
    double low = samples_ranked(samples, count, 1), high = samples_ranked(samples, count, count);
    noise->spread = (third - first) / median;
    noise->range = (high - low) / median;
    noise->outliers = count_outside(samples, count, first - fence, third + fence);
}

static double drift_of(const double *samples, int count)
{
    int half = count / 2;
    if (half == 0)
        return 0;
    return samples_median(samples + count - half, half) / samples_median(samples, half) - 1;
}

/* Mann, "Nonparametric tests against trend", Econometrica 13 (1945); Kendall, "Rank correlation
 * methods" (1975), whose variance with ties is (n(n-1)(2n+5) - sum of t(t-1)(2t+5)) / 18 over
 * groups of t samples alike. That sum is taken sample by sample here, each adding (t-1)(2t+5). */
static void find_trend(struct noise *noise, const double *samples, int count)
{
    double n = count, rises = 0, alike = 0, tied = 0;
    for (int i = 0; i < count; i++) {
        int others = 0;
        for (int k = 0; k < count; k++) {
            others += k != i && samples[k] == samples[i];
            if (k > i)
                rises += (samples[k] > samples[i]) - (samples[k] < samples[i]);
        }
        alike += others;
        tied += others * (2.0 * others + 7);
    }
    double pairs = n * (n - 1) / 2, variance = (n * (n - 1) * (2 * n + 5) - tied) / 18;
    noise->chance = 1;
    if (rises == 0)
        return;
    noise->trend = rises / sqrt(pairs * (pairs - alike / 2));
    noise->chance = erfc((fabs(rises) - 1) / sqrt(2 * variance));
}

struct noise noise_of(const double *samples, int count)
{
    struct noise noise = {.drift = drift_of(samples, count)};
    find_spread(&noise, samples, count);
    find_trend(&noise, samples, count);
    noise.noisy = noise.spread > NOISE_SPREAD_WIDE;
    noise.drifts = count >= NOISE_TREND_LEAST && fabs(noise.drift) > NOISE_DRIFT_LARGE &&
                   noise.chance < NOISE_TREND_CHANCE;
    return noise;
}
