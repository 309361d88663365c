/*
 * plan - on synthetic machines, never on this one alone. What is checked are the sentences at the
 * top of plan.h.
 */
#include "support/imagined.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

extern "C" {
#include "base/err.h"
#include "place/cores.h"
#include "place/plan.h"
}

namespace
{

/* The seats of a plan as text, rank by rank, thread by thread. */
std::vector<std::string> seats_of(const Imagined &machine, int ranks, int threads)
{
    struct cores cores;
    struct plan plan = {};
    const struct plan_request request = {ranks, threads, PLACE_AUTO, 0};
    Err err;
    EXPECT_TRUE(works(cores_find(&cores, machine.topology, machine.usable, &err), err));
    EXPECT_TRUE(works(plan_build(&plan, &cores, &request, &err), err));
    std::vector<std::string> seats;
    for (int i = 0; plan.seats != nullptr && i < plan_workers(&plan); i++)
        seats.push_back(text_of(plan.seats[i]));
    plan_release(&plan);
    cores_release(&cores);
    return seats;
}

using Seats = std::vector<std::string>;

} // namespace

TEST(Plan, NoUsableCore)
{
    Imagined machine("core:2 pu:1");
    for (int pu : {-1, 77}) { /* none, and one of another machine */
        hwloc_bitmap_zero(machine.usable);
        if (pu >= 0)
            hwloc_bitmap_set(machine.usable, static_cast<unsigned>(pu));
        struct cores cores;
        Err err;
        EXPECT_TRUE(fails(cores_find(&cores, machine.topology, machine.usable, &err), err,
                          ERR_FAILED, {"no core"}));
        cores_release(&cores);
    }
}

TEST(Plan, MoreHardwareThreadsThanThereAre)
{
    Imagined machine("core:4 pu:2");
    struct cores cores;
    struct plan plan;
    const struct plan_request request = {2, 1, PLACE_AUTO, 3};
    Err err, ignored;
    ASSERT_TRUE(works(cores_find(&cores, machine.topology, machine.usable, &ignored), ignored));
    EXPECT_TRUE(fails(plan_build(&plan, &cores, &request, &err), err, ERR_INPUT, {"--smt 3", "2"}));
    plan_release(&plan);
    cores_release(&cores);
}

TEST(Plan, Vectors)
{
    struct {
        const char *machine;
        const char *usable;
        int ranks, threads;
        Seats seats;
    } const rows[] = {
        {"core:1 pu:1", "", 1, 1, {"0"}},
        {"core:1 pu:1", "", 1, 3, {"0", "0", "0"}},
        {"core:4 pu:1", "", 4, 1, {"0", "1", "2", "3"}},
        {"core:4 pu:1", "", 2, 2, {"0", "1", "2", "3"}},
        {"core:4 pu:1", "", 2, 1, {"0", "2"}},
        {"core:4 pu:1", "", 1, 2, {"0", "2"}},
        {"core:4 pu:2", "", 1, 1, {"0-1"}},
        {"core:4 pu:2", "", 2, 1, {"0-1", "4-5"}},
        {"core:2 pu:2", "", 2, 1, {"0-1", "2-3"}},
        {"core:2 pu:2", "", 2, 2, {"0", "1", "2", "3"}},
        {"core:2 pu:2", "", 4, 1, {"0", "1", "2", "3"}},
        {"core:2 pu:2", "", 4, 2, {"0", "1", "0", "1", "2", "3", "2", "3"}},
        {"pack:2 numa:1 core:4 pu:2", "", 2, 1, {"0-1", "8-9"}},
        {"pack:2 numa:1 core:4 pu:2", "", 1, 2, {"0-1", "4-5"}},
        {"pack:2 numa:1 core:5 pu:1", "", 4, 2, {"0", "1", "2", "3", "5", "6", "7", "8"}},
        {"pack:2 numa:1 core:5 pu:1", "", 2, 4, {"0", "1", "2", "3", "5", "6", "7", "8"}},
        {"numa:1 l3:3 core:4 pu:1", "", 2, 3, {"0", "1", "2", "5", "6", "7"}},
        {"pack:2 numa:1 core:4 pu:2", "", 2, 2, {"0-1", "4-5", "8-9", "12-13"}},
        {"pu:4", "", 4, 1, {"0", "1", "2", "3"}},
        {"pu:4", "", 2, 1, {"0", "2"}},
        {"core:4 pu:1", "1,3", 2, 1, {"1", "3"}},
        {"core:4 pu:1", "2", 2, 1, {"2", "2"}},
        {"core:4 pu:2", "1,4-5", 2, 1, {"1", "4-5"}},
        {"core:4 pu:2", "1,3,5,7", 2, 2, {"1", "3", "5", "7"}},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(testing::Message() << row.machine << " of " << row.usable << ", " << row.ranks
                                        << "x" << row.threads);
        Imagined machine(row.machine, row.usable);
        EXPECT_EQ(seats_of(machine, row.ranks, row.threads), row.seats);
    }
}

/* Three usable PUs on two cores are enough for three workers, whichever core has two of them. */
TEST(Plan, EachGetsAPuOfItsOwnOnUnequalCores)
{
    struct {
        const char *machine;
        const char *usable;
        int workers;
    } const rows[] = {
        {"core:2 pu:2", "0-2", 3},
        {"core:2 pu:2", "1-3", 3},
        {"core:4 pu:2", "0,2,4,6-7", 5},
        {"core:4 pu:2", "0-3,4,6", 6}, /* two cores of two, then two of one */
        {"core:4 pu:2", "0,2,4-7", 6},
        {"core:3 pu:4", "0-3,4,8", 6},
        {"core:3 pu:4", "0,4-7,8", 4},
    };
    for (const auto &row : rows)
        for (bool as_threads : {false, true}) {
            SCOPED_TRACE(testing::Message() << row.machine << " of " << row.usable);
            Imagined machine(row.machine, row.usable);
            Seats seats =
                as_threads ? seats_of(machine, 1, row.workers) : seats_of(machine, row.workers, 1);
            EXPECT_EQ(std::set<std::string>(seats.begin(), seats.end()).size(), seats.size())
                << testing::PrintToString(seats);
        }
}

TEST(Plan, SameInputSamePlan)
{
    Imagined one("pack:2 core:3 pu:2"), other("pack:2 core:3 pu:2");
    for (int ranks = 1; ranks < 8; ranks++)
        for (int threads = 1; threads < 8; threads++)
            EXPECT_EQ(seats_of(one, ranks, threads), seats_of(other, ranks, threads));
}

TEST(Plan, AutoThreads)
{
    struct {
        const char *machine;
        const char *usable;
        int ranks, smt, threads;
    } const rows[] = {
        {"core:8 pu:2", "", 1, 0, 8},   {"core:8 pu:2", "", 2, 0, 4},
        {"core:8 pu:2", "", 3, 0, 2},   {"core:8 pu:2", "", 8, 0, 1},
        {"core:8 pu:2", "", 100, 0, 1}, {"core:8 pu:2", "0-3", 1, 0, 2},
        {"pu:6", "", 2, 0, 3},          {"core:8 pu:2", "1,3,5,7", 2, 0, 2},
        {"core:8 pu:2", "", 2, 1, 4},   {"core:8 pu:2", "", 2, 2, 8},
        {"core:8 pu:2", "", 3, 2, 4},   {"core:8 pu:2", "", 10, 2, 1},
    };
    for (const auto &row : rows) {
        Imagined machine(row.machine, row.usable);
        struct cores cores;
        Err err;
        ASSERT_TRUE(works(cores_find(&cores, machine.topology, machine.usable, &err), err));
        EXPECT_EQ(plan_auto_threads(cores.count, row.ranks, row.smt), row.threads)
            << row.machine << " of " << row.usable << ", " << row.ranks;
        cores_release(&cores);
    }
}

namespace
{

struct Made {
    const char *machine;
    const char *usable;
    bool equal; /* all usable cores have as many usable PUs */
};

std::ostream &operator<<(std::ostream &out, const Made &made)
{
    return out << made.machine << " of " << (made.usable[0] != '\0' ? made.usable : "all");
}

class PlanOn : public testing::TestWithParam<Made>
{
  protected:
    void each_shape(void (*check)(const Imagined &, const Seats &))
    {
        Imagined machine(GetParam().machine, GetParam().usable);
        for (int ranks = 1; ranks <= 20; ranks++)
            for (int threads = 1; threads <= 9; threads++) {
                SCOPED_TRACE(testing::Message() << ranks << "x" << threads);
                Seats seats = seats_of(machine, ranks, threads);
                ASSERT_EQ(seats.size(), static_cast<size_t>(ranks * threads));
                check(machine, seats);
                if (testing::Test::HasFailure())
                    return;
            }
    }
};

int first_of(const std::string &seat)
{
    return std::stoi(seat);
}

} // namespace

TEST_P(PlanOn, WholeCoresWhileTheyLast)
{
    each_shape([](const Imagined &machine, const Seats &seats) {
        const Seats cores = machine.cores();
        if (seats.size() > cores.size())
            return;
        std::set<std::string> taken(seats.begin(), seats.end());
        EXPECT_EQ(taken.size(), seats.size());
        for (const std::string &seat : taken)
            EXPECT_NE(std::find(cores.begin(), cores.end(), seat), cores.end()) << seat;
    });
}

TEST_P(PlanOn, ThenOnePuEachWithinWhatIsUsable)
{
    each_shape([](const Imagined &machine, const Seats &seats) {
        if (seats.size() <= machine.cores().size())
            return;
        for (const std::string &seat : seats) {
            EXPECT_EQ(seat, std::to_string(first_of(seat)));
            EXPECT_TRUE(hwloc_bitmap_isset(machine.usable, static_cast<unsigned>(first_of(seat))));
        }
    });
}

TEST_P(PlanOn, NoPuIsSharedWhileThereAreEnough)
{
    if (!GetParam().equal)
        return; /* see EachGetsAPuOfItsOwnOnUnequalCores */
    each_shape([](const Imagined &machine, const Seats &seats) {
        if (seats.size() > static_cast<size_t>(hwloc_bitmap_weight(machine.usable)))
            return;
        EXPECT_EQ(std::set<std::string>(seats.begin(), seats.end()).size(), seats.size());
    });
}

TEST_P(PlanOn, ThenPusAreSharedEvenly)
{
    if (!GetParam().equal)
        return;
    each_shape([](const Imagined &machine, const Seats &seats) {
        size_t pus = static_cast<size_t>(hwloc_bitmap_weight(machine.usable));
        if (seats.size() < pus)
            return;
        std::map<std::string, size_t> workers;
        for (const std::string &seat : seats)
            workers[seat]++;
        EXPECT_EQ(workers.size(), pus);
        for (const auto &[seat, count] : workers) {
            EXPECT_GE(count, seats.size() / pus) << seat;
            EXPECT_LE(count, (seats.size() + pus - 1) / pus) << seat;
        }
    });
}

/* Neighbours among the workers are neighbours on the machine: cores are filled in order. */
TEST_P(PlanOn, GoesAlongTheMachine)
{
    each_shape([](const Imagined &machine, const Seats &seats) {
        std::map<int, size_t> core_of;
        const Seats cores = machine.cores();
        for (size_t i = 0; i < cores.size(); i++) {
            hwloc_bitmap_t set = hwloc_bitmap_alloc();
            hwloc_bitmap_list_sscanf(set, cores[i].c_str());
            for (int pu = hwloc_bitmap_first(set); pu >= 0; pu = hwloc_bitmap_next(set, pu))
                core_of[pu] = i;
            hwloc_bitmap_free(set);
        }
        size_t before = 0;
        for (const std::string &seat : seats) {
            size_t core = core_of[first_of(seat)];
            EXPECT_GE(core, before);
            before = core;
        }
    });
}

INSTANTIATE_TEST_SUITE_P(
    , PlanOn,
    testing::Values(Made{"core:1 pu:1", "", true}, Made{"core:2 pu:1", "", true},
                    Made{"core:3 pu:4", "", true}, Made{"pack:2 numa:1 core:4 pu:2", "", true},
                    Made{"pack:2 [numa] l3:2 core:3 pu:2", "", true},
                    Made{"numa:4 core:16 pu:1", "", true}, Made{"pu:5", "", true},
                    Made{"core:4 pu:2(indexes=0,4,1,5,2,6,3,7)", "", true},
                    Made{"core:8 pu:2", "2-5,10-13", true}, Made{"core:8 pu:2", "1,3,5", true},
                    Made{"core:8 pu:2", "3-7,12", false}));
