/*
 * kinds - hwloc's kinds of cores: favoured ones are not another kind, efficient ones are.
 */
#include "support/placings.h"
#include "support/plans.h"

extern "C" {
#include "findings/findings.h"
#include "place/cores.h"
#include "place/plan.h"
}

namespace
{

/* A kind as a system tells of it. */
struct Registered {
    const char *pus;
    std::vector<std::pair<const char *, const char *>> infos;
    int efficiency = -1; /* forced; -1: hwloc ranks by the infos */
};

Registered mhz(const char *pus, const char *top, const char *base = nullptr)
{
    Registered kind = {pus, {{"FrequencyMaxMHz", top}}};
    if (base != nullptr)
        kind.infos.emplace_back("FrequencyBaseMHz", base);
    return kind;
}

Registered arm(const char *pus, const char *capacity, const char *top)
{
    return {pus, {{"LinuxCapacity", capacity}, {"FrequencyMaxMHz", top}}};
}

Registered intel(const char *pus, const char *type, const char *top)
{
    return {pus, {{"CoreType", type}, {"FrequencyMaxMHz", top}}};
}

class Kinds
{
  public:
    Kinds(const char *description, const std::vector<Registered> &kinds) : site(description)
    {
        for (const Registered &kind : kinds) {
            hwloc_bitmap_t set = hwloc_bitmap_alloc();
            EXPECT_EQ(hwloc_bitmap_list_sscanf(set, kind.pus), 0);
            std::vector<struct hwloc_info_s> infos;
            for (const auto &[name, value] : kind.infos)
                infos.push_back({const_cast<char *>(name), const_cast<char *>(value)});
            EXPECT_EQ(hwloc_cpukinds_register(site.machine.topology, set, kind.efficiency,
                                              unsigned(infos.size()), infos.data(), 0),
                      0);
            hwloc_bitmap_free(set);
        }
        cores_release(&cores);
        Err err;
        EXPECT_TRUE(
            works(cores_find(&cores, site.machine.topology, site.machine.usable, &err), err));
    }
    ~Kinds()
    {
        cores_release(&cores);
    }
    Kinds(const Kinds &) = delete;
    Kinds &operator=(const Kinds &) = delete;

    /* The kind of each core, in hwloc's order: "00110011". */
    std::string text() const
    {
        std::string text(size_t(cores.count), '?');
        for (int i = 0; i < cores.count; i++)
            text[size_t(cores.list[i].logical)] = char('0' + cores.list[i].kind);
        return text;
    }
    /* PUs of each rank by the automatic policy, and what is found: "0-7 8-15: codes". */
    std::string planned(int ranks, int threads)
    {
        const struct plan_request request = {ranks, threads, PLACE_AUTO, 0};
        struct plan plan = {};
        Err err;
        EXPECT_TRUE(works(plan_build(&plan, &cores, &request, &err), err));
        std::string text;
        Strings seats;
        for (int rank = 0; rank < ranks; rank++) {
            hwloc_bitmap_t all = hwloc_bitmap_alloc();
            for (int i = rank * threads; i < (rank + 1) * threads; i++) {
                hwloc_bitmap_or(all, all, plan.seats[i]);
                seats.push_back(text_of(plan.seats[i]));
            }
            text += (rank > 0 ? " " : "") + text_of(all);
            hwloc_bitmap_free(all);
        }
        plan_release(&plan);
        SeatMap seat_map(site.machine, ranks, threads, seats);
        Found found;
        struct findings_job job = job_of(seat_map);
        findings_of_seats(&found, &seat_map.seat_map, &cores, &job);
        return text + (found.count > 0 ? ": " + found.codes() : "");
    }

    Site site;
    struct cores cores = {};
};

const char *const TWO_NODES = "pack:2 numa:1 l3:1 core:8 pu:1";

} // namespace

TEST(Kinds, FavouredCoresAreNoOtherKind)
{
    Kinds two(TWO_NODES, {mhz("2-7,10-15", "4000"), mhz("0-1,8-9", "5000")});
    EXPECT_EQ(two.text(), "0000000000000000");
    EXPECT_EQ(two.cores.nodes, 2);
    EXPECT_EQ(two.cores.caches, 2);
    EXPECT_EQ(two.planned(2, 8), "0-7 8-15");
    EXPECT_EQ(two.planned(4, 4), "0-3 4-7 8-11 12-15");
    EXPECT_EQ(two.planned(1, 16), "0-15: numa-straddle");
    EXPECT_EQ(two.planned(16, 1).find(':'), std::string::npos);
    EXPECT_EQ(two.planned(1, 1), "0: cores-idle");
    EXPECT_EQ(two.planned(2, 1), "0 8: cores-idle") << "the fast ones, and spread";
    EXPECT_EQ(two.planned(2, 2), "0-1 8-9: cores-idle");
    EXPECT_EQ(two.planned(1, 4).find("straddle"), std::string::npos);
}

TEST(Kinds, WhatIsOneKind)
{
    struct {
        const char *machine;
        std::vector<Registered> kinds;
        const char *text;
    } const rows[] = {
        {"core:4 pu:1", {}, "0000"},
        {"core:4 pu:1", {mhz("0-3", "4000")}, "0000"},
        {"core:4 pu:1", {mhz("0", "4000"), mhz("1", "4500"), mhz("2-3", "5000")}, "0000"},
        {"core:4 pu:1", {mhz("0,2", "4000"), mhz("1,3", "5000")}, "0000"},
        /* the base is the same: favoured; it is not: others, though their tops are near */
        {"core:4 pu:1", {mhz("0-1", "4000", "2000"), mhz("2-3", "5000", "2000")}, "0000"},
        {"core:4 pu:1", {mhz("0-1", "3900", "1400"), mhz("2-3", "5000", "1900")}, "1100"},
        /* far apart is slow, whatever the reason */
        {"core:2 pu:1", {mhz("0", "3000"), mhz("1", "4000")}, "00"},
        {"core:4 pu:1", {mhz("0-1", "2000"), mhz("2-3", "5000")}, "1100"},
        {"core:3 pu:1", {mhz("0", "3000"), mhz("1", "4000"), mhz("2", "5000")}, "100"},
        /* named types */
        {"core:4 pu:1",
         {intel("0-1", "IntelAtom", "4900"), intel("2-3", "IntelCore", "5000")},
         "1100"},
        {"core:4 pu:1",
         {intel("0-1", "IntelCore", "4700"), intel("2-3", "IntelCore", "5000")},
         "0000"},
        {"core:3 pu:1",
         {intel("0", "IntelAtom", "3900"), intel("1", "IntelCore", "4700"),
          intel("2", "IntelCore", "5000")},
         "100"},
        {"core:2 pu:1",
         {{"0", {{"CoreType", "IntelAtom"}}}, {"1", {{"CoreType", "IntelCore"}}}},
         "10"},
        /* big.LITTLE by capacity, and cores whose capacity is only that of their clock */
        {"core:4 pu:1", {arm("0-1", "430", "1800"), arm("2-3", "1024", "2400")}, "1100"},
        {"core:4 pu:1", {arm("0-1", "798", "2400"), arm("2-3", "1024", "2800")}, "1100"},
        {"core:4 pu:1", {arm("0-1", "878", "2400"), arm("2-3", "1024", "2800")}, "0000"},
        {"core:3 pu:1",
         {arm("0", "250", "1800"), arm("1", "798", "2400"), arm("2", "1024", "2800")},
         "210"},
        {"core:2 pu:1",
         {{"0", {{"LinuxCapacity", "512"}}, 0}, {"1", {{"LinuxCapacity", "1024"}}, 1}},
         "10"},
        {"core:4 pu:1",
         {{"0-1", {{"LinuxCapacity", "446"}}}, {"2-3", {{"LinuxCapacity", "1024"}}}},
         "1100"}, /* hwloc ranks none of them */
        /* a system's own classes, of which no more is known */
        {"core:4 pu:1", {{"0-1", {}, 0}, {"2-3", {}, 1}}, "1100"},
        {"core:4 pu:1", {{"0-1", {}}, {"2-3", {}}}, "0000"},
        /* kinds of PUs within cores, and PUs of which nothing is told */
        {"core:2 pu:2", {mhz("0,2", "4000"), mhz("1,3", "5000")}, "00"},
        {"core:2 pu:2", {{"0,2", {}, 0}, {"1,3", {}, 1}}, "00"},
        {"core:4 pu:1", {mhz("0-1", "5000")}, "0000"},
        {"core:4 pu:1", {{"0-1", {}, 1}, {"2", {}, 0}}, "0011"},
        {"core:2 pu:2", {{"0", {}, 1}, {"2-3", {}, 0}}, "01"},
    };
    for (const auto &row : rows) {
        Kinds kinds(row.machine, row.kinds);
        std::string names;
        for (const Registered &kind : row.kinds)
            for (const auto &info : kind.infos)
                names += std::string(" ") + kind.pus + ":" + info.second;
        EXPECT_EQ(kinds.text(), row.text) << row.machine << names;
    }
}

/* Cores that can do with one PU less are others, even if only their clocks are told. */
TEST(Kinds, EfficientCoresHaveFewerPus)
{
    Site site("core:4 pu:2");
    hwloc_bitmap_t kept = hwloc_bitmap_alloc();
    hwloc_bitmap_list_sscanf(kept, "0-4,6");
    site.keep(kept);
    hwloc_bitmap_list_sscanf(kept, "4,6");
    char name[] = "FrequencyMaxMHz", slow[] = "4200", fast[] = "5000";
    struct hwloc_info_s info = {name, slow};
    hwloc_cpukinds_register(site.machine.topology, kept, -1, 1, &info, 0);
    hwloc_bitmap_list_sscanf(kept, "0-3");
    info.value = fast;
    hwloc_cpukinds_register(site.machine.topology, kept, -1, 1, &info, 0);
    hwloc_bitmap_free(kept);
    struct cores cores;
    Err err;
    ASSERT_TRUE(works(cores_find(&cores, site.machine.topology, site.machine.usable, &err), err));
    EXPECT_EQ(cores.kinds, 2);
    cores_release(&cores);
}

/* Each node and cache counts once, wherever the list comes to its cores. */
TEST(Kinds, ObjectsAreCountedOnce)
{
    Kinds hybrid(TWO_NODES,
                 {intel("4-7,12-15", "IntelAtom", "3900"), intel("0-3,8-11", "IntelCore", "5000")});
    EXPECT_EQ(hybrid.text(), "0000111100001111");
    EXPECT_EQ(hybrid.cores.nodes, 2);
    EXPECT_EQ(hybrid.cores.caches, 2);
    EXPECT_TRUE(hybrid.cores.even);
    EXPECT_EQ(hybrid.planned(2, 4), "0-3 8-11: cores-idle") << "the fast ones";
    EXPECT_EQ(hybrid.planned(4, 4), "0-3 8-11 4-7 12-15");
    EXPECT_EQ(hybrid.planned(1, 16), "0-15: numa-straddle mixed-kinds");
    SeatMap seat_map(hybrid.site.machine, 1, 4, {"0", "4", "8", "12"});
    Found found;
    struct findings_job job = job_of(seat_map);
    findings_of_seats(&found, &seat_map.seat_map, &hybrid.cores, &job);
    const struct finding *nodes = found.of("numa-straddle");
    ASSERT_NE(nodes, nullptr);
    EXPECT_NE(std::string(nodes->text).find("2 NUMA nodes"), std::string::npos) << nodes->text;
}

/* A rank that needs all cores of a type cannot have them under one cache, though that cache has as
 * many of several types. */
TEST(Kinds, CachesHaveRoomForOneTypeAtATime)
{
    Kinds hybrid("numa:1 l3:2 core:8 pu:1",
                 {intel("4-7,12-15", "IntelAtom", "3900"), intel("0-3,8-11", "IntelCore", "5000")});
    EXPECT_EQ(hybrid.planned(2, 8), "0-3,8-11 4-7,12-15");
    EXPECT_EQ(hybrid.planned(4, 4), "0-3 8-11 4-7 12-15");
}

/* The hybrid machines among the saved ones keep their two kinds. */
TEST(Kinds, RealHybridsStayApart)
{
    SKIP_WITHOUT_REAL_MACHINES();
    int hybrids = 0;
    for (const std::string &file : real_machines()) {
        Site site(file);
        bool hybrid = file.find("hybrid") != std::string::npos ||
                      file.find("RaptorLake") != std::string::npos;
        EXPECT_EQ(site.found.kinds, hybrid ? 2 : 1) << file;
        hybrids += hybrid;
    }
    EXPECT_GE(hybrids, 2);
}
