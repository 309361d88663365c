#include "measure/paired.h"

#include "measure/samples.h"

#include <stddef.h>

/* All comparisons together may be wrong with probability 1 - confidence; each gets an equal
 * part. */
static double confidence_of_each(double confidence, int comparisons)
{
    return 1 - (1 - confidence) / comparisons;
}

int paired_comparisons(int plain, int locked)
{
    int all = plain * (plain - 1) / 2 + locked;
    return all > 0 ? all : 1;
}

int paired_least(double confidence, int comparisons)
{
    return interval_least(confidence_of_each(confidence, comparisons));
}

static int round_of(const struct series *series, int index)
{
    return series->rounds != NULL ? series->rounds[index] : index;
}

int paired_ratios(const struct series *first, const struct series *second, double *ratios)
{
    int count = 0;
    for (int i = 0, k = 0; i < first->count && k < second->count;) {
        int a = round_of(first, i), b = round_of(second, k);
        if (a == b && first->samples[i] > 0 && second->samples[k] > 0)
            ratios[count++] = first->samples[i] / second->samples[k];
        i += a <= b;
        k += b <= a;
    }
    return count;
}

/* For rows that share no round. */
static struct interval ratio_of_medians(const struct series *first, const struct series *second)
{
    double ratio = samples_median(first->samples, first->count) /
                   samples_median(second->samples, second->count);
    return (struct interval){.median = ratio, .low = ratio, .high = ratio};
}

/* -1: certainly below 1, 1: certainly above; 0: neither, or there are too few rounds. */
static int side_of(const double *ratios, int count, double confidence)
{
    if (count == 0)
        return 0;
    const struct interval sure = interval_of_ratios(ratios, count, confidence);
    if (!sure.found)
        return 0;
    return (sure.low > 1) - (sure.high < 1);
}

/* A row is faster only if both the ratio and the medians of all samples say so. */
static enum differ decide(const struct paired *paired, const struct interval *first,
                          const struct interval *second, int side, double apart)
{
    double ratio = paired->ratio.median;
    bool enough = paired->ratio.found || (first->found && second->found);
    bool disjoint =
        first->found && second->found && (first->high < second->low || second->high < first->low);
    if (!enough)
        return DIFFER_UNKNOWN;
    if (ratio * (1 + apart) < 1 && first->median < second->median && (side < 0 || disjoint))
        return DIFFER_FIRST_FASTER;
    if (ratio > 1 + apart && first->median > second->median && (side > 0 || disjoint))
        return DIFFER_SECOND_FASTER;
    return DIFFER_TIE;
}

struct paired paired_compare(const struct series *first, const struct series *second,
                             const struct paired_rules *rules, double *room)
{
    struct paired paired = {.rounds = paired_ratios(first, second, room)};
    paired.ratio = paired.rounds > 0 ? interval_of_ratios(room, paired.rounds, rules->confidence)
                                     : ratio_of_medians(first, second);
    const struct interval a = interval_of(first->samples, first->count, rules->confidence);
    const struct interval b = interval_of(second->samples, second->count, rules->confidence);
    int side =
        side_of(room, paired.rounds, confidence_of_each(rules->confidence, rules->comparisons));
    paired.differ = decide(&paired, &a, &b, side, rules->apart);
    return paired;
}

struct paired paired_turned(const struct paired *paired)
{
    static const enum differ TURNED[] = {
        [DIFFER_TIE] = DIFFER_TIE,
        [DIFFER_FIRST_FASTER] = DIFFER_SECOND_FASTER,
        [DIFFER_SECOND_FASTER] = DIFFER_FIRST_FASTER,
        [DIFFER_UNKNOWN] = DIFFER_UNKNOWN,
    };
    struct paired turned = *paired;
    turned.ratio.median = 1 / paired->ratio.median;
    turned.ratio.low = 1 / paired->ratio.high;
    turned.ratio.high = 1 / paired->ratio.low;
    turned.differ = TURNED[paired->differ];
    return turned;
}
