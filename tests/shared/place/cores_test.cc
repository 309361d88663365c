/*
 * cores - the list against what hwloc's objects say, on machines of many forms.
 */
#include "support/sites.h"

extern "C" {
#include "place/cores.h"
#include "place/plan.h"
}

namespace
{

std::string list_of(hwloc_const_bitmap_t set)
{
    std::string text;
    for (int pu = hwloc_bitmap_first(set); pu >= 0; pu = hwloc_bitmap_next(set, pu))
        text += " " + std::to_string(pu);
    return text;
}

std::string list_of(const std::vector<int> &pus)
{
    std::string text;
    for (int pu : pus)
        text += " " + std::to_string(pu);
    return text;
}

/* A core in words, so that two can be compared and shown. */
template <class Core> std::string words(const Core &core)
{
    return "core " + std::to_string(core.logical) + ", PUs" + list_of(core.pus) + ", node " +
           std::to_string(core.node) + ", cache " + std::to_string(core.cache) + ", kind " +
           std::to_string(core.kind);
}

/* The first thing in which cores_find and the site disagree; "": none. */
std::string difference(const Site &site)
{
    const struct cores &cores = site.found;
    for (int i = 0; i < std::min(cores.count, site.count()); i++) {
        std::string found = words(cores.list[i]), there = words(site.line[size_t(i)]);
        if (found != there)
            return found + "; not " + there;
        if (cores.list[i].threads != int(site.line[size_t(i)].pus.size()))
            return "threads of " + found;
    }
    for (int pu = 0; pu <= cores.last_pu; pu++)
        if (cores.core_of[pu] != (pu < int(site.core_of.size()) ? site.core_of[size_t(pu)] : -1))
            return "core_of PU " + std::to_string(pu);
    if (cores.count != site.count() || cores.pus != site.pus || cores.smt != site.smt)
        return "counts of cores and PUs";
    if (cores.nodes != site.nodes || cores.caches != site.caches || cores.kinds != site.kinds)
        return "counts of nodes, caches and kinds";
    if (cores.packages != site.packages)
        return "count of packages";
    return "";
}

/* Node, cache and kind of each core, as in "0.0.0 0.1.0". */
std::string borders(const Site &site)
{
    std::string text;
    for (int i = 0; i < site.found.count; i++) {
        const struct core &core = site.found.list[i];
        text += (i > 0 ? " " : "") + std::to_string(core.node) + "." + std::to_string(core.cache) +
                "." + std::to_string(core.kind);
    }
    return text;
}

} // namespace

TEST(Cores, Borders)
{
    struct {
        const char *machine;
        const char *usable;
        const char *borders; /* node.cache.kind */
    } const rows[] = {
        {"core:2 pu:2", "", "0.0.0 0.0.0"},
        {"pu:2", "", "0.0.0 0.0.0"},
        {"pack:2 core:1 pu:1", "", "0.0.0 0.0.0"},
        {"numa:2 core:2 pu:1", "", "0.0.0 0.0.0 1.0.0 1.0.0"},
        {"pack:2 [numa] core:1 pu:1", "", "0.0.0 1.0.0"},
        {"numa:1 l3:2 core:2 pu:1", "", "0.0.0 0.0.0 0.1.0 0.1.0"},
        {"numa:2 l3:2 core:1 pu:1", "", "0.0.0 0.1.0 1.2.0 1.3.0"},
        {"l3:1 numa:2 core:1 pu:1", "", "0.0.0 1.0.0"},
        {"l3:2 l2:2 core:2 pu:1", "0-5", "0.0.0 0.0.0 0.0.0 0.0.0 0.1.0 0.1.0"},
        {"l3:3 core:2 pu:1", "0,4-5", "0.0.0 0.1.0 0.1.0"}, /* ordinals have no gaps */
        /* no L3: the outermost cache, if cores share it */
        {"l2:2 core:2 pu:1", "", "0.0.0 0.0.0 0.1.0 0.1.0"},
        {"l2:4 core:1 pu:2", "", "0.0.0 0.0.0 0.0.0 0.0.0"},
        {"l2:2 l1d:2 core:1 pu:2", "", "0.0.0 0.0.0 0.1.0 0.1.0"},
        {"l4:2 l2:2 core:1 pu:2", "", "0.0.0 0.0.0 0.1.0 0.1.0"},
        {"l4:1 l3:2 core:2 pu:2", "", "0.0.0 0.0.0 0.1.0 0.1.0"},
        /* one cache that two share, of which one core alone is usable */
        {"l2:2 core:2 pu:1", "0,2", "0.0.0 0.1.0"},
        /* more memory beside the nodes of cores, numbered after them, then before */
        {"[numa] pack:2 [numa] core:1 pu:1", "", "0.0.0 1.0.0"},
        {"pack:2 [numa] [numa] core:1 pu:1", "", "0.0.0 1.0.0"},
        {"[numa(indexes=1,2,0)] pack:2 [numa] core:1 pu:1", "", "0.0.0 1.0.0"},
    };
    for (const auto &row : rows) {
        Site site(row.machine, row.usable);
        EXPECT_EQ(borders(site), row.borders) << site.words();
    }
}

TEST(Cores, FasterKindsFirst)
{
    struct {
        std::vector<int> kinds;
        const char *usable;
        std::vector<int> logical;
        const char *borders;
    } const rows[] = {
        {{0, 0, 1, 1}, "", {2, 3, 0, 1}, "0.0.0 0.0.0 1.1.1 1.1.1"},
        {{1, 0, 1, 0}, "", {0, 2, 1, 3}, "0.0.0 1.1.0 0.0.1 1.1.1"},
        {{1, 1, 0, 0}, "2-3", {2, 3}, "0.0.0 0.0.0"},
        {{0, 2, 1, 2}, "0-2", {1, 2, 0}, "0.0.0 1.1.1 0.0.2"},
    };
    for (const auto &row : rows) {
        Site site("numa:2 l3:1 core:2 pu:1", row.usable);
        site.rank_cores(row.kinds);
        std::vector<int> logical;
        for (int i = 0; i < site.found.count; i++)
            logical.push_back(site.found.list[i].logical);
        EXPECT_EQ(logical, row.logical) << site.words();
        EXPECT_EQ(borders(site), row.borders) << site.words();
    }
}

/* Then none is the faster. */
TEST(Cores, KindsThatHwlocCannotRank)
{
    for (const std::vector<int> &kinds : {std::vector<int>{0, 0, 1, 1}, {1, 1, 0, 0}}) {
        Site site("numa:1 core:4 pu:2");
        site.rank_cores(kinds, false);
        for (int i = 0; i < site.found.count; i++)
            EXPECT_EQ(site.found.list[i].logical, i) << site.words();
    }
}

TEST(Cores, AsHwlocSaysAtRandom)
{
    Dice dice(5);
    for (int i = 0; i < (SANITIZED ? 100 : 400); i++) {
        Site site(made_up(dice, 64));
        if (dice.one_in(3)) {
            std::vector<int> kinds;
            for (int core = 0; core < site.all_cores(); core++)
                kinds.push_back(dice.below(3));
            site.rank_cores(kinds);
        }
        ASSERT_EQ(difference(site), "") << site.words();
        site.use_some(dice);
        ASSERT_EQ(difference(site), "") << site.words();
        site.keep_some(dice);
        ASSERT_EQ(difference(site), "") << site.words();
    }
}

TEST(Cores, AsHwlocSaysOfRealMachines)
{
    SKIP_WITHOUT_REAL_MACHINES();
    Dice dice(6);
    for (const std::string &file : real_machines()) {
        Site site(file);
        EXPECT_EQ(difference(site), "") << site.words();
        site.use_some(dice);
        EXPECT_EQ(difference(site), "") << site.words();
    }
}

TEST(Cores, Touched)
{
    Dice dice(8);
    for (int i = 0; i < 100; i++) {
        Site site(made_up(dice, 32));
        site.use_some(dice);
        hwloc_bitmap_t set = hwloc_bitmap_alloc();
        EXPECT_EQ(cores_touched(&site.found, set), 0);
        for (int pu = 0; pu < 120; pu++)
            if (dice.one_in(4))
                hwloc_bitmap_set(set, unsigned(pu));
        int touched = 0;
        for (const Site::Core &core : site.line)
            touched += std::any_of(core.pus.begin(), core.pus.end(), [&](int pu) {
                return hwloc_bitmap_isset(set, unsigned(pu)) != 0;
            });
        EXPECT_EQ(cores_touched(&site.found, set), touched)
            << list_of(set) << " of " << site.words();
        hwloc_bitmap_free(set);
    }
}

/* As many as find a core each (of `smt` to a core), but one at least; and while there are cores for
 * all ranks none has threads of two. */
TEST(Plan, AutoThreadsFillTheCores)
{
    for (int cores = 1; cores <= 40; cores++)
        for (int ranks = 1; ranks <= 3 * cores; ranks++)
            for (int smt = 0; smt <= 4; smt++) {
                int threads = plan_auto_threads(cores, ranks, smt);
                int each = std::max(smt, 1);
                ASSERT_GE(threads, 1);
                if (ranks <= cores) {
                    ASSERT_EQ(threads % each, 0) << cores << " " << ranks;
                    ASSERT_LE(threads / each * ranks, cores) << ranks;
                    ASSERT_GT((threads / each + 1) * ranks, cores) << ranks;
                } else {
                    ASSERT_TRUE(threads == 1 || threads * ranks <= cores * each) << ranks;
                }
            }
}
