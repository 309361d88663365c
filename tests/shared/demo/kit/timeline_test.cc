#include "support/golden.h"
#include "support/showings.h"

extern "C" {
#include "base/clock.h"
#include "demo/kit/timeline.h"
}

namespace
{

/* Two workers, 36 tasks of a second: worker 0 has the first 24, without a gap, worker 1 the rest.
 */
struct timeline uneven_timeline()
{
    struct timeline timeline = {};
    timeline.workers = 2;
    timeline.began_ns = 5 * NS_PER_S;
    for (int task = 0; task < TIMELINE_TASKS; task++) {
        int first = task < 24 ? 0 : 24;
        int64_t began = timeline.began_ns + (task - first) * NS_PER_S;
        timeline.spans[task] = {first > 0, began, began + NS_PER_S};
    }
    return timeline;
}

std::vector<std::string> drawn(const struct timeline &timeline, double seconds)
{
    struct showing showing;
    std::vector<std::string> lines;
    showing_open(&showing);
    timeline_draw(&timeline, "static", seconds, &showing);
    for (size_t i = 0; i < json_array_size(showing.items); i++) {
        const json_t *picture = json_object_get(json_array_get(showing.items, i), "picture");
        for (size_t k = 0; k < json_array_size(picture); k++)
            lines.emplace_back(json_string_value(json_array_get(picture, k)));
    }
    showing_release(&showing);
    return lines;
}

} // namespace

TEST(Timeline, TimesOfWorkersAndOfAll)
{
    struct timeline timeline = uneven_timeline();
    EXPECT_DOUBLE_EQ(timeline_done(&timeline, 0), 24);
    EXPECT_DOUBLE_EQ(timeline_done(&timeline, 1), 12);
    EXPECT_DOUBLE_EQ(timeline_done(&timeline, 2), 0);
    EXPECT_DOUBLE_EQ(timeline_seconds(&timeline), 24);
    EXPECT_DOUBLE_EQ(timeline_idle(&timeline), 0.25);
}

/* A worker that had no task was idle all the time. */
TEST(Timeline, IdleWorkersCount)
{
    struct timeline timeline = uneven_timeline();
    timeline.workers = 3;
    EXPECT_DOUBLE_EQ(timeline_idle(&timeline), 0.5);
}

TEST(Timeline, MedianIsOneOfThem)
{
    struct timeline runs[3] = {uneven_timeline(), uneven_timeline(), uneven_timeline()};
    runs[0].spans[23].ended_ns += NS_PER_S;
    runs[1].spans[23].ended_ns -= NS_PER_S / 2;
    EXPECT_EQ(timeline_median(runs, 3), &runs[2]);
    EXPECT_EQ(timeline_median(runs, 1), &runs[0]);
    runs[2] = runs[0];
    EXPECT_DOUBLE_EQ(timeline_seconds(timeline_median(runs, 3)), 25);
}

/* Twice the width: what is after the end of all is blank, what is before it a dot. */
TEST(Timeline, Picture)
{
    std::vector<std::string> lines = drawn(uneven_timeline(), 48);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_TRUE(golden(lines[0] + "\n" + lines[1]));
    for (const std::string &line : lines)
        EXPECT_EQ(line.size(), (size_t)SHOWING_WIDTH) << line;
}

TEST(Timeline, PictureOfManyWorkersHasEight)
{
    struct timeline timeline = uneven_timeline();
    timeline.workers = 1000;
    EXPECT_EQ(drawn(timeline, 24).size(), 8U);
}
