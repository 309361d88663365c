#include "support/numbers.h"

extern "C" {
#include "number/numbers.h"
}

TEST(Numbers, PartIsNoCopy)
{
    std::vector<int64_t> cells = {5, 6, 7, 8};
    const struct numbers all = run_of(cells, 100);
    struct numbers part = numbers_part(&all, 1, 2);
    EXPECT_EQ(part.kind, NUMBER_INT64);
    EXPECT_EQ(part.first, 101);
    EXPECT_EQ(part.count, 2);
    EXPECT_EQ(part.i64, cells.data() + 1);
    part = numbers_part(&part, 1, 1);
    EXPECT_EQ(part.first, 102);
    EXPECT_EQ(part.i64[0], 7);
    part = numbers_part(&all, 4, 0);
    EXPECT_EQ(part.first, 104);
    EXPECT_EQ(part.count, 0);
}

TEST(Share, Vectors)
{
    struct {
        int64_t total, shares;
        std::vector<int64_t> begins;
    } const rows[] = {
        {0, 3, {0, 0, 0, 0}},
        {1, 3, {0, 1, 1, 1}},
        {3, 3, {0, 1, 2, 3}},
        {10, 1, {0, 10}},
        {10, 4, {0, 3, 6, 8, 10}},
        {11, 4, {0, 3, 6, 9, 11}},
        {INT64_MAX, 2, {0, INT64_C(4611686018427387904), INT64_MAX}},
    };
    for (const auto &row : rows)
        for (size_t i = 0; i < row.begins.size(); i++)
            EXPECT_EQ(share_begin(row.total, row.shares, static_cast<int64_t>(i)), row.begins[i])
                << row.total << " in " << row.shares << ", " << i;
}

TEST(Share, AddUpAndDifferByOneAtMost)
{
    const int64_t totals[] = {0, 1, 2, 7, 63, 64, 65, 1000003, INT64_MAX - 1, INT64_MAX};
    for (int64_t total : totals)
        for (int64_t shares = 1; shares <= 70; shares++) {
            EXPECT_EQ(share_begin(total, shares, 0), 0);
            EXPECT_EQ(share_begin(total, shares, shares), total);
            int64_t before = INT64_MAX; /* the first ones get more */
            for (int64_t i = 0; i < shares; i++) {
                int64_t size = share_begin(total, shares, i + 1) - share_begin(total, shares, i);
                EXPECT_GE(size, total / shares);
                EXPECT_LE(size, total / shares + (total % shares != 0));
                EXPECT_LE(size, before);
                before = size;
            }
        }
}
