#include "support/err.h"

#include <cstring>

namespace
{

struct Values {
    int64_t count, wait, shape;
};

const char *const SHAPES[] = {"none", "round", "square", nullptr};

const struct setting TABLE[] = {
    {"count", SETTING_COUNT, offsetof(Values, count), "3", 1, 1000, nullptr, "how many"},
    {"wait", SETTING_DURATION, offsetof(Values, wait), "1ms", 1000, NS_PER_S, nullptr, "how long"},
    {"shape", SETTING_CHOICE, offsetof(Values, shape), "round", 0, 0, SHAPES, "of what shape"},
    {nullptr, SETTING_COUNT, 0, nullptr, 0, 0, nullptr, nullptr},
};

const struct setting NOTHING[] = {
    {nullptr, SETTING_COUNT, 0, nullptr, 0, 0, nullptr, nullptr},
};

} // namespace

TEST(Settings, Refused)
{
    struct {
        const char *text;
        const char *subject;
        const char *remedy;
    } const rows[] = {
        {"color=red", "'color'", "count=3,wait=1ms,shape=round"},
        {"=1", "''", "count=3"},
        {",", "''", "count=3"},
        {"count=1,", "''", "count=3"},
        {"Count=1", "'Count'", "count=3"},
        {" count=1", "' count'", "count=3"},
        {"count", "count=3", ""},
        {"count=", "wants a value", ""},
        {"count=1,count=1", "twice", ""},
        {"count=1,wait=1ms,count=2", "'count'", ""},
        {"count=x", "'count=x'", ""},
        {"count=1=2", "'count=1=2'", ""},
        {"count=1.5", "whole number", ""},
        {"count=1ms", "whole number", ""},
        {"count=1e19", "too large", ""},
        {"count=0", "out of range", "from 1 to 1000"},
        {"count=-1", "out of range", "from 1 to 1000"},
        {"count=1001", "out of range", "from 1 to 1000"},
        {"wait=5", "unit", "1.5ms"},
        {"wait=5h", "unit", "1.5ms"},
        {"wait=soon", "duration", "1.5ms"},
        {"wait=-5ms", "duration", "1.5ms"},
        {"wait=1e30s", "too large", "1.5ms"},
        {"wait=999ns", "out of range", "1.00 us"},
        {"wait=1.1s", "out of range", "1.00 s"},
        {"shape=flat", "'flat'", "none, round, square"},
        {"shape=Round", "'Round'", "none, round, square"},
        {"shape=0", "'0'", "none, round, square"},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.text);
        Values values = {};
        Err err;
        EXPECT_TRUE(fails(settings_parse(TABLE, row.text, &values, "owner", &err), err, ERR_INPUT,
                          {"'owner'", row.subject}));
        EXPECT_TRUE(advises(err, row.remedy));
    }
}

TEST(Settings, TableWithoutRowsTakesNone)
{
    Values values = {};
    Err err;
    EXPECT_TRUE(works(settings_parse(NOTHING, "", &values, "owner", &err), err));
    EXPECT_TRUE(fails(settings_parse(NOTHING, "count=1", &values, "owner", &err), err, ERR_INPUT,
                      {"count"}));
    EXPECT_TRUE(advises(err, "takes none"));
}

TEST(Settings, TextTooLong)
{
    std::string text = "count=" + std::string(600, '1');
    Values values = {};
    Err err;
    EXPECT_TRUE(fails(settings_parse(TABLE, text.c_str(), &values, "owner", &err), err, ERR_INPUT,
                      {"'owner'", "too long"}));
}

TEST(Settings, Accepted)
{
    struct {
        const char *text;
        Values values;
    } const rows[] = {
        {nullptr, {3, NS_PER_MS, 1}},         {"", {3, NS_PER_MS, 1}},
        {"count=1000", {1000, NS_PER_MS, 1}}, {"count=1e2", {100, NS_PER_MS, 1}},
        {"wait=1us", {3, 1000, 1}},           {"wait=1s", {3, NS_PER_S, 1}},
        {"shape=none", {3, NS_PER_MS, 0}},    {"shape=square,count=7,wait=2.5ms", {7, 2500000, 2}},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.text == nullptr ? "nothing" : row.text);
        Values values = {-1, -1, -1};
        Err err;
        EXPECT_TRUE(works(settings_parse(TABLE, row.text, &values, "owner", &err), err));
        EXPECT_EQ(values.count, row.values.count);
        EXPECT_EQ(values.wait, row.values.wait);
        EXPECT_EQ(values.shape, row.values.shape);
    }
}

TEST(Settings, Defaults)
{
    char line[64];
    settings_defaults(TABLE, line, sizeof(line));
    EXPECT_STREQ(line, "count=3,wait=1ms,shape=round");
    settings_defaults(NOTHING, line, sizeof(line));
    EXPECT_STREQ(line, "");
    char cut[10];
    settings_defaults(TABLE, cut, sizeof(cut));
    EXPECT_STREQ(cut, "count=3,w");
}
