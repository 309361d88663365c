#include "support/scenes.h"

extern "C" {
#include "base/err.h"
}

using DemoGranularity = Scene;

TEST_F(DemoGranularity, TakesNoSettings)
{
    Err err;
    EXPECT_TRUE(
        fails(demo_find("granularity:chunk=3", settings, &err), err, ERR_INPUT, {"granularity"}));
}

/* Each task is handed out once, in as many chunks as it takes. */
TEST_F(DemoGranularity, HandsOutEachChunkOnce)
{
    ASSERT_TRUE(plays("granularity", 3));
    const json_t *all = rows("sizes");
    std::vector<long long> sizes;
    for (size_t i = 0; i < json_array_size(all); i++)
        sizes.push_back(
            std::stoll(json_string_value(json_object_get(json_array_get(all, i), "label"))));
    ASSERT_GE(sizes.size(), 4U);
    for (long long size : sizes) {
        const std::string label = std::to_string(size);
        EXPECT_EQ(number("sizes", label, "chunks"), (double)((sizes.back() + size - 1) / size));
        EXPECT_GE(number("sizes", label, "mutex_ratio"), 1);
        EXPECT_GE(number("sizes", label, "dynamic_ratio"), 1);
    }
    /* the largest chunks but one go round once, and one is left */
    EXPECT_EQ(sizes[sizes.size() - 2] * 4, sizes.back());
}

/* More threads than most machines have cores: they get shares that are smaller. */
TEST_F(DemoGranularity, NamesTheRangeAndDrawsIt)
{
    ASSERT_TRUE(plays("granularity", 100));
    EXPECT_EQ(number("sizes", "1", "chunks"), 101 * 4096);
    EXPECT_EQ(sentences().find("take turns") != std::string::npos, scene.cores->count < 100);
    EXPECT_NE(sentences().find("of the best time"), std::string::npos);
    EXPECT_NE(sentences().find("squares' own schedule, dynamic"), std::string::npos);
    EXPECT_EQ(items("picture").size(), 1U);
    EXPECT_LE(widest_line(printed()), 80U) << printed();
}
