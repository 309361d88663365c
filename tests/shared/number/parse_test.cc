#include "support/golden.h"
#include "support/numbers.h"

#include <cmath>
#include <limits>

extern "C" {
#include "base/err.h"
#include "number/numbers.h"
#include "number/parse.h"
}

TEST(Parse, LooksLikeFloat)
{
    struct {
        const char *word;
        bool is;
    } const rows[] = {
        {"", false},   {"-", false},    {"1", false},   {"-12", false},   {"abc", false},
        {"e5", false}, {"-e.5", false}, {"1.", true},   {".5", true},     {"-.5", true},
        {"1e5", true}, {"1E5", true},   {"+1.5", true}, {"nan", true},    {"-NaN", true},
        {"inf", true}, {"-Inf", true},  {"+inf", true}, {"--1.5", false},
    };
    for (const auto &row : rows)
        EXPECT_EQ(looks_like_float(row.word), row.is) << "'" << row.word << "'";
}

TEST(Parse, WholeRefused)
{
    struct {
        const char *word;
        const char *cause;
        const char *remedy;
    } const rows[] = {
        {"", "not a number", ""},
        {"-", "not a number", ""},
        {"+", "not a number", ""},
        {"abc", "not a number", ""},
        {"12a", "not a number", ""},
        {"0x10", "not a number", ""},
        {"1_000", "not a number", ""},
        {"--5", "not a number", ""},
        {"+-5", "not a number", ""},
        {" 5", "not a number", ""},
        {"5 ", "not a number", ""},
        {"1;2", "not a number", ""},
        {"1.5", "whole", "--type float64"},
        {"1.", "whole", "--type float64"},
        {"1e5", "whole", "--type float64"},
        {"nan", "whole", "--type float64"},
        {"-inf", "whole", "--type float64"},
        {"9223372036854775808", "int64", "--type float64"},
        {"-9223372036854775809", "int64", "--type float64"},
        {"99999999999999999999999", "int64", "--type float64"},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.word);
        int64_t cell = 0;
        Err err;
        EXPECT_TRUE(fails(parse_number(row.word, NUMBER_INT64, "here", &cell, &err), err, ERR_INPUT,
                          {"here: ", "'" + std::string(row.word) + "'", row.cause}));
        EXPECT_TRUE(advises(err, row.remedy));
    }
}

TEST(Parse, Whole)
{
    struct {
        const char *word;
        int64_t value;
    } const rows[] = {
        {"0", 0},
        {"-0", 0},
        {"+5", 5},
        {"-5", -5},
        {"007", 7},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
    };
    for (const auto &row : rows) {
        int64_t cell = 42;
        Err err;
        EXPECT_TRUE(works(parse_number(row.word, NUMBER_INT64, "here", &cell, &err), err));
        EXPECT_EQ(cell, row.value) << row.word;
    }
}

TEST(Parse, FloatRefused)
{
    struct {
        const char *word;
        const char *cause;
    } const rows[] = {
        {"", "not a number"},         {".", "not a number"},       {"-", "not a number"},
        {"-.", "not a number"},       {"e5", "not a number"},      {".e5", "not a number"},
        {"abc", "not a number"},      {"0x1p3", "not a number"},   {"0x10", "not a number"},
        {"1.5.2", "not a number"},    {"1e", "not a number"},      {"1e+", "not a number"},
        {"nan(123)", "not a number"}, {"infinit", "not a number"}, {"nancy", "not a number"},
        {"--1", "not a number"},      {" 1", "not a number"},      {"1 ", "not a number"},
        {"1e400", "float64"},         {"-1e400", "float64"},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.word);
        int64_t cell = 0;
        Err err;
        EXPECT_TRUE(fails(parse_number(row.word, NUMBER_FLOAT64, "here", &cell, &err), err,
                          ERR_INPUT, {"here: ", "'" + std::string(row.word) + "'", row.cause}));
    }
}

TEST(Parse, Float)
{
    const double INF = std::numeric_limits<double>::infinity();
    struct {
        const char *word;
        double value;
    } const rows[] = {
        {"1", 1},
        {"-2", -2},
        {"1.5", 1.5},
        {".5", 0.5},
        {"5.", 5},
        {"1e-3", 1e-3},
        {"1E3", 1e3},
        {"-0", -0.0},
        {"inf", INF},
        {"-INF", -INF},
        {"+inf", INF},
        {"Infinity", INF},
        {"1e-400", 0},
        {"0.1", 0.1},
        {"1e308", 1e308},
        {"5e-324", 5e-324},
        {"9223372036854775808", 0x1p63},
    };
    for (const auto &row : rows) {
        int64_t cell = 42;
        Err err;
        EXPECT_TRUE(works(parse_number(row.word, NUMBER_FLOAT64, "here", &cell, &err), err));
        EXPECT_EQ(cell, bits_of(row.value)) << row.word;
    }
}

TEST(Parse, NotANumber)
{
    for (const char *word : {"nan", "NaN", "-nan", "+NAN"}) {
        int64_t cell = 42;
        Err err;
        EXPECT_TRUE(works(parse_number(word, NUMBER_FLOAT64, "here", &cell, &err), err));
        double value;
        memcpy(&value, &cell, sizeof(value));
        EXPECT_TRUE(std::isnan(value)) << word;
    }
}

TEST(Parse, WordIsShownShortAndPrintable)
{
    int64_t cell = 0;
    Err err;
    parse_number("a\x01\xff\x1b[2J", NUMBER_INT64, "here", &cell, &err);
    Err lengthy;
    parse_number(std::string(41, 'a').c_str(), NUMBER_INT64, "here", &cell, &lengthy);
    EXPECT_TRUE(golden(std::string(err.text) + "\n" + lengthy.text));
}
