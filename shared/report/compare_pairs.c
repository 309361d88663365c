#include "report/compare_pairs.h"

#include <stdlib.h>

/* How many comparisons there are of rows with samples: every two rows are compared, but a row under
 * a gil only with the same row without one. */
static int comparisons_of(const struct compare_work *work)
{
    int plain = 0, locked = 0;
    for (int i = 0; i < work->rows_count; i++)
        if (work->rows[i].count > 0)
            *(mechanism_has_gil(work->rows[i].mechanism) ? &locked : &plain) += 1;
    return paired_comparisons(plain, locked);
}

static struct series series_of(const struct compare_row *row)
{
    return (struct series){row->count, row->samples_s, row->rounds};
}

static int most_samples(const struct compare_work *work)
{
    int most = 1;
    for (int i = 0; i < work->rows_count; i++)
        most = work->rows[i].count > most ? work->rows[i].count : most;
    return most;
}

/* A row compared with itself is at 1, whatever its samples. */
static struct paired with_itself(const struct compare_row *row)
{
    const struct interval one = {.median = 1, .low = 1, .high = 1, .attained = 1, .found = true};
    return (struct paired){
        .rounds = row->count,
        .ratio = one,
        .differ = row->time.found ? DIFFER_TIE : DIFFER_UNKNOWN,
    };
}

static void compare_all(const struct compare_work *work, const struct paired_rules *rules,
                        double *room)
{
    int rows = work->rows_count;
    for (int i = 0; i < rows; i++)
        for (int k = i; k < rows; k++) {
            const struct compare_row *first = &work->rows[i], *second = &work->rows[k];
            struct paired pair = {.differ = DIFFER_UNKNOWN};
            const struct series a = series_of(first), b = series_of(second);
            if (first->count > 0 && second->count > 0)
                pair = i == k ? with_itself(first) : paired_compare(&a, &b, rules, room);
            work->pairs[i * rows + k] = pair;
        }
}

int compare_judge_pairs(const struct compare_report *compare_report, struct compare_work *work,
                        struct err *err)
{
    size_t rows = (size_t)work->rows_count;
    const struct paired_rules rules = {
        .confidence = compare_report->confidence,
        .comparisons = comparisons_of(work),
        .apart = compare_report->apart,
    };
    free(work->pairs);
    work->pairs = calloc(rows * rows, sizeof(*work->pairs));
    double *room = calloc((size_t)most_samples(work), sizeof(*room));
    if (work->pairs == NULL || room == NULL) {
        free(room);
        return err_memory(err, "the comparisons");
    }
    compare_all(work, &rules, room);
    free(room);
    return 0;
}

struct paired compare_pair(const struct compare_work *work, const struct compare_row *first,
                           const struct compare_row *second)
{
    long i = first - work->rows, k = second - work->rows, rows = work->rows_count;
    if (i <= k)
        return work->pairs[i * rows + k];
    const struct paired other = work->pairs[k * rows + i];
    return other.ratio.median > 0 ? paired_turned(&other) : other;
}

static bool is_close(double ratio, double apart)
{
    return ratio <= 1 + apart && ratio * (1 + apart) >= 1;
}

/* Whether two rows that tie are known to be as good as each other. */
static bool is_tight(const struct paired *pair, const struct compare_row *first,
                     const struct compare_row *second)
{
    return pair->ratio.found && is_close(pair->ratio.low, COMPARE_TIGHT) &&
           is_close(pair->ratio.high, COMPARE_TIGHT) &&
           interval_within(&first->time, COMPARE_TIGHT) &&
           interval_within(&second->time, COMPARE_TIGHT);
}

enum relation compare_relation(const struct compare_report *compare_report,
                               const struct compare_work *work, const struct compare_row *first,
                               const struct compare_row *second)
{
    const struct paired pair = compare_pair(work, first, second);
    switch (pair.differ) {
    case DIFFER_FIRST_FASTER:
        return RELATION_FASTER;
    case DIFFER_SECOND_FASTER:
        return RELATION_SLOWER;
    case DIFFER_UNKNOWN:
        return RELATION_BLURRED;
    case DIFFER_TIE:
        break;
    }
    bool same =
        is_close(pair.ratio.median, compare_report->apart) && is_tight(&pair, first, second);
    return same ? RELATION_SAME : RELATION_BLURRED;
}
