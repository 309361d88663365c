#include "support/scenes.h"

#include <fstream>
#include <set>
#include <sstream>

extern "C" {
#include "base/err.h"
}

TEST(Demo, BadWords)
{
    alignas(16) char settings[DEMO_SETTINGS];
    for (const char *word : {"", "rac", "racer", "Race", ":", "no such"}) {
        Err err;
        EXPECT_TRUE(fails(demo_find(word, settings, &err), err, ERR_INPUT, {"there is no demo"}));
        EXPECT_TRUE(advises(err, "race"));
    }
    Err err;
    EXPECT_TRUE(
        fails(demo_find("race:depth=3", settings, &err), err, ERR_INPUT, {"race", "depth"}));
}

/* A reader of the list can run each demo, and read its source. */
namespace
{

/* A command of squares; of `demo`, one that is there. */
bool can_be_typed(const std::string &line)
{
    std::istringstream words(line);
    std::string command, name;
    alignas(16) char settings[DEMO_SETTINGS];
    Err err;
    words >> command >> name;
    return command == "compare" || command == "place" ||
           (command == "demo" && demo_find(name.c_str(), settings, &err) != nullptr);
}

} // namespace

TEST(Demo, EveryOneIsWhole)
{
    std::set<std::string> names;
    for (const struct demo *const *d = DEMOS; *d != nullptr; d++) {
        const struct demo &demo = **d;
        SCOPED_TRACE(demo.name);
        alignas(16) char settings[DEMO_SETTINGS];
        Err err;
        EXPECT_TRUE(names.insert(demo.name).second);
        EXPECT_EQ(demo_find(demo.name, settings, &err), &demo);
        EXPECT_LE(strlen(demo.shows), 76U) << demo.shows;
        EXPECT_EQ(std::string(demo.predict).back(), '?') << demo.predict;
        EXPECT_EQ(std::string(demo.why).back(), '.') << demo.why;
        EXPECT_NE(demo.next[0], nullptr);
        for (const char *next : demo.next)
            EXPECT_TRUE(next == nullptr || can_be_typed(next)) << next;
        EXPECT_TRUE(demo.run != nullptr || demo.ranks > 0);
        bool passes_messages = false;
        for (const char *path : demo.code)
            passes_messages |= path != nullptr && std::string(path).rfind("mpi/", 0) == 0;
        EXPECT_EQ(demo.ranks > 0, passes_messages);
    }
}

TEST(Demo, CodeIsTheSourceItself)
{
    for (const struct demo *const *d = DEMOS; *d != nullptr; d++)
        for (const char *path : (*d)->code) {
            if (path == nullptr)
                continue;
            std::ifstream file(path);
            if (!file.is_open())
                GTEST_SKIP() << "NOT RUN IN THE PROJECT'S FOLDER: no " << path;
            const char *const *lines = demo_code(path);
            ASSERT_NE(lines, nullptr) << path;
            std::string line;
            int count = 0;
            for (; std::getline(file, line); lines++, count++) {
                ASSERT_NE(*lines, nullptr);
                EXPECT_EQ(line, *lines);
            }
            EXPECT_EQ(*lines, nullptr);
            EXPECT_GE(count, 60) << path;
            EXPECT_LE(count, 250) << path;
        }
    EXPECT_EQ(demo_code("shared/demo/none.c"), nullptr);
}
