
#include <gtest/gtest.h>

extern "C" {
#include "base/units.h"
}

TEST(Units, Int64Refused)
{
    const char *const texts[] = {"",    "-",    "+",    " 1",  "1 ",    "1x",  "0x10", "1.5",
                                 "1e",  "1e-3", "1e+3", "--1", "+-1",   "e9",  "1e9e", "1,5",
                                 "one", "1e 3", "\t1",  "1\n", "1e9.0", "nan", "inf",  "1_0"};
    for (const char *text : texts) {
        int64_t value = 42;
        EXPECT_EQ(unit_parse_int64(text, &value), UNIT_NOT_A_NUMBER) << "'" << text << "'";
        EXPECT_EQ(value, 42) << "'" << text << "'";
    }
}

TEST(Units, Int64TooLarge)
{
    const char *const texts[] = {"9223372036854775808",
                                 "-9223372036854775809",
                                 "1e19",
                                 "-1e19",
                                 "10e18",
                                 "922337203685477581e1",
                                 "99999999999999999999",
                                 "99999999999999999999e0",
                                 "1e9223372036854775807",
                                 "1e99999999999999999999"};
    for (const char *text : texts) {
        int64_t value = 42;
        EXPECT_EQ(unit_parse_int64(text, &value), UNIT_TOO_LARGE) << text;
        EXPECT_EQ(value, 42) << text;
    }
}

TEST(Units, Int64)
{
    struct {
        const char *text;
        int64_t value;
    } const rows[] = {
        {"0", 0},
        {"-0", 0},
        {"+7", 7},
        {"-7", -7},
        {"00012", 12},
        {"1e9", 1000000000},
        {"1E3", 1000},
        {"12e0", 12},
        {"-9e18", INT64_C(-9000000000000000000)},
        {"0e99999999999999999999", 0},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
        {"922337203685477580e1", INT64_C(9223372036854775800)},
    };
    for (const auto &row : rows) {
        int64_t value = 42;
        EXPECT_EQ(unit_parse_int64(row.text, &value), UNIT_OK) << row.text;
        EXPECT_EQ(value, row.value) << row.text;
    }
}

TEST(Units, DurationRefused)
{
    struct {
        const char *text;
        enum unit_status status;
    } const rows[] = {
        {"", UNIT_NOT_A_NUMBER},         {"ms", UNIT_NOT_A_NUMBER},
        {"-1ms", UNIT_NOT_A_NUMBER},     {"+1ms", UNIT_NOT_A_NUMBER},
        {" 1ms", UNIT_NOT_A_NUMBER},     {".", UNIT_NOT_A_NUMBER},
        {".ms", UNIT_NOT_A_NUMBER},      {"infs", UNIT_NOT_A_NUMBER},
        {"nans", UNIT_NOT_A_NUMBER},     {"1", UNIT_UNKNOWN},
        {"1.5", UNIT_UNKNOWN},           {"1 ms", UNIT_UNKNOWN},
        {"1ms ", UNIT_UNKNOWN},          {"1h", UNIT_UNKNOWN},
        {"1MS", UNIT_UNKNOWN},           {"1m", UNIT_UNKNOWN},
        {"1e3", UNIT_UNKNOWN},           {"1,5ms", UNIT_UNKNOWN},
        {"9223372037s", UNIT_TOO_LARGE}, {"1e30min", UNIT_TOO_LARGE},
    };
    for (const auto &row : rows) {
        int64_t ns = 42;
        EXPECT_EQ(unit_parse_duration(row.text, &ns), row.status) << "'" << row.text << "'";
        EXPECT_EQ(ns, 42) << "'" << row.text << "'";
    }
}

TEST(Units, DurationPastDoubleIsTooLarge)
{
    int64_t ns = 42;
    EXPECT_EQ(unit_parse_duration("1e400s", &ns), UNIT_TOO_LARGE);
}

TEST(Units, DurationInHexadecimalIsRefused)
{
    int64_t ns = 42;
    EXPECT_NE(unit_parse_duration("0x10ms", &ns), UNIT_OK);
    EXPECT_EQ(ns, 42);
}

TEST(Units, Duration)
{
    struct {
        const char *text;
        int64_t ns;
    } const rows[] = {
        {"0", 0},
        {"0.0", 0},
        {"0ms", 0},
        {"100ns", 100},
        {"20us", 20000},
        {"1.5ms", 1500000},
        {".5ms", 500000},
        {"5.ms", 5000000},
        {"2s", INT64_C(2000000000)},
        {"1min", INT64_C(60000000000)},
        {"1e3us", 1000000},
        {"0.4ns", 0},
        {"0.6ns", 1},
        {"1.0004us", 1000},
        {"9223372036s", INT64_C(9223372036000000000)},
    };
    for (const auto &row : rows) {
        int64_t ns = 42;
        EXPECT_EQ(unit_parse_duration(row.text, &ns), UNIT_OK) << row.text;
        EXPECT_EQ(ns, row.ns) << row.text;
    }
}

TEST(Units, DurationAsText)
{
    struct {
        double seconds;
        const char *text;
    } const rows[] = {
        {0, "0"},
        {1e-9, "1.00 ns"},
        {12.34e-9, "12.3 ns"},
        {999.4e-9, "999 ns"},
        {999.6e-9, "1.00 us"},
        {1e-6, "1.00 us"},
        {1.5e-3, "1.50 ms"},
        {0.09994, "99.9 ms"},
        {0.9994, "999 ms"},
        {0.9996, "1.00 s"},
        {1, "1.00 s"},
        {9.994, "9.99 s"},
        {9.996, "10.0 s"},
        {99.96, "100 s"},
        {3600, "3600 s"},
        {86400, "86400 s"},
        {1e-10, "0.10 ns"},
    };
    for (const auto &row : rows) {
        char text[UNIT_TEXT];
        EXPECT_EQ(unit_duration(row.seconds, text), text);
        EXPECT_STREQ(text, row.text) << row.seconds;
    }
}

TEST(Units, SiAsText)
{
    struct {
        double value;
        const char *text;
    } const rows[] = {
        {0, "0.00"},       {9.994, "9.99"},    {9.996, "10.0"},     {99.94, "99.9"},
        {99.96, "100"},    {999.4, "999"},     {999.5, "1.00 k"},   {1000, "1.00 k"},
        {999499, "999 k"}, {999500, "1.00 M"}, {1.234e6, "1.23 M"}, {5e9, "5.00 G"},
        {5e12, "5.00 T"},  {5e15, "5.00 P"},   {1e21, "1000000 P"},
    };
    for (const auto &row : rows) {
        char text[UNIT_TEXT];
        EXPECT_EQ(unit_si(row.value, text), text);
        EXPECT_STREQ(text, row.text) << row.value;
    }
}

TEST(Units, BytesAsText)
{
    struct {
        int64_t bytes;
        const char *text;
    } const rows[] = {
        {512, "512 B"},
        {1023, "1023 B"},
        {1024, "1.00 KiB"},
        {1536, "1.50 KiB"},
        {INT64_C(1) << 20, "1.00 MiB"},
        {(INT64_C(1) << 20) - 1, "1.00 MiB"},
        {INT64_C(10) << 30, "10.0 GiB"},
        {INT64_C(1) << 40, "1.00 TiB"},
        {INT64_MAX, "8388608 TiB"},
    };
    for (const auto &row : rows) {
        char text[UNIT_TEXT];
        EXPECT_EQ(unit_bytes(row.bytes, text), text);
        EXPECT_STREQ(text, row.text) << row.bytes;
    }
}

TEST(Units, HugeValuesStayWithinTheirText)
{
    char text[UNIT_TEXT];
    unit_si(1e300, text);
    EXPECT_LT(strnlen(text, UNIT_TEXT), static_cast<size_t>(UNIT_TEXT));
    unit_duration(1e300, text);
    EXPECT_LT(strnlen(text, UNIT_TEXT), static_cast<size_t>(UNIT_TEXT));
}
