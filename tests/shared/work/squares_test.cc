#include "support/works.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <thread>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "base/random.h"
#include "base/stop.h"
#include "crew/safepoint.h"
#include "number/numbers.h"
#include "number/range.h"
#include "work/chain.h"
#include "work/cost.h"
#include "work/work.h"
}

namespace
{

const int64_t ROOT = INT64_C(3037000499); /* the largest whose square fits */

} // namespace

/* Wherever a vector loop may have it: in its lanes, before and after them. */
TEST(Squares, OverflowIsNamedAtEachPosition)
{
    const Work work("squares");
    const int64_t FIRST = 1000;
    for (int64_t bad : {ROOT + 1, -ROOT - 1, INT64_MAX, INT64_MIN, INT64_C(1) << 32})
        for (size_t at = 0; at <= 40; at++) {
            SCOPED_TRACE(testing::Message() << bad << " at " << at);
            std::vector<int64_t> cells(41, ROOT);
            cells[at] = bad;
            Err err;
            EXPECT_TRUE(
                fails(work.run(cells, FIRST, &err), err, ERR_INPUT,
                      {"of " + std::to_string(bad) + " at",
                       "position " + std::to_string(FIRST + static_cast<int64_t>(at)) + " "}));
            EXPECT_EQ(err.at, FIRST + static_cast<int64_t>(at));
            EXPECT_TRUE(advises(err, "repeat=2"));
        }
}

TEST(Squares, FirstOfSeveralOverflowsIsNamed)
{
    const Work work("squares");
    for (size_t at : {0, 1, 63, 64, 65, 127, 2047, 2048, 2049, 4095, 9983, 9984, 9999}) {
        std::vector<int64_t> cells(10000, 3);
        for (size_t i = at; i < cells.size(); i++)
            cells[i] = INT64_MIN;
        Err err;
        EXPECT_TRUE(fails(work.run(cells, 0, &err), err, ERR_INPUT, {std::to_string(INT64_MIN)}));
        EXPECT_EQ(err.at, static_cast<int64_t>(at));
    }
}

TEST(Squares, Exact)
{
    struct {
        int64_t x, square;
    } const rows[] = {
        {0, 0},
        {1, 1},
        {-1, 1},
        {2, 4},
        {-3, 9},
        {65535, INT64_C(4294836225)},
        {65536, INT64_C(4294967296)},
        {-INT64_C(2147483648), INT64_C(4611686018427387904)},
        {INT64_C(2147483647), INT64_C(4611686014132420609)},
        {INT64_C(2147483649), INT64_C(4611686022722355201)},
        {ROOT - 1, INT64_C(9223372024852248004)},
        {ROOT, INT64_C(9223372030926249001)},
        {-ROOT, INT64_C(9223372030926249001)},
    };
    const Work work("squares");
    std::vector<int64_t> cells, expected;
    for (const auto &row : rows) {
        cells.push_back(row.x);
        expected.push_back(row.square);
    }
    Err err;
    EXPECT_TRUE(works(work.run(cells, 0, &err), err));
    EXPECT_EQ(cells, expected);
}

TEST(Squares, EveryLength)
{
    const Work work("squares");
    for (size_t length : {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 2047, 2048, 2049, 5000}) {
        std::vector<int64_t> cells, expected;
        for (size_t i = 0; i < length; i++) {
            uint64_t draw = random_bits(length, i) % (2 * static_cast<uint64_t>(ROOT) + 1);
            cells.push_back(static_cast<int64_t>(draw) - ROOT);
            expected.push_back(cells.back() * cells.back());
        }
        cells.push_back(INT64_MIN); /* after the end: to be left alone */
        expected.push_back(INT64_MIN);
        struct stop stop = {};
        const struct safepoint at = {&stop, nullptr, nullptr};
        struct numbers run = run_of(cells);
        run.count--;
        Err err;
        EXPECT_TRUE(works(work_run(&*work, &run, &at, &err), err));
        EXPECT_EQ(cells, expected) << length;
    }
}

/* Expected: [pow(x, 2**K, 2**61 - 1) for x in X], by Python. */
TEST(Squares, Repeated)
{
    const int64_t PRIME = (INT64_C(1) << 61) - 1;
    const std::vector<int64_t> X = {0,
                                    1,
                                    -1,
                                    2,
                                    -2,
                                    3,
                                    -7,
                                    3037000500,
                                    PRIME - 1,
                                    PRIME,
                                    PRIME + 1,
                                    -PRIME,
                                    -PRIME - 1,
                                    INT64_C(1) << 62,
                                    -(INT64_C(1) << 62),
                                    INT64_MAX,
                                    INT64_MIN,
                                    1234567890123456789,
                                    -1234567890123456789};
    struct {
        int repeat;
        std::vector<int64_t> expected;
    } const rows[] = {
        {2,
         {0, 1, 1, 16, 16, 81, 2401, 21162741701846416, 1, 0, 1, 0, 1, 16, 16, 81, 256,
          1684797088691192785, 1684797088691192785}},
        {3,
         {0, 1, 1, 256, 256, 6561, 5764801, 1768214878549994964, 1, 0, 1, 0, 1, 256, 256, 6561,
          65536, 909263167132555933, 909263167132555933}},
        {10,
         {0, 1, 1, 281474976710656, 281474976710656, 311140005592228776, 1473754232268555481,
          1737512869323081513, 1, 0, 1, 0, 1, 281474976710656, 281474976710656, 311140005592228776,
          34359738368, 817989501091238318, 817989501091238318}},
        {61,
         {0, 1, 1, 4, 4, 9, 49, 145474196, 1, 0, 1, 0, 1, 4, 4, 9, 16, 1148104933155774205,
          1148104933155774205}},
        {1000,
         {0, 1, 1, 8192, 8192, 1131295851917031226, 1346205831028805056, 2264908338411029016, 1, 0,
          1, 0, 1, 8192, 8192, 1131295851917031226, 67108864, 1170068186434086761,
          1170068186434086761}},
        {4099,
         {0, 1, 1, 18014398509481984, 18014398509481984, 1631922778067245786, 187159669971302995,
          1700276907273351870, 1, 0, 1, 0, 1, 18014398509481984, 18014398509481984,
          1631922778067245786, 140737488355328, 2093846146527834400, 2093846146527834400}},
    };
    for (const auto &row : rows) {
        const Work work("squares:repeat=" + std::to_string(row.repeat));
        std::vector<int64_t> cells = X;
        Err err;
        EXPECT_TRUE(works(work.run(cells, 0, &err), err));
        EXPECT_EQ(cells, row.expected) << row.repeat;
    }
}

TEST(Squares, RepeatedEndsWhenAsked)
{
    const Work work("squares:repeat=1e12"); /* some hours */
    std::vector<int64_t> cells = {3};
    struct numbers run = run_of(cells);
    struct stop stop = {};
    const struct safepoint at = {&stop, nullptr, nullptr};
    std::thread asking([&stop] {
        clock_sleep_until(clock_now_ns() + 20 * NS_PER_MS);
        stop_ask(&stop);
    });
    Err err;
    EXPECT_TRUE(works(work_run(&*work, &run, &at, &err), err));
    asking.join();
}

TEST(Squares, Float)
{
    const double INF = std::numeric_limits<double>::infinity();
    struct {
        double x, square;
    } const rows[] = {
        {0, 0},           {-0.0, 0},    {1.5, 2.25},           {-3, 9},
        {0.1, 0.1 * 0.1}, {1e200, INF}, {-1e200, INF},         {1e-200, 0},
        {INF, INF},       {-INF, INF},  {0x1p-537, 0x1p-1074}, {0x1p511, 0x1p1022},
    };
    const Work work("squares");
    std::vector<double> cells, expected;
    for (int times = 0; times < 4; times++) /* in every lane */
        for (const auto &row : rows) {
            cells.push_back(row.x);
            expected.push_back(row.square);
        }
    cells.push_back(std::numeric_limits<double>::quiet_NaN());
    Err err;
    EXPECT_TRUE(works(work.run(cells, 0, &err), err));
    EXPECT_TRUE(std::isnan(cells.back()));
    cells.pop_back();
    EXPECT_EQ(bits_of(cells), bits_of(expected));
}

TEST(Squares, RepeatedWantsWholeNumbers)
{
    for (const char *spec : {"squares:repeat=2", "squares:repeat=1000"}) {
        const Work work(spec);
        Err err;
        EXPECT_TRUE(fails(work_accepts(&*work, NUMBER_FLOAT64, &err), err, ERR_INPUT,
                          {"'" + std::string(spec) + "'"}));
        EXPECT_TRUE(advises(err, "repeat=1"));
        Err none;
        EXPECT_TRUE(works(work_accepts(&*work, NUMBER_INT64, &none), none));
    }
}

/* Fewer at once the longer a task takes, and one at least. */
TEST(Squares, GrainFallsWithTheTask)
{
    int64_t before = INT64_MAX;
    for (const char *spec : {"squares:repeat=1", "squares:repeat=2", "squares:repeat=100",
                             "squares:repeat=4097", "squares:repeat=1e12"}) {
        const Work work(spec);
        int64_t grain = work->load->grain(&*work);
        EXPECT_GE(grain, 1);
        EXPECT_LE(grain, before);
        before = grain;
    }
    EXPECT_EQ(before, 1);
}

TEST(Squares, RangeSumByAdding)
{
    const Work work("squares");
    for (int64_t begin : {-7, -1, 0, 1, 5, 1000000})
        for (int64_t step : {-1000, -3, -1, 1, 2, 7, 999})
            for (int64_t count : {1, 2, 3, 10, 101}) {
                const struct range range = {begin, step, count};
                int128 expected = 0, sum = -1;
                for (int64_t i = 0; i < count; i++) {
                    int128 x = range_at(&range, i);
                    expected += x * x;
                }
                ASSERT_TRUE(work->load->range_sum(&*work, &range, &sum));
                EXPECT_EQ(text_of(sum), text_of(expected)) << begin << ":" << count << ":" << step;
            }
}

/* R*(R+1)*(2*R+1)//3 and so on, by Python, with R = 3037000499. */
TEST(Squares, RangeSumOfTheLargest)
{
    struct {
        struct range range;
        const char *sum;
    } const rows[] = {
        {{-ROOT, 1, 2 * ROOT + 1}, "18674256982813813130762083500"},
        {{ROOT, -1, 2 * ROOT + 1}, "18674256982813813130762083500"},
        {{0, 1, ROOT + 1}, "9337128491406906565381041750"},
        {{5, INT64_MAX, 1}, "25"},
        {{5, INT64_MIN, 1}, "25"},
        {{-ROOT, 2 * ROOT, 2}, "18446744061852498002"},
    };
    const Work work("squares");
    for (const auto &row : rows) {
        int128 sum = -1;
        ASSERT_TRUE(work->load->range_sum(&*work, &row.range, &sum));
        EXPECT_EQ(text_of(sum), row.sum);
    }
}

TEST(Squares, NoRangeSumWhenRepeated)
{
    const Work work("squares:repeat=2");
    const struct range range = {0, 1, 10};
    int128 sum = 0;
    EXPECT_FALSE(work->load->range_sum(&*work, &range, &sum));
}

/* Each number by its own repetitions, whatever the cut: what --cost says, rounded, at least 1. */
TEST(Squares, RepeatsByCost)
{
    struct stop stop = {};
    const struct safepoint at = {&stop, nullptr, nullptr};
    for (enum cost_shape shape : {COST_FLAT, COST_LINEAR, COST_LAST, COST_RANDOM})
        for (int64_t cut : {1, 7, 200}) {
            SCOPED_TRACE(testing::Message() << COSTS[shape] << " by " << cut);
            Work work("squares:repeat=50", 3);
            work.shape(shape, 200);
            for (int64_t first = 0; first < 200; first += cut) {
                std::vector<int64_t> cells;
                for (int64_t p = first; p < std::min<int64_t>(first + cut, 200); p++)
                    cells.push_back(p - 100);
                Err err;
                EXPECT_TRUE(works(work.run(cells, first, &err), err));
                for (size_t i = 0; i < cells.size(); i++) {
                    int64_t p = first + static_cast<int64_t>(i);
                    double times = std::round(50 * cost_factor(&work->cost, p));
                    EXPECT_EQ(cells[i],
                              chain_square(p - 100, std::max<int64_t>(1, std::llround(times)), &at))
                        << p;
                }
            }
        }
}

/* pow(x, 2**k, 2**61 - 1), by Python, with k = 8, 24, 40, 56: 32 times 1/4, 3/4, 5/4, 7/4. */
TEST(Squares, RepeatsByLinearCost)
{
    Work work("squares:repeat=32");
    work.shape(COST_LINEAR, 4);
    std::vector<int64_t> cells = {3, 3, 3, 3};
    Err err;
    EXPECT_TRUE(works(work.run(cells, 0, &err), err));
    EXPECT_EQ(cells,
              (std::vector<int64_t>{INT64_C(767738134960710591), INT64_C(492969325411739711),
                                    INT64_C(1131295851917031226), INT64_C(643819994419229164)}));
}
