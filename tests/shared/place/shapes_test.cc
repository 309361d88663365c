
#include <gtest/gtest.h>

#include <string>
#include <vector>

extern "C" {
#include "place/shapes.h"
}

namespace
{

/* "8x1 4x2 1x8@0": a shape of one host bears its number. */
std::string list(const std::vector<int> &host_ranks, int threads = 1)
{
    struct shape shapes[SHAPES_MOST];
    int count =
        shapes_list(host_ranks.data(), static_cast<int>(host_ranks.size()), threads, shapes);
    std::string text;
    for (int i = 0; i < count; i++) {
        text += (i > 0 ? " " : "") + std::to_string(shapes[i].ranks) + "x" +
                std::to_string(shapes[i].threads);
        if (shapes[i].host >= 0)
            text += "@" + std::to_string(shapes[i].host);
    }
    return text;
}

TEST(Shapes, OneHost)
{
    EXPECT_EQ(list({1}), "");
    EXPECT_EQ(list({1}, 8), "1x8");
    EXPECT_EQ(list({2}), "2x1 1x2");
    EXPECT_EQ(list({3}), "3x1 1x3");
    EXPECT_EQ(list({6}), "6x1 3x2 2x3 1x6");
    EXPECT_EQ(list({8}), "8x1 4x2 2x4 1x8");
    EXPECT_EQ(list({2}, 4), "2x4 1x8");
}

TEST(Shapes, SeveralHosts)
{
    EXPECT_EQ(list({4, 4}), "8x1 4x2 2x4 1x4@0 1x4@1");
    EXPECT_EQ(list({4, 2}), "6x1 3x2 1x4@0 1x2@1"); /* 3 divides neither */
    EXPECT_EQ(list({3, 2}), "5x1 1x3@0 1x2@1");
    EXPECT_EQ(list({1, 1}), "2x1"); /* a thread alone on a host is serial */
    EXPECT_EQ(list({1, 1}, 2), "2x2 1x2@0 1x2@1");
    EXPECT_EQ(list({1, 1, 1, 1, 1, 1}, 2), "6x2 1x2@0 1x2@1 1x2@2 1x2@3");
}

/* Of 12 divisors the finest and the coarsest are kept. */
TEST(Shapes, ManyDivisorsAreThinnedOut)
{
    const std::string shapes = list({96});
    EXPECT_EQ(shapes.find("96x1 "), 0u);
    EXPECT_EQ(shapes.substr(shapes.size() - 5), " 1x96");
    struct shape room[SHAPES_MOST];
    const int ranks = 720720; /* 240 divisors */
    EXPECT_EQ(shapes_list(&ranks, 1, 1, room), SHAPES_GROUPS);
    for (int i = 1; i < SHAPES_GROUPS; i++) {
        EXPECT_GT(room[i].group, room[i - 1].group);
        EXPECT_EQ(room[i].ranks * room[i].threads, ranks);
    }
}

/* In every shape each worker is there once. */
TEST(Shapes, EveryRankIsStoodForOnce)
{
    for (const std::vector<int> &hosts : std::vector<std::vector<int>>{{12}, {4, 8}, {6, 6, 3}}) {
        struct shape shapes[SHAPES_MOST];
        int count = shapes_list(hosts.data(), static_cast<int>(hosts.size()), 1, shapes);
        ASSERT_GT(count, 0);
        for (int i = 0; i < count; i++) {
            int ranks = 0;
            for (size_t host = 0; host < hosts.size(); host++)
                for (int rank = 0; rank < hosts[host]; rank++)
                    ranks += shape_takes(&shapes[i], static_cast<int>(host), rank);
            EXPECT_EQ(ranks, shapes[i].ranks);
        }
    }
}

} /* namespace */
