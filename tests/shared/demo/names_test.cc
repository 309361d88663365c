#include "support/scenes.h"

#include <algorithm>
#include <set>

extern "C" {
#include "base/err.h"
}

using DemoNames = Scene;

namespace
{

/* Of ten letters, five each: else it is no order of ten lines at all. */
bool is_order(const std::string &order)
{
    return order.size() == 10 && std::count(order.begin(), order.end(), 'A') == 5 &&
           std::count(order.begin(), order.end(), 'B') == 5;
}

} // namespace

TEST_F(DemoNames, TakesNoSettings)
{
    Err err;
    EXPECT_TRUE(
        fails(demo_find("names:each=3", settings, &err), err, ERR_INPUT, {"names", "each"}));
}

TEST_F(DemoNames, CountsEveryRun)
{
    ASSERT_TRUE(plays("names"));
    ASSERT_EQ(json_array_size(rows("ways")), 3U);
    for (const char *way : {"A, then B", "at once", "at once, yielding"}) {
        SCOPED_TRACE(way);
        double orders = number("ways", way, "orders"),
               commonest = number("ways", way, "commonest_runs");
        const double runs = number("ways", way, "runs");
        EXPECT_GE(runs, 1);
        EXPECT_LE(runs, 1000);
        EXPECT_GE(orders, 1);
        EXPECT_LE(orders, 252);
        EXPECT_GE(commonest * orders, runs) << "the commonest order is rarer than the mean";
        EXPECT_LE(commonest, runs - (orders - 1)) << "some order was in no run";
        EXPECT_LE(number("ways", way, "whole_runs"), runs);
        EXPECT_LE(number("ways", way, "b_first_runs"), runs);
    }
    EXPECT_LE(widest_line(printed()), 80U) << printed();

    /* each thread's own numbers come in their order, as whose line is next is all that is open */
    ASSERT_EQ(items("picture").size(), 1U);
    const json_t *lines = json_object_get(items("picture")[0], "picture");
    std::string page = json_string_value(json_array_get(lines, 1)), order;
    int next[2] = {1, 1};
    for (size_t at = 0; (at = page.find_first_of("AB", at)) != std::string::npos; at++) {
        order += page[at];
        EXPECT_EQ(page.substr(at + 1, 2), " " + std::to_string(next[page[at] - 'A']++)) << page;
    }
    EXPECT_TRUE(is_order(order)) << page;

    std::set<std::string> shown;
    for (size_t i = 2; i < json_array_size(lines); i++) {
        std::string line = json_string_value(json_array_get(lines, i));
        if (line.compare(0, 2, "  ") != 0) {
            shown.clear(); /* another way */
            continue;
        }
        EXPECT_TRUE(is_order(line.substr(2, 10))) << line;
        EXPECT_TRUE(shown.insert(line.substr(2, 10)).second) << line << " is there twice";
    }
    EXPECT_FALSE(shown.empty());
}
