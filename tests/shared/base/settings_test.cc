#include "support/err.h"

#include <cstring>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "base/settings.h"
}

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

struct Others {
    int64_t share, size;
    char name[SETTING_TEXT_SIZE];
    int64_t behind;
};

const struct setting OTHERS[] = {
    {"share", SETTING_FRACTION, offsetof(Others, share), "0.5", 1000, 1000000, nullptr, "a part"},
    {"size", SETTING_BYTES, offsetof(Others, size), "64K", 1, 1 << 30, nullptr, "how large"},
    {"name", SETTING_TEXT, offsetof(Others, name), "none", 0, 0, nullptr, "of whom"},
    {nullptr, SETTING_COUNT, 0, nullptr, 0, 0, nullptr, nullptr},
};

struct Refusal {
    const char *text;
    const char *subject;
    const char *remedy;
};

} // namespace

TEST(Settings, RefusedQuantities)
{
    Refusal const rows[] = {
        {"share=nan", "'share=nan'", "from 0.001 to 1"},
        {"share=inf", "fraction", "from 0.001 to 1"},
        {"share=half", "fraction", "from 0.001 to 1"},
        {"share=0x1", "fraction", "from 0.001 to 1"},
        {"share=.", "fraction", "from 0.001 to 1"},
        {"share=-", "fraction", "from 0.001 to 1"},
        {"share=+-1", "fraction", "from 0.001 to 1"},
        {"share=0.5x", "fraction", "from 0.001 to 1"},
        {"share=0.5.", "fraction", "from 0.001 to 1"},
        {"share=50%", "fraction", "from 0.001 to 1"},
        {"share= .5", "fraction", "from 0.001 to 1"},
        {"share=1e400", "too large", "from 0.001 to 1"},
        {"share=-1e400", "too large", "from 0.001 to 1"},
        {"share=1.5", "out of range", "from 0.001 to 1"},
        {"share=1.000001", "out of range", "from 0.001 to 1"},
        {"share=-0.5", "out of range", "from 0.001 to 1"},
        {"share=0", "out of range", "from 0.001 to 1"},
        {"share=", "share=0.5", ""},
        {"size=", "size=64K", ""},
        {"size=K", "number of bytes", "64K"},
        {"size=-K", "number of bytes", "64K"},
        {"size=1.5K", "number of bytes", "64K"},
        {"size=0x10", "unit", "64K"},
        {"size=64KB", "'size=64KB'", "1024"},
        {"size=64Kib", "unit", "64K"},
        {"size=64KiBs", "unit", "64K"},
        {"size=64iB", "unit", "64K"},
        {"size=64 K", "unit", "64K"},
        {"size=1e3K", "unit", "64K"},
        {"size=64P", "unit", "64K"},
        {"size=8388608T", "too large", "from 1 to 1G"},
        {"size=99999999999999999999", "too large", "from 1 to 1G"},
        {"size=99999999999999999999K", "too large", "from 1 to 1G"},
        {"size=9999999999999999999999999999999999999999K", "too large", "from 1 to 1G"},
        {"size=0", "out of range", "from 1 to 1G"},
        {"size=0K", "out of range", "from 1 to 1G"},
        {"size=-1", "out of range", "from 1 to 1G"},
        {"size=1073741825", "out of range", "from 1 to 1G"},
        {"size=2G", "out of range", "from 1 to 1G"},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.text);
        Others others = {};
        Err err;
        EXPECT_TRUE(fails(settings_parse(OTHERS, row.text, &others, "owner", &err), err, ERR_INPUT,
                          {"'owner'", row.subject}));
        EXPECT_TRUE(advises(err, row.remedy));
    }
}

TEST(Settings, RefusedText)
{
    Others others = {};
    Err err;
    std::string text = "name=" + std::string(SETTING_TEXT_SIZE, 'x');
    EXPECT_TRUE(fails(settings_parse(OTHERS, text.c_str(), &others, "owner", &err), err, ERR_INPUT,
                      {"'owner'", "'name=xxx", "too long"}));
    EXPECT_TRUE(advises(err, "191"));
    for (const char *missing : {"name", "name=", "name=,size=1"}) {
        SCOPED_TRACE(missing);
        Err other;
        EXPECT_TRUE(fails(settings_parse(OTHERS, missing, &others, "owner", &other), other,
                          ERR_INPUT, {"needs a value", "'name=none'"}));
    }
    Err comma;
    EXPECT_TRUE(fails(settings_parse(OTHERS, "name=a,b", &others, "owner", &comma), comma,
                      ERR_INPUT, {"no setting 'b'"}));
}

TEST(Settings, Refused)
{
    Refusal const rows[] = {
        {"color=red", "'color'", "count=3,wait=1ms,shape=round"},
        {"=1", "''", "count=3"},
        {",", "''", "count=3"},
        {"count=1,", "''", "count=3"},
        {"Count=1", "'Count'", "count=3"},
        {" count=1", "' count'", "count=3"},
        {"count", "count=3", ""},
        {"count=", "needs a value", ""},
        {"count=1,count=1", "twice", ""},
        {"count=1,wait=1ms,count=2", "'count'", ""},
        {"count=x", "'count=x'", ""},
        {"count=1=2", "'count=1=2'", ""},
        {"count=1.5", "whole number", ""},
        {"count=1ms", "whole number", ""},
        {"count=1e19", "too large", "from 1 to 1000"},
        {"count=0", "out of range", "from 1 to 1000"},
        {"count=-1", "out of range", "from 1 to 1000"},
        {"count=1001", "out of range", "from 1 to 1000"},
        {"wait=5", "unit", "1.5ms"},
        {"wait=5h", "unit", "1.5ms"},
        {"wait=soon", "duration", "1.5ms"},
        {"wait=-5ms", "duration", "1.5ms"},
        {"wait=1e30s", "too large", "from 1.00 us to 1.00 s"},
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

TEST(Settings, AcceptedFractions)
{
    struct {
        const char *text;
        int64_t share;
    } const rows[] = {
        {"", 500000},           {"share=0.3", 300000},      {"share=.5", 500000},
        {"share=1", 1000000},   {"share=1.", 1000000},      {"share=0.001", 1000},
        {"share=1e-3", 1000},   {"share=0.333333", 333333}, {"share=0.6666666", 666667},
        {"share=1.0", 1000000},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.text);
        Others others = {};
        Err err;
        EXPECT_TRUE(works(settings_parse(OTHERS, row.text, &others, "owner", &err), err));
        EXPECT_EQ(others.share, row.share);
    }
}

TEST(Settings, AcceptedBytes)
{
    struct {
        const char *text;
        int64_t size;
    } const rows[] = {
        {"", 65536},           {"size=4096", 4096},    {"size=1", 1},        {"size=1B", 1},
        {"size=1e6", 1000000}, {"size=1K", 1024},      {"size=1k", 1024},    {"size=1KiB", 1024},
        {"size=3M", 3 << 20},  {"size=3MiB", 3 << 20}, {"size=1G", 1 << 30}, {"size=1GiB", 1 << 30},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.text);
        Others others = {};
        Err err;
        EXPECT_TRUE(works(settings_parse(OTHERS, row.text, &others, "owner", &err), err));
        EXPECT_EQ(others.size, row.size);
    }
}

TEST(Settings, AcceptedText)
{
    std::string longest(SETTING_TEXT_SIZE - 1, 'x');
    const std::pair<std::string, std::string> rows[] = {
        {"", "none"},
        {"name=a", "a"},
        {"name=/a b/c=d:e,size=1", "/a b/c=d:e"},
        {"name=" + longest, longest},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.first);
        Others others = {};
        others.behind = 77;
        Err err;
        EXPECT_TRUE(works(settings_parse(OTHERS, row.first.c_str(), &others, "owner", &err), err));
        EXPECT_EQ(row.second, others.name);
        EXPECT_EQ(others.behind, 77);
    }
}

TEST(Settings, Defaults)
{
    char line[64];
    settings_defaults(TABLE, line, sizeof(line));
    EXPECT_STREQ(line, "count=3,wait=1ms,shape=round");
    settings_defaults(OTHERS, line, sizeof(line));
    EXPECT_STREQ(line, "share=0.5,size=64K,name=none");
    settings_defaults(NOTHING, line, sizeof(line));
    EXPECT_STREQ(line, "");
    char cut[10];
    settings_defaults(TABLE, cut, sizeof(cut));
    EXPECT_STREQ(cut, "count=3,w");
}
