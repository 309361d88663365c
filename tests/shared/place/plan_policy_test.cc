/*
 * plan, what each policy promises: where workers sit while there are cores for all, by `auto`,
 * `compact` and `spread`, one or several to a core, on one kind of cores or more; and how they
 * share when there are too few. Tried as in plan_property_test.cc.
 */
#include "support/plans.h"

extern "C" {
#include "place/plan.h"
}

namespace
{

/* Whether a line of `length` is cut at `cuts` into parts that differ by one at most. */
bool cut_evenly(const std::vector<int> &cuts, int length)
{
    int parts = int(cuts.size());
    for (int i = 0; i < parts; i++) {
        int part = (i + 1 < parts ? cuts[size_t(i) + 1] : cuts[0] + length) - cuts[size_t(i)];
        if (part < length / parts || part > (length + parts - 1) / parts)
            return false;
    }
    return true;
}

Verdict faster_first(const Case &c)
{
    if (!c.enough || c.site.kinds == 1)
        return SILENT;
    for (int worker = 0; worker < c.workers; worker++)
        if (c.place(worker) < 0)
            return BROKEN;
    return HOLDS;
}

/* Where borders of nodes or caches may keep blocks apart this says nothing. */
Verdict slower_last(const Case &c)
{
    if (!c.automatic() || !c.enough || c.site.kinds == 1 ||
        room_for(c.line, c.size, same_kind) < c.plan.ranks)
        return SILENT;
    std::vector<int> ranks_on(size_t(c.site.kinds), 0), cores_of(size_t(c.site.kinds), 0);
    for (int rank = 0; rank < c.plan.ranks; rank++)
        ranks_on[size_t(c.site.line[size_t(c.plan.first(rank))].kind)]++;
    for (size_t i = 0; i < c.line.size(); i++) {
        cores_of[size_t(c.line[i].kind)]++;
        if (c.size > 1 && i > 0 && same_kind(c.line[i - 1], c.line[i]) &&
            !same_cache(c.line[i - 1], c.line[i]))
            return SILENT;
    }
    int left = c.plan.ranks;
    for (size_t kind = 0; kind < ranks_on.size(); kind++) {
        if (ranks_on[kind] != std::min(left, cores_of[kind] / c.size))
            return BROKEN;
        left -= ranks_on[kind];
    }
    return HOLDS;
}

Verdict even_split(const Case &c)
{
    if (!c.automatic() || !c.enough || c.site.kinds > 1)
        return SILENT;
    int count = int(c.line.size());
    for (int rank = 0; rank < c.plan.ranks; rank++) {
        int start = int(int64_t(count) * rank / c.plan.ranks);
        for (int i = start + 1; i < start + c.size; i++)
            if (!same_cache(c.line[size_t(i - 1)], c.line[size_t(i)]))
                return SILENT;
    }
    for (int rank = 0; rank < c.plan.ranks; rank++)
        if (c.place(rank * c.plan.threads) != int(int64_t(count) * rank / c.plan.ranks))
            return BROKEN;
    return HOLDS;
}

/* The room reaches on from where neighbours would end, to the next rank or the next border. */
Verdict threads_fill_their_room(const Case &c)
{
    if (!c.automatic() || !c.enough || c.level > 1)
        return SILENT;
    for (int rank = 0; rank < c.plan.ranks; rank++) {
        std::vector<int> places;
        for (int thread = 0; thread < c.plan.threads; thread++)
            places.push_back(c.place(rank * c.plan.threads + thread));
        int next =
            rank + 1 < c.plan.ranks ? c.place((rank + 1) * c.plan.threads) : int(c.line.size());
        int end = places[0] + c.plan.threads;
        if (end > next)
            return BROKEN;
        while (end < next && same_cache(c.line[size_t(end - 1)], c.line[size_t(end)]))
            end++;
        if (!cut_evenly(places, end - places[0]))
            return BROKEN;
    }
    return HOLDS;
}

Verdict compact(const Case &c)
{
    if (c.request.policy != PLACE_COMPACT || !c.enough)
        return SILENT;
    for (int rank = 0; rank < c.plan.ranks; rank++)
        for (int thread = 0; thread < c.plan.threads; thread++)
            if (c.place(rank * c.plan.threads + thread) != rank * c.size + thread / c.level)
                return BROKEN;
    return HOLDS;
}

Verdict far_apart(const Case &c)
{
    if (c.request.policy != PLACE_SPREAD || !c.enough || c.level > 1)
        return SILENT;
    std::vector<int> places;
    for (int worker = 0; worker < c.workers; worker++)
        places.push_back(c.place(worker));
    return verdict(places[0] == 0 && cut_evenly(places, int(c.line.size())));
}

/* With several workers to a core it is the ranks that are far apart. */
Verdict ranks_far_apart(const Case &c)
{
    if (c.request.policy != PLACE_SPREAD || !c.enough)
        return SILENT;
    std::vector<int> places;
    for (int rank = 0; rank < c.plan.ranks; rank++)
        places.push_back(c.place(rank * c.plan.threads));
    return verdict(places[0] == 0 && cut_evenly(places, int(c.line.size())));
}

Verdict so_many_to_a_core(const Case &c)
{
    if (c.level == 1 || !c.enough)
        return SILENT;
    std::vector<int> loads = workers_per_core(c);
    for (size_t i = 0; i < loads.size(); i++)
        if (loads[i] > c.level || (loads[i] > 0 && c.position[i] < 0))
            return BROKEN;
    return verdict(most(workers_per_pu(c)) <= 1);
}

/* However many workers: none sits on a PU beyond the first N usable ones of its core. */
Verdict first_pus(const Case &c)
{
    if (c.request.smt == 0 || (c.request.smt == 1 && c.enough))
        return SILENT;
    for (size_t i = 0; i < c.plan.core.size(); i++) {
        const std::vector<int> &pus = c.site.line[size_t(c.plan.core[i])].pus;
        auto end = pus.begin() + std::min(int(pus.size()), c.request.smt);
        if (std::find(pus.begin(), end, c.plan.pu[i]) == end)
            return BROKEN;
    }
    return HOLDS;
}

Verdict single_pus(const Case &c)
{
    if (c.enough)
        return SILENT;
    return verdict(std::find(c.plan.pu.begin(), c.plan.pu.end(), -1) == c.plan.pu.end());
}

Verdict every_core_once_before_twice(const Case &c)
{
    if (c.enough || c.workers > c.pus)
        return SILENT;
    std::vector<int> loads = workers_per_core(c);
    int top = most(loads);
    for (size_t i = 0; i < loads.size(); i++)
        if (loads[i] < std::min(int(c.site.line[i].pus.size()), top - 1))
            return BROKEN;
    return HOLDS;
}

Verdict pus_shared_evenly(const Case &c)
{
    if (c.enough || c.workers < c.pus)
        return SILENT;
    int most_used = (c.workers + c.pus - 1) / c.pus, used = 0;
    for (int load : workers_per_pu(c)) {
        if (load != 0 && (load < c.workers / c.pus || load > most_used))
            return BROKEN;
        used += load != 0;
    }
    return verdict(used == c.pus);
}

/* A rank's threads sit on different PUs as long as the cores they are on have them. */
Verdict own_pus_in_turn(const Case &c)
{
    if (c.enough || c.workers < c.pus)
        return SILENT;
    for (int rank = 0; rank < c.plan.ranks; rank++) {
        std::vector<int> on_core, seen;
        for (int i = rank * c.plan.threads; i < (rank + 1) * c.plan.threads; i++) {
            bool other =
                i > rank * c.plan.threads && c.plan.core[size_t(i)] != c.plan.core[size_t(i) - 1];
            if (other)
                seen.clear();
            int core_pus = int(c.site.line[size_t(c.plan.core[size_t(i)])].pus.size());
            int wanted = c.request.smt > 0 ? std::min(core_pus, c.request.smt) : core_pus;
            if (int(seen.size()) < wanted &&
                std::find(seen.begin(), seen.end(), c.plan.pu[size_t(i)]) != seen.end())
                return BROKEN;
            seen.push_back(c.plan.pu[size_t(i)]);
        }
    }
    return HOLDS;
}

const std::vector<Property> PROPERTIES = {
    {"no core of a slower kind while the faster are enough", faster_first},
    {"ranks on slower cores only when the faster have no room left", slower_last},
    {"the ranks are spread evenly if that leads across no border", even_split},
    {"a rank's threads are spread evenly over its room", threads_fill_their_room},
    {"compact: neighbouring cores from the first on, no gaps", compact},
    {"spread: workers as far apart as can be", far_apart},
    {"spread: ranks as far apart as can be", ranks_far_apart},
    {"smt: at most that many workers on a core, each on a PU of its own", so_many_to_a_core},
    {"smt: never a PU beyond that many of a core", first_pus},
    {"more workers than cores: each sits on one PU", single_pus},
    {"more workers than cores: every core is taken once before any is taken twice",
     every_core_once_before_twice},
    {"more workers than PUs: they share them evenly", pus_shared_evenly},
    {"more workers than PUs: a rank's threads sit on different ones", own_pus_in_turn},
};

} // namespace

TEST(PlanPolicy, MachinesDescribed)
{
    Judge judge(PROPERTIES);
    for (const char *description : DESCRIBED)
        judge.shapes(Site(description));
}

TEST(PlanPolicy, MachinesMadeUpAtRandom)
{
    Judge judge(PROPERTIES);
    Dice dice(977);
    for (int i = 0; i < (SANITIZED ? 50 : 200); i++) {
        Site site(made_up(dice, 48));
        if (dice.one_in(6))
            site.keep_some(dice);
        if (dice.one_in(2))
            site.use_some(dice);
        judge.shapes(site);
    }
}

TEST(PlanPolicy, CoresOfSeveralKinds)
{
    Judge judge(PROPERTIES);
    Dice dice(32);
    for (int i = 0; i < (SANITIZED ? 20 : 80); i++) {
        Site site(made_up(dice, 32));
        site.rank_some(dice);
        if (dice.one_in(2))
            site.use_some(dice);
        judge.shapes(site);
    }
    EXPECT_EQ(judge.silent(), "");
}

TEST(PlanPolicy, RealMachines)
{
    SKIP_WITHOUT_REAL_MACHINES();
    Judge judge(PROPERTIES);
    for (const std::string &file : real_machines())
        judge.shapes(Site(file));
}
