/*
 * picture - exact pictures of small machines; then what holds for every picture: its width, its
 * bytes, and that each PU stands in it once with who sits there.
 */
#include "support/golden.h"
#include "support/seat_maps.h"
#include "support/streams.h"

#include <map>
#include <regex>
#include <set>

extern "C" {
#include "draw/picture.h"
#include "place/seat_map.h"
}

namespace
{

std::string picture_of(const SeatMap &seat_map, unsigned flags = 0)
{
    char *text = picture_text(&seat_map.seat_map, flags);
    EXPECT_NE(text, nullptr);
    std::string all = text != nullptr ? text : "";
    free(text);
    return all;
}

std::string without_colour(const std::string &text)
{
    return std::regex_replace(text, std::regex("\033\\[[0-9]+m"), "");
}

/* The label of each PU in an unfolded picture, by OS number. */
std::multimap<int, std::string> cells_in(const std::string &picture)
{
    static const std::regex cell("[|] P#([0-9]+) +([^ |]+)");
    std::multimap<int, std::string> cells;
    for (std::sregex_iterator at(picture.begin(), picture.end(), cell), end; at != end; ++at)
        cells.emplace(std::stoi((*at)[1]), (*at)[2]);
    return cells;
}

/* How many cores a set touches. */
int cores_in(const Imagined &machine, hwloc_const_bitmap_t set)
{
    bool shown = hwloc_get_nbobjs_by_type(machine.topology, HWLOC_OBJ_CORE) > 0;
    hwloc_obj_type_t type = shown ? HWLOC_OBJ_CORE : HWLOC_OBJ_PU;
    int count = 0;
    for (hwloc_obj_t core = nullptr;
         (core = hwloc_get_next_obj_by_type(machine.topology, type, core)) != nullptr;)
        count += hwloc_bitmap_intersects(core->cpuset, set);
    return count;
}

/* What should stand in the cell of each PU. */
std::multimap<int, std::string> cells_wanted(const Imagined &machine, const SeatMap &seat_map)
{
    std::multimap<int, std::string> cells;
    std::vector<bool> loose;
    for (int w = 0; w < seat_map_workers(&seat_map.seat_map); w++)
        loose.push_back(cores_in(machine, seat_map.seat_map.seats[w]) != 1);
    for (hwloc_obj_t pu = nullptr;
         (pu = hwloc_get_next_obj_by_type(machine.topology, HWLOC_OBJ_PU, pu)) != nullptr;) {
        bool usable = hwloc_bitmap_isset(machine.usable, pu->os_index);
        std::string first, mark = usable ? "-" : "x";
        int more = 0;
        for (int w = 0; w < seat_map_workers(&seat_map.seat_map); w++) {
            if (!hwloc_bitmap_isset(seat_map.seat_map.seats[w], pu->os_index))
                continue;
            if (loose[static_cast<size_t>(w)])
                mark = usable ? "~" : "x";
            else if (first.empty())
                first = seat_map.name(w);
            else
                more++;
        }
        if (!first.empty())
            mark = first + (more > 0 ? "+" + std::to_string(more) : "") + (usable ? "" : "x");
        cells.emplace(static_cast<int>(pu->os_index), mark);
    }
    return cells;
}

/* What holds for every picture of this seat map. */
void check_all(const Imagined &machine, const SeatMap &seat_map)
{
    for (unsigned flags = 0; flags < 8; flags++) {
        SCOPED_TRACE(testing::Message() << "flags " << flags);
        const std::string picture = picture_of(seat_map, flags);
        EXPECT_EQ(picture, picture_of(seat_map, flags));
        const std::string plain = without_colour(picture);
        EXPECT_EQ(plain, picture_of(seat_map, flags & ~static_cast<unsigned>(PICTURE_COLOUR)));
        EXPECT_EQ(picture == plain, (flags & PICTURE_COLOUR) == 0);
        for (const std::string &line : lines_of(plain)) {
            EXPECT_LE(line.size(), 80u) << line;
            EXPECT_TRUE(std::all_of(line.begin(), line.end(), [](char c) {
                return c >= ' ' && c <= '~';
            })) << line;
            EXPECT_TRUE(line.empty() || line.back() != ' ') << line;
        }
    }
    EXPECT_EQ(cells_in(picture_of(seat_map, PICTURE_WHOLE)), cells_wanted(machine, seat_map));
}

/* A few shapes on a machine: whole cores, single PUs, unbound, and within its NUMA nodes. */
void check_shapes(const Imagined &machine)
{
    const std::vector<std::string> cores = machine.cores();
    const std::string all = text_of(machine.usable);
    for (int ranks : {1, 3, 20}) {
        SCOPED_TRACE(testing::Message() << ranks << " ranks of 3 threads");
        std::vector<std::string> pus, nodes;
        for (int w = 0; w < 3 * ranks; w++) {
            const std::string core = cores[static_cast<size_t>(w) * 7 % cores.size()];
            pus.push_back(std::to_string(std::stoi(core)));
            hwloc_obj_t node = nullptr;
            for (int i = 0; i <= w % 5 || hwloc_bitmap_iszero(node->cpuset); i++) {
                node = hwloc_get_next_obj_by_type(machine.topology, HWLOC_OBJ_NUMANODE, node);
                if (node == nullptr)
                    node = hwloc_get_obj_by_type(machine.topology, HWLOC_OBJ_NUMANODE, 0);
            }
            nodes.push_back(text_of(node->cpuset));
        }
        check_all(machine, SeatMap(machine, ranks, 3, cores_dealt(machine, 3 * ranks)));
        check_all(machine, SeatMap(machine, ranks, 3, pus));
        check_all(machine, SeatMap(machine, ranks, 3, nodes));
        check_all(machine, SeatMap(machine, ranks, 3, all_on(all, 3 * ranks)));
    }
}

/* All workers that the runs in `text` name, as often as they are named, and all that are only
 * counted as "+8 more". */
int named_in(const std::string &text, int threads, std::multiset<std::string> &names)
{
    static const std::regex run("\\b([0-9]+)[.]([0-9]+)(-([0-9]+)[.]([0-9]+))?\\b");
    static const std::regex rest("[+]([0-9]+) more");
    int counted = 0;
    for (std::sregex_iterator at(text.begin(), text.end(), run), end; at != end; ++at) {
        int first = std::stoi((*at)[1]) * threads + std::stoi((*at)[2]);
        bool several = (*at)[3].matched;
        int last = several ? std::stoi((*at)[4]) * threads + std::stoi((*at)[5]) : first;
        for (int w = first; w <= last; w++)
            names.insert(std::to_string(w / threads) + "." + std::to_string(w % threads));
    }
    for (std::sregex_iterator at(text.begin(), text.end(), rest), end; at != end; ++at)
        counted += std::stoi((*at)[1]);
    return counted;
}

/* The lines of a folded picture's table. */
std::string table_of(const std::string &picture)
{
    size_t title = picture.find(" workers\n"), end = picture.find("\n\n", title);
    if (title == std::string::npos || end == std::string::npos)
        return "";
    return picture.substr(title + 9, end - title - 8);
}

std::vector<std::string> all_names(int ranks, int threads)
{
    std::vector<std::string> names;
    for (int w = 0; w < ranks * threads; w++)
        names.push_back(std::to_string(w / threads) + "." + std::to_string(w % threads));
    return names;
}

/* Two PUs a core, numbered as Linux does: every core's first before any second. */
std::string two_threads(int cores)
{
    std::string indexes;
    for (int core = 0; core < cores; core++)
        indexes +=
            (core > 0 ? "," : "") + std::to_string(core) + "," + std::to_string(core + cores);
    return "pu:2(indexes=" + indexes + ")";
}

const char *const LARGE = "pack:2 [numa] l3:12 core:8 pu:2"; /* 384 PUs */

} // namespace

TEST(Picture, OfTwoCores)
{
    Imagined machine("pack:1 core:2 pu:1");
    SeatMap seat_map(machine, 2, 1, {"0", "1"});
    EXPECT_TRUE(golden(picture_of(seat_map)));
}

/* Caches side by side, threads of a core under each other, and all marks. */
TEST(Picture, OfCachesAndMarks)
{
    Imagined machine("pack:2 [numa] l3:2(size=4194304) core:2 " + two_threads(8), "0-12");
    SeatMap seat_map(machine, 2, 3, {"0,8", "1,9", "2", "2", "2,10", "15"}, {4, 9});
    EXPECT_TRUE(golden(picture_of(seat_map)));
}

TEST(Picture, WithoutCoresPackagesOrCaches)
{
    Imagined machine("pu:5", "0-3");
    SeatMap seat_map(machine, 1, 2, {"1", "3"});
    EXPECT_TRUE(golden(picture_of(seat_map)));
}

/* Seats wider than a core are told once: of the host, of a box, of a set that is neither. */
TEST(Picture, OfLooseWorkers)
{
    Imagined machine("pack:2 [numa] core:2 pu:1");
    SeatMap seat_map(machine, 4, 2, {"0-3", "0-3", "2-3", "2-3", "2-3", "2-3", "1-2", "0"});
    EXPECT_TRUE(golden(picture_of(seat_map)));
}

TEST(Picture, Folded)
{
    Imagined machine("pack:2 [numa] l3:4(size=1048576) core:5 " + two_threads(40), "0-69");
    SeatMap seat_map(machine, 3, 2, {"0,40", "1,41", "5-9,45-49", "5-9,45-49", "20", "60"},
                     {0, 1, 4});
    EXPECT_TRUE(golden(picture_of(seat_map)));
}

TEST(Picture, NamesTheProcessorAndNothingThatUpsetsATerminal)
{
    Imagined machine("pack:1 core:2 pu:1");
    hwloc_obj_add_info(hwloc_get_obj_by_type(machine.topology, HWLOC_OBJ_PACKAGE, 0), "CPUModel",
                       "  Some  CPU\t@ 2 GHz   ");
    SeatMap seat_map(machine, 1, 1, {"0"}, {}, "bad\033[31m\xc3\xa9name");
    EXPECT_EQ(lines_of(picture_of(seat_map)).front(), "bad?[31m??name: Some CPU?@ 2 GHz");
    EXPECT_EQ(lines_of(picture_of(seat_map, PICTURE_RELATIVE)).front(), "Some CPU?@ 2 GHz");
    SeatMap nameless(machine, 1, 1, {"0"}, {}, std::string(300, 'n'));
    EXPECT_EQ(lines_of(picture_of(nameless)).front(), std::string(40, 'n') + ": Some CPU?@ 2 GHz");
}

TEST(Picture, ColoursWhatCannotBeUsedAndTellsRanksApart)
{
    Imagined machine("core:4 pu:1", "0-2");
    SeatMap seat_map(machine, 2, 1, {"0", "1"});
    const std::string picture = picture_of(seat_map, PICTURE_COLOUR);
    EXPECT_NE(picture.find("\033[31mP#3 x\033[0m"), std::string::npos) << picture;
    EXPECT_NE(picture.find("\033[2mP#2 -\033[0m"), std::string::npos) << picture;
    std::smatch first, second;
    EXPECT_TRUE(std::regex_search(picture, first, std::regex("\033\\[([0-9]+)mP#0 0.0\033\\[0m")));
    EXPECT_TRUE(std::regex_search(picture, second, std::regex("\033\\[([0-9]+)mP#1 1.0\033\\[0m")));
    EXPECT_NE(first.str(1), second.str(1));
}

TEST(Picture, RelativeIsEqualForHostsFilledAlike)
{
    for (const char *description : {"pack:2 core:2 pu:2", LARGE}) {
        Imagined machine(description);
        const std::vector<std::string> seats = cores_dealt(machine, 4);
        SeatMap one(machine, 2, 2, seats, {0, 1}, "node1"), two(machine, 2, 2, seats, {3, 17}, "b"),
            other(machine, 2, 2, {seats[0], seats[1], seats[3], seats[2]}, {0, 1}, "node1");
        EXPECT_EQ(picture_of(one, PICTURE_RELATIVE | PICTURE_WHOLE),
                  picture_of(two, PICTURE_RELATIVE | PICTURE_WHOLE));
        EXPECT_EQ(picture_of(one, PICTURE_RELATIVE), picture_of(two, PICTURE_RELATIVE));
        EXPECT_NE(picture_of(one), picture_of(two));
        EXPECT_NE(picture_of(one, PICTURE_RELATIVE | PICTURE_WHOLE),
                  picture_of(other, PICTURE_RELATIVE | PICTURE_WHOLE));
        EXPECT_EQ(picture_of(one, PICTURE_RELATIVE).find("node1"), std::string::npos);
    }
}

TEST(Picture, FoldsAboveSixtyFourPus)
{
    for (bool above : {false, true}) {
        Imagined machine(above ? "core:65 pu:1" : "core:32 pu:2");
        SeatMap seat_map(machine, 2, 2, cores_dealt(machine, 4));
        EXPECT_EQ(cells_in(picture_of(seat_map)).empty(), above);
        EXPECT_FALSE(cells_in(picture_of(seat_map, PICTURE_WHOLE)).empty());
        EXPECT_EQ(table_of(picture_of(seat_map)).empty(), !above);
    }
}

/* The table names every worker, or counts it, once: on one line if its seat is within one. */
TEST(Picture, FoldedTellsOfEveryWorker)
{
    Imagined machine(LARGE);
    for (const auto &[ranks, threads] :
         std::vector<std::pair<int, int>>{{1, 1}, {24, 8}, {192, 1}, {1, 192}, {7, 5}}) {
        SCOPED_TRACE(testing::Message() << ranks << "x" << threads);
        SeatMap seat_map(machine, ranks, threads, cores_dealt(machine, ranks * threads));
        const std::string table = table_of(picture_of(seat_map));
        std::multiset<std::string> names, wanted;
        EXPECT_EQ(named_in(table, threads, names), 0);
        for (const std::string &name : all_names(ranks, threads))
            wanted.insert(name);
        EXPECT_EQ(names, wanted) << table;
    }
    std::vector<int> numbers; /* every fourth rank: no runs */
    for (int rank = 0; rank < 192; rank++)
        numbers.push_back(4 * rank);
    SeatMap seat_map(machine, 192, 1, cores_dealt(machine, 192), numbers);
    std::multiset<std::string> names;
    int counted = named_in(table_of(picture_of(seat_map)), 1, names);
    EXPECT_GT(counted, 0);
    EXPECT_EQ(names.size() + static_cast<size_t>(counted), 192u);
}

TEST(Picture, FoldedIsShort)
{
    Imagined machine(LARGE), half(LARGE, "0-191");
    for (int workers : {1, 2, 24, 192, 384, 5000}) {
        SeatMap seat_map(machine, workers, 1, cores_dealt(machine, workers));
        EXPECT_LE(lines_of(picture_of(seat_map)).size(), 40u) << workers;
        SeatMap loose(machine, workers, 1, all_on("0-383", workers));
        EXPECT_LE(lines_of(picture_of(loose)).size(), 10u) << workers;
        SeatMap other(half, workers, 1, all_on("3-4", workers));
        EXPECT_LE(lines_of(picture_of(other)).size(), 12u) << workers;
    }
    std::vector<std::string> spread; /* each loosely bound to a set of its own */
    for (int i = 0; i < 191; i++)
        spread.push_back(std::to_string(i) + "," + std::to_string(i + 5));
    EXPECT_LE(lines_of(picture_of(SeatMap(machine, 191, 1, spread))).size(), 40u);
}

TEST(Picture, FoldsEmptyNeighbours)
{
    Imagined machine(LARGE, "0-191");
    EXPECT_EQ(lines_of(table_of(picture_of(SeatMap(machine, 1, 1, {"0"})))).size(), 3u);
    EXPECT_EQ(lines_of(table_of(picture_of(SeatMap(machine, 1, 1, {"32-33"})))).size(), 4u);
    EXPECT_EQ(lines_of(table_of(picture_of(SeatMap(machine, 2, 1, {"32", "383"})))).size(), 5u);
}

/* More parts than can be looked at: the next larger are taken. */
TEST(Picture, FoldsToLargerPartsWhenThereAreMany)
{
    Imagined machine("pack:4 [numa] l3:40 core:1 pu:1");
    SeatMap seat_map(machine, 160, 1, cores_dealt(machine, 160));
    EXPECT_EQ(lines_of(table_of(picture_of(seat_map))).size(), 4u);
}

TEST(Picture, ThousandsOfWorkersAreCounted)
{
    Imagined machine("core:2 pu:2");
    SeatMap crowd(machine, 2000, 10, cores_dealt(machine, 20000));
    EXPECT_LT(picture_of(crowd).size(), 600u);
    EXPECT_TRUE(golden(picture_of(crowd), "bound to cores"));
    SeatMap loose(machine, 2000, 10, all_on("0-3", 20000));
    EXPECT_LT(picture_of(loose).size(), 600u);
    EXPECT_TRUE(golden(picture_of(loose), "not bound"));
}

TEST(Picture, SeatsOutsideOfTheMachine)
{
    Imagined machine("core:2 pu:1");
    SeatMap seat_map(machine, 1, 3, {"99", "0,99", "7-"});
    EXPECT_TRUE(golden(picture_of(seat_map)));
}

TEST(Picture, WithoutWorkers)
{
    Imagined machine("core:2 pu:1");
    SeatMap seat_map(machine, 0, 1, {});
    check_all(machine, seat_map);
}

/* With all cut lists whole, each worker is named, wherever it stands. */
TEST(Picture, WholeNamesEveryLooseWorker)
{
    Imagined machine(LARGE);
    std::vector<int> numbers;
    std::vector<std::string> seats;
    for (int rank = 0; rank < 300; rank++) {
        numbers.push_back(2 * rank);
        seats.push_back(rank % 3 == 0 ? "0-383" : rank % 3 == 1 ? "2-5" : "0-95,192-287");
    }
    SeatMap seat_map(machine, 300, 1, seats, numbers);
    const std::string picture = picture_of(seat_map, PICTURE_WHOLE);
    std::multiset<std::string> names;
    EXPECT_EQ(named_in(picture.substr(0, picture.find("\nL# ")), 1, names), 0);
    for (int rank = 0; rank < 300; rank++)
        EXPECT_EQ(names.count(seat_map.name(rank)), 1u) << seat_map.name(rank) << "\n" << picture;
}

TEST(Picture, OfAwkwardMachines)
{
    for (const Awkward &made : awkward_machines()) {
        SCOPED_TRACE(testing::Message() << made.machine << " of " << made.usable);
        Imagined machine(made.machine, made.usable);
        check_shapes(machine);
        if (HasFailure())
            return;
    }
}

TEST(Picture, OfRealMachines)
{
    const std::vector<std::string> files = saved_machines();
    if (files.empty())
        GTEST_SKIP() << "no saved machines: SQUARES_TOPOLOGIES names their folder";
    for (const std::string &file : files) {
        SCOPED_TRACE(file);
        Imagined machine(file);
        check_shapes(machine);
        const int cores = static_cast<int>(machine.cores().size());
        SeatMap seat_map(machine, cores, 1, cores_dealt(machine, cores));
        if (machine.machine.pus > 64) {
            EXPECT_LE(lines_of(picture_of(seat_map)).size(), 40u) << picture_of(seat_map);
        }
        if (HasFailure())
            return;
    }
}
