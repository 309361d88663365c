#include "support/texts.h"

#include <cmath>

extern "C" {
#include "base/err.h"
#include "number/numbers.h"
#include "number/source.h"
}

namespace
{

std::vector<int64_t> floats(const std::vector<double> &values)
{
    return bits_of(values);
}

} // namespace

TEST_F(Text, HoldsNoNumbers)
{
    for (const char *bytes :
         {"", " ", "\n\n", " \t \t", "\r\n", "#", "# 1 2 3", "# a\n#b\n", "#\r\n"}) {
        SCOPED_TRACE(bytes);
        Err err;
        EXPECT_TRUE(fails(open(bytes, &err).get(), err, ERR_INPUT, {name(), "no numbers"}));
    }
}

TEST_F(Text, BadWordIsNamedWithItsLineAndPosition)
{
    struct {
        std::string bytes;
        int64_t line, at;
        const char *cause;
    } const rows[] = {
        {"x", 1, 0, "'x' is not a number"},
        {"\n\nx\n", 3, 0, "'x'"},
        {"1 2\n3 x4\n5", 2, 3, "'x4'"},
        {"1 2\r\n3 x4\r\n5", 2, 3, "'x4'"},
        {"1 # one\n# none\n2 two", 3, 2, "'two'"},
        {"1\n\n\n\nx", 5, 1, "'x'"},
        {"1 x\n", 1, 1, "'x'"},
        {"1\nx", 2, 1, "'x'"},
        {"1,2,;3", 1, 2, "';3'"},
        {"1 0x10", 1, 1, "'0x10'"},
        {"1\n2.5", 2, 1, "'2.5' is not a whole number"},
        {"1\n9223372036854775808", 2, 1, "int64"},
        {"1.5\nabc", 2, 1, "'abc'"},
        {"1.5\n0x1p3", 2, 1, "'0x1p3'"},
        {"1.5\n1e999", 2, 1, "float64"},
        {"1 \xe2\x88\x92"
         "2",
         1, 1, "'?\?\?2'"},
        {std::string("1\0\0002", 4), 1, 0, "'1?\?2'"},
        {std::string("5\n\0\0\0", 5), 2, 1, "'?\?\?'"},
        {std::string("\x7f"
                     "ELF\2\1\1\0\0\0",
                     10),
         1, 0, "'?ELF?\?\?\?\?\?'"},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.bytes);
        Err err;
        Source source = open(row.bytes, &err);
        ASSERT_TRUE(works(source.get(), err));
        read_all(source.get(), &err);
        EXPECT_TRUE(fails(-1, err, ERR_INPUT,
                          {name() + ", line " + std::to_string(row.line) + ":", row.cause}));
        EXPECT_EQ(err.at, row.at);
    }
}

TEST_F(Text, PositionCountsFromTheBeginningOfTheStream)
{
    Err err;
    Source source = open("1 2 3 4 5 x", &err);
    ASSERT_TRUE(works(source.get(), err));
    EXPECT_EQ(read_all(source.get(), &err, 2).size(), 4u);
    EXPECT_EQ(err.at, 5);
}

/* Windows puts it before UTF-8; after it a word, a blank, a comment. */
TEST_F(Text, ByteOrderMarkIsSkipped)
{
    for (const char *rest : {"1 2", " 1 2", "# one\n1 2"}) {
        Err err;
        Source source = open(std::string("\xef\xbb\xbf") + rest, &err);
        ASSERT_TRUE(works(source.get(), err));
        EXPECT_EQ(read_all(source.get(), &err), (std::vector<int64_t>{1, 2}));
    }
    Err err;
    EXPECT_TRUE(fails(open("\xef\xbb\xbf", &err).get(), err, ERR_INPUT, {"no numbers"}));
}

TEST_F(Text, FractionAfterWholeNumbersTellsTheWayOut)
{
    Err err;
    Source source = open("1\n2.5", &err);
    ASSERT_TRUE(works(source.get(), err));
    read_all(source.get(), &err);
    EXPECT_TRUE(advises(err, "--type float64"));
    Err none;
    source = open("1\n2.5", &none, TYPE_FLOAT64);
    ASSERT_TRUE(works(source.get(), none));
    EXPECT_EQ(source->kind, NUMBER_FLOAT64);
    EXPECT_EQ(read_all(source.get(), &none), floats({1, 2.5}));
    EXPECT_TRUE(works(0, none));
}

TEST_F(Text, FractionIsRefusedWhereInt64IsAskedFor)
{
    Err err;
    Source source = open("1.5", &err, TYPE_INT64);
    ASSERT_TRUE(works(source.get(), err));
    EXPECT_EQ(source->kind, NUMBER_INT64);
    read_all(source.get(), &err);
    EXPECT_TRUE(fails(-1, err, ERR_INPUT, {name(), "'1.5'"}));
}

/* They are words like others: numbers or none, that fit or do not. */
TEST_F(Text, VeryLongWordsThatAreRefused)
{
    for (size_t length : {399, 400, 401, 1000, 70000, 200000}) {
        const struct {
            const char *first;
            std::string word;
            const char *quoted, *cause;
        } rows[] = {
            {"1", std::string(length, '7'), "'7777", "does not fit into int64"},
            {"1", "-" + std::string(length, '7'), "'-777", "does not fit into int64"},
            {"1", std::string(length, '0') + ".0", "'0000", "not a whole number"},
            {"1", std::string(length, '0') + "e0", "'0000", "not a whole number"},
            {"1", std::string(length, '7') + "x", "'7777", "is not a number"},
            {"1", std::string(length, 'x'), "'xxxx", "is not a number"},
            {"1", std::string(length, '-'), "'----", "is not a number"},
            {"1.", "0." + std::string(length, '0') + ".1", "'0.00", "is not a number"},
            {"1.", std::string(length, '0') + "e", "'0000", "is not a number"},
            {"1.", std::string(length, '0') + "e+", "'0000", "is not a number"},
            {"1.", std::string(length, '0') + "e1.5", "'0000", "is not a number"},
            {"1.", std::string(length, '0') + "-1", "'0000", "is not a number"},
            {"1.", "." + std::string(length, 'e'), "'.eee", "is not a number"},
            {"1.", "1e" + std::string(length, '9'), "'1e99", "does not fit into float64"},
            {"1.", std::string(length, '7'), "'7777", "does not fit into float64"},
        };
        for (const auto &row : rows) {
            SCOPED_TRACE(row.word.substr(0, 10) + "..., " + std::to_string(length));
            Err err;
            Source source = open(std::string(row.first) + "\n" + row.word + "\n2", &err);
            ASSERT_TRUE(works(source.get(), err));
            read_all(source.get(), &err);
            EXPECT_TRUE(fails(-1, err, ERR_INPUT, {name() + ", line 2:", row.quoted, row.cause}));
            EXPECT_EQ(err.at, 1);
            EXPECT_LT(strlen(err.text), 400u);
        }
    }
}

TEST_F(Text, VeryLongWholeNumbers)
{
    for (size_t zeros : {381, 398, 399, 400, 401, 500, 70000, 200000}) {
        const std::string null(zeros, '0');
        Err err;
        Source source = open("-" + null + "12\n" + null + "9223372036854775807 -" + null +
                                 "9223372036854775808," + null + "\n7",
                             &err);
        ASSERT_TRUE(works(source.get(), err));
        EXPECT_EQ(source->kind, NUMBER_INT64);
        EXPECT_EQ(read_all(source.get(), &err),
                  (std::vector<int64_t>{-12, INT64_MAX, INT64_MIN, 0, 7}));
        EXPECT_TRUE(works(0, err));
    }
}

/* As strtod rounds them, which takes numbers of any length. */
TEST_F(Text, VeryLongFloats)
{
    const std::string zeros(600, '0'), nines(900, '9'), many(100000, '0');
    /* 1 + 2^-53 lies between two doubles; a digit far to the right tells to which it goes. */
    const std::string half = "1.00000000000000011102230246251565404236316680908203125";
    /* 2^-1075, half of the least: 0 by itself. Its digits are all that count (752 of them). */
    char least[1200];
    snprintf(least, sizeof(least), "%.1074f", 0x1p-1074);
    const std::string words[] = {
        "1." + zeros,
        zeros + "1.5",
        "-" + zeros + ".25",
        "." + zeros + "5",
        "1" + zeros + "e-600",
        "0." + zeros + "123e601",
        half + zeros,
        half + zeros + "1",
        half + zeros + zeros + "1",
        "-" + half + many + "1",
        "0." + nines,
        nines + "e-900",
        "0." + many + "1e100001",
        "1" + many + "e-100000",
        "-0." + zeros,
        zeros + "e5",
        "1e" + zeros + "3",
        "1e-" + std::string(500, '9'),
        least,
        std::string(least) + zeros + "1",
        "3" + nines + "." + nines + "E-899",
        "+" + zeros + "1",
        std::string(790, '1') + "." + std::string(20, '0') + "1e-789",
    };
    for (const std::string &word : words) {
        SCOPED_TRACE(word.substr(0, 20) + "... of " + std::to_string(word.size()));
        Err err;
        Source source = open(word + "\n1\n", &err, TYPE_FLOAT64);
        ASSERT_TRUE(works(source.get(), err));
        EXPECT_EQ(read_all(source.get(), &err), floats({strtod(word.c_str(), nullptr), 1}));
        EXPECT_TRUE(works(0, err));
    }
}

TEST_F(Text, PointBehindVeryManyDigitsTellsFloat)
{
    Err err;
    Source source = open(std::string(500, '0') + ".5 2", &err);
    ASSERT_TRUE(works(source.get(), err));
    EXPECT_EQ(source->kind, NUMBER_FLOAT64);
    EXPECT_EQ(read_all(source.get(), &err), floats({0.5, 2}));
}

/* Random words of 380 to 1379 digits, most of them 0: each is read as strtod reads it. */
TEST_F(Text, VeryLongRandomFloats)
{
    unsigned seed = 1;
    auto draw = [&seed](unsigned below) {
        return (seed = seed * 1103515245 + 12345) / 65536 % below;
    };
    for (int i = 0; i < 300; i++) {
        std::string word = draw(2) != 0 ? "-" : "";
        const size_t length = 380 + draw(1000), point = draw(static_cast<unsigned>(length));
        for (size_t k = 0; k < length; k++) {
            word += static_cast<char>('0' + (draw(4) == 0 ? draw(10) : 0));
            if (k == point)
                word += '.';
        }
        word += "e" + std::to_string(static_cast<int>(draw(600)) - 300 - static_cast<int>(point));
        Err err;
        Source source = open(word, &err);
        ASSERT_TRUE(works(source.get(), err));
        EXPECT_EQ(read_all(source.get(), &err), floats({strtod(word.c_str(), nullptr)})) << word;
    }
}

TEST_F(Text, LongButGoodWord)
{
    Err err;
    Source source = open(std::string(380, '0') + "12", &err);
    ASSERT_TRUE(works(source.get(), err));
    EXPECT_EQ(read_all(source.get(), &err), std::vector<int64_t>{12});
}

TEST_F(Text, LongFileNameIsCutInMessages)
{
    const std::string file(200, 'n');
    Err err;
    Source source(source_open(dir.write(file, "x").c_str(), TYPE_AUTO, &err));
    ASSERT_TRUE(works(source.get(), err));
    read_all(source.get(), &err);
    EXPECT_TRUE(fails(-1, err, ERR_INPUT, {"nnn', line 1:", "'x'"}));
}

TEST_F(Text, WholeNumbers)
{
    const std::vector<int64_t> expected = {1, -2, 3};
    const char *const texts[] = {
        "1 -2 3",           "1 -2 3\n",       "1\n-2\n3",         "1\n-2\n3\n",
        "1\r\n-2\r\n3\r\n", "1\r-2\r3",       "1,-2,3",           "1, -2,\t3,",
        "1 ,-2 , 3 ,",      "  1\n\n -2  3 ", "1\v-2\f3",         "# head\n1 # one\n-2#two\n3#",
        "#\n1 -2 3",        "1 -2 # 9 9\n3",  "1#9\r\n-2#9\r\n3", "+1 -2 +3",
    };
    for (const char *text : texts) {
        SCOPED_TRACE(text);
        for (int64_t step : {1, 2, 100}) {
            Err err;
            Source source = open(text, &err);
            ASSERT_TRUE(works(source.get(), err));
            EXPECT_EQ(source->kind, NUMBER_INT64);
            EXPECT_EQ(source->count, COUNT_UNKNOWN);
            EXPECT_EQ(read_all(source.get(), &err, step), expected);
            EXPECT_TRUE(works(0, err));
        }
    }
}

TEST_F(Text, Int64Extremes)
{
    Err err;
    Source source = open("9223372036854775807 -9223372036854775808", &err);
    ASSERT_TRUE(works(source.get(), err));
    EXPECT_EQ(read_all(source.get(), &err), (std::vector<int64_t>{INT64_MAX, INT64_MIN}));
}

TEST_F(Text, FirstNumberTellsFloat)
{
    Err err;
    Source source = open("1.0 2 -3 1e2 inf -inf .5", &err);
    ASSERT_TRUE(works(source.get(), err));
    EXPECT_EQ(source->kind, NUMBER_FLOAT64);
    EXPECT_EQ(read_all(source.get(), &err), floats({1, 2, -3, 100, INFINITY, -INFINITY, 0.5}));
    EXPECT_TRUE(works(0, err));
}

TEST_F(Text, NanAndInfAreFloat)
{
    for (const char *text : {"nan", "inf", "-inf", "NaN"}) {
        Err err;
        Source source = open(text, &err);
        ASSERT_TRUE(works(source.get(), err));
        EXPECT_EQ(source->kind, NUMBER_FLOAT64) << text;
        std::vector<int64_t> cells = read_all(source.get(), &err);
        ASSERT_EQ(cells.size(), 1u);
        double value;
        memcpy(&value, cells.data(), sizeof(value));
        EXPECT_FALSE(std::isfinite(value)) << text;
    }
}

/* Whatever lies across the edge of the buffer is read as it would be elsewhere. */
TEST_F(Text, EdgeOfTheBuffer)
{
    const std::string pieces[] = {"12345 -678\n90", "12345\r\n-678\r\n90", "12345#x\n-678 90",
                                  "12345,-678 # 1\n90\n", "12345 -678 90"};
    for (const std::string &piece : pieces)
        for (size_t before = BUFFER - piece.size() - 1; before <= BUFFER + 1; before++) {
            Err err;
            Source source = open("7" + std::string(before - 1, ' ') + piece, &err);
            ASSERT_TRUE(works(source.get(), err));
            ASSERT_EQ(read_all(source.get(), &err), (std::vector<int64_t>{7, 12345, -678, 90}))
                << piece << " at " << before;
            ASSERT_TRUE(works(0, err));
        }
}

TEST_F(Text, LinesAreCountedAcrossTheEdgeOfTheBuffer)
{
    for (size_t before = BUFFER - 4; before <= BUFFER + 2; before++) {
        Err err;
        Source source = open("7" + std::string(before - 1, ' ') + "1\nx\n", &err);
        ASSERT_TRUE(works(source.get(), err));
        read_all(source.get(), &err);
        EXPECT_TRUE(fails(-1, err, ERR_INPUT, {"line 2: 'x'"}));
    }
}

TEST_F(Text, ManyNumbers)
{
    std::string text;
    std::vector<int64_t> expected;
    for (int64_t i = 0; i < 100000; i++) {
        expected.push_back(i * 7919 - 300000000);
        text += std::to_string(expected.back()) + (i % 3 == 0 ? "\n" : i % 3 == 1 ? ", " : " ");
    }
    Err err;
    Source source = open(text, &err);
    ASSERT_TRUE(works(source.get(), err));
    EXPECT_EQ(read_all(source.get(), &err, 777), expected);
    EXPECT_TRUE(works(0, err));
}

/* The mark is skipped however the bytes come, and what begins like one is not. */
TEST_F(Text, ByteOrderMarkBeforeALongNumber)
{
    Err err, other;
    Source source = open("\xef\xbb\xbf" + std::string(500, '0') + "7", &err);
    ASSERT_TRUE(works(source.get(), err));
    EXPECT_EQ(read_all(source.get(), &err), std::vector<int64_t>{7});
    source = open("\xef\xbb", &other);
    ASSERT_TRUE(works(source.get(), other));
    read_all(source.get(), &other);
    EXPECT_TRUE(fails(-1, other, ERR_INPUT, {"is not a number"}));
}
