#include "support/numbers.h"

extern "C" {
#include "base/err.h"
#include "number/numbers.h"
#include "number/range.h"
}

TEST(Range, Refused)
{
    struct {
        const char *text;
        const char *subject;
        const char *remedy;
    } const rows[] = {
        {"", "''", "A:B"},
        {"5", "'5'", "A:B"},
        {":", "''", "A:B"},
        {"1:", "'1:'", "A:B"},
        {":5", "':5'", "A:B"},
        {"a:5", "'a'", "A:B"},
        {"0:b", "'b'", "A:B"},
        {"0:5:c", "'c'", "A:B"},
        {"1:2:", "'1:2:'", "A:B"},
        {"1:2:3:4", "'3:4'", "A:B"},
        {"1.5:3", "'1.5'", "A:B"},
        {" 1:3", "' 1'", "A:B"},
        {"1 : 3", "'1 '", "A:B"},
        {"0x0:3", "'0x0'", "A:B"},
        {"0:9223372036854775808", "'9223372036854775808'", "9223372036854775807"},
        {"-9223372036854775809:0", "'-9223372036854775809'", "9223372036854775807"},
        {"0:1e19", "'1e19'", "9223372036854775807"},
        {"0:5:1e19", "'1e19'", "9223372036854775807"},
        {"0:10:0", "step 0", ""},
        {"3:3", "'3:3'", "Python"},
        {"3:3:-1", "'3:3:-1'", "Python"},
        {"5:1", "'5:1'", "sign of the step"},
        {"0:5:-1", "'0:5:-1'", "sign of the step"},
        {"0:10:-9223372036854775808", "no numbers", "sign of the step"},
        {"0:9223372036854775807", "more than 1e18", "18 zeros"},
        {"0:1000000000000000001", "more than 1e18", "18 zeros"},
        {"-9223372036854775808:0", "more than 1e18", "18 zeros"},
        {"-9223372036854775808:-1", "more than 1e18", "18 zeros"},
        {"9223372036854775807:0:-1", "more than 1e18", "18 zeros"},
        {"-9223372036854775808:9223372036854775807", "more than 1e18", "18 zeros"},
        {"-9223372036854775808:9223372036854775807:3", "more than 1e18", "18 zeros"},
        {"9223372036854775807:-9223372036854775808:-1", "more than 1e18", "18 zeros"},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.text);
        struct range range;
        Err err;
        EXPECT_TRUE(fails(range_parse(row.text, &range, &err), err, ERR_INPUT,
                          {"range '" + std::string(row.text) + "'", row.subject}));
        EXPECT_TRUE(advises(err, row.remedy));
    }
}

/* Bounds are numbers however they are written; what is quoted of a bad one is short. */
TEST(Range, TextOfAnyLength)
{
    const std::string zeros(500, '0');
    struct range range;
    Err err, bad;
    ASSERT_TRUE(works(
        range_parse(("-" + zeros + "5:" + zeros + "9:" + zeros + "2").c_str(), &range, &err), err));
    EXPECT_EQ(range.begin, -5);
    EXPECT_EQ(range.step, 2);
    EXPECT_EQ(range.count, 7);
    EXPECT_TRUE(fails(range_parse(("0:" + zeros + "x").c_str(), &range, &bad), bad, ERR_INPUT,
                      {"'0000", "in range '0:0000", "not a whole number"}));
}

/* The last number is Python's range(A, B, STEP)[-1]. */
TEST(Range, Accepted)
{
    struct {
        const char *text;
        int64_t begin, step, count, last;
    } const rows[] = {
        {"0:1", 0, 1, 1, 0},
        {"0:5", 0, 1, 5, 4},
        {"-5:5", -5, 1, 10, 4},
        {"0:1e3", 0, 1, 1000, 999},
        {"10:0:-2", 10, -2, 5, 2},
        {"10:-1:-2", 10, -2, 6, 0},
        {"0:10:3", 0, 3, 4, 9},
        {"0:9:3", 0, 3, 3, 6},
        {"0:10:100", 0, 100, 1, 0},
        {"5:4:-9223372036854775808", 5, INT64_MIN, 1, 5},
        {"0:1e18", 0, 1, RANGE_MOST, RANGE_MOST - 1},
        {"-9223372036854775808:-8223372036854775808", INT64_MIN, 1, RANGE_MOST,
         INT64_MIN + RANGE_MOST - 1},
        {"9223372036854775807:8223372036854775807:-1", INT64_MAX, -1, RANGE_MOST,
         INT64_MAX - RANGE_MOST + 1},
        {"-9223372036854775808:9223372036854775807:19", INT64_MIN, 19, INT64_C(970881267037344822),
         INT64_C(9223372036854775791)},
        {"-9223372036854775808:9223372036854775807:9223372036854775807", INT64_MIN, INT64_MAX, 3,
         INT64_MAX - 1},
        {"9223372036854775807:-9223372036854775808:-9223372036854775808", INT64_MAX, INT64_MIN, 2,
         -1},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.text);
        struct range range;
        Err err;
        ASSERT_TRUE(works(range_parse(row.text, &range, &err), err));
        EXPECT_EQ(range.begin, row.begin);
        EXPECT_EQ(range.step, row.step);
        EXPECT_EQ(range.count, row.count);
        EXPECT_EQ(range_at(&range, 0), row.begin);
        EXPECT_EQ(range_at(&range, range.count - 1), row.last);
    }
}

TEST(Range, FillBeginsAtThePosition)
{
    const struct range range = {100, -7, 1000};
    std::vector<int64_t> cells(4, 42);
    struct numbers run = run_of(cells, 10);
    run.count = 3;
    range_fill(&range, &run);
    EXPECT_EQ(cells, (std::vector<int64_t>{30, 23, 16, 42}));
    run.count = 0;
    range_fill(&range, &run);
    EXPECT_EQ(cells[0], 30);
}
