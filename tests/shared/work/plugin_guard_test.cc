#include "support/numbers.h"

#include <numeric>

extern "C" {
#include "work/plugin_guard.h"
}

namespace
{

/* The lowest cell that is seen to be changed when cell `at` was, counted from the chunk's first. */
bool seen(int64_t count, int64_t at, int64_t *offset)
{
    std::vector<int64_t> cells(static_cast<size_t>(count), 3);
    struct guard guard;
    Err err;
    EXPECT_TRUE(works(guard_begin(&guard, cells.data(), count, &err), err));
    static_cast<int64_t *>(guard_cells(&guard))[at] ^= 1;
    bool whole = guard_whole(&guard, offset);
    guard_end(&guard, cells.data());
    return !whole;
}

} // namespace

TEST(Guard, SeesEachCellAround)
{
    for (int64_t count : {1, 2, 100})
        for (int64_t far = 1; far <= GUARD_CELLS; far++)
            for (int64_t at : {-far, count - 1 + far}) {
                int64_t offset = 0;
                EXPECT_TRUE(seen(count, at, &offset)) << count << " cells, at " << at;
                EXPECT_EQ(offset, at);
            }
}

TEST(Guard, LowestOfSeveral)
{
    std::vector<int64_t> cells(5, 3);
    struct guard guard;
    Err err;
    ASSERT_TRUE(works(guard_begin(&guard, cells.data(), 5, &err), err));
    auto *copy = static_cast<int64_t *>(guard_cells(&guard));
    copy[9] = copy[6] = copy[-2] = 0;
    int64_t offset = 0;
    EXPECT_FALSE(guard_whole(&guard, &offset));
    EXPECT_EQ(offset, -2);
    guard_end(&guard, cells.data());
}

/* What was once written over cells of one guard must not pass as those of another. */
TEST(Guard, CellsDiffer)
{
    std::vector<int64_t> cells(1);
    struct guard guard;
    Err err;
    ASSERT_TRUE(works(guard_begin(&guard, cells.data(), 1, &err), err));
    auto *copy = static_cast<int64_t *>(guard_cells(&guard));
    std::swap(copy[1], copy[2]);
    int64_t offset = 0;
    EXPECT_FALSE(guard_whole(&guard, &offset));
    EXPECT_EQ(offset, 1);
    guard_end(&guard, cells.data());
}

TEST(Guard, CopiesThereAndBack)
{
    std::vector<int64_t> cells(100), expected(100);
    std::iota(cells.begin(), cells.end(), -50);
    struct guard guard;
    Err err;
    ASSERT_TRUE(works(guard_begin(&guard, cells.data(), 100, &err), err));
    auto *copy = static_cast<int64_t *>(guard_cells(&guard));
    for (size_t i = 0; i < 100; i++) {
        EXPECT_EQ(copy[i], cells[i]);
        expected[i] = copy[i] = 7 * copy[i];
    }
    EXPECT_EQ(cells[1], -49) << "changed before its end";
    int64_t offset;
    EXPECT_TRUE(guard_whole(&guard, &offset));
    guard_end(&guard, cells.data());
    EXPECT_EQ(cells, expected);
}
