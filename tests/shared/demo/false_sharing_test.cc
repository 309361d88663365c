#include "support/scenes.h"

using DemoFalseSharing = Scene;

namespace
{
const char *const LAYOUTS[] = {"side by side", "a line apart", "2 lines apart", "one alone"};
} // namespace

TEST_F(DemoFalseSharing, OneThreadSharesNothing)
{
    ASSERT_TRUE(plays("false-sharing", 1));
    EXPECT_NE(sentences().find("no other to share"), std::string::npos) << sentences();
    EXPECT_EQ(sentences().find("Side by side"), std::string::npos) << sentences();
}

TEST_F(DemoFalseSharing, MeasuresEachLayout)
{
    for (int threads : {2, 3}) {
        SCOPED_TRACE(threads);
        ASSERT_TRUE(plays("false-sharing", threads));
        ASSERT_EQ(json_array_size(rows("layouts")), 4U);
        for (const char *way : {"plain", "atomic"}) {
            std::string seconds = way + std::string("_s"), times = way + std::string("_times");
            double alone = number("layouts", "one alone", seconds.c_str());
            for (const char *layout : LAYOUTS) {
                double each = number("layouts", layout, seconds.c_str());
                EXPECT_GT(each, 0) << layout;
                EXPECT_NEAR(number("layouts", layout, times.c_str()), each / alone, 1e-9) << layout;
            }
        }
        const int cores = scene.cores->count;
        EXPECT_NE(sentences().find("A cache line has"), std::string::npos);
        EXPECT_EQ(sentences().find("Side by side an") != std::string::npos, cores > 1);
        EXPECT_EQ(sentences().find("take turns") != std::string::npos,
                  threads > cores && cores > 1);
        EXPECT_EQ(sentences().find("one core shows nothing") != std::string::npos, cores == 1);
        std::string text = printed();
        EXPECT_LE(widest_line(text), 80U) << text;
        std::string both = threads == 2 ? "|01......|........|" : "|012.....|........|";
        for (const std::string &line :
             {"side by side  " + both, std::string("a line apart  |0.......|1.......|"),
              std::string("2 lines apart |0.......|........|1.......|........|"),
              std::string("one alone     |0.......|........|........|")})
            EXPECT_NE(text.find(line), std::string::npos) << text;
        scene_close(&scene);
    }
}
