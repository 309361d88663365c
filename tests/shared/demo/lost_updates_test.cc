#include "support/golden.h"
#include "support/showings.h"

extern "C" {
#include "demo/lost_updates.h"
}

TEST(LostUpdates, MedianShareAndRuns)
{
    const struct lost_updates lost_updates = {200, {0, 50, 10, 0, 100}};
    EXPECT_EQ(lost_updates_median(&lost_updates), 10);
    EXPECT_EQ(lost_updates_share(&lost_updates), 0.05);
    EXPECT_EQ(lost_updates_runs(&lost_updates), 3);
}

/* That nothing was lost is never told as if nothing could be. */
TEST(LostUpdates, Words)
{
    const struct lost_updates some = {200, {0, 50, 10, 0, 100}}, none = {200, {0, 0, 0, 0, 0}};
    struct showing showing;
    showing_open(&showing);
    lost_updates_say(&some, 2, "The counter", &showing);
    lost_updates_say(&none, 2, "The counter", &showing);
    lost_updates_say(&none, 1, "Its own", &showing);
    EXPECT_TRUE(golden(Shown(showing).sentences()));
    showing_release(&showing);
}
