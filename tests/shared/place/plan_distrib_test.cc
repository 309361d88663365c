/*
 * plan beside hwloc_distrib(), which is what the tool hwloc-distrib calls.
 *
 * Where all divides evenly, on a machine whose tree is symmetric, both say the same of ranks: each
 * has its share of the machine, in order; and with the policy spread also of workers.
 *
 * They differ, on purpose, in this:
 *
 * - hwloc-distrib hands out a number of items and knows no ranks with threads in them. It puts two
 *   items as far apart as can be, also if they are threads that share memory; the plan keeps a
 *   rank's threads within one node and cache (TwoThreadsOfOneRank).
 * - Where the number does not divide, hwloc-distrib rounds at each branch of the tree anew, and
 * what is left over goes to the last items of a branch. The plan puts ranks where an even split of
 * all cores would, if that leads across no border, so that what is left over is shared
 *   (ThreeRanksOnFourNodes, FourRanksOnSixCaches).
 * - hwloc-distrib weighs a branch by its PUs, the plan counts cores: where some cores have more PUs
 *   than others hwloc-distrib puts two items on one core and leaves another without (UnequalCores).
 * - An item's set is all that is left to it, be it a package: hwloc-distrib leaves the choice of a
 *   core to the kernel. A seat is one core, or one PU of it (OneWorkerOnAPackage).
 * - With more items than cores hwloc-distrib fills a core up with neighbours, and gives one item
 * all of a core while another core has two. The plan gives each a PU; with more than PUs it lets
 *   neighbours take the PUs in turn, so that a rank's threads do not share one while another is
 *   there (MoreWorkersThanCores, MoreWorkersThanPus).
 * - hwloc-distrib distributes over what the topology holds; what the job may not use it gives out
 *   as well, unless the topology was restricted before (NotAllowed).
 */
#include "support/plans.h"

#include <hwloc/helper.h>

extern "C" {
#include "place/plan.h"
}

namespace
{

/* The sets of hwloc_distrib over the whole machine. */
class Distrib
{
  public:
    Distrib(const Site &site, int items) : sets(size_t(items), nullptr)
    {
        hwloc_obj_t root = hwloc_get_root_obj(site.machine.topology);
        EXPECT_EQ(hwloc_distrib(site.machine.topology, &root, 1, sets.data(), unsigned(items),
                                INT_MAX, 0),
                  0);
    }
    ~Distrib()
    {
        for (hwloc_bitmap_t set : sets)
            hwloc_bitmap_free(set);
    }
    Distrib(const Distrib &) = delete;
    Distrib &operator=(const Distrib &) = delete;

    std::string text() const
    {
        std::string text;
        for (hwloc_bitmap_t set : sets)
            text += (text.empty() ? "" : " ") + text_of(set);
        return text;
    }
    /* Whether all have as many PUs. */
    bool even() const
    {
        for (hwloc_bitmap_t set : sets)
            if (hwloc_bitmap_weight(set) != hwloc_bitmap_weight(sets[0]))
                return false;
        return true;
    }

    std::vector<hwloc_bitmap_t> sets;
};

/* The PUs that a seat stands for. */
bool within(const Site &site, const Planned &plan, int worker, hwloc_const_bitmap_t set)
{
    const std::vector<int> &pus = site.line[size_t(plan.core[size_t(worker)])].pus;
    int pu = plan.pu[size_t(worker)];
    return std::all_of(pus.begin(), pus.end(), [&](int one) {
        return (pu >= 0 && pu != one) || hwloc_bitmap_isset(set, unsigned(one));
    });
}

std::string seats_of(const Site &site, int ranks, int threads, enum place_policy policy)
{
    struct plan plan = {};
    const struct plan_request request = {ranks, threads, policy, 0};
    Err err;
    EXPECT_TRUE(works(plan_build(&plan, &site.found, &request, &err), err));
    std::string text;
    for (int i = 0; plan.seats != nullptr && i < plan_workers(&plan); i++)
        text += (i > 0 ? " " : "") + text_of(plan.seats[i]);
    plan_release(&plan);
    return text;
}

const char *const SYMMETRIC[] = {
    "core:8 pu:2",
    "pack:2 core:6 pu:2",
    "numa:4 core:3 pu:1",
    "pack:2 [numa] l3:2 core:4 pu:2",
    "pack:2 numa:2 l3:3 core:2 pu:2",
    "numa:2 l3:4 l2:2 core:2 pu:1",
    "pack:3 [numa] l2:4 core:2 pu:4",
    "pu:12",
    "pack:2 [numa] core:4 pu:2(indexes=0,8,1,9,2,10,3,11,4,12,5,13,6,14,7,15)",
};

/* What both say: hwloc-distrib of as many items as there are workers. */
struct Both {
    const char *machine, *usable;
    int ranks, threads;
    const char *distrib, *plan;
};

/* `offline`: what is not usable is not there at all. */
void expect(const Both &both, bool offline = false)
{
    Site site(both.machine, both.usable);
    if (offline)
        site.keep(site.machine.usable);
    EXPECT_EQ(Distrib(site, both.ranks * both.threads).text(), both.distrib) << site.words();
    EXPECT_EQ(seats_of(site, both.ranks, both.threads, PLACE_AUTO), both.plan) << site.words();
}

} // namespace

TEST(PlanDistrib, RanksHaveTheSameShare)
{
    int compared = 0;
    for (const char *description : SYMMETRIC) {
        Site site(description);
        for (int ranks = 1; ranks <= site.count(); ranks++) {
            Distrib distrib(site, ranks);
            if (site.count() % ranks != 0 || !distrib.even())
                continue;
            for (int threads = 1; threads <= site.count() / ranks; threads++) {
                Planned plan = plan_on(site, {ranks, threads, PLACE_AUTO, 0});
                for (int worker = 0; worker < ranks * threads; worker++)
                    ASSERT_TRUE(within(site, plan, worker, distrib.sets[size_t(worker / threads)]))
                        << site.words() << ", " << ranks << "x" << threads << ": " << text_of(plan)
                        << "; hwloc-distrib: " << distrib.text();
                compared++;
            }
        }
    }
    EXPECT_GT(compared, 200);
}

/* And of more ranks than cores. */
TEST(PlanDistrib, SoHaveRanksOfOnePu)
{
    for (const char *description : SYMMETRIC) {
        Site site(description);
        Distrib distrib(site, site.pus);
        Planned plan = plan_on(site, {site.pus, 1, PLACE_AUTO, 0});
        for (int rank = 0; rank < site.pus; rank++)
            EXPECT_TRUE(within(site, plan, rank, distrib.sets[size_t(rank)])) << site.words();
    }
}

TEST(PlanDistrib, WorkersSpreadHaveTheSameShare)
{
    int compared = 0;
    for (const char *description : SYMMETRIC) {
        Site site(description);
        for (int workers = 1; workers <= site.count(); workers++) {
            Distrib distrib(site, workers);
            if (site.count() % workers != 0 || !distrib.even())
                continue;
            for (int ranks = 1; ranks <= workers; ranks++) {
                if (workers % ranks != 0)
                    continue;
                Planned plan = plan_on(site, {ranks, workers / ranks, PLACE_SPREAD, 0});
                for (int worker = 0; worker < workers; worker++)
                    ASSERT_TRUE(within(site, plan, worker, distrib.sets[size_t(worker)]))
                        << site.words() << ", " << ranks << " ranks: " << text_of(plan)
                        << "; hwloc-distrib: " << distrib.text();
                compared++;
            }
        }
    }
    EXPECT_GT(compared, 100);
}

TEST(PlanDistrib, TwoThreadsOfOneRank)
{
    expect({"numa:2 core:4 pu:1", "", 1, 2, "0-3 4-7", "0 2"});
    expect({"numa:1 l3:2 core:4 pu:1", "", 1, 2, "0-3 4-7", "0 2"});
}

TEST(PlanDistrib, ThreeRanksOnFourNodes)
{
    expect({"numa:4 core:4 pu:1", "", 3, 1, "0-3 4-7 8-15", "0 5 10"});
}

TEST(PlanDistrib, FourRanksOnSixCaches)
{
    expect({"pack:2 l3:3 core:2 pu:1", "", 4, 1, "0-1 2-5 6-7 8-11", "0 3 6 9"});
}

TEST(PlanDistrib, UnequalCores)
{
    expect({"core:4 pu:2", "0-2,4,6", 4, 1, "0 1 2 4,6", "0-1 2 4 6"}, true);
}

TEST(PlanDistrib, OneWorkerOnAPackage)
{
    expect({"pack:2 core:4 pu:2", "", 2, 1, "0-7 8-15", "0-1 8-9"});
}

TEST(PlanDistrib, MoreWorkersThanCores)
{
    expect({"core:4 pu:2", "", 6, 1, "0 1 2-3 4 5 6-7", "0 2 3 4 6 7"});
}

TEST(PlanDistrib, MoreWorkersThanPus)
{
    expect({"core:2 pu:2", "", 2, 4, "0 0 1 1 2 2 3 3", "0 1 0 1 2 3 2 3"});
}

TEST(PlanDistrib, NotAllowed)
{
    expect({"core:4 pu:1", "2-3", 2, 1, "0-1 2-3", "2 3"});
}
