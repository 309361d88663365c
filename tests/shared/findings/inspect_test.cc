/*
 * inspect - each finding about masks and seats where it is to be found, with its words and what is
 * proposed, and where it is not.
 */
#include "support/golden.h"
#include "support/placings.h"

#include <map>

extern "C" {
#include "findings/findings.h"
#include "findings/launch.h"
}

/* --- nothing wrong --- */

TEST(Findings, NothingWrong)
{
    struct {
        const char *machine;
        int ranks, threads;
        Strings seats;
    } const rows[] = {
        {"core:1 pu:1", 1, 1, {"0"}},
        {"core:2 pu:1", 2, 1, {"0", "1"}},
        {"core:2 pu:1", 1, 2, {"0", "1"}},
        {"core:2 pu:2", 2, 1, {"0-1", "2-3"}},
        {"core:2 pu:2", 2, 1, {"1", "2"}}, /* a PU of each core */
        {"pack:2 [numa] core:2 pu:1", 2, 2, {"0", "1", "2", "3"}},
        {"pack:2 [numa] core:2 pu:1", 4, 1, {"3", "1", "2", "0"}},
        {"pu:4", 2, 2, {"0", "1", "2", "3"}},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.machine);
        EXPECT_EQ(found_in_seats(Site(row.machine), row.ranks, row.threads, row.seats).codes(), "");
    }
}

TEST(Findings, NothingWrongWithMasks)
{
    struct {
        const char *machine;
        int threads;
        Strings masks;
    } const rows[] = {
        {"core:1 pu:1", 1, {"0"}},
        {"core:2 pu:1", 2, {"0-1"}},
        {"core:4 pu:1", 4, {"0-3"}}, /* one rank, and it needs them all */
        {"core:4 pu:1", 2, {"0-1", "2-3"}},
        {"core:4 pu:1", 1, {"3", "0"}}, /* idle cores are the seats' to tell */
        {"core:4 pu:1", 1, {"0-1", "2-3"}},
        {"core:4 pu:2", 2, {"0-3", "4-7"}},
        {"core:4 pu:2", 1, {"0-1", "2-3", "4-5", "6-7"}},
        {"pack:2 [numa] core:2 pu:1", 2, {"2-3", "0-1"}},
        {"pack:2 [numa] core:4 pu:1", 2, {"1-2,4"}}, /* wider than it needs: not bound to both */
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.machine);
        EXPECT_EQ(found_in_masks(Site(row.machine), row.masks, row.threads).codes(), "");
    }
}

/* --- what launchers do --- */

/* Open MPI's mpirun -np 1 and 2. */
TEST(Findings, RankOfSeveralThreadsBoundToOneCore)
{
    Site site("core:4 pu:2");
    Found one = found_in_masks(site, Strings{"0-1"}, 4),
          two = found_in_masks(site, {"0-1", "2-3"}, 2);
    std::string all;
    EXPECT_EQ(one.codes(), "bound-too-tight");
    EXPECT_TRUE(tells(one, "bound-too-tight", "1x4", all));
    EXPECT_TRUE(one.list[0].as_launched);
    EXPECT_EQ(one.list[0].rank, 0);
    EXPECT_EQ(two.codes(), "bound-too-tight");
    EXPECT_TRUE(tells(two, "bound-too-tight", "2x2", all));
    EXPECT_TRUE(tells(found_in_masks(site, {"0-1", "2-3"}, 3), "bound-too-tight", "2x2", all))
        << "no more than fit";
    EXPECT_TRUE(
        tells(found_in_masks(Site("core:8 pu:1"), {"0-1", "2"}, 3), "bound-too-tight", "2x3", all));
    EXPECT_TRUE(golden(all));
}

TEST(Findings, RankOfWhichTheCoresAreEnough)
{
    Site site("core:4 pu:1");
    EXPECT_EQ(found_in_masks(site, {"0", "1", "2", "3"}, 2).codes(), "")
        << "the launcher has no more to give";
    EXPECT_EQ(found_in_masks(site, {"0", "2"}, 1).codes(), "");
    EXPECT_EQ(found_in_masks(site, Strings{"1-3"}, 3).codes(), "");
    std::string words;
    EXPECT_TRUE(tells(found_in_masks(site, Strings{"1-3"}, 4), "bound-too-tight", "1x4", words));
    EXPECT_TRUE(golden(words));
}

TEST(Findings, RanksOfTheJobKeepTheirNumbers)
{
    Site site("core:4 pu:1");
    SeatMap masks(site.machine, 3, 1, {"0", "1", "1"}, {4, 9, 12}, "some-host");
    Found found = found_in_masks(site, masks, 1, 2);
    std::string all;
    EXPECT_TRUE(tells(found, "core-shared", "6x1", all));
    EXPECT_EQ(found.list[0].rank, 9);
    EXPECT_EQ(found.list[0].other, 12);
    EXPECT_EQ(found.list[0].shape.hosts, 2);
    EXPECT_EQ(found.list[0].shape.host_ranks, 3);
    EXPECT_TRUE(tells(found_in_masks(site, {"0", "1"}, 3, 5), "bound-too-tight", "10x2", all))
        << "of all hosts";
    EXPECT_TRUE(golden(all));
}

TEST(Findings, TwoRanksOnOneCoreWhileOthersAreFree)
{
    Site site("core:4 pu:1");
    Found found = found_in_masks(site, {"2", "2"}, 1);
    EXPECT_EQ(found.codes(), "core-shared");
    std::string all;
    EXPECT_TRUE(tells(found, "core-shared", "2x1", all));
    EXPECT_TRUE(tells(found_in_masks(site, {"2", "2", "2"}, 1), "core-shared", "3x1", all));
    EXPECT_TRUE(tells(found_in_masks(site, {"0", "1", "0", "1"}, 1), "core-shared", "4x1", all));
    EXPECT_TRUE(tells(found_in_masks(site, {"0-1", "0", "1"}, 1), "core-shared", "3x1", all));
    EXPECT_TRUE(golden(all));
    EXPECT_EQ(found_in_masks(site, {"0-1", "0-1"}, 1).codes(), "") << "one core each, somehow";
    EXPECT_EQ(found_in_masks(site, {"0", "0-1"}, 1).codes(), "");
}

/* As many ranks as --bind-to numa puts into one, each with the threads for all of it. */
TEST(Findings, RanksShareAMaskThatHasCoresForOneOfThem)
{
    Found found = found_in_masks(Site("pack:2 [numa] core:4 pu:1"), {"0-3", "0-3"}, 4);
    EXPECT_NE(found.codes(), "") << "8 threads on 4 cores, and 4 others are free";
}

TEST(Findings, RanksOnTheHardwareThreadsOfACore)
{
    Site site("core:4 pu:2");
    std::string all;
    for (const Strings &masks : {Strings{"4-5", "4-5"}, Strings{"4", "5"}, Strings{"4-5", "5"}}) {
        SCOPED_TRACE(testing::PrintToString(masks));
        Found found = found_in_masks(site, masks, 1);
        EXPECT_EQ(found.codes(), "smt-shared");
        EXPECT_TRUE(tells(found, "smt-shared", "2x1", all));
    }
    EXPECT_TRUE(golden(all));
    EXPECT_EQ(found_in_masks(site, {"0", "2"}, 1).codes(), "") << "of two cores";
    EXPECT_EQ(found_in_masks(site, {"4", "4"}, 1).codes(), "core-shared");
}

TEST(Findings, AllRanksUnbound)
{
    Site site("core:4 pu:2");
    Found found = found_in_masks(site, {"0-7", "0-7"}, 2);
    EXPECT_EQ(found.codes(), "unbound");
    std::string all;
    EXPECT_TRUE(tells(found, "unbound", "2x2", all));
    EXPECT_TRUE(tells(found_in_masks(site, {"0-7", "0-1"}, 1), "unbound", "2x1", all));
    EXPECT_TRUE(golden(all));
    EXPECT_EQ(found_in_masks(site, Strings{"0-7"}, 1).codes(), "") << "no other rank is there";
    EXPECT_EQ(found_in_masks(site, {"0-5", "0-5"}, 1).codes(), "") << "not on all";
    EXPECT_EQ(found_in_masks(Site("core:1 pu:1"), {"0", "0"}, 1).codes(), "");
    EXPECT_EQ(found_in_masks(site, Strings(9, "0-7"), 1).codes(), "") << "the seats will tell";
}

TEST(Findings, MasksOfOversubscribedHostsAreNotBlamedForIt)
{
    Site site("core:2 pu:1");
    EXPECT_EQ(found_in_masks(site, {"0", "1", "0"}, 1).codes(), "");
    EXPECT_EQ(found_in_masks(site, {"0-1", "0-1", "0-1"}, 1).codes(), "");
}

/* --- the seats --- */

TEST(Findings, WorkersOnOneCore)
{
    Site site("core:4 pu:2");
    Found found = found_in_seats(site, 2, 2, {"0-1", "2-3", "4", "4"});
    EXPECT_EQ(found.codes(), "core-shared cores-idle");
    std::string all;
    EXPECT_TRUE(tells(found, "core-shared", "2x2", all));
    EXPECT_FALSE(found.list[0].as_launched);
    EXPECT_EQ(found.list[0].rank, 1);
    EXPECT_EQ(found.list[0].other, 1);
    found = found_in_seats(site, 2, 2, {"0-1", "2-3", "4-5", "4-5"});
    EXPECT_EQ(found.codes(), "smt-shared cores-idle");
    EXPECT_TRUE(tells(found, "smt-shared", "2x2", all));
    EXPECT_TRUE(golden(all));
}

/* What a plan does with more workers than cores, each on a PU of its own. */
TEST(Findings, WorkersOnTheHardwareThreadsOfACore)
{
    Site site("core:2 pu:2");
    std::string all;
    for (int ranks : {1, 2, 4}) {
        Found found = found_in_seats(site, ranks, 4 / ranks, {"0", "1", "2", "3"});
        EXPECT_EQ(found.codes(), "smt-shared");
        EXPECT_TRUE(tells(
            found, "smt-shared",
            ranks == 4 ? "2x1" : std::to_string(ranks) + "x" + std::to_string(2 / ranks), all));
    }
    EXPECT_TRUE(golden(all));
}

TEST(Findings, OversubscriptionHidesWhatItImplies)
{
    Found found = found_in_seats(Site("core:2 pu:2"), 5, 1, {"0", "1", "2", "3", "0"});
    EXPECT_EQ(found.codes(), "oversubscribed");
    std::string all;
    EXPECT_TRUE(tells(found, "oversubscribed", "2x1", all));
    found = found_in_seats(Site("core:1 pu:1"), 1, 2, {"0", "0"});
    EXPECT_TRUE(tells(found, "oversubscribed", "1x1", all));
    EXPECT_TRUE(tells(found_in_seats(Site("core:5 pu:1"), 2, 3, {"0", "1", "2", "2", "3", "4"}),
                      "oversubscribed", "1x5", all))
        << "all cores, by ranks that are alike";
    EXPECT_TRUE(golden(all));
    EXPECT_EQ(found_in_seats(Site("core:4 pu:1"), 4, 1, {"0", "1", "2", "2"}).of("oversubscribed"),
              nullptr);
}

TEST(Findings, MoreWorkersThanAQuotaIsGoodFor)
{
    Site site("core:4 pu:1");
    SeatMap two(site.machine, 2, 2, {"0", "1", "2", "3"});
    struct findings_job job = job_of(two);
    std::string all;
    for (double cpus : {0.0, 0.5, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 64.0}) {
        struct quota quota = {};
        quota.cpus = cpus;
        (void)snprintf(quota.cgroup, sizeof(quota.cgroup), "/jobs/one");
        Found found;
        findings_of_quota(&found, &quota, &two.seat_map, &site.found, &job);
        EXPECT_EQ(found.codes(), cpus > 0 && cpus <= 3 ? "quota" : "") << cpus;
        for (int i = 0; i < found.count; i++)
            all += std::string(found.list[i].text) + ": " +
                   std::to_string(found.list[i].shape.ranks) + "x" +
                   std::to_string(found.list[i].shape.threads) + "\n";
    }
    EXPECT_TRUE(golden(all));
}

TEST(Findings, SeatsThatAreWide)
{
    Site site("core:4 pu:1");
    Found found = found_in_seats(site, 2, 2, {"0", "1", "2-3", "2-3"});
    EXPECT_EQ(found.codes(), "unbound");
    std::string all;
    EXPECT_TRUE(tells(found, "unbound", "2x2", all));
    EXPECT_TRUE(tells(found_in_seats(site, 4, 1, {"0", "1", "2", "2-3"}), "unbound", "4x1", all));
    EXPECT_TRUE(golden(all));
}

TEST(Findings, RankAcrossNumaNodes)
{
    Site site("pack:2 [numa] core:4 pu:1");
    Found found = found_in_seats(site, 1, 8, {"0", "1", "2", "3", "4", "5", "6", "7"});
    EXPECT_EQ(found.codes(), "numa-straddle");
    std::string all;
    EXPECT_TRUE(tells(found, "numa-straddle", "2x4", all));
    found = found_in_seats(site, 3, 2, {"0", "1", "3", "4", "6", "7"});
    EXPECT_EQ(found.codes(), "numa-straddle cores-idle");
    EXPECT_TRUE(tells(found, "numa-straddle", "4x2", all));
    EXPECT_EQ(found.list[0].rank, 1);
    EXPECT_EQ(found_in_seats(site, 2, 2, {"0", "3", "4", "7"}).codes(), "cores-idle");
    found = found_in_masks(site, {"2-5", "0-1,6-7"}, 4);
    EXPECT_EQ(found.codes(), "numa-straddle");
    EXPECT_TRUE(tells(found, "numa-straddle", "2x4", all));
    EXPECT_TRUE(found.list[0].as_launched);
    EXPECT_TRUE(golden(all));
}

TEST(Findings, RankAcrossCaches)
{
    Site site("numa:1 l3:2 core:4 pu:1");
    Found found = found_in_seats(site, 2, 4, {"0", "1", "2", "4", "3", "5", "6", "7"});
    EXPECT_EQ(found.codes(), "cache-straddle");
    std::string words;
    EXPECT_TRUE(tells(found, "cache-straddle", "2x4", words));
    EXPECT_TRUE(golden(words));
    EXPECT_EQ(found_in_seats(site, 1, 5, {"0", "1", "2", "3", "4"}).codes(), "cores-idle")
        << "none has room";
    EXPECT_EQ(found_in_seats(site, 1, 4, {"0", "1", "2", "3"}).codes(), "cores-idle");
    EXPECT_EQ(found_in_masks(site, {"0-2,4", "3,5-7"}, 4).codes(), "cache-straddle");
    EXPECT_EQ(found_in_masks(site, {"0-2,4,7"}, 4).codes(), "") << "wider than it needs";
}

/* Caches lie within nodes: of the two the larger is told. */
TEST(Findings, RankAcrossNodesIsNotToldOfItsCaches)
{
    Site site("numa:2 l3:1 core:2 pu:1");
    EXPECT_EQ(found_in_seats(site, 2, 2, {"0", "2", "1", "3"}).codes(), "numa-straddle");
}

TEST(Findings, RankOnFastAndSlowCores)
{
    Site site("core:4 pu:1");
    site.rank_cores({1, 1, 0, 0});
    Found found = found_in_seats(site, 1, 4, {"0", "1", "2", "3"});
    EXPECT_EQ(found.codes(), "mixed-kinds");
    std::string all;
    EXPECT_TRUE(tells(found, "mixed-kinds", "2x2", all));
    found = found_in_seats(site, 2, 2, {"0", "2", "1", "3"});
    EXPECT_TRUE(tells(found, "mixed-kinds", "2x2", all));
    EXPECT_TRUE(golden(all));
    EXPECT_EQ(found_in_seats(site, 2, 2, {"0", "1", "2", "3"}).codes(), "") << "one kind each";
    EXPECT_EQ(found_in_masks(site, {"1-2", "0,3"}, 2).codes(), "mixed-kinds");
    EXPECT_EQ(found_in_masks(site, {"0-1", "2-3"}, 2).codes(), "");
}

/* On purpose, and so no fault; but cores are idle anyway. */
TEST(Findings, LeftToTheKernel)
{
    Site site("core:4 pu:2");
    SeatMap seat_map(site.machine, 1, 3, all_on("0-7", 3));
    EXPECT_EQ(found_in_seats(site, seat_map).codes(), "unbound");
    seat_map.seat_map.left = true;
    Found found = found_in_seats(site, seat_map);
    EXPECT_EQ(found.codes(), "cores-idle");
    std::string words;
    EXPECT_TRUE(tells(found, "cores-idle", "1x4", words));
    EXPECT_TRUE(golden(words));
}

TEST(Findings, IdleCores)
{
    Site site("core:4 pu:2", "0-5");
    EXPECT_EQ(found_in_seats(site, 3, 1, {"0", "2-3", "5"}).codes(), "")
        << "what may not be used is not idle";
    Found found = found_in_seats(site, 1, 1, {"0-1"});
    EXPECT_EQ(found.codes(), "cores-idle");
    std::string all;
    EXPECT_TRUE(tells(found, "cores-idle", "1x3", all));
    EXPECT_TRUE(tells(found_in_seats(site, 2, 1, {"0-1", "4-5"}), "cores-idle", "3x1", all));
    EXPECT_TRUE(tells(found_in_seats(Site("pack:2 [numa] core:4 pu:1"), 3, 1, {"0", "1", "4"}),
                      "cores-idle", "4x2", all))
        << "as many for each node";
    EXPECT_TRUE(golden(all));
}

/* A kernel that refused a seat leaves it wide: that is told once. */
TEST(Findings, RefusedSeatsAreNotToldTwice)
{
    Site site("core:4 pu:1");
    SeatMap seats(site.machine, 2, 1, {"0-3", "1"});
    struct strays strays = {};
    strays.workers = 2;
    strays.unbound = 1;
    struct findings_job job = job_of(seats);
    const struct launch_shape shape = launch_shape_of(&site.found, 1, 2, 2, 1);
    Found found;
    findings_of_strays(&found, &strays, "node7", &shape);
    findings_of_seats(&found, &seats.seat_map, &site.found, &job);
    EXPECT_EQ(found.codes(), "unbound");
    EXPECT_NE(std::string(found.list[0].text).find("the kernel refused"), std::string::npos);
    Found both = found_in_masks(site, {"0-3", "0-3"}, 1);
    EXPECT_EQ(both.codes(), "unbound");
    findings_of_seats(&both, &seats.seat_map, &site.found, &job);
    EXPECT_EQ(both.codes(), "unbound unbound") << "of the masks, and of the seats";
}

/* Launch lines speak of nodes only where they are alike. */
TEST(Findings, ShapesOnUnevenNodes)
{
    struct {
        const char *machine, *usable;
        int nodes, packages;
    } const rows[] = {
        {"pack:2 [numa] core:4 pu:1", "", 2, 2},        {"pack:2 [numa] core:4 pu:1", "0-5", 1, 2},
        {"pack:2 [numa] core:4 pu:1", "0-3", 1, 1}, /* of the other nothing may be used */
        {"pack:2 [numa] core:4 pu:1", "1-2,5-6", 2, 2}, {"core:4 pu:1", "", 1, 0},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(testing::Message() << row.machine << " " << row.usable);
        Site site(row.machine, row.usable);
        struct launch_shape shape = launch_shape_of(&site.found, 3, 5, 2, 4);
        EXPECT_EQ(shape.hosts, 3);
        EXPECT_EQ(shape.ranks, 5);
        EXPECT_EQ(shape.host_ranks, 2);
        EXPECT_EQ(shape.threads, 4);
        EXPECT_EQ(shape.cores, site.count());
        EXPECT_EQ(shape.pus, site.pus);
        EXPECT_EQ(shape.nodes, row.nodes);
        EXPECT_EQ(shape.packages, row.packages);
    }
}

/* --- awkward --- */

/* The kernel may have read back a PU that the plan does not know as usable. */
TEST(Findings, SeatsThatReachBeyondWhatIsUsable)
{
    Site site("core:4 pu:1", "1-3");
    std::string words;
    EXPECT_TRUE(tells(found_in_masks(site, {"0,3", "0,3", "0,3"}, 1), "core-shared", "3x1", words));
    EXPECT_TRUE(golden(words));
    EXPECT_EQ(found_in_masks(site, {"0-1", "2", "3"}, 1).codes(), "");
}

/* A cut list of PUs must not read as another one. */
TEST(Findings, LongListsAreWholeOrSaidToBeCut)
{
    Strings mask(1);
    for (int pu = 100; pu < 128; pu += 2)
        mask[0] += (pu > 100 ? "," : "") + std::to_string(pu);
    Found found = found_in_masks(Site("core:128 pu:1"), mask, 100);
    const std::string text = found.of("bound-too-tight")->text;
    EXPECT_TRUE(text.find(mask[0] + ")") != std::string::npos ||
                text.find("...)") != std::string::npos)
        << text;
}

TEST(Findings, LongNamesOfHosts)
{
    Site site("pack:2 [numa] l3:2 core:2 pu:1");
    site.rank_cores({0, 0, 0, 1, 1, 1, 1, 1});
    const std::string host(255, 'x');
    const Strings seats[] = {{"0-1", "0", "1", "2", "3", "4", "5", "6"},
                             {"0", "1", "2", "3", "4", "4", "5", "6"},
                             {"0", "0", "0", "0", "0", "0", "0", "0"}};
    for (const Strings &list : seats)
        for (int threads : {1, 4, 8}) {
            SeatMap seat_map(site.machine, 8 / threads, threads, list, {2000000000}, host);
            Found all = found_in_seats(site, seat_map);
            Found masks = found_in_masks(
                site, SeatMap(site.machine, 8, 1, list, {2000000000}, host), threads);
            for (const Found &found : {all, masks})
                for (int i = 0; i < found.count; i++)
                    EXPECT_TRUE(worded(found.list[i].text, sizeof(found.list[i].text)))
                        << found.list[i].text;
        }
}

/* --- against an account of its own --- */

namespace
{

using Set = std::set<int>;

/* Who sits where, by the site's own account of its cores. */
struct Account {
    const Site &site;
    int ranks, threads;
    std::vector<Set> pus; /* [ranks * threads] */

    Set cores_of(const Set &set) const
    {
        Set cores;
        for (int pu : set)
            cores.insert(site.core_of[size_t(pu)]);
        return cores;
    }
    Set cores_of_rank(int rank) const
    {
        Set all;
        for (int i = rank * threads; i < (rank + 1) * threads; i++)
            all.merge(cores_of(pus[size_t(i)]));
        return all;
    }
    template <typename Of> int distinct(const Set &cores, Of of) const
    {
        Set values;
        for (int core : cores)
            values.insert(of(site.line[size_t(core)]));
        return int(values.size());
    }
    /* Most cores of one kind. */
    int widest_cache() const
    {
        std::vector<int> sizes(size_t(site.caches) * size_t(site.kinds), 0);
        for (const Site::Core &core : site.line)
            sizes[size_t(core.cache) * size_t(site.kinds) + size_t(core.kind)]++;
        return *std::max_element(sizes.begin(), sizes.end());
    }
    int inside(const Set &place) const
    {
        int workers = 0;
        for (const Set &seat : pus)
            workers += std::includes(place.begin(), place.end(), seat.begin(), seat.end());
        return workers;
    }
    /* Some seat holds more workers than it has PUs. */
    bool shares_pus() const
    {
        return std::any_of(pus.begin(), pus.end(),
                           [this](const Set &seat) { return inside(seat) > int(seat.size()); });
    }
    /* Some core, or seat of several, has PUs for all its workers, but is too few cores for them. */
    bool shares_cores() const
    {
        for (const Set &seat : pus)
            if (inside(seat) > int(cores_of(seat).size()) && inside(seat) <= int(seat.size()))
                return true;
        for (const Site::Core &core : site.line) {
            const Set all(core.pus.begin(), core.pus.end());
            Set used;
            for (const Set &seat : pus)
                if (std::includes(all.begin(), all.end(), seat.begin(), seat.end()))
                    used.insert(seat.begin(), seat.end());
            if (inside(all) > 1 && inside(all) <= int(used.size()))
                return true;
        }
        return false;
    }
    std::set<std::string> codes() const
    {
        std::set<std::string> all;
        Set used;
        for (const Set &seat : pus) {
            Set cores = cores_of(seat);
            if (cores.size() > 1)
                all.insert("unbound");
            used.merge(cores);
        }
        if (int(used.size()) < site.count())
            all.insert("cores-idle");
        if (ranks * threads > site.pus)
            all.insert("oversubscribed");
        else if (shares_pus())
            all.insert("core-shared");
        if (ranks * threads <= site.pus && shares_cores())
            all.insert("smt-shared");
        for (int rank = 0; rank < ranks; rank++) {
            Set cores = cores_of_rank(rank);
            if (int(cores.size()) > threads)
                continue;
            int nodes = distinct(cores, [](const Site::Core &core) { return core.node; });
            int caches = distinct(cores, [](const Site::Core &core) { return core.cache; });
            if (nodes > 1)
                all.insert("numa-straddle");
            else if (caches > 1 && threads <= widest_cache())
                all.insert("cache-straddle");
            if (distinct(cores, [](const Site::Core &core) { return core.kind; }) > 1)
                all.insert("mixed-kinds");
        }
        return all;
    }
};

/* A core, one of its PUs, or now and then two cores. */
Set some_seat(const Site &site, Dice &dice)
{
    const Site::Core &core = site.line[size_t(dice.below(site.count()))];
    Set seat(core.pus.begin(), core.pus.end());
    if (dice.one_in(3))
        seat = {core.pus[size_t(dice.below(int(core.pus.size())))]};
    if (dice.one_in(12))
        seat.merge(some_seat(site, dice));
    return seat;
}

/* Mostly a core for each worker, so that not all is wrong at once. */
Account some_seats(const Site &site, Dice &dice)
{
    Account account = {site, 1 + dice.below(site.count()), 1 + dice.below(3), {}};
    int next = dice.below(site.count()), sides = 1 + dice.below(8);
    for (int i = 0; i < account.ranks * account.threads; i++) {
        const std::vector<int> &pus = site.line[size_t(next++ % site.count())].pus;
        account.pus.push_back(dice.one_in(sides) ? some_seat(site, dice)
                                                 : Set(pus.begin(), pus.end()));
    }
    return account;
}

Strings lists_of(const std::vector<Set> &sets)
{
    Strings lists;
    for (const Set &set : sets) {
        lists.emplace_back();
        for (int pu : set)
            lists.back() += (lists.back().empty() ? "" : ",") + std::to_string(pu);
    }
    return lists;
}

} // namespace

TEST(Findings, AreThoseOfAnAccountOfTheirOwn)
{
    Dice dice(7);
    std::map<std::string, int> often;
    std::unique_ptr<Site> site;
    for (int turn = 0; turn < (SANITIZED ? 300 : 3000) && !HasFailure(); turn++) {
        if (turn % 6 == 0) {
            site = std::make_unique<Site>(made_up(dice, 24));
            if (dice.one_in(3))
                site->use_some(dice);
            if (dice.one_in(3))
                site->rank_some(dice);
        }
        Account account = some_seats(*site, dice);
        const Strings seats = lists_of(account.pus);
        Found found = found_in_seats(*site, account.ranks, account.threads, seats);
        std::set<std::string> codes;
        for (int i = 0; i < found.count; i++)
            codes.insert(finding_name(found.list[i].code));
        EXPECT_EQ(codes.size(), size_t(found.count)) << "each once: " << found.codes();
        EXPECT_EQ(codes, account.codes()) << site->words() << ", " << account.ranks << "x"
                                          << account.threads << testing::PrintToString(seats);
        for (const std::string &code : codes)
            often[code]++;
    }
    EXPECT_EQ(often.size(), 8u) << "one was never tried: " << testing::PrintToString(often);
}
