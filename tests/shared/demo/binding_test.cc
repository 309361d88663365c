#include "support/golden.h"
#include "support/imagined.h"
#include "support/scenes.h"

#include <algorithm>

extern "C" {
#include "base/err.h"
#include "demo/binding.h"
#include "demo/binding_numa.h"
#include "demo/binding_pairs.h"
#include "demo/kit/gang_pair.h"
#include "demo/kit/stretch.h"
#include "place/cores.h"
#include "place/seat.h"
}

using DemoBinding = Scene;

namespace
{

/* The pairs of a machine of which the PUs in `list` may be used ("": all): "0+0 0+1 ...", in the
 * order of their kinds, "-" where there is none. */
struct Found {
    struct pairs pairs = {};
    std::string text, lacking;

    Found(const std::string &description, const std::string &list)
    {
        Imagined machine(description, list);
        struct cores cores;
        char words[PAIRS_TEXT];
        Err err;
        EXPECT_TRUE(works(cores_find(&cores, machine.topology, machine.usable, &err), err));
        pairs_find(&pairs, machine.topology, &cores);
        EXPECT_EQ(pairs_count(&pairs),
                  PAIR_FAR - std::count(&pairs.pu[0][0], &pairs.pu[PAIR_FAR][0], -1) / 2);
        for (const auto &pu : pairs.pu)
            text += (text.empty() ? "" : " ") +
                    (pu[0] < 0 ? "-" : std::to_string(pu[0]) + "+" + std::to_string(pu[1]));
        lacking = pairs_lacking(&pairs, words);
        cores_release(&cores);
    }
};

} // namespace

TEST(DemoPairs, AreThoseOfTheMachine)
{
    const struct {
        const char *machine, *usable, *pairs; /* turns, siblings, cores, caches, packages, far */
    } rows[] = {
        {"core:1 pu:1", "", "0+0 - - - - -"},
        {"pu:2", "", "0+0 - 0+1 - - -"}, /* it shows no cores */
        {"core:2 pu:1", "", "0+0 - 0+1 - - -"},
        {"core:1 pu:2", "", "0+0 0+1 - - - -"},
        {"core:2 pu:2", "", "0+0 0+1 0+2 - - -"},
        {"pack:1 l3:2 core:2 pu:1", "", "0+0 - 0+1 1+2 - -"},
        {"pack:1 l3:2 core:1 pu:1", "", "0+0 - - 0+1 - -"},
        {"pack:1 l2:2 core:2 pu:1", "", "0+0 - 0+1 1+2 - -"}, /* and no L3 */
        {"pack:2 core:1 pu:1", "", "0+0 - - - 0+1 -"},
        {"pack:2 numa:1 core:2 pu:2", "", "0+0 0+1 0+2 - 2+4 0+6"},
        {"pack:1 numa:2 core:2 pu:1", "", "0+0 - 0+1 - - 0+3"},
        {"pack:2 numa:2 l3:1 core:2 pu:2", "", "0+0 0+1 0+2 2+4 6+8 0+14"},
        /* of which some may be used */
        {"core:2 pu:2", "1,3", "1+1 - 1+3 - - -"},
        {"core:2 pu:2", "1-3", "1+1 2+3 1+2 - - -"},
        {"core:2 pu:2", "3", "3+3 - - - - -"},
        {"pack:2 numa:1 core:2 pu:2", "0-3", "0+0 0+1 0+2 - - -"},
        {"pack:2 numa:1 core:2 pu:2", "1,5,7", "1+1 - 5+7 - 1+5 1+7"},
        {"pack:2 numa:2 l3:2 core:2 pu:1", "3,5,12", "3+3 - - 3+5 5+12 3+12"},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(testing::Message() << row.machine << " of " << row.usable);
        EXPECT_EQ(Found(row.machine, row.usable).text, row.pairs);
    }
}

TEST(DemoPairs, WhatIsLackingIsNamed)
{
    const struct {
        const char *machine, *usable;
    } rows[] = {
        {"core:1 pu:1", "0"},
        {"core:1 pu:2", "0-1"},
        {"pack:1 core:2 pu:1", "0-1"},
        {"pack:2 numa:2 l3:1 core:2 pu:2", "0,2,4,8,10"},
        {"pack:2 numa:1 l3:2 core:1 pu:2", "0-7"},
    };
    std::string all;
    for (const auto &row : rows)
        all += std::string(row.machine) + ", of which " + row.usable + ": " +
               Found(row.machine, row.usable).lacking + "\n";
    EXPECT_TRUE(golden(all));
    EXPECT_EQ(Found("pack:2 numa:2 l3:1 core:2 pu:2", "").lacking, "");
    const struct pairs none = {{{-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}, {-1, -1}}, 2};
    char text[PAIRS_TEXT];
    EXPECT_LT(std::string(pairs_lacking(&none, text)).size(), (size_t)PAIRS_TEXT - 1);
}

/* --- memory --- */

TEST(DemoStretch, IsLongerThanTheCache)
{
    const size_t MIB = (size_t)1 << 20;
    const struct {
        const char *machine;
        size_t size, cached;
    } rows[] = {
        {"core:2 pu:1", 32 * MIB, 0},
        {"l3:1(size=1MB) core:2 pu:1", 32 * MIB, 0},
        {"l3:1(size=32MB) core:2 pu:1", 64 * MIB, 0},
        {"l3:1(size=96MB) core:2 pu:1", 256 * MIB, 0},
        {"l3:1(size=512MB) core:2 pu:1", 256 * MIB, 512000000}, /* not within a moment */
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.machine);
        Imagined machine(row.machine);
        size_t cached = 7;
        EXPECT_EQ(stretch_size(machine.topology, &cached), row.size);
        EXPECT_EQ(cached, row.cached);
        EXPECT_EQ(stretch_size(machine.topology, nullptr), row.size);
    }
}

TEST(DemoStretch, IsReadAndJumpedAboutInAllOverAndNoFurther)
{
    const size_t SIZE = (size_t)1 << 20, CELLS = SIZE / sizeof(uint64_t), LINES = CELLS / 8;
    struct stretch stretch = {};
    Err err;
    stretch_release(&stretch); /* never reserved */
    ASSERT_TRUE(works(stretch_reserve(&stretch, SIZE, &err), err));
    stretch_touch(&stretch);
    double bytes = 0;
    do
        bytes += stretch_read(&stretch);
    while (stretch.at != 0);
    EXPECT_EQ(bytes, (double)SIZE);
    std::vector<bool> seen(LINES);
    size_t different = 0;
    for (int i = 0; i < 100; i++) {
        EXPECT_EQ(stretch_jump(&stretch), 1000);
        ASSERT_LT(stretch.line, LINES);
        different += !seen[stretch.line];
        seen[stretch.line] = true;
    }
    EXPECT_EQ(different, 100U);
    stretch_release(&stretch);
    EXPECT_EQ(stretch.cells, nullptr);
}

TEST(DemoStretch, NoMemoryIsTold)
{
    struct stretch stretch = {};
    Err err;
    EXPECT_TRUE(fails(stretch_reserve(&stretch, (size_t)1 << 60, &err), err, ERR_FAILED, {}));
    stretch_release(&stretch);
}

/* --- two workers --- */

namespace
{

struct Sat {
    hwloc_bitmap_t on[2] = {nullptr, nullptr};
    int64_t began_ns[2] = {0, 0};
};

} // namespace

extern "C" {
static void note_seat(void *arg, int member, int64_t began_ns)
{
    auto *sat = static_cast<Sat *>(arg);
    sat->on[member] = seat_of(0);
    sat->began_ns[member] = began_ns;
}
}

TEST_F(DemoBinding, WorkersSitWhereTheyAreToAndBeginTogether)
{
    Err err;
    ASSERT_TRUE(works(scene_open(&scene, &err), err));
    const int first = hwloc_bitmap_first(scene.placement.widest);
    const int last = hwloc_bitmap_last(scene.placement.widest);
    for (int members : {1, 2})
        for (int other : {first, last}) {
            const int pus[] = {first, other};
            Sat sat;
            bool seated = true;
            ASSERT_TRUE(
                works(gang_pair_run(&scene, pus, members, note_seat, &sat, &seated, &err), err));
            EXPECT_TRUE(seated);
            for (int i = 0; i < members; i++) {
                EXPECT_EQ(text_of(sat.on[i]), std::to_string(pus[i]));
                EXPECT_EQ(sat.began_ns[i], sat.began_ns[0]);
                hwloc_bitmap_free(sat.on[i]);
            }
            EXPECT_EQ(sat.on[1] == nullptr, members == 1);
        }
}

/* They run anyway, wherever they may. */
TEST_F(DemoBinding, ARefusedSeatIsTold)
{
    Err err;
    ASSERT_TRUE(works(scene_open(&scene, &err), err));
    const int pus[] = {hwloc_bitmap_first(scene.placement.widest), 60000};
    Sat sat;
    bool seated = true;
    ASSERT_TRUE(works(gang_pair_run(&scene, pus, 2, note_seat, &sat, &seated, &err), err));
    EXPECT_FALSE(seated);
    for (hwloc_bitmap_t on : sat.on)
        hwloc_bitmap_free(on);
}

/* --- what is told --- */

namespace
{

/* What is said of a machine that is not here, on which all went as it does by the book. */
class DemoBindingTold : public testing::Test
{
  protected:
    void imagine(const char *description)
    {
        const double book[PAIR_FAR][BINDING_WORKS + 1] = {{1, 1, 1, 1e-6},
                                                          {1.9, 1.1, 1.2, 2e-8},
                                                          {2, 2, 1.4, 4e-8},
                                                          {2, 2, 1.9, 1e-7},
                                                          {2, 2, 2, 2e-7}};
        found.pairs = Found(description, "").pairs;
        found.seated = true;
        for (int kind = 0; kind < PAIR_FAR; kind++) {
            for (int w = 0; w < BINDING_WORKS; w++)
                found.speedup[kind][w] = book[kind][w];
            found.pass_s[kind] = book[kind][BINDING_WORKS];
        }
    }
    std::string told() const
    {
        struct showing showing;
        showing_open(&showing);
        binding_tell(&found, &showing);
        const std::string all = Shown(showing).sentences();
        showing_release(&showing);
        EXPECT_EQ(all.find("nan"), std::string::npos) << all;
        return all;
    }
    bool tells(const char *words) const
    {
        return told().find(words) != std::string::npos;
    }

    struct binding found = {};
};

} // namespace

TEST_F(DemoBindingTold, OneCore)
{
    imagine("core:1 pu:1");
    EXPECT_TRUE(golden(told(), "by the book"));
    found.speedup[PAIR_TURNS][BINDING_DENSE] = 1.7;
    EXPECT_TRUE(golden(told(), "more than it can do"));
}

/* A word "as the kernel has to switch threads", say, would be false. */
TEST_F(DemoBindingTold, NothingOfWorkersThatWereNotSeated)
{
    imagine("core:2 pu:1");
    found.seated = false;
    EXPECT_EQ(told(), "");
}

TEST_F(DemoBindingTold, Siblings)
{
    imagine("core:1 pu:2");
    EXPECT_TRUE(golden(told()));
    found.speedup[PAIR_SIBLINGS][BINDING_DENSE] = 1.9;
    EXPECT_FALSE(tells("a sibling computes")) << told();
}

TEST_F(DemoBindingTold, Cores)
{
    imagine("core:2 pu:1");
    EXPECT_TRUE(golden(told(), "by the book"));
    EXPECT_FALSE(tells("something may have kept") || tells("virtual") || tells("as long"))
        << told();
    found.speedup[PAIR_CORES][BINDING_READ] = 1.95;
    EXPECT_TRUE(tells("does not use up")) << told();
    found.speedup[PAIR_CORES][BINDING_DENSE] = 1.2;
    EXPECT_TRUE(golden(told(), "like siblings"));
    found.speedup[PAIR_CORES][BINDING_CHAIN] = 1.2;
    EXPECT_TRUE(tells("something may have kept")) << told();
    found.pass_s[PAIR_CORES] = 2e-7;
    EXPECT_TRUE(golden(told(), "disturbed and far apart"));
}

TEST_F(DemoBindingTold, FarCores)
{
    imagine("pack:2 numa:1 l3:2 core:2 pu:2");
    EXPECT_TRUE(golden(told()));
    found.pass_s[PAIR_PACKAGES] = 2e-8;
    EXPECT_TRUE(tells("did not show")) << told();
}

TEST_F(DemoBinding, TakesNoSettings)
{
    Err err;
    EXPECT_TRUE(
        fails(demo_find("binding:pu=3", settings, &err), err, ERR_INPUT, {"binding", "pu"}));
}

TEST_F(DemoBinding, AlwaysTakesTwoWorkers)
{
    for (int threads : {1, 0, 100}) {
        SCOPED_TRACE(threads);
        ASSERT_TRUE(plays("binding", threads));
        struct pairs pairs;
        pairs_find(&pairs, scene.machine.topology, scene.cores);
        for (int kind = 0; kind < PAIR_FAR; kind++) {
            if (!pairs_has(&pairs, (enum pair_kind)kind))
                continue;
            const char *name = pair_name((enum pair_kind)kind);
            EXPECT_EQ(number("pairs", name, "pu"), pairs.pu[kind][0]);
            EXPECT_EQ(number("pairs", name, "other_pu"), pairs.pu[kind][1]);
            for (const char *column : {"chain", "dense", "reading", "pass_s"})
                EXPECT_GT(number("pairs", name, column), 0) << name << ", " << column;
        }
        EXPECT_EQ(json_array_size(rows("pairs")), (size_t)pairs_count(&pairs));
        EXPECT_GT(number("memory", "near", "load_s"), 0);
        EXPECT_EQ(value("memory", "far", "load_s") != nullptr, pairs_has(&pairs, PAIR_FAR));
        char lacking[PAIRS_TEXT];
        EXPECT_NE(sentences().find(pairs_lacking(&pairs, lacking)), std::string::npos);
        EXPECT_EQ(sentences().find("--threads changes nothing") != std::string::npos, threads > 0);
        EXPECT_LE(widest_line(printed()), 80U) << printed();
        scene_close(&scene);
    }
}

/* Far memory, where there is none: two PUs of one node stand for it. */
TEST_F(DemoBinding, ShowsFarMemoryBesideNear)
{
    Err err;
    ASSERT_TRUE(works(scene_open(&scene, &err), err));
    struct pairs pairs;
    pairs_find(&pairs, scene.machine.topology, scene.cores);
    pairs.pu[PAIR_FAR][0] = hwloc_bitmap_first(scene.placement.widest);
    pairs.pu[PAIR_FAR][1] = hwloc_bitmap_last(scene.placement.widest);
    ASSERT_TRUE(works(binding_numa_show(&scene, &pairs, &err), err));
    for (const char *place : {"near", "far"}) {
        EXPECT_GT(number("memory", place, "load_s"), 0);
        EXPECT_GT(number("memory", place, "bytes_per_s"), 0);
    }
    EXPECT_NE(sentences().find("at another NUMA node"), std::string::npos);
}
