#include "measure/samples.h"

#include <stdlib.h>

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
