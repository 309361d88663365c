#include "support/showings.h"

TEST(Losses, MedianShareAndRuns)
{
    const struct losses losses = {200, {0, 50, 10, 0, 100}};
    EXPECT_EQ(losses_median(&losses), 10);
    EXPECT_EQ(losses_share(&losses), 0.05);
    EXPECT_EQ(losses_runs(&losses), 3);
}

/* That nothing was lost is never told as if nothing could be. */
TEST(Losses, Words)
{
    const struct losses some = {200, {0, 50, 10, 0, 100}}, none = {200, {0, 0, 0, 0, 0}};
    struct showing showing;
    showing_open(&showing);
    losses_say(&some, 2, "The counter", &showing);
    losses_say(&none, 2, "The counter", &showing);
    const std::string words = Shown(showing).sentences();
    EXPECT_NE(words.find("The counter lost additions in 3 of 5 runs."), std::string::npos) << words;
    EXPECT_NE(words.find("The counter lost nothing in 5 runs this time. That proves nothing"),
              std::string::npos)
        << words;
    losses_say(&none, 1, "Its own", &showing);
    EXPECT_NE(Shown(showing).sentences().find("Its own lost nothing: one alone has nobody"),
              std::string::npos);
    showing_release(&showing);
}
