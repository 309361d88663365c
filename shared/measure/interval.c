#include "measure/interval.h"

#include "measure/samples.h"

#include <math.h>

/* How many samples on each side lie outside the interval, such that it misses the true median with
 * a probability of at most `miss`. Replaces `miss` by the actual probability, which exceeds it only
 * if even the interval from the smallest to the largest sample misses more often.
 *
 * Adds up C(n,0), C(n,1), ... in units of 2^(1-n): exactly, for n up to 50. Sums that grow large
 * are moved to larger units, so nothing overflows; with very many samples the first sums become
 * 0. */
static int samples_outside(int count, double *miss)
{
    const int STEP = 500;
    double term = 1, sum = 1, missed = ldexp(1, 1 - count), next = missed;
    int outside = 0, unit = 1 - count;
    for (int below = 1; 2 * below < count && next <= *miss; below++) {
        term = term * (count - below + 1) / below;
        sum += term;
        if (sum > ldexp(1, STEP)) {
            sum = ldexp(sum, -STEP);
            term = ldexp(term, -STEP);
            unit += STEP;
        }
        next = ldexp(sum, unit);
        if (next <= *miss) {
            missed = next;
            outside = below;
        }
    }
    *miss = missed;
    return outside;
}

struct interval interval_of(const double *samples, int count, double confidence)
{
    double miss = 1 - confidence, missed = miss;
    int outside = samples_outside(count, &missed);
    return (struct interval){
        .median = samples_median(samples, count),
        .low = samples_ranked(samples, count, 1 + outside),
        .high = samples_ranked(samples, count, count - outside),
        .attained = 1 - missed,
        .found = missed <= miss,
    };
}

/* All samples lie on one side of the median with a probability of 2 * 2^-n. */
int interval_least(double confidence)
{
    int count = 1;
    while (ldexp(1, 1 - count) > 1 - confidence)
        count++;
    return count;
}

/* --- of ratios --- */

/* The probability that exactly `rank` samples lie below the median, or above it: what an interval
 * loses when its ends move inwards from that rank to the next. */
static double missed_between(int count, int rank)
{
    int sign;
    double n = count, k = rank;
    double ways = lgamma_r(n + 1, &sign) - lgamma_r(k + 1, &sign) - lgamma_r(n - k + 1, &sign);
    return 2 * exp(ways - n * M_LN2);
}

/* The weight of the sample at `rank` + 1 against the one at `rank`: see the header. */
static double inner_weight(int count, int rank, double spare)
{
    double n = count, k = rank;
    double part = fmin(spare / missed_between(count, rank), 1);
    double weight = (n - k) * part / (k + (n - 2 * k) * part);
    return weight * weight * weight;
}

static double between(double outer, double inner, double weight)
{
    return outer * pow(inner / outer, weight);
}

struct interval interval_of_ratios(const double *ratios, int count, double confidence)
{
    double miss = 1 - confidence, missed = miss;
    int rank = 1 + samples_outside(count, &missed);
    struct interval interval = {
        .median = samples_median(ratios, count),
        .low = samples_ranked(ratios, count, rank),
        .high = samples_ranked(ratios, count, count + 1 - rank),
        .attained = 1 - missed,
        .found = missed <= miss,
    };
    if (!interval.found || 2 * (rank + 1) > count)
        return interval;
    double weight = inner_weight(count, rank, miss - missed);
    interval.low = between(interval.low, samples_ranked(ratios, count, rank + 1), weight);
    interval.high = between(interval.high, samples_ranked(ratios, count, count - rank), weight);
    interval.attained = confidence;
    return interval;
}

bool interval_within(const struct interval *interval, double fraction)
{
    double most = fraction * interval->median;
    return interval->found && interval->high - interval->median <= most &&
           interval->median - interval->low <= most;
}
