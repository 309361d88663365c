/*
 * placement - whose word counts: the launcher's, the evidence's, the user's.
 */
#include "support/golden.h"
#include "support/placings.h"

extern "C" {
#include "base/err.h"
#include "place/evidence.h"
#include "place/placement.h"
#include "place/plan.h"
}

namespace
{

/* What is known of a host: lists of PUs, "" for what is not. */
struct Known {
    std::string launcher = "";
    std::string manager = "";
    int cpus = 0;
    std::string cgroup = ""; /* "": all that is usable */
};

hwloc_bitmap_t set_of(const std::string &list)
{
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    EXPECT_EQ(hwloc_bitmap_list_sscanf(set, list.c_str()), 0) << list;
    return set;
}

/* The ranks of a host, bound to `masks` by their launcher, and what becomes of them. */
class Placed
{
  public:
    Placed(const Imagined &machine, const Strings &masks, struct placement_request request,
           const Known &known = {})
        : given(machine, int(masks.size()), 1, masks)
    {
        int ranks = given.seat_map.ranks;
        evidence.cgroup =
            known.cgroup.empty() ? hwloc_bitmap_dup(machine.usable) : set_of(known.cgroup);
        evidence.ranks = hwloc_bitmap_alloc();
        for (int rank = 0; rank < ranks; rank++)
            hwloc_bitmap_or(evidence.ranks, evidence.ranks, given.seat_map.seats[rank]);
        evidence.manager = set_of(known.manager);
        evidence.manager_by = evidence.cpus_by = "Slurm";
        evidence.manager_name = "SLURM_CPU_BIND_LIST";
        evidence.cpus_name = "SLURM_CPUS_ON_NODE";
        evidence.manager_cpus = known.cpus;
        evidence.core_pus = 1;
        evidence.launcher = set_of(known.launcher);
        (void)snprintf(evidence.launcher_name, sizeof(evidence.launcher_name), "mpirun");
        Err err;
        EXPECT_TRUE(works(placement_open(&placement, machine.topology, &evidence,
                                         given.seat_map.seats, ranks, &request, &err),
                          err));
    }
    ~Placed()
    {
        placement_release(&placement);
        evidence_release(&evidence);
    }
    Placed(const Placed &) = delete;
    Placed &operator=(const Placed &) = delete;

    int auto_threads() const
    {
        return placement_auto_threads(&placement);
    }
    /* All seats, as planned for the threads that were asked for. */
    Strings seats()
    {
        int threads = placement.request.threads;
        if (threads == PLACEMENT_AUTO)
            threads = auto_threads();
        Err err;
        EXPECT_TRUE(works(placement_plan(&placement, threads, &err), err));
        Strings seats;
        for (int i = 0; placement.plan.seats != nullptr && i < plan_workers(&placement.plan); i++)
            seats.push_back(text_of(placement.plan.seats[i]));
        return seats;
    }

    SeatMap given;
    struct evidence evidence = {};
    struct placement placement = {};
};

struct placement_request asked(int threads, enum place_policy policy = PLACE_AUTO, int smt = 0)
{
    return {threads, policy, smt, false, false, 0};
}

struct placement_request within(struct placement_request request)
{
    request.never_widen = true;
    return request;
}

const Known ALL_BY_LAUNCHER = {"0-63"};

} // namespace

TEST(Placement, LaunchersWordIsKeptWhereItSuffices)
{
    Imagined machine("pack:2 [numa] core:4 pu:1");
    struct {
        int threads;
        Strings masks, seats;
    } const rows[] = {
        {1, {"0", "1"}, {"0", "1"}},
        {1, {"6", "0", "3"}, {"6", "0", "3"}}, /* a rankfile's order */
        {2, {"4-5", "0-1"}, {"4", "5", "0", "1"}},
        {2, {"0-3", "4-7"}, {"0", "2", "4", "6"}},
        {2, {"1,6"}, {"1", "6"}},
        {4, {"2-5"}, {"2", "3", "4", "5"}},
        {1, {"5-6", "5-6"}, {"5", "6"}}, /* shared alike */
        {1, {"3", "5-6", "5-6"}, {"3", "5", "6"}},
        {8, {"0-7"}, {"0", "1", "2", "3", "4", "5", "6", "7"}},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(testing::PrintToString(row.masks));
        EXPECT_EQ(Placed(machine, row.masks, asked(row.threads), ALL_BY_LAUNCHER).seats(),
                  row.seats);
    }
}

/* Ranks take turns where others have more: together they have enough. */
TEST(Placement, RanksShareTheUnionOfTheirMasks)
{
    Imagined machine("core:8 pu:1");
    const Strings four = {"0", "1", "2", "3"};
    EXPECT_EQ(Placed(machine, {"0", "1-3"}, asked(2), ALL_BY_LAUNCHER).seats(), four);
    EXPECT_EQ(Placed(machine, {"0", "0", "2", "5"}, asked(1), ALL_BY_LAUNCHER).seats(),
              (Strings{"0", "2", "4", "6"}))
        << "three cores are too few for four";
    EXPECT_EQ(Placed(machine, {"0-1", "0-3"}, asked(2), ALL_BY_LAUNCHER).seats(), four)
        << "overlapping masks are not shared alike";
    EXPECT_EQ(Placed(machine, {"4-6", "5-7"}, asked(2), ALL_BY_LAUNCHER).seats(),
              (Strings{"4", "5", "6", "7"}));
}

/* mpirun -np 1 and 2 bind to a core. */
TEST(Placement, WidenedAsFarAsTheLauncherItself)
{
    Imagined machine("core:8 pu:2");
    Placed one(machine, Strings{"0-1"}, asked(4), {"0-7"});
    EXPECT_EQ(one.seats(), (Strings{"0-1", "2-3", "4-5", "6-7"}));
    EXPECT_TRUE(golden(one.placement.evidence));
    EXPECT_EQ(one.placement.cores.count, 4);
    EXPECT_EQ(text_of(one.placement.united), "0-1");
    EXPECT_EQ(text_of(one.placement.widest), "0-7");
    EXPECT_EQ(Placed(machine, {"0-1", "2-3"}, asked(2), ALL_BY_LAUNCHER).seats(),
              (Strings{"0-1", "4-5", "8-9", "12-13"}));
    EXPECT_EQ(Placed(machine, {"0", "1"}, asked(1), {"0-3"}).seats(), (Strings{"0-1", "2-3"}))
        << "two hardware threads of one core";
}

TEST(Placement, NotWidenedBeyondTheEvidence)
{
    Imagined machine("core:8 pu:1");
    struct {
        Known known;
        const char *pus; /* on which the four threads of the one rank sit */
    } const rows[] = {
        {{}, "0"},
        {{"0-1"}, "0-1"},
        {{"", "0-2"}, "0-2"},
        {{"0-7", "0,6"}, "0,6"},
        {{"0-7", "4-5"}, "0,2,4,6"},
        {{"0-7", "", 1}, "0"},
        {{"0-7", "", 64}, "0,2,4,6"},
        {{"", "0", 8}, "0,2,4,6"},
        {{"", "0", 7}, "0"},
        {{"0-7", "", 0, "0-3"}, "0-3"},
    };
    std::string all;
    for (const auto &row : rows) {
        Placed placed(machine, Strings{"0"}, asked(4), row.known);
        SCOPED_TRACE(placed.placement.evidence);
        all += row.pus + std::string(": ") + placed.placement.evidence + "\n";
        EXPECT_EQ(placed.seats().size(), 4u);
        hwloc_bitmap_t seats = hwloc_bitmap_alloc();
        for (int i = 0; i < 4; i++)
            hwloc_bitmap_or(seats, seats, placed.placement.plan.seats[i]);
        EXPECT_EQ(text_of(seats), row.pus);
        hwloc_bitmap_free(seats);
    }
    EXPECT_TRUE(golden(all));
}

TEST(Placement, NeverWidened)
{
    Imagined machine("core:8 pu:1");
    Placed placed(machine, {"0", "1-3"}, within(asked(2)), ALL_BY_LAUNCHER);
    EXPECT_EQ(text_of(placed.placement.widest), "0-7") << "what it could be";
    Strings seats = placed.seats();
    EXPECT_EQ(seats[0] + seats[1], "00");
    EXPECT_NE(seats[2], seats[3]);
    for (int i : {2, 3})
        EXPECT_TRUE(seats[size_t(i)] >= "1" && seats[size_t(i)] <= "3") << seats[size_t(i)];
    EXPECT_EQ(Placed(machine, {"5", "5"}, within(asked(1)), ALL_BY_LAUNCHER).seats(),
              (Strings{"5", "5"}));
    EXPECT_EQ(Placed(machine, {"6", "0"}, within(asked(1, PLACE_COMPACT)), ALL_BY_LAUNCHER).seats(),
              (Strings{"6", "0"}));
    EXPECT_EQ(
        Placed(machine, Strings{"0-7"}, within(asked(2, PLACE_COMPACT)), ALL_BY_LAUNCHER).seats(),
        (Strings{"0", "1"}))
        << "the policy counts within the mask";
}

TEST(Placement, NoWorkerIsBound)
{
    Imagined machine("core:4 pu:2");
    for (bool never : {false, true}) {
        struct placement_request request = asked(2, PLACE_NONE);
        request.never_widen = never;
        EXPECT_EQ(Placed(machine, {"0", "2-7"}, request, ALL_BY_LAUNCHER).seats(),
                  (Strings{"0", "0", "2-7", "2-7"}));
    }
    EXPECT_EQ(Placed(machine, Strings{"6,64"}, asked(1, PLACE_NONE)).seats(), Strings{"6"})
        << "no PU that is not there";
}

/* One CPU of all that the ranks may use, and nothing says which. */
TEST(Placement, NoWorkerIsBoundWhereItIsUnknownToWhat)
{
    Imagined machine("core:4 pu:1");
    const Known two = {"", "", 2};
    Placed placed(machine, {"0-3", "0-3"}, asked(2), two);
    EXPECT_EQ(placed.placement.undecided, 2);
    EXPECT_EQ(placed.auto_threads(), 1);
    EXPECT_TRUE(golden(placed.placement.evidence));
    EXPECT_EQ(placed.seats(), Strings(4, "0-3"));
    EXPECT_EQ(Placed(machine, Strings{"0-3"}, asked(0), two).auto_threads(), 2);
    EXPECT_EQ(Placed(machine, {"0-3", "0-3"}, asked(1, PLACE_COMPACT), two).seats(),
              (Strings{"0", "1"}))
        << "by name they are bound anyway";
    for (const Known &known : {Known{"", "", 4}, Known{"", "", 0}}) {
        Placed decided(machine, {"0-3", "0-3"}, asked(2), known);
        EXPECT_EQ(decided.placement.undecided, 0);
        EXPECT_EQ(decided.seats(), (Strings{"0", "1", "2", "3"}));
    }
    EXPECT_EQ(Placed(machine, {"0", "2"}, asked(1), two).seats(), (Strings{"0", "2"}))
        << "these are the two";
}

TEST(Placement, PoliciesByNameLookAtAllRanksTogether)
{
    Imagined machine("pack:2 [numa] core:4 pu:1");
    struct {
        enum place_policy policy;
        int threads;
        Strings masks, seats;
    } const rows[] = {
        {PLACE_COMPACT, 1, {"0", "4"}, {"0", "4"}},
        {PLACE_COMPACT, 1, {"6", "0"}, {"0", "6"}},
        {PLACE_COMPACT, 1, {"0-3", "4-7"}, {"0", "1"}},
        {PLACE_COMPACT, 2, {"4-5", "2-3"}, {"2", "3", "4", "5"}},
        {PLACE_COMPACT, 2, {"3", "5"}, {"0", "1", "2", "3"}}, /* widened */
        {PLACE_SPREAD, 1, {"0-3", "0-7"}, {"0", "4"}},
        {PLACE_SPREAD, 2, {"0", "1"}, {"0", "2", "4", "6"}},
        {PLACE_AUTO, 1, {"0-3", "4-7"}, {"0", "4"}},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(testing::Message()
                     << PLACE_POLICIES[row.policy] << " " << testing::PrintToString(row.masks));
        EXPECT_EQ(
            Placed(machine, row.masks, asked(row.threads, row.policy), ALL_BY_LAUNCHER).seats(),
            row.seats);
    }
}

/* Two such jobs would be given the same seats, and which cores are free changes by the moment. */
TEST(Placement, LeftToTheKernelWhereNothingBoundThem)
{
    Imagined machine("core:4 pu:2");
    const std::string all = "0-7";
    struct {
        Strings masks;
        int threads;
        Known known;
        bool left;
    } const rows[] = {
        {{all}, 1, {}, true},
        {{all}, 3, {}, true},
        {{all}, 4, {}, false}, /* all cores are needed */
        {{all}, 9, {}, false},
        {{all, all, all}, 1, {}, true},
        {{all, all}, 2, {}, false},
        {{all}, 1, ALL_BY_LAUNCHER, true},         /* mpirun --bind-to none */
        {{"0-5"}, 1, {}, false},                   /* taskset */
        {{"0-5"}, 1, {"0-5"}, false},              /* of mpirun itself */
        {{all, "0-1"}, 1, ALL_BY_LAUNCHER, false}, /* a launcher that bound one of them */
        {{"0-5"}, 2, {"", "", 0, "0-5"}, true},    /* a container's cpuset is all there is */
        {{"0-5"}, 3, {"", "", 0, "0-5"}, false},
        {{all}, 2, {"", "", 8}, true}, /* Slurm gave the whole host */
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(testing::PrintToString(row.masks) + " x " + std::to_string(row.threads));
        Placed placed(machine, row.masks, asked(row.threads), row.known);
        Strings seats = placed.seats();
        EXPECT_EQ(placed.placement.left, row.left);
        EXPECT_EQ(placed.placement.request.policy == PLACE_NONE, row.left);
        if (row.left) {
            EXPECT_EQ(seats, Strings(row.masks.size() * size_t(row.threads), row.masks[0]));
        } else {
            EXPECT_NE(seats[0], all);
        }
    }
}

TEST(Placement, SeatsAreHadByName)
{
    Imagined machine("core:4 pu:2");
    struct placement_request named = asked(2);
    named.named = true;
    for (const struct placement_request &request :
         {named, asked(2, PLACE_COMPACT), asked(2, PLACE_SPREAD), asked(2, PLACE_AUTO, 1)}) {
        Placed placed(machine, Strings{"0-7"}, request);
        Strings seats = placed.seats();
        EXPECT_FALSE(placed.placement.left);
        EXPECT_EQ(seats[0], "0-1");
    }
    Placed none(machine, Strings{"0-7"}, asked(2, PLACE_NONE));
    EXPECT_EQ(none.seats(), (Strings{"0-7", "0-7"}));
    EXPECT_FALSE(none.placement.left) << "as was asked for";
    EXPECT_TRUE(Placed(machine, Strings{"0-7"}, within(asked(2))).seats() ==
                (Strings{"0-7", "0-7"}));
}

/* Rows of a comparison are seated all, or none. */
TEST(Placement, RowsAreSeatedLikeTheWidest)
{
    Imagined machine("core:4 pu:1");
    for (int widest : {1, 2, 3, 4, 8}) {
        struct placement_request request = asked(1);
        request.most = widest;
        Placed placed(machine, Strings{"0-3"}, request);
        EXPECT_EQ(placed.seats()[0], widest < 4 ? "0-3" : "0") << widest;
    }
}

TEST(Placement, HardwareThreads)
{
    Imagined machine("core:4 pu:2");
    EXPECT_EQ(Placed(machine, {"0-1", "2-3"}, asked(2, PLACE_AUTO, 2), ALL_BY_LAUNCHER).seats(),
              (Strings{"0", "1", "2", "3"}))
        << "each has what it needs";
    EXPECT_EQ(Placed(machine, {"0-1", "2-3"}, asked(2, PLACE_AUTO, 1), ALL_BY_LAUNCHER).seats(),
              (Strings{"0-1", "2-3", "4-5", "6-7"}));
    EXPECT_EQ(Placed(machine, {"0-3", "0-3"}, asked(2, PLACE_COMPACT, 2), ALL_BY_LAUNCHER).seats(),
              (Strings{"0", "1", "2", "3"}));
    Placed much(machine, {"0-1", "2-3"}, asked(2, PLACE_AUTO, 3), ALL_BY_LAUNCHER);
    Err err;
    EXPECT_TRUE(fails(placement_plan(&much.placement, 2, &err), err, ERR_INPUT, {"--smt 3", "2"}));
}

/* mpirun --bind-to hwthread: there are cores with two hardware threads, if not in the masks. */
TEST(Placement, HardwareThreadsThatTheMasksLack)
{
    Imagined machine("core:4 pu:2");
    for (const Strings &masks : {Strings{"0", "2"}, Strings{"0,4", "2,6"}}) {
        SCOPED_TRACE(testing::PrintToString(masks));
        Strings seats = Placed(machine, masks, asked(2, PLACE_AUTO, 2), ALL_BY_LAUNCHER).seats();
        EXPECT_EQ(std::set<std::string>(seats.begin(), seats.end()).size(), 4u)
            << testing::PrintToString(seats);
    }
}

TEST(Placement, AutoThreads)
{
    struct {
        const char *machine;
        struct placement_request request;
        Strings masks;
        int threads;
    } const rows[] = {
        {"core:8 pu:2", asked(0), {"0-1"}, 8},
        {"core:8 pu:2", asked(0), {"0-1", "2-3"}, 4},
        {"core:8 pu:2", asked(0), {"0-1", "2-3", "4-5"}, 2},
        {"core:8 pu:2", asked(0, PLACE_SPREAD), {"0-1", "2-3"}, 4},
        {"core:8 pu:2", asked(0, PLACE_AUTO, 2), {"0-1", "2-3"}, 8},
        {"core:8 pu:2", asked(0), Strings(9, "0-15"), 1},
        {"core:8 pu:2", within(asked(0)), {"0-1"}, 1},
        {"core:8 pu:2", within(asked(0)), {"0-7"}, 4},
        {"core:8 pu:2", within(asked(0)), {"0,2,5"}, 3}, /* a core counts, however little of it */
        {"core:8 pu:2", within(asked(0)), {"0-7", "8-11"}, 2}, /* the fewest */
        {"core:8 pu:2", within(asked(0)), {"8-11", "0-7"}, 2},
        {"core:8 pu:2", within(asked(0)), {"0-7", "0-7"}, 2}, /* shared */
        {"core:8 pu:2", within(asked(0)), {"0-7", "0-7", "0-7", "0-7", "0-7"}, 1},
        {"core:8 pu:2", within(asked(0, PLACE_AUTO, 2)), {"0-7", "8-15"}, 8},
        {"core:8 pu:2", asked(0, PLACE_NONE), {"0-3"}, 2},
        {"core:8 pu:2", asked(0, PLACE_NONE), {"0-15", "0-15"}, 4},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(testing::Message() << testing::PrintToString(row.masks) << " never widen "
                                        << row.request.never_widen);
        Imagined machine(row.machine);
        Placed placed(machine, row.masks, row.request, ALL_BY_LAUNCHER);
        EXPECT_EQ(placed.auto_threads(), row.threads);
        EXPECT_EQ(placed.seats().size(), row.masks.size() * size_t(row.threads));
    }
    EXPECT_EQ(Placed(Imagined("core:8 pu:1"), {"0", "1"}, asked(0)).auto_threads(), 1)
        << "nothing tells of more";
}

/* The one rank of a host feeds the others, and has no worker. */
TEST(Placement, HostWithoutWorkers)
{
    Imagined machine("core:4 pu:1", "0-2");
    for (bool never : {false, true}) {
        struct placement_request request = asked(2);
        request.never_widen = never;
        Placed placed(machine, {}, request, {"0-1"});
        EXPECT_EQ(plan_workers(&placed.placement.plan), 0);
        EXPECT_EQ(text_of(placed.placement.united), "");
        EXPECT_EQ(text_of(placed.placement.widest), "0-1");
        EXPECT_EQ(placed.placement.cores.count, 2);
        EXPECT_TRUE(golden(placed.placement.evidence, never ? "never widened" : "widened"));
    }
}

TEST(Placement, MasksThatAreNotAllowed)
{
    Imagined machine("core:4 pu:1", "2-3");
    EXPECT_EQ(Placed(machine, Strings{"0"}, asked(2)).seats(), (Strings{"2", "3"}));
    Placed placed(machine, Strings{"0"}, within(asked(1)));
    EXPECT_EQ(placed.auto_threads(), 1);
    Placed beyond(machine, {"1-2", "2-3"}, asked(1));
    EXPECT_EQ(text_of(beyond.placement.united), "2-3");
    EXPECT_EQ(beyond.seats(), (Strings{"2", "3"}));
}

TEST(Placement, NoCoreAtAll)
{
    Imagined machine("core:4 pu:1");
    SeatMap masks(machine, 1, 1, {"70"});
    struct evidence evidence = {};
    evidence.cgroup = set_of("70");
    evidence.ranks = set_of("70");
    evidence.manager = set_of("");
    evidence.launcher = set_of("");
    struct placement placement;
    const struct placement_request request = asked(1);
    Err err;
    EXPECT_TRUE(fails(placement_open(&placement, machine.topology, &evidence, masks.seat_map.seats,
                                     1, &request, &err),
                      err, ERR_FAILED, {"no core"}));
    placement_release(&placement);
    placement_release(&placement);
    evidence_release(&evidence);
}

/* --- always --- */

namespace
{

/* Some of the usable PUs, at least one; mostly few. */
std::string some_of(const Site &site, Dice &dice)
{
    std::string list;
    int sides = 2 + dice.below(4);
    for (const Site::Core &core : site.line) {
        if (!dice.one_in(sides))
            continue;
        for (int pu : core.pus)
            if (!dice.one_in(5))
                list += (list.empty() ? "" : ",") + std::to_string(pu);
    }
    return list.empty() ? std::to_string(site.line[size_t(dice.below(site.count()))].pus[0]) : list;
}

Strings some_masks(const Site &site, Dice &dice)
{
    Strings masks;
    int ranks = 1 + dice.below(5);
    for (int rank = 0; rank < ranks; rank++)
        masks.push_back(rank > 0 && dice.one_in(3) ? masks[size_t(dice.below(rank))]
                                                   : some_of(site, dice));
    return masks;
}

/* Whether seat `i` is where it may be. */
bool may_sit(const Placed &placed, int i)
{
    const struct placement &p = placed.placement;
    hwloc_const_bitmap_t seat = p.plan.seats[i], mask = p.masks[i / p.plan.threads];
    if (p.request.never_widen || p.request.policy == PLACE_NONE)
        return hwloc_bitmap_isincluded(seat, mask);
    char words[EVIDENCE_WORDS];
    hwloc_bitmap_t most = evidence_widest(&placed.evidence, words);
    for (int rank = 0; rank < p.ranks; rank++)
        hwloc_bitmap_or(most, most, p.masks[rank]);
    bool within_most = hwloc_bitmap_isincluded(seat, most);
    hwloc_bitmap_free(most);
    return within_most;
}

} // namespace

TEST(Placement, SeatsLieWhereTheyMay)
{
    Dice dice(17);
    std::unique_ptr<Site> site;
    for (int turn = 0; turn < (SANITIZED ? 300 : 3000) && !HasFailure(); turn++) {
        if (turn % 10 == 0)
            site = std::make_unique<Site>(made_up(dice, 24));
        const Strings masks = some_masks(*site, dice);
        struct placement_request request = {dice.below(5),
                                            static_cast<enum place_policy>(dice.below(4)),
                                            0,
                                            dice.one_in(3),
                                            false,
                                            0};
        const Known known = {dice.one_in(2) ? some_of(*site, dice) : "",
                             dice.one_in(2) ? some_of(*site, dice) : "",
                             dice.one_in(3) ? 1 + dice.below(8) : 0};
        SCOPED_TRACE(testing::Message()
                     << site->words() << " masks " << testing::PrintToString(masks) << " launcher "
                     << known.launcher << " manager " << known.manager << " cpus " << known.cpus
                     << " threads " << request.threads << " " << PLACE_POLICIES[request.policy]);
        Placed placed(site->machine, masks, request, known);
        Strings seats = placed.seats();
        if (request.threads == PLACEMENT_AUTO)
            request.threads = placed.auto_threads();
        ASSERT_EQ(seats.size(), masks.size() * size_t(request.threads));
        for (size_t i = 0; i < seats.size(); i++)
            EXPECT_TRUE(!seats[i].empty() && may_sit(placed, int(i))) << i << ": " << seats[i];
    }
}
