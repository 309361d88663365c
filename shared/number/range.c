#include "number/range.h"

#include "base/units.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int parse_bound(const char *text, const char *whole, int64_t *value, struct err *err)
{
    switch (unit_parse_int64(text, value)) {
    case UNIT_OK:
        return 0;
    case UNIT_TOO_LARGE:
        err_set(err, ERR_INPUT, "'%.80s' in range '%.160s' does not fit into int64", text, whole);
        return err_remedy(err, "numbers go from %" PRId64 " to %" PRId64, INT64_MIN, INT64_MAX);
    default:
        err_set(err, ERR_INPUT, "'%.80s' in range '%.160s' is not a whole number", text, whole);
        return err_remedy(err, "write it as A:B or A:B:STEP, as in 0:100 or 10:0:-2");
    }
}

static int count_numbers(struct range *range, int64_t end, const char *text, struct err *err)
{
    if (range->step == 0)
        return err_set(err, ERR_INPUT, "range '%.160s' has step 0", text);
    int128 distance = (int128)end - range->begin;
    int128 step = range->step;
    if (step < 0) {
        distance = -distance;
        step = -step;
    }
    if (distance <= 0) {
        err_set(err, ERR_INPUT, "range '%.160s' holds no numbers", text);
        return err_remedy(err, distance == 0
                                   ? "B itself is not part of A:B, as in Python's range(A, B)"
                                   : "its step leads away from B: change the sign of the step");
    }
    int128 count = (distance + step - 1) / step;
    if (count > RANGE_MOST) {
        err_set(err, ERR_INPUT, "range '%.160s' holds more than 1e18 numbers", text);
        return err_remedy(err, "a range can hold at most 1e18: a 1 with 18 zeros");
    }
    range->count = (int64_t)count;
    return 0;
}

/* Splits and reads `copy`, a copy of `text`. */
static int parse_parts(char *copy, const char *text, struct range *range, struct err *err)
{
    char *rest = copy;
    const char *begin = strsep(&rest, ":");
    const char *end = strsep(&rest, ":");
    if (end == NULL) {
        err_set(err, ERR_INPUT, "range '%.160s' has no end", text);
        return err_remedy(err, "write it as A:B or A:B:STEP, as in 0:100 or 10:0:-2");
    }
    int64_t last = 0;
    range->step = 1;
    if (parse_bound(begin, text, &range->begin, err) != 0 ||
        parse_bound(end, text, &last, err) != 0)
        return -1;
    if (rest != NULL && parse_bound(rest, text, &range->step, err) != 0)
        return -1;
    return count_numbers(range, last, text, err);
}

int range_parse(const char *text, struct range *range, struct err *err)
{
    char *copy = strdup(text);
    if (copy == NULL)
        return err_memory(err, "a range");
    int status = parse_parts(copy, text, range, err);
    free(copy);
    return status;
}

void range_fill(const struct range *range, struct numbers *out)
{
    for (int64_t i = 0; i < out->count; i++)
        out->i64[i] = range_at(range, out->first + i);
}
