
#include <gtest/gtest.h>

extern "C" {
#include "base/clock.h"
#include "base/patience.h"
}

namespace
{

class Patience : public testing::TestWithParam<bool>
{
};

} // namespace

TEST_P(Patience, ReturnsFromEachStep)
{
    struct patience p = patience_start(GetParam());
    EXPECT_EQ(p.since_ns, 0);
    int64_t start = clock_now_ns();
    while (clock_now_ns() - start < 5 * NS_PER_MS)
        patience_wait(&p);
    EXPECT_GE(p.since_ns, start);
}

TEST_P(Patience, NapsAMillisecondAfterLongWaiting)
{
    struct patience p = patience_start(GetParam());
    int64_t start = clock_now_ns();
    p.since_ns = start - NS_PER_S;
    patience_wait(&p);
    EXPECT_GE(clock_now_ns() - start, NS_PER_MS);
}

TEST_P(Patience, ResetBeginsAnew)
{
    struct patience p = patience_start(GetParam());
    patience_wait(&p);
    int64_t first = p.since_ns;
    patience_wait(&p);
    EXPECT_EQ(p.since_ns, first);
    patience_reset(&p);
    EXPECT_EQ(p.since_ns, 0);
    EXPECT_EQ(p.crowded, GetParam());
    clock_sleep_until(clock_now_ns() + NS_PER_US);
    patience_wait(&p);
    EXPECT_GT(p.since_ns, first);
}

INSTANTIATE_TEST_SUITE_P(, Patience, testing::Bool(),
                         [](const auto &row) { return row.param ? "Crowded" : "Roomy"; });
