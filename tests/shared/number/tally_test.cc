#include "support/numbers.h"

#include <algorithm>
#include <cmath>
#include <random>

extern "C" {
#include "base/random.h"
#include "number/numbers.h"
#include "number/tally.h"
}

namespace
{

template <typename T> struct tally tally_of(std::vector<T> cells, int64_t first = 0)
{
    struct numbers run = run_of(cells, first);
    struct tally tally;
    tally_start(&tally, run.kind);
    tally_add(&tally, &run);
    if (run.kind == NUMBER_FLOAT64)
        tally_add_floats(&tally, &run);
    return tally;
}

std::string sum_of(const struct tally &tally)
{
    char text[TALLY_TEXT];
    return tally_sum(&tally, text);
}

/* Adds `cells` in runs of random lengths. */
template <typename T> struct tally cut(std::vector<T> cells, std::mt19937 &random)
{
    struct numbers all = run_of(cells);
    struct tally tally;
    tally_start(&tally, all.kind);
    for (int64_t done = 0; done < all.count;) {
        int64_t size = std::min<int64_t>(all.count - done, random() % 20);
        struct numbers part = numbers_part(&all, done, size);
        tally_add(&tally, &part);
        if (all.kind == NUMBER_FLOAT64)
            tally_add_floats(&tally, &part);
        done += size;
    }
    return tally;
}

} // namespace

TEST(Int128, AsText)
{
    const int128 MAX = ~(static_cast<int128>(1) << 127);
    struct {
        int128 value;
        const char *text;
    } const rows[] = {
        {0, "0"},
        {7, "7"},
        {-7, "-7"},
        {10, "10"},
        {INT64_MIN, "-9223372036854775808"},
        {static_cast<int128>(UINT64_MAX) + 1, "18446744073709551616"},
        {MAX, "170141183460469231731687303715884105727"},
        {-MAX - 1, "-170141183460469231731687303715884105728"},
    };
    for (const auto &row : rows) {
        char text[TALLY_TEXT];
        EXPECT_EQ(int128_text(row.value, text), text);
        EXPECT_STREQ(text, row.text);
    }
}

TEST(Tally, StartsEmpty)
{
    for (enum number_kind kind : {NUMBER_INT64, NUMBER_FLOAT64}) {
        struct tally tally;
        memset(&tally, 0xff, sizeof(tally));
        tally_start(&tally, kind);
        EXPECT_EQ(tally.kind, kind);
        EXPECT_EQ(tally.count, 0);
        EXPECT_EQ(tally.fingerprint, 0u);
        EXPECT_EQ(sum_of(tally), kind == NUMBER_INT64 ? "0" : "0.0");
        EXPECT_EQ(tally_previewed(&tally), 0);
    }
}

/* Sums by Python, such as 1000 * (2**63 - 1). */
TEST(Tally, SumIsExact)
{
    struct {
        std::vector<int64_t> cells;
        const char *sum;
    } const rows[] = {
        {{}, "0"},
        {{-1}, "-1"},
        {{1, 2, 3}, "6"},
        {{INT64_MIN}, "-9223372036854775808"},
        {{INT64_MIN, INT64_MAX}, "-1"},
        {{INT64_MIN, INT64_MIN, INT64_MAX}, "-9223372036854775809"},
        {std::vector<int64_t>(1000, INT64_MAX), "9223372036854775807000"},
        {std::vector<int64_t>(1000, INT64_MIN), "-9223372036854775808000"},
        {std::vector<int64_t>(1 << 20, INT64_MAX), "9671406556917033396600832"},
        {std::vector<int64_t>(1000, -1), "-1000"},
        {{INT64_C(0xffffffff), INT64_C(0xffffffff), INT64_C(-0x100000000)}, "4294967294"},
    };
    for (const auto &row : rows) {
        struct tally tally = tally_of(row.cells);
        EXPECT_EQ(sum_of(tally), row.sum);
        EXPECT_EQ(tally.count, static_cast<int64_t>(row.cells.size()));
    }
}

TEST(Tally, FirstAndLast)
{
    struct tally tally = tally_of<int64_t>({5, 6, 7}, 30);
    EXPECT_EQ(tally.first_at, 30);
    EXPECT_EQ(tally.first_cell, 5);
    EXPECT_EQ(tally.last_at, 32);
    EXPECT_EQ(tally.last_cell, 7);
    std::vector<int64_t> before = {1, 2};
    struct numbers run = run_of(before, 10);
    tally_add(&tally, &run);
    EXPECT_EQ(tally.first_at, 10);
    EXPECT_EQ(tally.first_cell, 1);
    EXPECT_EQ(tally.last_at, 32);
    EXPECT_EQ(tally.last_cell, 7);
}

/* Which makes it the same however parts are cut and in whatever order they are added. */
TEST(Fingerprint, OfARunIsTheSumOfThoseOfItsNumbers)
{
    std::vector<int64_t> cells = {INT64_MAX, INT64_MAX, 3, -1, INT64_MIN, 0};
    for (uint64_t i = 0; i < 5000; i++)
        cells.push_back(static_cast<int64_t>(random_bits(6, i)));
    const int64_t FIRSTS[] = {0, 1, 1000, INT64_C(0xfffffffe), INT64_C(1) << 40};
    for (int64_t first : FIRSTS) {
        struct numbers run = run_of(cells, first);
        uint64_t expected = 0;
        for (int64_t i = 0; i < run.count; i++) {
            struct numbers one = numbers_part(&run, i, 1);
            expected += numbers_fingerprint(&one);
        }
        EXPECT_EQ(numbers_fingerprint(&run), expected) << first;
        EXPECT_EQ(tally_of(cells, first).fingerprint, expected) << first;
    }
}

/* As tally.h defines it, one number after the other. */
TEST(Fingerprint, IsAsDefined)
{
    const int64_t FIRSTS[] = {
        0, 3, INT64_C(0xfffffff0), INT64_C(0xffffffff), INT64_C(1) << 40, INT64_MAX - 5000};
    for (int64_t first : FIRSTS)
        for (size_t count : {1, 7, 8, 9, 63, 64, 65, 2047, 2048, 2049, 4999}) {
            std::vector<int64_t> cells;
            uint64_t expected = 0;
            for (uint64_t i = 0; i < count; i++) {
                uint64_t bits = random_bits(7, i);
                cells.push_back(static_cast<int64_t>(bits));
                uint64_t mixed = (bits ^ bits >> 32) & 0xffffffff;
                expected += bits + mixed * ((static_cast<uint64_t>(first) + i) & 0xffffffff);
            }
            struct numbers run = run_of(cells, first);
            EXPECT_EQ(numbers_fingerprint(&run), expected) << count << " from " << first;
        }
}

/* Fetching ahead changes nothing of what is added up, wherever it points. */
TEST(Tally, FetchingAheadChangesNothing)
{
    std::vector<int64_t> cells;
    for (uint64_t i = 0; i < 5000; i++)
        cells.push_back(static_cast<int64_t>(random_bits(8, i)));
    struct numbers part = run_of(cells, 11);
    part.count = 2500;
    struct tally plain, ahead;
    tally_start(&plain, NUMBER_INT64);
    tally_start(&ahead, NUMBER_INT64);
    tally_add(&plain, &part);
    tally_add_before(&ahead, &part, cells.data() + 2500);
    EXPECT_EQ(plain.fingerprint, ahead.fingerprint);
    EXPECT_EQ(sum_of(plain), sum_of(ahead));
    EXPECT_EQ(plain.count, ahead.count);
}

TEST(Fingerprint, OfNothingIsZero)
{
    std::vector<int64_t> cells;
    struct numbers run = run_of(cells, 5);
    EXPECT_EQ(numbers_fingerprint(&run), 0u);
}

TEST(Fingerprint, OfFloatsIsThatOfTheirBits)
{
    std::vector<double> values = {0.5, -0.0, NAN, 0.1, 1e300};
    std::vector<int64_t> bits = bits_of(values);
    struct numbers floats = run_of(values, 7), whole = run_of(bits, 7);
    EXPECT_EQ(numbers_fingerprint(&floats), numbers_fingerprint(&whole));
    EXPECT_EQ(tally_of(values, 7).fingerprint, numbers_fingerprint(&whole));
}

/* "both agree only when every result arrived unharmed and in its place" */
TEST(Fingerprint, SeesAChangedBit)
{
    std::vector<int64_t> cells = {1, 4, 9, 16};
    const uint64_t whole = tally_of(cells).fingerprint;
    for (int bit = 0; bit < 64; bit++) {
        std::vector<int64_t> harmed = cells;
        harmed[2] = static_cast<int64_t>(static_cast<uint64_t>(harmed[2]) ^ UINT64_C(1) << bit);
        EXPECT_NE(tally_of(harmed).fingerprint, whole) << bit;
    }
}

TEST(Fingerprint, SeesARunElsewhere)
{
    for (int64_t first : {1, 2, 1000, 1000000})
        EXPECT_NE(tally_of<int64_t>({1, 4, 9}, first).fingerprint,
                  tally_of<int64_t>({1, 4, 9}).fingerprint);
}

TEST(Fingerprint, SeesWholeNumbersSwapped)
{
    EXPECT_NE(tally_of<int64_t>({1, 4, 9}).fingerprint, tally_of<int64_t>({4, 1, 9}).fingerprint);
    EXPECT_NE(tally_of<int64_t>({1, 4, 9}).fingerprint, tally_of<int64_t>({9, 4, 1}).fingerprint);
}

/* Floats that are whole, and multiples of 2^32, differ only in the upper half of their bits. */
TEST(Fingerprint, SeesSwapsOfWhatDiffersInTheUpperHalf)
{
    EXPECT_NE(tally_of<double>({1, 4, 9}).fingerprint, tally_of<double>({4, 1, 9}).fingerprint);
    EXPECT_NE(tally_of<int64_t>({INT64_C(1) << 32, INT64_C(1) << 34}).fingerprint,
              tally_of<int64_t>({INT64_C(1) << 34, INT64_C(1) << 32}).fingerprint);
}

TEST(Tally, AnyCutOfInt64GivesTheSame)
{
    std::mt19937 random(1);
    std::vector<int64_t> cells;
    for (int i = 0; i < 500; i++)
        cells.push_back(static_cast<int64_t>(random_bits(3, static_cast<uint64_t>(i))));
    const struct tally whole = tally_of(cells);
    for (int trial = 0; trial < 50; trial++) {
        struct tally parts = cut(cells, random);
        EXPECT_EQ(sum_of(parts), sum_of(whole));
        EXPECT_EQ(parts.fingerprint, whole.fingerprint);
        EXPECT_EQ(parts.count, whole.count);
        EXPECT_EQ(parts.first_cell, cells.front());
        EXPECT_EQ(parts.last_cell, cells.back());
    }
}

/* Numbers whose sum depends on the order of adding, to the last bit. */
TEST(Tally, AnyCutOfFloat64GivesTheSame)
{
    std::mt19937 random(2);
    std::vector<double> values;
    for (uint64_t i = 0; i < 501; i++)
        values.push_back(std::pow(10, 20 * random_unit(1, i)) * (random_unit(2, i) - 0.5));
    const struct tally whole = tally_of(values);
    for (int trial = 0; trial < 50; trial++) {
        struct tally parts = cut(values, random);
        EXPECT_EQ(memcmp(parts.lanes, whole.lanes, sizeof(parts.lanes)), 0);
        EXPECT_EQ(sum_of(parts), sum_of(whole));
        EXPECT_EQ(parts.fingerprint, whole.fingerprint);
    }
}

TEST(Tally, AddLeavesTheSumOfFloatsAlone)
{
    std::vector<double> values = {1.5, 2};
    struct numbers run = run_of(values);
    struct tally tally;
    tally_start(&tally, NUMBER_FLOAT64);
    tally_add(&tally, &run);
    EXPECT_EQ(sum_of(tally), "0.0");
    EXPECT_EQ(tally.count, 2);
    tally_add_floats(&tally, &run);
    EXPECT_EQ(sum_of(tally), "3.5");
    EXPECT_EQ(tally.count, 2);
}

TEST(Tally, SumOfFloats)
{
    EXPECT_EQ(sum_of(tally_of<double>({0.5, 0.25, -2})), "-1.25");
    EXPECT_EQ(sum_of(tally_of<double>({1e308, 1e308})), "inf");
    EXPECT_EQ(sum_of(tally_of<double>({1, NAN})), "nan");
    EXPECT_EQ(sum_of(tally_of<double>(std::vector<double>(100, 0.5))), "50.0");
}

TEST(Tally, MergeInAnyOrder)
{
    std::mt19937 random(3);
    std::vector<int64_t> cells;
    for (uint64_t i = 0; i < 300; i++)
        cells.push_back(static_cast<int64_t>(random_bits(4, i)));
    const struct tally whole = tally_of(cells);
    for (int trial = 0; trial < 50; trial++) {
        std::vector<struct tally> parts;
        for (size_t done = 0; done < cells.size();) {
            size_t size = std::min<size_t>(cells.size() - done, random() % 40);
            auto begin = cells.begin() + static_cast<long>(done);
            parts.push_back(tally_of(std::vector<int64_t>(begin, begin + static_cast<long>(size)),
                                     static_cast<int64_t>(done)));
            done += size;
        }
        std::shuffle(parts.begin(), parts.end(), random);
        struct tally merged;
        tally_start(&merged, NUMBER_INT64);
        for (const struct tally &part : parts)
            tally_merge(&merged, &part);
        EXPECT_EQ(sum_of(merged), sum_of(whole));
        EXPECT_EQ(merged.count, whole.count);
        EXPECT_EQ(merged.fingerprint, whole.fingerprint);
        EXPECT_EQ(merged.first_at, 0);
        EXPECT_EQ(merged.first_cell, cells.front());
        EXPECT_EQ(merged.last_at, 299);
        EXPECT_EQ(merged.last_cell, cells.back());
        EXPECT_EQ(tally_previewed(&merged), TALLY_PREVIEW);
        EXPECT_EQ(memcmp(merged.preview, whole.preview, sizeof(merged.preview)), 0);
    }
}

TEST(Tally, MergeOfNothingChangesNothing)
{
    struct tally tally = tally_of<int64_t>({1, 2}), nothing;
    tally_start(&nothing, NUMBER_INT64);
    const struct tally before = tally;
    tally_merge(&tally, &nothing);
    EXPECT_EQ(memcmp(&tally, &before, sizeof(tally)), 0);
    tally_merge(&nothing, &tally);
    EXPECT_EQ(sum_of(nothing), "3");
    EXPECT_EQ(nothing.last_at, 1);
}

TEST(Tally, PreviewCountsWhatLeads)
{
    struct {
        int64_t first, count;
        int previewed;
    } const rows[] = {{0, 1, 1}, {0, 19, 19}, {0, 20, 20}, {0, 21, 20}, {1, 5, 0}, {20, 5, 0}};
    for (const auto &row : rows) {
        std::vector<int64_t> cells(static_cast<size_t>(row.count), 9);
        struct tally tally = tally_of(cells, row.first);
        EXPECT_EQ(tally_previewed(&tally), row.previewed) << row.first << ", " << row.count;
    }
}

TEST(Tally, PreviewFillsAsPartsArrive)
{
    struct tally tally = tally_of<int64_t>({13, 14}, 3);
    EXPECT_EQ(tally_previewed(&tally), 0);
    const struct tally start = tally_of<int64_t>({10, 11, 12}, 0);
    tally_merge(&tally, &start);
    ASSERT_EQ(tally_previewed(&tally), 5);
    for (int i = 0; i < 5; i++)
        EXPECT_EQ(tally.preview[i], 10 + i);
}

TEST(NumberText, Vectors)
{
    struct {
        double value;
        const char *text;
    } const rows[] = {
        {0, "0.0"},
        {-0.0, "-0.0"},
        {4, "4.0"},
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {0.1 + 0.2, "0.30000000000000004"},
        {9007199254740992, "9007199254740992.0"},
        {1e22, "1e+22"},
        {1e-5, "1e-05"},
        {INFINITY, "inf"},
        {-INFINITY, "-inf"},
        {NAN, "nan"},
        {-NAN, "nan"},
    };
    for (const auto &row : rows) {
        char text[TALLY_TEXT];
        int length = number_text(NUMBER_FLOAT64, bits_of(row.value), text, sizeof(text));
        EXPECT_STREQ(text, row.text);
        EXPECT_EQ(length, static_cast<int>(strlen(row.text)));
    }
    char text[TALLY_TEXT];
    EXPECT_EQ(number_text(NUMBER_INT64, INT64_MIN, text, sizeof(text)), 20);
    EXPECT_STREQ(text, "-9223372036854775808");
}

TEST(NumberText, ReadsBackToTheBit)
{
    for (uint64_t i = 0; i < 20000; i++) {
        int64_t cell = static_cast<int64_t>(random_bits(5, i));
        double value;
        memcpy(&value, &cell, sizeof(value));
        if (std::isnan(value))
            continue;
        char text[TALLY_TEXT];
        number_text(NUMBER_FLOAT64, cell, text, sizeof(text));
        ASSERT_EQ(bits_of(strtod(text, nullptr)), cell) << text;
    }
}
