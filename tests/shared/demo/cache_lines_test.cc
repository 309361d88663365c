#include "support/golden.h"
#include "support/scenes.h"

extern "C" {
#include "demo/cache_lines.h"
}

TEST(Lines, AreDrawnWithinTheWidth)
{
    struct showing showing;
    showing_open(&showing);
    cache_lines_draw(&showing, "", 0, 1);
    cache_lines_draw(&showing, "packed", 11, 1);
    cache_lines_draw(&showing, "far", 3, 17);
    cache_lines_draw(&showing, "many", 1000, 1);
    cache_lines_draw(&showing, "a label that is much too long", 1, 1);
    const std::string picture = Shown(showing).pictures();
    EXPECT_TRUE(golden(picture));
    EXPECT_LE(widest_line(picture), (size_t)SHOWING_WIDTH);
    showing_release(&showing);
}
