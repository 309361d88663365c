#include "support/golden.h"
#include "support/scenes.h"

#include <cmath>

extern "C" {
#include "base/units.h"
#include "demo/kit/plot.h"
}

namespace
{

class Plot : public testing::Test
{
  protected:
    Plot()
    {
        showing_open(&showing);
    }
    ~Plot() override
    {
        showing_release(&showing);
    }
    /* The lines that were drawn. */
    std::vector<std::string> drawn()
    {
        plot_draw(&plot, unit_duration, &showing);
        const json_t *picture = json_object_get(json_array_get(showing.items, 0), "picture");
        std::vector<std::string> lines;
        for (size_t i = 0; i < json_array_size(picture); i++)
            lines.push_back(json_string_value(json_array_get(picture, i)));
        return lines;
    }
    struct plot plot = {};
    struct showing showing = {};
};

const size_t FIELD = 9; /* its first column in a line */

} // namespace

TEST_F(Plot, StaysWithinItsField)
{
    plot_open(&plot, 1, 4, false);
    for (double x : {-HUGE_VAL, -1.0, 2.0, HUGE_VAL})
        for (double value : {-1e9, 0.0, 1e9, HUGE_VAL})
            plot_put(&plot, x, value, 'm');
    plot_note(&plot, 1, "a note at the right end");
    plot_note(&plot, 0, std::string(200, 'x').c_str());
    auto lines = drawn();
    ASSERT_EQ(lines.size(), PLOT_LINES + 2U);
    for (const std::string &line : lines)
        EXPECT_LE(line.size(), (size_t)SHOWING_WIDTH) << line;
    EXPECT_EQ(lines[0][FIELD], 'm');
    EXPECT_EQ(lines[0].back(), 'm');
    EXPECT_EQ(lines[PLOT_LINES - 1][FIELD], 'm');
    EXPECT_EQ(lines[4].substr(FIELD), "");
}

TEST_F(Plot, EndsAndMiddle)
{
    plot_open(&plot, 1, 3, false);
    plot_put(&plot, 0, 1, 'a');
    plot_put(&plot, 0.5, 2, 'b');
    plot_put(&plot, 1, 3, 'c');
    plot_note(&plot, 0, "left");
    plot_note(&plot, 1, "right");
    plot_draw(&plot, unit_duration, &showing);
    EXPECT_TRUE(golden(Shown(showing).pictures()));
}

/* Of 1 to 16, 4 is in the middle. */
TEST_F(Plot, RatiosAreEquallyHigh)
{
    plot_open(&plot, 1, 16, true);
    plot_put(&plot, 0, 4, 'm');
    auto lines = drawn();
    EXPECT_EQ(lines[4], " 4.00 s |m");
}

TEST_F(Plot, MarksThatMeet)
{
    plot_open(&plot, 0, 1, false);
    for (char mark : {'.', 'a', '.', 'a'})
        plot_put(&plot, 0, 0, mark);
    EXPECT_EQ(plot.field[PLOT_LINES - 1][0], 'a');
    plot_put(&plot, 0, 0, 'b');
    EXPECT_EQ(plot.field[PLOT_LINES - 1][0], '*');
}
