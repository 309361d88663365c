#include "support/golden.h"
#include "support/showings.h"

#include <algorithm>
#include <memory>

extern "C" {
#include "demo/names_orders.h"
}

namespace
{

/* "AAAAABBBBB" as bits. */
int order_of(const std::string &names)
{
    int lines = 0;
    for (size_t i = 0; i < names.size(); i++)
        lines |= (names[i] == 'B') << i;
    return lines;
}

std::unique_ptr<struct names_orders> counted(const std::vector<std::string> &runs)
{
    auto orders = std::make_unique<struct names_orders>();
    for (const std::string &names : runs)
        names_orders_add(orders.get(), order_of(names));
    names_orders_sort(orders.get());
    return orders;
}

} // namespace

/* As many as there are ways to say which five of ten lines are B's. */
TEST(Orders, PossibleOnes)
{
    std::string names = "AAAAABBBBB";
    int count = 0;
    do
        count++;
    while (std::next_permutation(names.begin(), names.end()));
    EXPECT_EQ(count, ORDERS_POSSIBLE);
}

TEST(Orders, AreCounted)
{
    auto orders = counted({"ABABABABAB", "AAAAABBBBB", "BBBBBAAAAA", "AAAAABBBBB"});
    EXPECT_EQ(orders->runs, 4);
    EXPECT_EQ(orders->seen, 3);
    EXPECT_EQ(orders->whole, 3);
    EXPECT_EQ(orders->b_first, 1);
    EXPECT_EQ(orders->all[0].lines, order_of("AAAAABBBBB"));
    EXPECT_EQ(orders->all[0].runs, 2);
}

TEST(Orders, PictureOfTheCommonest)
{
    struct showing showing;
    showing_open(&showing);
    names_orders_draw(counted({"ABABABABAB", "AAAAABBBBB", "AAAAABBBBB"}).get(), "at once",
                      &showing);
    EXPECT_TRUE(golden(Shown(showing).pictures()));
    showing_release(&showing);
}
