/*
 * findings - the codes, workers that did not stay, and that what is proposed mends what was found.
 * What is found is in inspect_test.cc.
 */
#include "support/golden.h"
#include "support/placings.h"
#include "support/plans.h"

#include <cmath>
#include <limits>
#include <map>
#include <set>

extern "C" {
#include "findings/findings.h"
#include "findings/launch.h"
#include "place/plan.h"
#include "place/residency.h"
#include "place/seat_map.h"
}

TEST(Findings, CodesAreStable)
{
    const char *const names[] = {
        "bound-too-tight", "unbound",        "core-shared", "smt-shared", "oversubscribed",
        "numa-straddle",   "cache-straddle", "mixed-kinds", "cores-idle", "mask-clamped",
        "moved",           "seat-taken",     "quota"};
    ASSERT_EQ(std::size(names), size_t(FINDING_CODES));
    std::set<std::string> meanings;
    for (int code = 0; code < FINDING_CODES; code++) {
        EXPECT_STREQ(finding_name(static_cast<enum finding_code>(code)), names[code]);
        std::string meaning = finding_meaning(static_cast<enum finding_code>(code));
        EXPECT_TRUE(!meaning.empty() && well_worded(meaning)) << meaning;
        meanings.insert(meaning);
    }
    EXPECT_EQ(meanings.size(), size_t(FINDING_CODES));
}

/* --- workers that did not stay --- */

namespace
{

/* A worker's stay: lists of PUs, "-" for what is not known. */
struct stay stay_at(int rank, int thread, const std::string &seat, bool bound,
                    const std::string &read, const std::string &seen, int moves = 0)
{
    hwloc_bitmap_t sets[3];
    const std::string lists[] = {seat, read, seen};
    for (int i = 0; i < 3; i++) {
        sets[i] = lists[i] != "-" ? hwloc_bitmap_alloc() : nullptr;
        if (sets[i] != nullptr) {
            EXPECT_EQ(hwloc_bitmap_list_sscanf(sets[i], lists[i].c_str()), 0);
        }
    }
    struct residency residency = {-1, moves, 10, sets[2]};
    struct stay stay = stay_of(rank, thread, sets[0], bound, sets[1], &residency);
    for (hwloc_bitmap_t set : sets)
        hwloc_bitmap_free(set);
    return stay;
}

Found found_in(const std::vector<struct stay> &stays, const char *host = "node7")
{
    struct strays strays = {};
    for (const struct stay &stay : stays)
        strays_note(&strays, &stay);
    EXPECT_EQ(strays.workers, int(stays.size()));
    Found found;
    struct launch_shape shape = {1, 2, 2, 2, 4, 4, 1, 1, nullptr};
    findings_of_strays(&found, &strays, host, &shape);
    return found;
}

} // namespace

TEST(Stays, WhatIsKnownOfOne)
{
    struct stay stay = stay_at(3, 1, "0,2-3", true, "2", "2,7", 5);
    EXPECT_EQ(stay.rank, 3);
    EXPECT_EQ(stay.thread, 1);
    EXPECT_TRUE(stay.bound && stay.clamped && stay.strayed);
    EXPECT_EQ(stay.moves, 5);
    EXPECT_STREQ(stay.planned, "0,2-3");
    EXPECT_STREQ(stay.read, "2");
    EXPECT_STREQ(stay.seen, "2,7");
    stay = stay_at(0, 0, "0", true, "-", "-");
    EXPECT_FALSE(stay.clamped || stay.strayed) << "nothing is known of it";
    EXPECT_STREQ(stay.read, "");
    EXPECT_STREQ(stay.seen, "");
}

TEST(Stays, WhoStayedIsNotTold)
{
    EXPECT_EQ(found_in({}).codes(), "");
    EXPECT_EQ(found_in({stay_at(0, 0, "0", true, "0", "0"), stay_at(0, 1, "2-3", true, "2-3", "3"),
                        stay_at(1, 0, "4", true, "-", "-"), stay_at(1, 1, "5", true, "5", "")})
                  .codes(),
              "");
    EXPECT_EQ(found_in({stay_at(0, 0, "0-1", true, "0-1", "0-1", 100)}).codes(), "")
        << "moves within a seat are its own";
}

TEST(Stays, Refused)
{
    Found found =
        found_in({stay_at(0, 0, "0", true, "0", "0"), stay_at(0, 1, "1", false, "0", "1")});
    EXPECT_EQ(found.codes(), "unbound") << "who was not bound was not clamped either";
    std::string all;
    EXPECT_TRUE(tells(found, "unbound", "", all));
    EXPECT_FALSE(found.list[0].as_launched);
    found =
        found_in({stay_at(2, 1, "1", false, "-", "-"), stay_at(3, 0, "1", false, "-", "-")}, "");
    EXPECT_TRUE(tells(found, "unbound", "", all));
    EXPECT_TRUE(golden(all));
}

TEST(Stays, Clamped)
{
    Found found =
        found_in({stay_at(0, 0, "0", true, "0", "0"), stay_at(1, 0, "2-3", true, "2", "2"),
                  stay_at(1, 1, "3", true, "4", "-")});
    EXPECT_EQ(found.codes(), "mask-clamped");
    std::string all;
    EXPECT_TRUE(tells(found, "mask-clamped", "2x2", all));
    EXPECT_TRUE(
        tells(found_in({stay_at(0, 3, "2-3", true, "2", "2")}, "h"), "mask-clamped", "2x2", all));
    EXPECT_TRUE(golden(all));
}

TEST(Stays, Moved)
{
    Found found = found_in({stay_at(0, 0, "0", true, "0", "0,4", 1)});
    EXPECT_EQ(found.codes(), "moved");
    std::string all;
    EXPECT_TRUE(tells(found, "moved", "2x2", all));
    found =
        found_in({stay_at(0, 0, "0", true, "0", "1", 0), stay_at(5, 2, "1", true, "1", "2", 3)});
    EXPECT_TRUE(tells(found, "moved", "2x2", all));
    EXPECT_TRUE(golden(all));
}

TEST(Stays, EachIsToldOnce)
{
    std::vector<struct stay> stays;
    for (int rank = 0; rank < 40; rank++)
        stays.push_back(stay_at(rank, 0, "0", rank % 2 == 0, "1", "1", 2));
    Found found = found_in(stays);
    EXPECT_EQ(found.codes(), "unbound mask-clamped moved");
    std::string all;
    EXPECT_TRUE(tells(found, "unbound", "", all));
    EXPECT_TRUE(tells(found, "mask-clamped", "2x2", all));
    EXPECT_TRUE(tells(found, "moved", "2x2", all));
    EXPECT_TRUE(golden(all));
}

TEST(Stays, LongListsAreWholeOrSaidToBeCut)
{
    const std::string list = "0,16,32,48,64,80,96,112,128,144,160,176";
    Found found = found_in({stay_at(0, 0, list, true, "0", "1")});
    for (const char *code : {"mask-clamped", "moved"}) {
        const std::string text = found.of(code)->text;
        EXPECT_TRUE(text.find(list) != std::string::npos || text.find("...") != std::string::npos)
            << text;
    }
}

/* --- seats that others took --- */

namespace
{

struct Took {
    struct stay stay;
    double others_s, delay_s;
};

/* Of workers that ran for 2 s. */
Found found_taken(const std::vector<Took> &all, double elapsed_s = 2)
{
    struct takings takings = {};
    for (const Took &took : all)
        takings_note(&takings, &took.stay, took.others_s, took.delay_s, elapsed_s);
    Found found;
    findings_of_takings(&found, &takings);
    return found;
}

} // namespace

TEST(Takings, AreToldWithTheirCost)
{
    const struct stay stay = stay_at(3, 1, "4-5", true, "4-5", "4");
    Found found = found_taken({{stay, 1, 0.9}});
    EXPECT_EQ(found.codes(), "seat-taken");
    std::string all;
    EXPECT_TRUE(tells(found, "seat-taken", "", all));
    EXPECT_EQ(found.list[0].rank, 3);
    found = found_taken({{stay, 1, 0.9},
                         {stay_at(4, 0, "6", true, "6", "6"), 1.5, 1.4},
                         {stay_at(5, 0, "7", true, "7", "7"), 0.5, 0.5}});
    EXPECT_TRUE(tells(found, "seat-taken", "", all));
    EXPECT_EQ(found.list[0].rank, 4) << "the one that waited longest";
    EXPECT_TRUE(tells(found_taken({{stay, 2.5, 2.5}}), "seat-taken", "", all));
    EXPECT_TRUE(golden(all));
}

/* Only if others were there and it waited; and never of what is not known. */
TEST(Takings, AreNotInvented)
{
    const struct stay stay = stay_at(0, 0, "0", true, "0", "0");
    const double inf = std::numeric_limits<double>::infinity(), nan = std::nan("");
    for (auto [others, delay] : std::vector<std::pair<double, double>>{
             {0, 0}, {0, 1}, {1, 0}, {0.1, 0.1}, {0.1, 1}, {1, 0.1}, {nan, 1}, {1, nan}, {-inf, 1}})
        EXPECT_EQ(found_taken({{stay, others, delay}}).codes(), "") << others << " " << delay;
    EXPECT_EQ(found_taken({{stay, 1, 1}}, 0).codes(), "");
    EXPECT_EQ(found_taken({{stay_at(0, 0, "0", false, "1", "1"), 1, 1}}).codes(), "")
        << "that was not its seat";
    EXPECT_EQ(found_taken({}).codes(), "");
}

TEST(Findings, WhyNoWorkerIsBound)
{
    Found found;
    for (bool as_launched : {true, false}) {
        struct finding &f = found.list[found.count++];
        f.code = FINDING_UNBOUND;
        f.as_launched = as_launched;
        put_text(f.text, "wide");
        f.shape = {1, 2, 2, 2, 4, 4, 1, 1, nullptr};
    }
    found.list[found.count++].code = FINDING_CORES_IDLE;
    findings_explain(&found,
                     "Slurm gave 1 CPU (SLURM_CPUS_ON_NODE), but did not say which of PUs 0-1");
    EXPECT_STREQ(found.list[0].text, "wide");
    EXPECT_TRUE(golden(found.list[1].text + std::string("\n") + found.list[1].remedy));
    EXPECT_TRUE(worded(found.list[1].remedy, sizeof(found.list[1].remedy)));
    EXPECT_EQ(found.list[0].shape.threads, 2);
    EXPECT_EQ(found.list[1].shape.threads, 0) << "no launch line mends it";
    EXPECT_STREQ(found.list[2].text, "");
}

/* --- what is proposed --- */

namespace
{

/* A plan on a site, as seats and as the masks that a launcher gives by the lines for its shape:
 * each rank its threads' cores. */
class Proposed
{
  public:
    Proposed(const Site &the_site, int ranks, int threads, enum place_policy policy = PLACE_AUTO,
             int smt = 0)
        : site(the_site)
    {
        const struct plan_request request = {ranks, threads, policy, smt};
        Err err;
        EXPECT_TRUE(works(plan_build(&plan, &site.found, &request, &err), err));
        for (int i = 0; plan.seats != nullptr && i < plan_workers(&plan); i++) {
            if (i % threads == 0) {
                numbers.push_back(i / threads);
                masks.push_back(hwloc_bitmap_alloc());
            }
            hwloc_bitmap_or(masks.back(), masks.back(), plan.seats[i]);
        }
    }
    ~Proposed()
    {
        for (hwloc_bitmap_t mask : masks)
            hwloc_bitmap_free(mask);
        plan_release(&plan);
    }
    Proposed(const Proposed &) = delete;
    Proposed &operator=(const Proposed &) = delete;

    Found found() const
    {
        Found found;
        const struct seat_map seat_map = seat_map_of(plan.threads, plan.seats);
        const struct findings_job job = {1, plan.ranks, plan.ranks};
        findings_of_seats(&found, &seat_map, &site.found, &job);
        return found;
    }
    Found found_as_launched() const
    {
        Found found;
        const struct seat_map seat_map = seat_map_of(1, masks.data());
        const struct findings_job job = {1, plan.ranks, plan.ranks};
        findings_of_masks(&found, &seat_map, &site.found, plan.threads, &job);
        return found;
    }

  private:
    struct seat_map seat_map_of(int threads, const hwloc_bitmap_t *seats) const
    {
        return {"host",
                site.machine.topology,
                site.machine.usable,
                plan.ranks,
                threads,
                numbers.data(),
                seats,
                false};
    }

    const Site &site;
    struct plan plan = {};
    std::vector<hwloc_bitmap_t> masks;
    std::vector<int> numbers;
};

/* Whether a finding is well worded, and what it proposes mends it. "": so it is. */
std::string fault_of(const Site &site, const struct finding &f)
{
    if (!worded(f.text, sizeof(f.text)) || !worded(f.remedy, sizeof(f.remedy)))
        return "badly worded: " + std::string(f.text) + ": " + f.remedy;
    if (f.shape.threads == 0)
        return "nothing is proposed";
    const std::string proposed = text_of(f.shape);
    if (f.shape.ranks != f.shape.host_ranks * f.shape.hosts || !launches(f.shape))
        return "cannot be launched: " + proposed;
    if (f.shape.ranks * f.shape.threads > site.count())
        return "more workers than cores: " + proposed;
    Proposed again(site, f.shape.ranks, f.shape.threads);
    Found found = f.as_launched ? again.found_as_launched() : again.found();
    return found.of(finding_name(f.code)) != nullptr ? "proposes what has it too: " + proposed : "";
}

/* Tries all that is found on many sites, and keeps of each fault the smallest example. */
class Trial
{
  public:
    explicit Trial(const std::set<std::string> &the_exceptions = {}) : exceptions(the_exceptions)
    {
    }
    Trial(const Trial &) = delete;
    Trial &operator=(const Trial &) = delete;

    void all(const Site &site)
    {
        for (const auto &[ranks, threads] : shapes_for(site, 4)) {
            if (ranks * threads > 6 * site.pus)
                continue;
            one(site, ranks, threads, PLACE_AUTO, 0);
            one(site, ranks, threads, static_cast<enum place_policy>(dice.below(3)),
                dice.below(site.smt + 1));
        }
    }
    /* Whether each code of plans was tried. */
    void expect_tried(const Strings &codes) const
    {
        for (const std::string &code : codes)
            EXPECT_GT(tried.count(code), 0u) << code;
    }
    ~Trial()
    {
        for (const auto &[code, example] : faults)
            ADD_FAILURE() << code << " in " << broken.at(code) << " of " << tried.at(code)
                          << " plans, such as " << example.second;
    }

  private:
    void one(const Site &site, int ranks, int threads, enum place_policy policy, int smt)
    {
        Proposed planned(site, ranks, threads, policy, smt);
        for (const Found &found : {planned.found(), planned.found_as_launched()})
            for (int i = 0; i < found.count; i++) {
                const std::string code = finding_name(found.list[i].code);
                if (exceptions.count(code) > 0)
                    continue;
                const std::string fault = fault_of(site, found.list[i]);
                tried[code]++;
                if (fault.empty())
                    continue;
                broken[code]++;
                int size = ranks * threads + site.pus;
                if (faults.count(code) == 0 || size < faults[code].first)
                    faults[code] = {size, site.words() + ", " + std::to_string(ranks) + "x" +
                                              std::to_string(threads) + " " +
                                              PLACE_POLICIES[policy] + " smt " +
                                              std::to_string(smt) + ": " + fault};
            }
    }

    const std::set<std::string> exceptions;
    std::map<std::string, int> tried, broken;
    std::map<std::string, std::pair<int, std::string>> faults;
    Dice dice{3};
};

} // namespace

TEST(Findings, PlansThatFillTheMachineEvenlyHaveNone)
{
    Dice dice(5);
    int plans = 0;
    for (int turn = 0; turn < (SANITIZED ? 40 : 150); turn++) {
        Site site(turn < int(std::size(DESCRIBED)) ? DESCRIBED[turn] : made_up(dice, 48));
        for (int ranks = 1; ranks <= site.count() && site.even(); ranks++) {
            if (site.count() % ranks != 0 || ranks % site.nodes != 0 ||
                (ranks % site.caches != 0 && site.caches % ranks != 0))
                continue;
            Proposed planned(site, ranks, site.count() / ranks);
            EXPECT_EQ(planned.found().codes(), "") << site.words() << ", " << ranks << " ranks";
            EXPECT_EQ(planned.found_as_launched().codes(), "")
                << site.words() << ", " << ranks << " ranks";
            plans++;
        }
    }
    EXPECT_GT(plans, SANITIZED ? 20 : 150);
}

TEST(Findings, WhatIsProposedMendsIt)
{
    Trial trial;
    for (const char *description : DESCRIBED)
        trial.all(Site(description));
    trial.expect_tried({"smt-shared", "oversubscribed", "numa-straddle", "cache-straddle",
                        "cores-idle", "core-shared"});
}

TEST(Findings, WhatIsProposedMendsItOnSeveralKindsOfCores)
{
    Dice dice(11);
    /* Whom nodes and caches of several kinds of cores serve is left open: a plan rather keeps a
     * rank to one kind. */
    Trial trial({"numa-straddle", "cache-straddle"});
    for (int turn = 0; turn < (SANITIZED ? 10 : 60); turn++) {
        Site site(made_up(dice, 12));
        site.rank_some(dice);
        trial.all(site);
    }
    trial.expect_tried({"mixed-kinds", "cores-idle", "oversubscribed"});
}

/* Nodes and caches of which a job may use more cores of one than of another. */
TEST(Findings, WhatIsProposedMendsItOnUnevenMachines)
{
    Dice dice(13);
    Trial trial;
    for (int turn = 0; turn < (SANITIZED ? 10 : 60); turn++) {
        Site site(made_up(dice, 16));
        site.use_some(dice);
        trial.all(site);
    }
    trial.expect_tried({"numa-straddle", "cache-straddle", "cores-idle", "oversubscribed"});
}

/* A user who launches what is proposed is not sent in a circle. */
TEST(Findings, FollowingThemComesToAnEnd)
{
    Dice dice(19);
    std::string circle;
    int shortest = 0, circles = 0, all = 0;
    for (int turn = 0; turn < (SANITIZED ? 30 : 120); turn++) {
        Site site(turn < int(std::size(DESCRIBED)) ? DESCRIBED[turn] : made_up(dice, 24));
        for (const auto &[ranks, threads] : shapes_for(site, 4)) {
            if (!site.even() || ranks * threads > 2 * site.pus)
                continue;
            std::string way = site.words() + ":";
            Found found;
            struct launch_shape shape = {1, ranks, ranks, threads, 0, 0, 0, 0, nullptr};
            for (int step = 0; step < 6; step++) {
                found = Proposed(site, shape.ranks, shape.threads).found();
                way += " " + text_of(shape) + " " + found.codes();
                if (found.count == 0)
                    break;
                shape = found.list[0].shape;
            }
            all++;
            circles += found.count > 0;
            if (found.count > 0 && (circle.empty() || ranks * threads + site.pus < shortest)) {
                shortest = ranks * threads + site.pus;
                circle = way;
            }
        }
    }
    EXPECT_EQ(circle, "") << circles << " of " << all;
}
