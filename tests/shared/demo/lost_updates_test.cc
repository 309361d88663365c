#include "support/showings.h"

extern "C" {
#include "demo/lost_updates.h"
}

TEST(Losses, MedianShareAndRuns)
{
    const struct lost_updates lost_updates = {200, {0, 50, 10, 0, 100}};
    EXPECT_EQ(lost_updates_median(&lost_updates), 10);
    EXPECT_EQ(lost_updates_share(&lost_updates), 0.05);
    EXPECT_EQ(lost_updates_runs(&lost_updates), 3);
}

/* That nothing was lost is never told as if nothing could be. */
TEST(Losses, Words)
{
    const struct lost_updates some = {200, {0, 50, 10, 0, 100}}, none = {200, {0, 0, 0, 0, 0}};
    struct showing showing;
    showing_open(&showing);
    lost_updates_say(&some, 2, "The counter", &showing);
    lost_updates_say(&none, 2, "The counter", &showing);
    const std::string words = Shown(showing).sentences();
    EXPECT_NE(words.find("The counter lost additions in 3 of 5 runs."), std::string::npos) << words;
    EXPECT_NE(words.find("The counter lost nothing in 5 runs this time. That proves nothing"),
              std::string::npos)
        << words;
    lost_updates_say(&none, 1, "Its own", &showing);
    EXPECT_NE(Shown(showing).sentences().find("Its own lost nothing, as only one added to it"),
              std::string::npos);
    showing_release(&showing);
}
