/*
 * coverage - how often the intervals of `compare` hold what they should, how often a difference is
 * found, and how often one is seen that is not there: by simulation. `make coverage`.
 *
 * Two rows are drawn round by round: from five distributions, each with a median of 1 or nearly so,
 * and with the machine slowing down by half meanwhile or not. Beside what squares does stands what
 * it did before: an interval made of two separate ones, rows apart where those do not overlap.
 *
 *     coverage [TRIALS]       of each case; by default 100000
 *
 * Exit code 1: an interval held in less than 94.5 % of a case's trials, in more than 97 % on
 * average, or rows that are alike had a winner in more than 5 %.
 */
#include "base/random.h"
#include "measure/interval.h"
#include "measure/paired.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LEAST = 6, MOST = 50, TRIALS = 100000, ROWS_MOST = 6, TRUTH = 2000001 };

static const double CONFIDENCE = 0.95, APART = 0.05, LOWEST = 0.945, AVERAGE = 0.97,
                    FALSE_MOST = 0.05;

/* --- draws --- */

struct stream {
    uint64_t seed, at;
};

static double uniform(struct stream *stream)
{
    return random_unit(stream->seed, stream->at++);
}

static double gauss(struct stream *stream)
{
    double radius = sqrt(-2 * log(uniform(stream)));
    return radius * cos(2 * M_PI * uniform(stream));
}

static double draw_normal(struct stream *stream)
{
    return fmax(1 + 0.05 * gauss(stream), 0.5);
}

static double draw_lognormal(struct stream *stream)
{
    return exp(0.1 * gauss(stream));
}

static double draw_exponential(struct stream *stream)
{
    return 1 - 0.1 * log(uniform(stream));
}

/* One of five is disturbed. */
static double draw_contaminated(struct stream *stream)
{
    bool disturbed = uniform(stream) < 0.2;
    return disturbed ? 1.5 + 0.1 * gauss(stream) : 1 + 0.02 * gauss(stream);
}

/* Pareto's tail, without a variance. */
static double draw_heavy(struct stream *stream)
{
    return 1 + 0.1 * (pow(uniform(stream), -1 / 1.5) - 1);
}

/* Rows under load: only to see how often they seem to differ. */
static double draw_wild(struct stream *stream)
{
    return exp(0.3 * gauss(stream));
}

typedef double draw_fn(struct stream *);

static const struct {
    const char *name;
    draw_fn *draw;
} DISTRIBUTIONS[] = {
    {"normal", draw_normal},           {"lognormal", draw_lognormal},
    {"exponential", draw_exponential}, {"contaminated", draw_contaminated},
    {"heavy tail", draw_heavy},
};

enum { DISTRIBUTIONS_COUNT = sizeof(DISTRIBUTIONS) / sizeof(DISTRIBUTIONS[0]) };

/* --- what squares did before --- */

/* A ratio of two medians, each at half of what the confidence leaves. */
static struct interval separate_ratio(const double *base, const double *row, int count)
{
    double each = 1 - (1 - CONFIDENCE) / 2;
    struct interval a = interval_of(base, count, each), b = interval_of(row, count, each);
    return (struct interval){
        .median = a.median / b.median,
        .low = a.low / b.high,
        .high = a.high / b.low,
        .found = a.found && b.found,
    };
}

static bool separate_faster(const double *first, const double *second, int count)
{
    struct interval a = interval_of(first, count, CONFIDENCE);
    struct interval b = interval_of(second, count, CONFIDENCE);
    return a.found && b.found && a.high < b.low && b.median > a.median * (1 + APART);
}

/* --- a case --- */

enum question { COVERAGE, BOTH_COVERAGES, POWER, ALIKE };

struct trial_case {
    enum question question;
    draw_fn *base, *row;
    double drift; /* how much slower the last round is than the first */
    double ratio; /* base over row, that is true */
    int rounds;
    int rows; /* of ALIKE */

    /* shares of the trials */
    double held, held_before;   /* the interval holds the ratio */
    double found, found_before; /* the rows differ, and in the right direction */
};

static void draw_row(draw_fn *draw, const struct trial_case *c, struct stream *stream,
                     const double *machine, double *samples)
{
    for (int i = 0; i < c->rounds; i++)
        samples[i] = draw(stream) * machine[i];
}

static bool holds(const struct interval *interval, double ratio)
{
    return interval->low <= ratio && ratio <= interval->high;
}

static struct paired compare(const struct trial_case *c, const double *first, const double *second,
                             int rows)
{
    double room[MOST];
    const struct series a = {c->rounds, first, NULL}, b = {c->rounds, second, NULL};
    const struct paired_rules rules = {CONFIDENCE, paired_comparisons(rows, 0), APART};
    return paired_compare(&a, &b, &rules, room);
}

static void try_interval(struct trial_case *c, const double *base, const double *row)
{
    double ratios[MOST];
    const struct series a = {c->rounds, base, NULL}, b = {c->rounds, row, NULL};
    int count = paired_ratios(&a, &b, ratios);
    const struct interval now = interval_of_ratios(ratios, count, CONFIDENCE);
    c->held += holds(&now, c->ratio);
    if (c->question != BOTH_COVERAGES)
        return;
    const struct interval before = separate_ratio(base, row, c->rounds);
    c->held_before += !before.found || holds(&before, c->ratio);
}

/* Two rows and the base: three comparisons. */
static void try_two(struct trial_case *c, struct stream *stream, const double *machine)
{
    double base[MOST], row[MOST];
    draw_row(c->base, c, stream, machine, base);
    draw_row(c->row, c, stream, machine, row);
    if (c->question != POWER) {
        try_interval(c, base, row);
        return;
    }
    for (int i = 0; i < c->rounds; i++)
        base[i] *= c->ratio;
    c->found += compare(c, base, row, 3).differ == DIFFER_SECOND_FASTER;
    c->found_before += separate_faster(row, base, c->rounds);
}

/* Whether the one with the best median seems faster than any other. */
static void try_alike(struct trial_case *c, struct stream *stream, const double *machine)
{
    double rows[ROWS_MOST][MOST];
    int best = 0;
    bool found = false, before = false;
    for (int i = 0; i < c->rows; i++) {
        draw_row(c->row, c, stream, machine, rows[i]);
        if (interval_of(rows[i], c->rounds, CONFIDENCE).median <
            interval_of(rows[best], c->rounds, CONFIDENCE).median)
            best = i;
    }
    for (int i = 0; i < c->rows; i++) {
        if (i == best)
            continue;
        found |= compare(c, rows[best], rows[i], c->rows + 1).differ == DIFFER_FIRST_FASTER;
        before |= separate_faster(rows[best], rows[i], c->rounds);
    }
    c->found += found;
    c->found_before += before;
}

static int trials = TRIALS;

static void run_case(struct trial_case *c, uint64_t seed)
{
    struct stream stream = {random_bits(2026, seed), 0};
    double machine[MOST];
    for (int i = 0; i < c->rounds; i++)
        machine[i] = 1 + c->drift * i / (c->rounds - 1);
    for (int i = 0; i < trials; i++)
        (c->question == ALIKE ? try_alike : try_two)(c, &stream, machine);
    c->held /= trials;
    c->held_before /= trials;
    c->found /= trials;
    c->found_before /= trials;
}

/* --- all cases, by as many threads as there are processors --- */

static struct trial_case *cases;
static int cases_count;
static atomic_int next_case;

static void *work_off(void *unused)
{
    (void)unused;
    for (int i = 0; (i = atomic_fetch_add(&next_case, 1)) < cases_count;)
        run_case(&cases[i], (uint64_t)i);
    return NULL;
}

static void run_all(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    pthread_t threads[64];
    int started = 0;
    for (; started < count - 1 && started < 64; started++)
        if (pthread_create(&threads[started], NULL, work_off, NULL) != 0)
            break;
    work_off(NULL);
    while (started > 0)
        pthread_join(threads[--started], NULL);
}

static void add(struct trial_case c)
{
    struct trial_case *grown = realloc(cases, ((size_t)cases_count + 1) * sizeof(*cases));
    if (grown == NULL) {
        (void)fprintf(stderr, "coverage: out of memory\n");
        exit(2);
    }
    cases = grown;
    cases[cases_count++] = c;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median of the ratio of two distributions: by very many draws, where they are not the same. */
static double true_ratio(draw_fn *base, draw_fn *row)
{
    if (base == row)
        return 1;
    double *ratios = malloc(TRUTH * sizeof(*ratios));
    if (ratios == NULL)
        return NAN;
    struct stream stream = {4711, 0};
    for (int i = 0; i < TRUTH; i++)
        ratios[i] = base(&stream) / row(&stream);
    qsort(ratios, TRUTH, sizeof(*ratios), ascending);
    double median = ratios[TRUTH / 2];
    free(ratios);
    return median;
}

/* --- telling --- */

static bool missed; /* something is not as it should be */

/* Cases that differ in their rounds only. */
struct group {
    int first, count;
};

enum { GROUPS_MOST = DISTRIBUTIONS_COUNT * (DISTRIBUTIONS_COUNT + 1) };

static struct group groups[GROUPS_MOST];
static int groups_count;

struct summary {
    double least, most, mean, before_least, before_mean;
    int at; /* rounds of the least */
};

static struct summary sum_up(const struct group *group)
{
    struct summary s = {1, 0, 0, 1, 0, 0};
    for (int i = 0; i < group->count; i++) {
        const struct trial_case *c = &cases[group->first + i];
        s.mean += c->held / group->count;
        s.before_mean += c->held_before / group->count;
        s.before_least = fmin(s.before_least, c->held_before);
        s.most = fmax(s.most, c->held);
        if (c->held < s.least) {
            s.least = c->held;
            s.at = c->rounds;
        }
    }
    return s;
}

static const char *name_of(draw_fn *draw)
{
    const char *name = "";
    for (int i = 0; i < DISTRIBUTIONS_COUNT; i++)
        name = DISTRIBUTIONS[i].draw == draw ? DISTRIBUTIONS[i].name : name;
    return name;
}

static void tell_coverage(void)
{
    double mean = 0;
    printf("how often an interval of 95 %% holds the ratio, %d to %d rounds\n"
           "%-13s%-13s%6s%9s%7s%9s%9s   before:%8s%9s\n",
           LEAST, MOST, "base", "row", "drift", "least", "at", "mean", "most", "least", "mean");
    for (int g = 0; g < groups_count; g++) {
        const struct trial_case *c = &cases[groups[g].first];
        struct summary s = sum_up(&groups[g]);
        printf("%-13s%-13s%4.0f %%%9.4f%7d%9.4f%9.4f", name_of(c->base), name_of(c->row),
               100 * c->drift, s.least, s.at, s.mean, s.most);
        if (c->question == BOTH_COVERAGES)
            printf("%18.4f%9.4f", s.before_least, s.before_mean);
        printf("\n");
        mean += s.mean / groups_count;
        missed |= s.least < LOWEST;
    }
    printf("on average %.4f\n\n", mean);
    missed |= mean > AVERAGE;
}

static void tell_power(int first, int count)
{
    double found = 0, before = 0;
    printf("how often a difference of 10 %% is found, in two rows beside a base\n"
           "%-14s%6s%8s%10s%10s\n",
           "rows", "drift", "rounds", "found", "before");
    for (int i = first; i < first + count; i++) {
        printf("%-14s%4.0f %%%8d%10.4f%10.4f\n", name_of(cases[i].row), 100 * cases[i].drift,
               cases[i].rounds, cases[i].found, cases[i].found_before);
        found += cases[i].found / count;
        before += cases[i].found_before / count;
    }
    printf("on average %.4f, before %.4f: %.1f times as often\n\n", found, before, found / before);
}

static void tell_alike(int first, int count)
{
    printf("how often rows that are alike have a winner (spread 30 %%), beside a base\n"
           "%-14s%6s%8s%10s%10s\n",
           "rows", "drift", "rounds", "found", "before");
    for (int i = first; i < first + count; i++) {
        printf("%-14d%4.0f %%%8d%10.4f%10.4f\n", cases[i].rows, 100 * cases[i].drift,
               cases[i].rounds, cases[i].found, cases[i].found_before);
        missed |= cases[i].rows == 2 && cases[i].found > FALSE_MOST;
    }
}

/* --- the cases --- */

static const int SOME_ROUNDS[] = {6, 7, 8, 9, 10, 12, 15, 20, 30, 50};
enum { SOME = sizeof(SOME_ROUNDS) / sizeof(SOME_ROUNDS[0]) };

/* With all numbers of rounds, or with some. */
static void add_group(enum question question, int base, int row, double drift, bool all)
{
    struct trial_case c = {.question = question, .drift = drift};
    int count = all ? MOST - LEAST + 1 : SOME;
    c.base = DISTRIBUTIONS[base].draw;
    c.row = DISTRIBUTIONS[row].draw;
    c.ratio = true_ratio(c.base, c.row);
    groups[groups_count++] = (struct group){cases_count, count};
    for (int i = 0; i < count; i++) {
        c.rounds = all ? LEAST + i : SOME_ROUNDS[i];
        add(c);
    }
}

/* Each distribution with itself; the same with drift, which both rows have alike; and each with
 * another one. */
static void add_coverage(void)
{
    for (int i = 0; i < DISTRIBUTIONS_COUNT; i++) {
        add_group(BOTH_COVERAGES, i, i, 0, true);
        add_group(BOTH_COVERAGES, i, i, 0.5, false);
    }
    for (int i = 0; i < DISTRIBUTIONS_COUNT; i++)
        for (int k = 0; k < DISTRIBUTIONS_COUNT; k++)
            if (i != k)
                add_group(COVERAGE, i, k, 0, false);
}

static void add_power(void)
{
    for (int i = 0; i < DISTRIBUTIONS_COUNT; i++)
        for (int drift = 0; drift < 2; drift++)
            for (int k = 0; k < SOME; k++) {
                draw_fn *draw = DISTRIBUTIONS[i].draw;
                add((struct trial_case){POWER, draw, draw, 0.5 * drift, 1.1, SOME_ROUNDS[k], 0, 0,
                                        0, 0, 0});
            }
}

static void add_alike(void)
{
    for (int rows = 2; rows <= ROWS_MOST; rows += 4)
        for (int drift = 0; drift < 2; drift++)
            for (int k = 0; k < SOME; k++)
                add((struct trial_case){ALIKE, draw_wild, draw_wild, 0.5 * drift, 1, SOME_ROUNDS[k],
                                        rows, 0, 0, 0, 0});
}

int main(int argc, char **argv)
{
    if (argc > 1)
        trials = atoi(argv[1]);
    if (argc > 2 || trials < 1) {
        (void)fprintf(stderr, "usage: coverage [TRIALS]\n");
        return 2;
    }
    add_coverage();
    int power = cases_count;
    add_power();
    int alike = cases_count;
    add_alike();
    printf("%d trials of each of %d cases\n\n", trials, cases_count);
    run_all();
    tell_coverage();
    tell_power(power, alike - power);
    tell_alike(alike, cases_count - alike);
    free(cases);
    printf("\n%s\n", missed ? "MISSED: see above" : "all as it should be");
    return missed ? 1 : 0;
}
