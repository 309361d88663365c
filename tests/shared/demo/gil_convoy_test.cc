#include "support/golden.h"
#include "support/scenes.h"

extern "C" {
#include "demo/gil_convoy.h"
}

namespace
{

class Convoy : public Scene
{
  protected:
    Convoy()
    {
        showing_open(&scene.showing);
        convoys_init(convoys);
    }
    void all_late(int convoy, double seconds)
    {
        std::fill_n(convoys[convoy].late, static_cast<int>(CONVOY_WAITS), seconds);
    }
    std::string line(int number) const
    {
        return json_string_value(
            json_array_get(json_object_get(items("picture")[0], "picture"), number));
    }
    struct convoy convoys[CONVOYS];
};

} // namespace

TEST_F(Convoy, IsDrawnAsItWas)
{
    all_late(1, 1e-3);
    all_late(2, 5.1e-3);
    all_late(3, 1);
    convoys_show(&scene.showing, convoys);
    const std::string picture = Shown(scene.showing).pictures();
    EXPECT_TRUE(golden(picture));
    EXPECT_LE(widest_line(picture), (size_t)SHOWING_WIDTH);
}

/* The waits end before the picture does. */
TEST_F(Convoy, EndsWithTheLastWait)
{
    for (double &late : convoys[0].late)
        late = -0.5e-3;
    convoys_show(&scene.showing, convoys);
    EXPECT_EQ(line(2).size(), line(3).size());
    EXPECT_NE(line(2).find(' ', 10), std::string::npos) << line(2);
}

TEST_F(Convoy, NamesTheIntervalOnlyIfItWasThat)
{
    convoys[2].late[0] = 9e-3;
    convoys_show(&scene.showing, convoys);
    EXPECT_EQ(sentences().find("a whole interval"), std::string::npos) << sentences();
    EXPECT_EQ(number("lateness", "5 ms", "late_worst_s"), 9e-3);
    EXPECT_EQ(number("lateness", "5 ms", "late_s"), 0);
    EXPECT_NEAR(number("lateness", "5 ms", "waits_s"), 0.049, 1e-9);
    all_late(2, 5.2e-3);
    convoys_show(&scene.showing, convoys);
    EXPECT_TRUE(golden(sentences()));
}
