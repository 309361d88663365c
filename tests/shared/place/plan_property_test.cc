/*
 * plan, the sentences that must hold for every machine, every shape and every policy. Each is a
 * function and a row of PROPERTIES; all are tried on every plan, on machines described by hand,
 * made up at random, and read from files of real ones. What the policies promise:
 * plan_policy_test.cc.
 */
#include "support/plans.h"

extern "C" {
#include "place/plan.h"
}

namespace
{

Verdict disjoint(const Case &c)
{
    return c.workers > c.pus ? SILENT : verdict(most(workers_per_pu(c)) <= 1);
}

Verdict distinct_cores(const Case &c)
{
    if (c.workers > c.site.count() || c.request.smt > 1)
        return SILENT;
    return verdict(most(workers_per_core(c)) <= 1);
}

Verdict whole_cores(const Case &c)
{
    if (!c.enough || c.level > 1)
        return SILENT;
    for (size_t i = 0; i < c.plan.core.size(); i++)
        if (c.plan.pu[i] >= 0 && c.site.line[size_t(c.plan.core[i])].pus.size() > 1)
            return BROKEN;
    return HOLDS;
}

Verdict ordered(const Case &c)
{
    return verdict(std::is_sorted(c.plan.core.begin(), c.plan.core.end()));
}

Verdict same_again(const Case &c)
{
    if (c.workers % 5 != 0)
        return SILENT;
    Planned again = plan_on(c.site, c.request);
    return verdict(again.core == c.plan.core && again.pu == c.plan.pu);
}

Verdict as_many_cores(const Case &c)
{
    if (!c.site.equal_cores())
        return SILENT;
    int fewest = c.site.count(), largest = 0;
    for (int rank = 0; rank < c.plan.ranks; rank++) {
        auto begin = c.plan.core.begin() + rank * c.plan.threads;
        std::set<int> cores(begin, begin + c.plan.threads);
        fewest = std::min(fewest, int(cores.size()));
        largest = std::max(largest, int(cores.size()));
    }
    return verdict(largest - fewest <= 1);
}

Verdict one_kind(const Case &c)
{
    if (!c.automatic() || !c.enough || room_for(c.everywhere, c.size, same_kind) < c.plan.ranks)
        return SILENT;
    return verdict(no_rank_crosses(c, same_kind));
}

Verdict one_node(const Case &c)
{
    if (!c.automatic() || !c.enough || room_for(c.line, c.size, same_node) < c.plan.ranks)
        return SILENT;
    return verdict(no_rank_crosses(c, same_node));
}

Verdict one_cache(const Case &c)
{
    if (!c.automatic() || !c.enough || room_for(c.line, c.size, same_cache) < c.plan.ranks)
        return SILENT;
    return verdict(no_rank_crosses(c, same_cache));
}

Verdict one_node_when_crowded(const Case &c)
{
    if (c.enough || !c.site.even() || c.plan.ranks % c.site.nodes != 0)
        return SILENT;
    return verdict(no_rank_crosses(c, same_node));
}

Verdict one_cache_when_crowded(const Case &c)
{
    if (c.enough || !c.site.even() || c.plan.ranks % c.site.nodes != 0 ||
        c.plan.ranks % c.site.caches != 0)
        return SILENT;
    return verdict(no_rank_crosses(c, same_cache));
}

const std::vector<Property> PROPERTIES = {
    {"pairwise disjoint whenever the workers are no more than the PUs", disjoint},
    {"distinct cores whenever the workers are no more than the cores", distinct_cores},
    {"a whole core for each worker while there are cores for all", whole_cores},
    {"ranks, and their threads, follow one another along the machine", ordered},
    {"the same input gives the same plan", same_again},
    {"ranks' core counts differ by at most one on even machines", as_many_cores},
    {"each rank on cores of one kind whenever all can be", one_kind},
    {"no rank across NUMA nodes whenever the nodes have room for all", one_node},
    {"no rank across caches whenever the caches have room for all", one_cache},
    {"more workers than cores: no rank across NUMA nodes when the split is even",
     one_node_when_crowded},
    {"more workers than cores: no rank across caches when the split is even",
     one_cache_when_crowded},
};

} // namespace

TEST(PlanProperty, MachinesDescribed)
{
    Judge judge(PROPERTIES);
    for (const char *description : DESCRIBED)
        judge.shapes(Site(description));
    for (const char *list : {"2-5,10-13", "1,3,5", "3-7,12", "1-15", "0,2-3,6-15"})
        judge.shapes(Site("numa:2 l3:2 core:2 pu:2", list));
}

TEST(PlanProperty, MachineOfMoreThan1024Pus)
{
    Judge judge(PROPERTIES);
    Site site("pack:2 numa:4 l3:4 core:20 pu:2"), part("pack:2 numa:4 l3:4 core:20 pu:2", "9-1271");
    const std::pair<int, int> shapes[] = {
        {1, 1},   {8, 1},   {8, 80},  {7, 80},   {32, 20}, {33, 19}, {640, 1}, {80, 8},
        {3, 200}, {641, 1}, {16, 80}, {1280, 1}, {9, 70},  {300, 2}, {5, 128}, {1, 1280}};
    for (const auto &[ranks, threads] : shapes)
        for (int policy : {PLACE_AUTO, PLACE_COMPACT, PLACE_SPREAD}) {
            judge.plan(site, {ranks, threads, static_cast<enum place_policy>(policy), 0});
            judge.plan(part, {ranks, threads, static_cast<enum place_policy>(policy), policy});
        }
}

TEST(PlanProperty, MostWorkers)
{
    Judge judge(PROPERTIES);
    judge.plan(Site("numa:2 core:4 pu:2"), {1, PLAN_MOST / 8, PLACE_AUTO, 0});
    if (!SANITIZED) /* workers times PUs are above 2^31; 0.2 GB */
        judge.plan(Site("pack:10 l3:10 l2:6 core:7 pu:1"), {PLAN_MOST, 1, PLACE_AUTO, 0});
}

TEST(PlanProperty, MachinesMadeUpAtRandom)
{
    Judge judge(PROPERTIES);
    Dice dice(20240229);
    for (int i = 0; i < (SANITIZED ? 60 : 300); i++) {
        Site site(made_up(dice, 48));
        if (dice.one_in(6))
            site.keep_some(dice);
        if (dice.one_in(2))
            site.use_some(dice);
        judge.shapes(site);
    }
    EXPECT_EQ(judge.silent(), "");
}

TEST(PlanProperty, CoresOfSeveralKinds)
{
    Judge judge(PROPERTIES);
    Dice dice(31);
    for (int i = 0; i < (SANITIZED ? 20 : 80); i++) {
        Site site(made_up(dice, 32));
        site.rank_some(dice);
        if (dice.one_in(2))
            site.use_some(dice);
        judge.shapes(site);
    }
    EXPECT_EQ(judge.silent(), "");
}

TEST(PlanProperty, RealMachines)
{
    SKIP_WITHOUT_REAL_MACHINES();
    for (const std::string &file : real_machines()) {
        Judge judge(PROPERTIES);
        judge.shapes(Site(file));
    }
}

TEST(PlanProperty, RealMachinesOfWhichSomeIsUsable)
{
    SKIP_WITHOUT_REAL_MACHINES();
    Judge judge(PROPERTIES);
    Dice dice(7);
    for (const std::string &file : real_machines())
        for (int i = 0; i < (SANITIZED ? 1 : 3); i++) {
            Site site(file);
            site.use_some(dice);
            judge.shapes(site);
        }
}

TEST(PlanProperty, RealMachineLoadedTwice)
{
    SKIP_WITHOUT_REAL_MACHINES();
    for (const std::string &file : real_machines()) {
        Site one(file), other(file);
        for (const auto &[ranks, threads] : {std::pair<int, int>{2, 3}, {3, 1}, {5, 4}, {16, 16}}) {
            Planned a = plan_on(one, {ranks, threads, PLACE_AUTO, 0});
            Planned b = plan_on(other, {ranks, threads, PLACE_AUTO, 0});
            EXPECT_EQ(text_of(a), text_of(b)) << file;
        }
    }
}
