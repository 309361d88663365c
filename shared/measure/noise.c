#include "measure/noise.h"

#include "measure/samples.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

/* Merges the two sorted halves of `from`, which start at `begin` and `middle`, into `to`; returns
 * how many pairs were in the wrong order, the larger one first. */
static double merge(const double *from, double *to, int begin, int middle, int end)
{
    double turned = 0;
    for (int i = begin, k = middle, out = begin; out < end; out++) {
        bool second = i == middle || (k < end && from[k] < from[i]);
        if (second)
            turned += middle - i;
        to[out] = second ? from[k++] : from[i++];
    }
    return turned;
}

/* Sorts `values`, with `room` of the same size as scratch space; returns how many pairs were in the
 * wrong order (Knight, "A computer method for calculating Kendall's tau with ungrouped data",
 * 1966). */
static double sort(double *values, double *room, int count)
{
    double turned = 0;
    double *from = values, *to = room;
    for (int64_t width = 1; width < count; width *= 2) {
        for (int64_t begin = 0; begin < count; begin += 2 * width) {
            int64_t middle = begin + width < count ? begin + width : count;
            int64_t end = begin + 2 * width < count ? begin + 2 * width : count;
            turned += merge(from, to, (int)begin, (int)middle, (int)end);
        }
        double *sorted = to;
        to = from;
        from = sorted;
    }
    if (from != values)
        memcpy(values, from, (size_t)count * sizeof(*values));
    return turned;
}

/* What equal samples take off the number of pairs and off the variance. */
struct ties {
    double pairs, variance;
};

static struct ties ties_of(const double *sorted, int count)
{
    struct ties ties = {0, 0};
    for (int begin = 0, end = 0; begin < count; begin = end) {
        while (end < count && sorted[end] == sorted[begin])
            end++;
        double t = end - begin;
        ties.pairs += t * (t - 1) / 2;
        ties.variance += t * (t - 1) * (2 * t + 5);
    }
    return ties;
}

/* Mann, "Nonparametric tests against trend", Econometrica 13 (1945); Kendall, "Rank correlation
 * methods" (1975), whose variance with ties is (n(n-1)(2n+5) - sum of t(t-1)(2t+5)) / 18 over
 * groups of t equal samples. */
static void find_trend(struct noise *noise, const double *samples, int count)
{
    noise->chance = 1;
    double *sorted = malloc(2 * (size_t)count * sizeof(*sorted));
    if (sorted == NULL)
        return;
    memcpy(sorted, samples, (size_t)count * sizeof(*sorted));
    double turned = sort(sorted, sorted + count, count), n = count;
    const struct ties ties = ties_of(sorted, count);
    free(sorted);
    double pairs = n * (n - 1) / 2, rises = pairs - ties.pairs - 2 * turned;
    double variance = (n * (n - 1) * (2 * n + 5) - ties.variance) / 18;
    if (rises == 0)
        return;
    noise->trend = rises / sqrt(pairs * (pairs - ties.pairs));
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
