#include "measure/interval.h"

#include "measure/samples.h"

#include <math.h>

/* How many samples lie outside of the interval on each side, so that it is missed with a
 * probability of at most `miss`, which is replaced by that probability: it is more only if even
 * the extremes are missed more often.
 *
 * Adds up C(n,0), C(n,1), ... in units of 2^(1-n): exactly, for n up to 50. What grows large is
 * moved to larger units, so nothing overflows, and the first sums of very many samples are 0. */
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

/* `miss` is 1 less the confidence: nothing is lost by halving it. */
static struct interval find(const double *samples, int count, double miss)
{
    double missed = miss;
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
static int least(double miss)
{
    int count = 1;
    while (ldexp(1, 1 - count) > miss)
        count++;
    return count;
}

struct interval interval_of(const double *samples, int count, double confidence)
{
    return find(samples, count, 1 - confidence);
}

int interval_least(double confidence)
{
    return least(1 - confidence);
}

int interval_least_of_ratio(double confidence)
{
    return least((1 - confidence) / 2);
}

struct interval interval_of_ratio(const double *base, int base_count, const double *row,
                                  int row_count, double confidence)
{
    double miss = (1 - confidence) / 2;
    struct interval above = find(base, base_count, miss), below = find(row, row_count, miss);
    return (struct interval){
        .median = above.median / below.median,
        .low = above.low / below.high,
        .high = above.high / below.low,
        .attained = fmax(above.attained + below.attained - 1, 0),
        .found = above.found && below.found,
    };
}

bool interval_within(const struct interval *interval, double fraction)
{
    double most = fraction * interval->median;
    return interval->found && interval->high - interval->median <= most &&
           interval->median - interval->low <= most;
}

static bool is_faster(const struct interval *a, const struct interval *b, double apart)
{
    return a->high < b->low && b->median > a->median * (1 + apart);
}

enum differ interval_compare(const struct interval *first, const struct interval *second,
                             double apart)
{
    if (!first->found || !second->found)
        return DIFFER_UNKNOWN;
    if (is_faster(first, second, apart))
        return DIFFER_FIRST_FASTER;
    return is_faster(second, first, apart) ? DIFFER_SECOND_FASTER : DIFFER_TIE;
}
