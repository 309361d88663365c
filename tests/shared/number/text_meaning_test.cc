/* What a text may mean besides numbers: commas that do not separate, other encodings and formats.
 */
#include "support/texts.h"

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
            EXPECT_TRUE(advises(err, "number that is missing"));
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
        const char *code, *where;
    } rows[] = {
        {"0,5", decimal, "line 1: '0,5' "},
        {"0,5\n1,5\n2,25\n", decimal, "line 1: '0,5' was"},
        {"0,5\n1,5\n2,25\n", decimal, "there are 3 such in all"},
        {"\n7\n-3,14\n", decimal, "line 3: '-3,14' "},
        {"0,5 1,5 2,5", decimal, "'0,5'"},
        {"0,5, 1,5, 2,5", decimal, "there are 3"},
        {"1,2\r\n3,4\r\n", decimal, "there are 2"},
        {"3,05\n1,2,3\n4,5,6", decimal, "'3,05'"},
        {"0,000123", decimal, "'0,000123'"},
        {"12345,6", decimal, "'12345,6'"},
        {"1,000", grouping, "line 1: '1,000' "},
        {"5\n1,234,567\n", grouping, "line 2: '1,234,567' "},
        {"12,345", grouping, "'12,345'"},
        {"-1,000,000", grouping, "'-1,000,000'"},
        {"1,000\n1,2,3\n4,5,6", grouping, "'1,000'"},
        {"100,200,300\n1,050,300", grouping, "'1,050,300'"},
        {"1,234 5,678 9", grouping, "there are 2"},
        {"1,2\n3,\n5,6", gap, "line 2: a comma at the line's edge"},
        {"1,2,3\n4,5,6\n,8,9", gap, "line 3"},
        {"1,2,3\n4,5,", gap, "line 2"},
        {"1,2,3\n4,5,6,\n7,8,9", gap, "line 2"},
    };
    for (const auto &row : rows)
        for (int64_t step : {1, 100}) {
            SCOPED_TRACE(row.bytes);
            Err err;
            Source source = open(row.bytes, &err);
            ASSERT_TRUE(works(source.get(), err));
            read_all(source.get(), &err, step);
            EXPECT_TRUE(works(0, err));
            const std::string notes = notes_of(source.get());
            EXPECT_NE(notes.find(row.code), std::string::npos) << notes;
            EXPECT_NE(notes.find(row.where), std::string::npos) << notes;
        }
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
        std::string bytes;
        const char *cause, *remedy;
    } rows[] = {
        {little + wide("1\r\n2\r\n", 2, false), "UTF-16", "iconv -f UTF-16 -t UTF-8"},
        {big + wide("1\r\n2\r\n", 2, true), "UTF-16", "iconv -f UTF-16 -t UTF-8"},
        {little + wide("# a\n12", 2, false), "UTF-16", "iconv -f UTF-16 "},
        {wide("1\n2\n", 2, false), "UTF-16", "-f UTF-16LE"},
        {wide("1\n2\n", 2, true), "UTF-16", "-f UTF-16BE"},
        {wide("-12.5, 3\r\n", 2, false), "UTF-16", "-f UTF-16LE"},
        {"1\n" + little + wide("2\n", 2, false), "line 2: this is text in UTF-16", "iconv"},
        {"1\n" + wide("2\n", 2, false), "line 2: this is text in UTF-16", "iconv"},
        {little + std::string(2, '\0') + wide("1\n2\n", 4, false), "UTF-32", "-f UTF-32"},
        {"1\n" + mark + "2\n", "line 2: a byte order mark", "sed"},
        {"1" + mark + "2\n", "line 1: a byte order mark", "sed"},
        {mark + "1\n" + mark + "2\n", "line 2: a byte order mark", "sed"},
        {mark + "1\n" + mark, "a byte order mark", "sed"},
        {mark + mark + "1", "a byte order mark", "sed"},
        {"1.5\n" + mark + "2.5", "line 2: a byte order mark", "sed"},
        {"\x93NUMPY\1", ".npy file", "ends in .npy"},
        {"PK\3\4xyz", "archive", "unpack"},
        {"\x1f\x8b\x08xyz", "gzip", "gunzip"},
        {"0;5", "is not a number", "0.5 for 0,5"},
        {"0,5;1,5", "'5;1' is not a number", "0.5 for 0,5"},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.bytes);
        Err err;
        Source source = open(row.bytes, &err);
        if (source != nullptr)
            read_all(source.get(), &err);
        EXPECT_TRUE(fails(-1, err, ERR_INPUT, {name(), row.cause}));
        EXPECT_TRUE(advises(err, row.remedy));
    }
}
