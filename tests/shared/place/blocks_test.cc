/*
 * blocks - against every other choice there is, on short lines.
 */
#include "support/sites.h"

#include <tuple>

extern "C" {
#include "place/blocks.h"
#include "place/cores.h"
#include "work/cost.h"
}

namespace
{

/* Borders of types, nodes, caches and kinds within blocks, how much slower than the fastest their
 * cores are, and how far the blocks are from an even split. */
using Cost = std::tuple<int, int, int, int, int, int>;

struct Line {
    explicit Line(const std::vector<struct core> &the_cores) : cores(the_cores)
    {
        for (struct core &core : cores)
            pointers.push_back(&core);
    }
    Line(const Line &) = delete;
    Line &operator=(const Line &) = delete;

    int count() const
    {
        return int(cores.size());
    }
    std::string text() const
    {
        std::string text;
        for (const struct core &core : cores)
            text += " " + std::to_string(core.type) + "." + std::to_string(core.node) + "." +
                    std::to_string(core.cache) + "." + std::to_string(core.kind) + "-" +
                    std::to_string(core.lag);
        return "type.node.cache.kind-lag:" + text;
    }

    std::vector<struct core> cores;
    std::vector<struct core *> pointers;
};

struct core core_in(int type, int node, int cache, int kind = 0, int lag = 0)
{
    struct core core = {};
    core.type = type;
    core.kind = kind;
    core.lag = lag;
    core.node = node;
    core.cache = cache;
    return core;
}

/* Numbers that change here and there; at times the line comes back to a node that it was in. */
std::vector<struct core> any_cores(Dice &dice, int count)
{
    std::vector<struct core> cores;
    int type = 0, node = 0, cache = 0, several = dice.below(3);
    int sides[] = {2 + dice.below(12), 2 + dice.below(6), 2 + dice.below(4)};
    for (int i = 0; i < count; i++) {
        int lag = several > 0 ? dice.below(several + 1) : 0;
        cores.push_back(core_in(type, node, cache, type + (several > 1 && lag > 0), lag));
        type += dice.one_in(sides[0]);
        if (dice.one_in(sides[1]))
            node = dice.one_in(3) ? 0 : node + 1;
        if (dice.one_in(sides[2]))
            cache = dice.one_in(3) ? 0 : cache + 1;
    }
    return cores;
}

Cost cost_of(const std::vector<int> &starts, const struct blocks &blocks, const Line &line)
{
    int types = 0, nodes = 0, caches = 0, kinds = 0, lag = 0, drift = 0;
    for (int rank = 0; rank < blocks.ranks; rank++) {
        int start = starts[size_t(rank)];
        for (int i = start; i < start + blocks.size; i++) {
            const struct core &core = line.cores[size_t(i)];
            const struct core &before = line.cores[size_t(i > start ? i - 1 : i)];
            types += core.type != before.type;
            nodes += core.node != before.node;
            caches += core.cache != before.cache;
            kinds += core.kind != before.kind;
            lag += core.lag;
        }
        int even = blocks.packed ? rank * blocks.size : line.count() * rank / blocks.ranks;
        drift += std::abs(start - even);
    }
    return {types, nodes, caches, kinds, lag, drift};
}

/* The cheapest of all choices: `starts` is filled from its end on. */
Cost cheapest(std::vector<int> &starts, const struct blocks &blocks, const Line &line)
{
    size_t rank = starts.size();
    if (int(rank) == blocks.ranks)
        return cost_of(starts, blocks, line);
    Cost best = {1 << 20, 0, 0, 0, 0, 0};
    int behind = (blocks.ranks - int(rank)) * blocks.size;
    for (int start = rank > 0 ? starts.back() + blocks.size : 0; start + behind <= line.count();
         start++) {
        starts.push_back(start);
        best = std::min(best, cheapest(starts, blocks, line));
        starts.pop_back();
    }
    return best;
}

std::vector<int> chosen(const struct blocks &blocks, const Line &line)
{
    std::vector<int> starts(size_t(blocks.ranks), -1);
    Err err;
    EXPECT_TRUE(works(
        blocks_choose(starts.data(), &blocks, line.pointers.data(), line.count(), &err), err));
    return starts;
}

bool apart(const std::vector<int> &starts, const struct blocks &blocks, const Line &line)
{
    int end = 0;
    for (int start : starts) {
        if (start < end)
            return false;
        end = start + blocks.size;
    }
    return end <= line.count();
}

std::string text_of(const struct blocks &blocks)
{
    return std::to_string(blocks.ranks) + " blocks of " + std::to_string(blocks.size) +
           (blocks.packed ? ", packed" : "");
}

/* A line of `count` cores, of which each type, node and cache has that many. */
std::vector<struct core> regular(int count, int per_type, int per_node, int per_cache)
{
    std::vector<struct core> cores;
    for (int i = 0; i < count; i++)
        cores.push_back(core_in(i / per_type, i / per_node, i / per_cache));
    return cores;
}

} // namespace

TEST(Blocks, Vectors)
{
    const int none = 100;
    struct {
        std::vector<struct core> cores;
        struct blocks blocks;
        std::vector<int> starts;
    } const rows[] = {
        {regular(1, none, none, none), {1, 1, false}, {0}},
        {regular(8, none, none, none), {1, 3, false}, {0}},
        {regular(8, none, none, none), {2, 3, false}, {0, 4}},
        {regular(8, none, none, none), {2, 3, true}, {0, 3}},
        {regular(8, none, none, none), {3, 1, false}, {0, 2, 5}},
        {regular(8, none, none, none), {3, 1, true}, {0, 1, 2}},
        {regular(8, none, none, none), {4, 2, false}, {0, 2, 4, 6}},
        {regular(10, none, 5, 5), {4, 2, false}, {0, 2, 5, 7}},
        {regular(10, none, 5, none), {3, 3, false}, {0, 3, 6}}, /* crosses one of one */
        {regular(12, none, none, 4), {2, 3, false}, {0, 5}},    /* the even 6 crosses */
        {regular(12, none, 6, 4), {2, 5, false}, {0, 6}},       /* caches both, nodes neither */
        {regular(12, none, 4, 6), {2, 5, false}, {0, 6}},       /* nodes both, caches neither */
        {regular(12, 5, 6, none), {2, 5, false}, {0, 5}},       /* types before nodes */
        {regular(9, none, 3, none), {2, 2, false}, {0, 4}},
        {regular(9, none, 3, none), {2, 2, true}, {0, 3}},
    };
    for (const auto &row : rows) {
        Line line(row.cores);
        EXPECT_EQ(chosen(row.blocks, line), row.starts)
            << text_of(row.blocks) << ", " << line.text();
    }
}

TEST(Blocks, NoneIsCheaper)
{
    Dice dice(3);
    for (int i = 0; i < (SANITIZED ? 5000 : 50000); i++) {
        struct blocks blocks = {1 + dice.below(4), 1 + dice.below(5), dice.one_in(3)};
        int spare = dice.below(blocks.ranks > 2 ? 6 : 9);
        Line line(any_cores(dice, blocks.ranks * blocks.size + spare));
        std::vector<int> starts = chosen(blocks, line), none;
        ASSERT_TRUE(apart(starts, blocks, line))
            << text_of(blocks) << ", " << line.text() << ": " << testing::PrintToString(starts);
        ASSERT_EQ(cost_of(starts, blocks, line), cheapest(none, blocks, line))
            << text_of(blocks) << ", " << line.text() << ": " << testing::PrintToString(starts);
    }
}

TEST(Blocks, SameChoiceAgain)
{
    Dice dice(4);
    for (int i = 0; i < 500; i++) {
        struct blocks blocks = {1 + dice.below(6), 1 + dice.below(6), dice.one_in(3)};
        Line line(any_cores(dice, blocks.ranks * blocks.size + dice.below(20)));
        ASSERT_EQ(chosen(blocks, line), chosen(blocks, line)) << text_of(blocks) << line.text();
    }
}

/* On a long line, too, ranks that fit between borders cross none. */
TEST(Blocks, LongLine)
{
    Line line(regular(4000, 4000, 500, 100));
    for (int size : {3, 33, 50, 99, 100}) {
        int ranks = 40 * (100 / size);
        struct blocks blocks = {ranks, size, false};
        std::vector<int> starts = chosen(blocks, line);
        ASSERT_TRUE(apart(starts, blocks, line)) << size;
        Cost cost = cost_of(starts, blocks, line);
        EXPECT_EQ(std::make_tuple(std::get<0>(cost), std::get<1>(cost), std::get<2>(cost)),
                  std::make_tuple(0, 0, 0))
            << size;
    }
}
