#include "support/scenes.h"

extern "C" {
#include "demo/cache_lines.h"
}

namespace
{

class Lines : public Scene
{
  protected:
    Lines()
    {
        showing_open(&scene.showing);
    }
    std::string drawn(const char *label, int count, int apart)
    {
        cache_lines_draw(&scene.showing, label, count, apart);
        const json_t *picture = json_object_get(json_array_get(scene.showing.items, 0), "picture");
        return json_string_value(json_array_get(picture, json_array_size(picture) - 1));
    }
};

} // namespace

TEST_F(Lines, AreDrawnWithinTheWidth)
{
    EXPECT_EQ(drawn("", 0, 1),
              "              |........|........|........|........|........|........|");
    EXPECT_EQ(drawn("packed", 11, 1),
              "packed        |01234567|89a.....|........|........|........|........|");
    EXPECT_EQ(drawn("far", 3, 17),
              "far           |0.......|........|.1......|........|..2.....|........|");
    EXPECT_EQ(drawn("many", 1000, 1),
              "many          |01234567|89abcdef|ghijklmn|opqrstuv|wxyz++++|++++++++|");
    EXPECT_LE(drawn("a label that is much too long", 1, 1).size(), (size_t)SHOWING_WIDTH);
}
