
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <numeric>
#include <vector>

extern "C" {
#include "measure/rounds.h"
}

namespace
{

const int NEVER = 2000;

/* Rounds whose rows and durations are made up: time(row, round) and lasts(round). */
struct Course {
    struct rounds_rules rules = {1, 0, 0.95, 0.05, INFINITY, 0, 0};
    double (*time)(int row, int round) = [](int, int) { return 1.0; };
    double (*lasts)(int round) = [](int) { return 1.0; };

    /* How it ends; `done` is how many rounds there were, or NEVER. */
    enum rounds_end run(int *done) const
    {
        struct rounds rounds;
        std::vector<std::vector<double>> samples(static_cast<size_t>(rules.rows));
        std::vector<const double *> rows(samples.size());
        double elapsed = rules.spent_s;
        rounds_start(&rounds, &rules);
        enum rounds_end end;
        while ((end = rounds_next(&rounds, rows.data())) == ROUNDS_GO_ON && rounds.done < NEVER) {
            for (size_t row = 0; row < rows.size(); row++) {
                samples[row].push_back(time(static_cast<int>(row), rounds.done));
                rows[row] = samples[row].data();
            }
            elapsed += lasts(rounds.done);
            rounds_passed(&rounds, elapsed);
        }
        EXPECT_EQ(rounds_next(&rounds, rows.data()), end); /* asking changes nothing */
        *done = rounds.done;
        return end;
    }
};

/* Never within 5 %: half of them take twice as long. */
double noisy(int, int round)
{
    return round % 2 == 0 ? 1 : 2;
}

std::vector<int> order_of(uint64_t seed, int round, int rows)
{
    std::vector<int> order(static_cast<size_t>(rows), -1);
    rounds_order(seed, round, rows, order.data());
    return order;
}

} // namespace

#define EXPECT_COURSE(course, end, rounds)                                                         \
    do {                                                                                           \
        int done = -1;                                                                             \
        EXPECT_EQ((course).run(&done), end);                                                       \
        EXPECT_EQ(done, rounds);                                                                   \
    } while (0)

/* A number that was given is kept, whatever is measured and however long it takes. */
TEST(Rounds, Fixed)
{
    for (int repeat : {1, 2, 7, 1500}) {
        Course course;
        course.rules.repeat = repeat;
        course.rules.budget_s = 0.5;
        EXPECT_COURSE(course, ROUNDS_FIXED, repeat);
        course.time = noisy;
        EXPECT_COURSE(course, ROUNDS_FIXED, repeat);
    }
}

TEST(Rounds, TightAfterTheLeast)
{
    Course course;
    course.rules.rows = 3;
    EXPECT_COURSE(course, ROUNDS_TIGHT, 6);
    course.rules.confidence = 0.99;
    EXPECT_COURSE(course, ROUNDS_TIGHT, 8);
}

/* Rows that are tight cannot be told apart yet: that takes more rounds. */
TEST(Rounds, NotTightBeforeThereAreEnough)
{
    Course course;
    course.rules.enough = 10;
    EXPECT_COURSE(course, ROUNDS_TIGHT, 10);
    course.rules.budget_s = 7;
    EXPECT_COURSE(course, ROUNDS_BUDGET, 7);
    course.rules.enough = 3;
    EXPECT_COURSE(course, ROUNDS_TIGHT, 6);
}

/* Two of the first samples are far off: with eight or fewer samples they are part of the interval
 * at 95 %, with nine to eleven one on each side is not, with twelve two. */
TEST(Rounds, UntilEveryRowIsTight)
{
    Course course;
    course.rules.rows = 3;
    course.time = [](int row, int round) { return row == 2 && round < 2 ? 2.0 : 1.0; };
    EXPECT_COURSE(course, ROUNDS_TIGHT, 12);
    course.time = [](int row, int round) { return row == 0 && round < 1 ? 0.5 : 1.0; };
    EXPECT_COURSE(course, ROUNDS_TIGHT, 9);
    course.rules.tight = 0.5;
    EXPECT_COURSE(course, ROUNDS_TIGHT, 6);
}

TEST(Rounds, OutOfBudget)
{
    Course course;
    course.time = noisy;
    course.rules.budget_s = 20;
    EXPECT_COURSE(course, ROUNDS_BUDGET, 20);
    course.rules.budget_s = 20.9;
    EXPECT_COURSE(course, ROUNDS_BUDGET, 20);
    course.rules.spent_s = 5;
    EXPECT_COURSE(course, ROUNDS_BUDGET, 15);
}

/* The next round is taken to be like the last three: eight of 1 s, then 3 s each. */
TEST(Rounds, FitsTheRoundsThatAreLikeTheLast)
{
    Course course;
    course.time = noisy;
    course.lasts = [](int round) { return round < 8 ? 1.0 : 3.0; };
    course.rules.budget_s = 22;
    EXPECT_COURSE(course, ROUNDS_BUDGET, 12); /* 20 s; a thirteenth would be too much */
    course.lasts = [](int round) { return round == 9 ? 3.0 : 1.0; };
    EXPECT_COURSE(course, ROUNDS_BUDGET, 20); /* one stall */
}

TEST(Rounds, LeastIsDoneBeyondTheBudget)
{
    Course course;
    course.rules.budget_s = 1.5;
    EXPECT_COURSE(course, ROUNDS_TIGHT, 6);
    course.time = noisy;
    EXPECT_COURSE(course, ROUNDS_BUDGET, 6);
    course.rules.spent_s = 100;
    EXPECT_COURSE(course, ROUNDS_BUDGET, 6);
    course.rules.budget_s = 1;
    EXPECT_COURSE(course, ROUNDS_BUDGET, 6);
}

TEST(Rounds, OneRoundIsLongerThanTheBudget)
{
    Course course;
    course.rules.budget_s = 0.99;
    EXPECT_COURSE(course, ROUNDS_TOO_FEW, 1);
    course.rules.budget_s = 0;
    EXPECT_COURSE(course, ROUNDS_TOO_FEW, 1);
    course.rules.budget_s = 2;
    course.lasts = [](int round) { return round < 3 ? 1.0 : 5.0; }; /* turns slow */
    EXPECT_COURSE(course, ROUNDS_TOO_FEW, 5);
}

TEST(Rounds, LimitWithoutBudget)
{
    Course course;
    course.time = noisy;
    EXPECT_COURSE(course, ROUNDS_MOST, ROUNDS_LIMIT);
}

/* --- the order --- */

TEST(RoundsOrder, Permutes)
{
    for (int rows : {1, 2, 3, 20, 1000})
        for (int round = 0; round < 20; round++) {
            std::vector<int> order = order_of(5, round, rows), sorted(order.size());
            std::sort(order.begin(), order.end());
            std::iota(sorted.begin(), sorted.end(), 0);
            ASSERT_EQ(order, sorted) << rows << " rows, round " << round;
        }
}

/* Computed apart from the code: random_bits and Fisher and Yates' way inside out, by Python. */
TEST(RoundsOrder, SameOnEveryMachine)
{
    EXPECT_EQ(order_of(0, 0, 8), (std::vector<int>{5, 2, 7, 4, 1, 6, 0, 3}));
    EXPECT_EQ(order_of(2026, 3, 5), (std::vector<int>{3, 4, 2, 1, 0}));
    EXPECT_EQ(order_of(UINT64_MAX, 1000000, 6), (std::vector<int>{5, 2, 0, 4, 3, 1}));
}

TEST(RoundsOrder, DiffersByRoundAndSeed)
{
    EXPECT_NE(order_of(1, 0, 20), order_of(1, 1, 20));
    EXPECT_NE(order_of(1, 0, 20), order_of(2, 0, 20));
}

/* Chi-square over the 24 orders of 4 rows: 23 degrees of freedom, 0.1 % lie above 49.7. */
TEST(RoundsOrder, AllOrdersAlike)
{
    for (uint64_t seed : {UINT64_C(0), UINT64_C(1), UINT64_MAX}) {
        const int ROUNDS = 24000;
        std::map<std::vector<int>, int> seen;
        for (int round = 0; round < ROUNDS; round++)
            seen[order_of(seed, round, 4)]++;
        EXPECT_EQ(seen.size(), 24U);
        double square = 0;
        for (const auto &order : seen)
            square += std::pow(order.second - ROUNDS / 24, 2) / (ROUNDS / 24);
        EXPECT_LT(square, 49.7) << "seed " << seed;
    }
}

/* Each row stands in each place as often, with as many rows as a comparison has. */
TEST(RoundsOrder, AllPlacesAlike)
{
    const int ROWS = 12, ROUNDS = 12000;
    std::vector<int> seen(ROWS * ROWS);
    for (int round = 0; round < ROUNDS; round++) {
        const std::vector<int> order = order_of(77, round, ROWS);
        for (int place = 0; place < ROWS; place++)
            seen[static_cast<size_t>(place * ROWS + order[static_cast<size_t>(place)])]++;
    }
    for (int count : seen)
        EXPECT_NEAR(count, ROUNDS / ROWS, 150); /* five standard deviations */
}
