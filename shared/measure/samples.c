#include "measure/samples.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct samples samples_of(double *values, int count)
{
    qsort(values, (size_t)count, sizeof(*values), compare);
    double median =
        count % 2 != 0 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
    return (struct samples){.median = median, .low = values[0], .high = values[count - 1]};
}

/* Doubles as whole numbers in the same order: the bits of negative numbers are all flipped, of the
 * others only the sign bit. */
static const uint64_t SIGN = UINT64_C(1) << 63;

static uint64_t key_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return (bits & SIGN) != 0 ? ~bits : bits | SIGN;
}

static double value_of(uint64_t key)
{
    uint64_t bits = (key & SIGN) != 0 ? key & ~SIGN : ~key;
    double value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

/* The keys on both sides of a cut. */
struct cut {
    int up_to;           /* how many keys are not above the cut */
    uint64_t last, next; /* the largest of those, the smallest of the others */
};

static struct cut cut_at(const double *values, int count, uint64_t key)
{
    struct cut cut = {0, 0, UINT64_MAX};
    for (int i = 0; i < count; i++) {
        uint64_t k = key_of(values[i]);
        if (k > key) {
            cut.next = k < cut.next ? k : cut.next;
        } else {
            cut.last = k > cut.last ? k : cut.last;
            cut.up_to++;
        }
    }
    return cut;
}

/* Halves the range that holds the wanted key, at most 64 times, each time narrowing it to keys that
 * occur. */
double samples_ranked(const double *values, int count, int rank)
{
    uint64_t low = cut_at(values, count, 0).next, high = cut_at(values, count, UINT64_MAX).last;
    while (low < high) {
        struct cut cut = cut_at(values, count, low + (high - low) / 2);
        if (cut.up_to >= rank)
            high = cut.last;
        else
            low = cut.next;
    }
    return value_of(low);
}

double samples_median(const double *values, int count)
{
    double upper = samples_ranked(values, count, count / 2 + 1);
    return count % 2 != 0 ? upper : (samples_ranked(values, count, count / 2) + upper) / 2;
}

double samples_quantile(const double *values, int count, double p)
{
    double place = (count - 1) * p, before = floor(place);
    double value = samples_ranked(values, count, (int)before + 1);
    if (place <= before)
        return value;
    double next = samples_ranked(values, count, (int)before + 2);
    return next > value ? value + (place - before) * (next - value) : value;
}
