/*
 * sites - machines of many forms: described, made up at random, read from files of real ones,
 * partly usable, of several kinds of cores.
 *
 * A Site keeps its own account of a machine's cores, read from hwloc's objects by the sentences of
 * cores.h, so that a plan is judged by the machine and not by the code that made it.
 */
#ifndef SQUARES_TESTS_SUPPORT_SITES_H
#define SQUARES_TESTS_SUPPORT_SITES_H

#include "support/imagined.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

extern "C" {
#include "place/cores.h"
#include "report/efficiency.h"
}

#ifdef SQUARES_SANITIZED
const bool SANITIZED = true;
#else
const bool SANITIZED = false;
#endif

/* Throws the same on every machine. */
class Dice
{
  public:
    explicit Dice(unsigned seed) : random(seed)
    {
    }
    int below(int limit)
    {
        return static_cast<int>(random() % static_cast<unsigned>(limit));
    }
    bool one_in(int sides)
    {
        return below(sides) == 0;
    }

  private:
    std::mt19937 random;
};

/* A machine and what is known of it; the members say the same as those of struct cores. */
class Site
{
  public:
    struct Core {
        std::vector<int> pus; /* usable, OS numbers, rising */
        int logical;
        int node, cache, kind;
    };

    explicit Site(const std::string &description, const std::string &list = "")
        : machine(description, list), name(description)
    {
        survey();
    }
    ~Site()
    {
        cores_release(&found);
    }
    Site(const Site &) = delete;
    Site &operator=(const Site &) = delete;

    /* Of the usable PUs only some are, but one at least. */
    void use_some(Dice &dice)
    {
        thin_out(machine.usable, dice);
        survey();
    }

    /* Only these PUs are there at all, so that OS numbers are sparse and cores uneven. */
    void keep(hwloc_const_bitmap_t set)
    {
        if (hwloc_topology_restrict(machine.topology, set, 0) != 0)
            throw std::runtime_error(name + ": cannot be restricted to " + text_of(set));
        hwloc_bitmap_and(machine.usable, machine.usable, set);
        name += ", restricted";
        survey();
    }
    void keep_some(Dice &dice)
    {
        hwloc_bitmap_t kept = hwloc_bitmap_dup(machine.usable);
        thin_out(kept, dice);
        keep(kept);
        hwloc_bitmap_free(kept);
    }

    /* Gives the machine's cores kinds, in its order: the larger, the faster. `ranked`: hwloc is
     * told which is the faster. */
    void rank_cores(const std::vector<int> &of, bool ranked = true)
    {
        int most = *std::max_element(of.begin(), of.end());
        for (int kind = 0; kind <= most; kind++) {
            hwloc_bitmap_t set = hwloc_bitmap_alloc();
            for (size_t i = 0; i < of.size(); i++)
                if (of[i] == kind)
                    hwloc_bitmap_or(
                        set, set,
                        hwloc_get_obj_by_type(machine.topology, type(), unsigned(i))->cpuset);
            if (!hwloc_bitmap_iszero(set))
                hwloc_cpukinds_register(machine.topology, set, ranked ? kind : -1, 0, nullptr, 0);
            hwloc_bitmap_free(set);
        }
        name += ranked ? ", kinds" : ", unranked kinds";
        for (int kind : of)
            name += " " + std::to_string(kind);
        survey();
    }

    /* Gives them two or three kinds, in runs or scattered. */
    void rank_some(Dice &dice)
    {
        std::vector<int> ranked;
        int kind = dice.below(3), several = 2 + dice.below(2), sides = 1 + dice.below(6);
        for (int core = 0; core < all_cores(); core++) {
            ranked.push_back(kind);
            if (dice.one_in(sides))
                kind = dice.below(several);
        }
        rank_cores(ranked);
    }

    std::string words() const
    {
        return name + ", usable " + text_of(machine.usable);
    }
    int all_cores() const
    {
        return hwloc_get_nbobjs_by_type(machine.topology, type());
    }
    int count() const
    {
        return static_cast<int>(line.size());
    }
    /* Every core has as many PUs, every node and every cache as many cores, all of one kind. */
    bool even() const
    {
        std::vector<int> in_node(size_t(nodes), 0), in_cache(size_t(caches), 0);
        for (const Core &core : line) {
            in_node[size_t(core.node)]++;
            in_cache[size_t(core.cache)]++;
        }
        return kinds == 1 && equal_cores() && all_same(in_node) && all_same(in_cache);
    }
    bool equal_cores() const
    {
        return std::all_of(line.begin(), line.end(), [this](const Core &core) {
            return core.pus.size() == line[0].pus.size();
        });
    }

    Imagined machine;
    std::string name;
    std::vector<Core> line; /* in the order in which cores are handed out */
    std::vector<int> core_of;
    int pus = 0, smt = 0, nodes = 0, caches = 0, kinds = 0, packages = 0;
    struct cores found = {}; /* what cores_find makes of it */

  private:
    /* What a core lies in. */
    struct Place {
        hwloc_obj_t core, node, cache;
        int kind; /* the larger, the faster */
    };

    static bool all_same(const std::vector<int> &values)
    {
        return std::all_of(values.begin(), values.end(), [&](int v) { return v == values[0]; });
    }

    static void thin_out(hwloc_bitmap_t set, Dice &dice)
    {
        hwloc_bitmap_t all = hwloc_bitmap_dup(set);
        int sides = 2 + dice.below(5), one = hwloc_bitmap_first(set);
        for (int pu = one; pu >= 0; pu = hwloc_bitmap_next(all, pu))
            if (dice.one_in(sides))
                hwloc_bitmap_clr(set, unsigned(pu));
            else if (dice.one_in(8))
                one = pu;
        if (hwloc_bitmap_iszero(set))
            hwloc_bitmap_only(set, unsigned(one));
        hwloc_bitmap_free(all);
    }

    hwloc_obj_type_t type() const
    {
        bool shown = hwloc_get_nbobjs_by_type(machine.topology, HWLOC_OBJ_CORE) > 0;
        return shown ? HWLOC_OBJ_CORE : HWLOC_OBJ_PU;
    }

    /* The nearest ancestor that has memory stands for the NUMA node. */
    static hwloc_obj_t node_of(hwloc_obj_t core)
    {
        while (core != nullptr && core->memory_arity == 0)
            core = core->parent;
        return core;
    }

    hwloc_obj_t cache_of(hwloc_obj_t core) const
    {
        hwloc_obj_t l3 = hwloc_get_ancestor_obj_by_type(machine.topology, HWLOC_OBJ_L3CACHE, core);
        hwloc_obj_t found_cache = nullptr;
        for (hwloc_obj_t up = core->parent; l3 == nullptr && up != nullptr; up = up->parent)
            if (hwloc_obj_type_is_dcache(up->type))
                found_cache = up;
        if (found_cache != nullptr && hwloc_get_nbobjs_inside_cpuset_by_type(
                                          machine.topology, found_cache->cpuset, type()) < 2)
            return nullptr;
        return l3 != nullptr ? l3 : found_cache;
    }

    int efficiency_of(hwloc_obj_t core) const
    {
        int kind = hwloc_cpukinds_get_by_cpuset(machine.topology, core->cpuset, 0), efficiency = -1;
        if (kind >= 0)
            hwloc_cpukinds_get_info(machine.topology, unsigned(kind), nullptr, &efficiency, nullptr,
                                    nullptr, 0);
        return efficiency;
    }

    /* Where in the list of what was seen it is; added to it if it is new. */
    template <class What> static int number_of(What what, std::vector<What> &seen)
    {
        auto at = std::find(seen.begin(), seen.end(), what);
        if (at == seen.end())
            at = seen.insert(at, what);
        return int(at - seen.begin());
    }

    std::vector<Place> places() const
    {
        std::vector<Place> all;
        for (int i = 0; i < all_cores(); i++) {
            hwloc_obj_t core = hwloc_get_obj_by_type(machine.topology, type(), unsigned(i));
            if (hwloc_bitmap_intersects(core->cpuset, machine.usable))
                all.push_back({core, node_of(core), cache_of(core), efficiency_of(core)});
        }
        std::stable_sort(all.begin(), all.end(),
                         [](const Place &a, const Place &b) { return a.kind > b.kind; });
        return all;
    }

    void survey()
    {
        line.clear();
        core_of.assign(size_t(hwloc_bitmap_last(machine.usable)) + 1, -1);
        pus = smt = 0;
        std::vector<hwloc_obj_t> nodes_seen, caches_seen;
        std::vector<int> kinds_seen;
        std::set<hwloc_obj_t> in;
        for (const Place &place : places()) {
            Core core = {{}, int(place.core->logical_index), 0, 0, 0};
            for (int pu = hwloc_bitmap_first(place.core->cpuset); pu >= 0;
                 pu = hwloc_bitmap_next(place.core->cpuset, pu))
                if (hwloc_bitmap_isset(machine.usable, unsigned(pu))) {
                    core.pus.push_back(pu);
                    core_of[size_t(pu)] = count();
                }
            core.node = number_of(place.node, nodes_seen);
            core.cache = number_of(place.cache, caches_seen);
            core.kind = number_of(place.kind, kinds_seen);
            in.insert(
                hwloc_get_ancestor_obj_by_type(machine.topology, HWLOC_OBJ_PACKAGE, place.core));
            pus += int(core.pus.size());
            smt = std::max(smt, int(core.pus.size()));
            line.push_back(core);
        }
        nodes = int(nodes_seen.size());
        caches = int(caches_seen.size());
        kinds = int(kinds_seen.size());
        packages = int(in.size() - in.count(nullptr));
        cores_release(&found);
        Err err;
        EXPECT_TRUE(works(cores_find(&found, machine.topology, machine.usable, &err), err));
    }
};

/* Machines of different forms. */
const char *const DESCRIBED[] = {
    "core:1 pu:1",
    "core:2 pu:1",
    "core:3 pu:4",
    "pu:5",
    "pack:2 pu:6",
    "pack:2 numa:1 core:4 pu:2",
    "pack:2 [numa] l3:2 core:3 pu:2",
    "numa:4 core:16 pu:1",
    "numa:2 l2:3 core:2 pu:2",
    "numa:2 l3:1 l2:2 core:3 pu:1",
    "pack:2 numa:4 l3:2 core:4 pu:2",
    "l3:2 numa:2 core:3 pu:2",
    "[numa] pack:2 [numa] core:4 pu:2",
    "pack:2 [numa] l3:2 [numa] core:4 pu:1",
    "core:4 pu:2(indexes=0,4,1,5,2,6,3,7)",
    "core:3 pu:2(indexes=70,1,40,900,3,5)",
};

/* A description of a machine with at most `most` PUs. */
inline std::string made_up(Dice &dice, int most)
{
    struct {
        const char *type;
        int missing_in, arity; /* it is missing one time in that many; 0: never */
    } const levels[] = {{"pack", 2, 3}, {"l3", 4, 3},    {"numa", 2, 4}, {"l3", 2, 3},
                        {"l2", 2, 3},   {"core", 12, 6}, {"pu", 0, 4}};
    std::string text;
    int pus = 1;
    bool level_of_nodes = dice.one_in(2), l3 = false;
    for (const auto &level : levels) {
        std::string type = level.type;
        if ((level.missing_in > 0 && dice.one_in(level.missing_in)) ||
            (type == "numa" && !level_of_nodes) || (type == "l3" && l3))
            continue;
        l3 = l3 || type == "l3";
        int arity = 1 + dice.below(level.arity);
        pus *= arity;
        text += text.empty() ? "" : " ";
        text += type + ":" + std::to_string(arity);
        if (!level_of_nodes && type != "pu" && type != "core" && dice.one_in(2))
            text += " [numa]";
    }
    if (pus > most)
        return made_up(dice, most);
    if (!dice.one_in(3))
        return text;
    std::vector<int> order; /* any OS numbers */
    int stride = 1 + 2 * dice.below(2);
    for (int i = 0; i < pus; i++)
        order.insert(order.begin() + dice.below(i + 1), i * stride);
    text += "(indexes=";
    for (int i = 0; i < pus; i++)
        text += (i > 0 ? "," : "") + std::to_string(order[size_t(i)]);
    return text + ")";
}

/* The files of the shared folder of topologies; none where it is not there. */
inline std::vector<std::string> real_machines()
{
    const char *given = std::getenv("SQUARES_TOPOLOGIES");
    std::filesystem::path folder = given != nullptr ? given : "../shared/topologies";
    std::vector<std::string> files;
    std::error_code none;
    for (const auto &entry : std::filesystem::directory_iterator(folder, none))
        if (entry.path().extension() == ".xml")
            files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());
    return files;
}

#define SKIP_WITHOUT_REAL_MACHINES()                                                               \
    if (real_machines().empty())                                                                   \
    GTEST_SKIP() << "NO TOPOLOGIES OF REAL MACHINES: set SQUARES_TOPOLOGIES to their folder"

#endif
