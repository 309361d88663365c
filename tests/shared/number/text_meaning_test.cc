/* What a text may mean besides numbers: commas that do not separate, other encodings and formats.
 */
#include "support/golden.h"
#include "support/texts.h"

#include <algorithm>

extern "C" {
#include "base/err.h"
#include "number/source.h"
#include "number/source_notes.h"
}

/* No reading is safe: the numbers after it would move. */
TEST_F(Text, EmptyFields)
{
    const struct {
        const char *bytes;
        int64_t line, at;
    } rows[] = {
        {"3,,5", 1, 1},     {"3, ,5", 1, 1},
        {",5", 1, 0},       {"\n ,5", 2, 0},
        {"1,\n,2", 2, 1},   {"1,2\n3,,\n", 2, 3},
        {",", 1, 0},        {" , ,\t", 1, 0},
        {"# a\n,1", 2, 0},  {"1, # one\n# two\n, 2", 3, 1},
        {"1.5,,2.5", 1, 1}, {"1,,", 1, 1},
        {"1\t,\t,2", 1, 1}, {"\xef\xbb\xbf,1", 1, 0},
    };
    for (const auto &row : rows)
        for (int64_t step : {1, 100}) {
            SCOPED_TRACE(row.bytes);
            Err err;
            Source source = open(row.bytes, &err);
            if (source != nullptr)
                read_all(source.get(), &err, step);
            EXPECT_TRUE(
                fails(-1, err, ERR_INPUT,
                      {name() + ", line " + std::to_string(row.line) + ":", "empty field"}));
            EXPECT_TRUE(advises(err, "missing number"));
            EXPECT_EQ(err.at, row.at);
        }
}

namespace
{

/* What is told of a text, as "code line text count" for each note. */
std::string notes_of(struct source *source)
{
    struct source_note notes[SOURCE_NOTES];
    std::string all;
    int count = source_notes(source, "f", notes);
    for (int i = 0; i < count; i++)
        all += std::string(notes[i].code) + ": " + notes[i].text + "\n";
    return all;
}

} // namespace

TEST_F(Text, CommasThatMayMeanSomethingElse)
{
    const char *const decimal = "input-decimal", *const grouping = "input-grouping",
                      *const gap = "input-gap";
    const struct {
        const char *bytes;
        const char *code;
    } rows[] = {
        {"0,5", decimal},
        {"0,5\n1,5\n2,25\n", decimal},
        {"\n7\n-3,14\n", decimal},
        {"0,5 1,5 2,5", decimal},
        {"0,5, 1,5, 2,5", decimal},
        {"1,2\r\n3,4\r\n", decimal},
        {"3,05\n1,2,3\n4,5,6", decimal},
        {"0,000123", decimal},
        {"12345,6", decimal},
        {"1,000", grouping},
        {"5\n1,234,567\n", grouping},
        {"12,345", grouping},
        {"-1,000,000", grouping},
        {"1,000\n1,2,3\n4,5,6", grouping},
        {"100,200,300\n1,050,300", grouping},
        {"1,234 5,678 9", grouping},
        {"1,2\n3,\n5,6", gap},
        {"1,2,3\n4,5,6\n,8,9", gap},
        {"1,2,3\n4,5,", gap},
        {"1,2,3\n4,5,6,\n7,8,9", gap},
    };
    std::string all[2]; /* read at once, and number by number */
    for (const auto &row : rows)
        for (bool slowly : {false, true}) {
            SCOPED_TRACE(row.bytes);
            Err err;
            Source source = open(row.bytes, &err);
            ASSERT_TRUE(works(source.get(), err));
            read_all(source.get(), &err, slowly ? 1 : 100);
            EXPECT_TRUE(works(0, err));
            const std::string notes = notes_of(source.get());
            EXPECT_NE(notes.find(row.code), std::string::npos) << notes;
            all[slowly] += testing::PrintToString(std::string(row.bytes)) + "\n" + notes;
        }
    EXPECT_EQ(all[0], all[1]);
    EXPECT_TRUE(golden(all[0]));
}

TEST_F(Text, FloatsWithCommasThatMayMeanSomethingElse)
{
    for (const char *bytes : {"1,234.56", "1.234,5", "0,5e3", "999.99\n1,234.56\n12.5"}) {
        SCOPED_TRACE(bytes);
        Err err;
        Source source = open(bytes, &err, TYPE_FLOAT64);
        ASSERT_TRUE(works(source.get(), err));
        read_all(source.get(), &err);
        EXPECT_TRUE(works(0, err));
        EXPECT_NE(notes_of(source.get()).find("line "), std::string::npos);
    }
}

TEST_F(Text, ListsAreSilent)
{
    for (const char *bytes : {"1,2,3",
                              "1, 2, 3",
                              "1, 2",
                              "0, 5",
                              "1 ,2",
                              "1,2,3\n4,5,6\n",
                              "1,2,3\n4,5\n",
                              "1, 2,\n3, 4",
                              "1,\n2,\n3,\n",
                              "1\n,2\n,3",
                              "1,2,3,",
                              "1,2,3,\n4,5,6,\n",
                              "1.5,2.5",
                              "1.5,2.5\n3.5,4",
                              "100,200,300",
                              "001,002",
                              "1,-2\n3,-4",
                              "1,10,100",
                              "1000,2000,3000",
                              "0,1,2,3",
                              "1 2 3",
                              "1,2,3\n4\n5,6",
                              "1, # one,\n2",
                              "# 0,5\n1",
                              "10,20,30 # 1,000",
                              "1,"}) {
        SCOPED_TRACE(bytes);
        Err err;
        Source source = open(bytes, &err);
        ASSERT_TRUE(works(source.get(), err));
        read_all(source.get(), &err);
        EXPECT_TRUE(works(0, err));
        EXPECT_EQ(notes_of(source.get()), "");
    }
}

/* What lies across the edge of the buffer is no less doubted, and no more. */
TEST_F(Text, DoubtsAtTheEdgeOfTheBuffer)
{
    for (size_t before = BUFFER - 8; before <= BUFFER + 1; before++) {
        const std::string start = "7" + std::string(before - 1, ' ');
        Err err, other, third;
        Source source = open(start + "1,000", &err);
        ASSERT_TRUE(works(source.get(), err));
        read_all(source.get(), &err);
        EXPECT_NE(notes_of(source.get()).find("'1,000'"), std::string::npos) << before;
        source = open(start + "1, 000", &other);
        ASSERT_TRUE(works(source.get(), other));
        read_all(source.get(), &other);
        EXPECT_EQ(notes_of(source.get()), "") << before;
        source = open(start + "1, ,2", &third);
        ASSERT_TRUE(works(source.get(), third));
        read_all(source.get(), &third);
        EXPECT_TRUE(fails(-1, third, ERR_INPUT, {"empty field"}));
    }
}

namespace
{

/* ASCII in UTF-16 or, by `unit` 4, UTF-32. */
std::string wide(const std::string &text, size_t unit, bool big)
{
    std::string bytes;
    for (char c : text) {
        std::string one(unit, '\0');
        one[big ? unit - 1 : 0] = c;
        bytes += one;
    }
    return bytes;
}

} // namespace

TEST_F(Text, OtherEncodingsAreNamed)
{
    const std::string mark = "\xef\xbb\xbf", little = "\xff\xfe", big = "\xfe\xff";
    const struct {
        const char *name;
        std::string bytes;
        const char *cause;
    } rows[] = {
        {"little-endian, marked", little + wide("1\r\n2\r\n", 2, false), "UTF-16"},
        {"big-endian, marked", big + wide("1\r\n2\r\n", 2, true), "UTF-16"},
        {"marked, a comment", little + wide("# a\n12", 2, false), "UTF-16"},
        {"little-endian", wide("1\n2\n", 2, false), "UTF-16"},
        {"big-endian", wide("1\n2\n", 2, true), "UTF-16"},
        {"little-endian, a fraction", wide("-12.5, 3\r\n", 2, false), "UTF-16"},
        {"marked, from line 2 on", "1\n" + little + wide("2\n", 2, false), "UTF-16"},
        {"from line 2 on", "1\n" + wide("2\n", 2, false), "UTF-16"},
        {"UTF-32", little + std::string(2, '\0') + wide("1\n2\n", 4, false), "UTF-32"},
        {"a mark in line 2", "1\n" + mark + "2\n", "byte order mark"},
        {"a mark within a word", "1" + mark + "2\n", "byte order mark"},
        {"a mark at each line", mark + "1\n" + mark + "2\n", "byte order mark"},
        {"a mark at the end", mark + "1\n" + mark, "byte order mark"},
        {"two marks", mark + mark + "1", "byte order mark"},
        {"a mark between fractions", "1.5\n" + mark + "2.5", "byte order mark"},
        {"NumPy's", "\x93NUMPY\1", ".npy file"},
        {"zip's", "PK\3\4xyz", "archive"},
        {"gzip's", "\x1f\x8b\x08xyz", "gzip"},
        {"0;5", "0;5", "is not a number"},
        {"0,5;1,5", "0,5;1,5", "is not a number"},
    };
    std::string all;
    for (const auto &row : rows) {
        SCOPED_TRACE(row.name);
        Err err;
        Source source = open(row.bytes, &err);
        if (source != nullptr)
            read_all(source.get(), &err);
        EXPECT_TRUE(fails(-1, err, ERR_INPUT, {name() + ", line ", row.cause}));
        const std::string text = err.text;
        all += std::string(row.name) + text.substr(std::min(text.size(), text.find(", line "))) +
               "\n  " + err.remedy + "\n";
    }
    EXPECT_TRUE(golden(all));
}
