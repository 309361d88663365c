/* The bell, the subteams of all shapes, and trials in them. */
#include "mpi/world.h"

#include <numeric>
#include <vector>

extern "C" {
#include "base/clock.h"
#include "base/stop.h"
#include "comm/bell.h"
#include "crew/gil.h"
#include "crew/safepoint.h"
#include "experiment/subteam.h"
#include "experiment/trial.h"
#include "number/numbers.h"
#include "number/tally.h"
#include "place/placement.h"
#include "place/shapes.h"
#include "report/run_report.h"
#include "work/work.h"
}

using Bell = World;

/* Every rank hears the orders that wait for it, however slow it was to the ones before. */
TEST_F(Bell, CallsEverybody)
{
    const int ROUNDS = 50;
    struct bell bell;
    bell_open(&bell, &team);
    for (int round = 1; round <= ROUNDS; round++) {
        struct order order = {round, 2 * round, 3 * round, INT64_C(1) << 40};
        if (team.rank == 0)
            bell_ring(&bell, &order);
        else {
            order = {};
            bell_await(&bell, &order);
        }
        EXPECT_EQ(order.what, round);
        EXPECT_EQ(order.work, 2 * round);
        EXPECT_EQ(order.row, 3 * round);
        EXPECT_EQ(order.tasks, INT64_C(1) << 40);
        team_barrier(&team); /* all have taken part in it */
    }
    bell_close(&bell);
}

/* While rank 0 takes its time, the others use next to no processor time. */
TEST_F(Bell, OthersSleep)
{
    struct bell bell;
    bell_open(&bell, &team);
    team_barrier(&team);
    int64_t cpu = clock_thread_cpu_ns();
    struct order order = {1, 0, 0, 0};
    if (team.rank == 0) {
        clock_sleep_until(clock_now_ns() + 300 * NS_PER_MS);
        bell_ring(&bell, &order);
    } else {
        bell_await(&bell, &order);
        EXPECT_LT(clock_thread_cpu_ns() - cpu, 30 * NS_PER_MS); /* spinning would take all 300 */
    }
    bell_close(&bell);
}

TEST_F(Bell, ZeroedIsClosed)
{
    struct bell bell = {};
    bell_close(&bell);
}

class Subteams : public World
{
  protected:
    void SetUp() override
    {
        World::SetUp();
        Err err;
        struct placement_request placing = {};
        ASSERT_TRUE(works(subteam_base_open(&subteam_base, &team, &placing, &err), err));
    }
    void TearDown() override
    {
        subteam_base_release(&subteam_base);
        World::TearDown();
    }
    struct subteam_base subteam_base = {};
};

TEST_F(Subteams, HaveTheirRanksAndSeats)
{
    struct shape shapes[SHAPES_MOST];
    int count = shapes_list(&team.size, 1, 2, shapes);
    ASSERT_GT(count, 0);
    for (int i = 0; i < count; i++) {
        Err err;
        struct subteam subteam;
        ASSERT_TRUE(works(subteam_form(&subteam, &shapes[i], &subteam_base, &err), err));
        EXPECT_EQ(subteam.member, team.rank % shapes[i].group == 0);
        int members = subteam.member;
        MPI_Allreduce(MPI_IN_PLACE, &members, 1, MPI_INT, MPI_SUM, team.world);
        EXPECT_EQ(members, shapes[i].ranks);
        if (subteam.member) {
            EXPECT_EQ(subteam.team.size, shapes[i].ranks);
            EXPECT_EQ(subteam.team.rank, team.rank / shapes[i].group);
            EXPECT_EQ(subteam.seats.crew, shapes[i].threads);
            EXPECT_FALSE(hwloc_bitmap_iszero(subteam.seats.seats[shapes[i].threads - 1]));
        }
        subteam_release(&subteam);
    }
}

/* Whatever the shape, and with a gil or without, the same results lie in the same places. */
TEST_F(Subteams, TrialsGiveTheSameResults)
{
    Err err;
    struct work work;
    ASSERT_TRUE(works(work_create(&work, "squares:repeat=3", 1, &err), err));
    std::vector<int64_t> expected(5000);
    std::iota(expected.begin(), expected.end(), 7);
    struct stop stop = {};
    const struct safepoint at = {&stop, nullptr, nullptr};
    struct numbers run = {};
    run.count = static_cast<int64_t>(expected.size());
    run.i64 = expected.data();
    ASSERT_EQ(work_run(&work, &run, &at, &err), 0);

    struct shape shapes[SHAPES_MOST];
    int count = shapes_list(&team.size, 1, 2, shapes);
    for (int i = 0; i < count; i++) {
        struct subteam subteam;
        ASSERT_TRUE(works(subteam_form(&subteam, &shapes[i], &subteam_base, &err), err));
        for (int64_t gil_ns : {INT64_C(0), GIL_INTERVAL_NS}) {
            if (!subteam.member)
                continue;
            struct trial_setup setup = {};
            setup.work = &work;
            setup.range = {7, 1, 5000};
            setup.gil_ns = gil_ns;
            setup.number = team.rank;
            std::vector<struct report_worker> workers(
                static_cast<size_t>(shapes[i].ranks * shapes[i].threads));
            struct trial_result result = {};
            ASSERT_TRUE(works(trial_run(&setup, &subteam, &result, workers.data(), &err), err));
            if (subteam.team.rank != 0)
                continue;
            EXPECT_EQ(result.fingerprint, numbers_fingerprint(&run));
            EXPECT_GT(result.elapsed_s, 0);
            int64_t tasks = 0;
            for (const struct report_worker &w : workers)
                tasks += w.tasks;
            EXPECT_EQ(tasks, 5000);
            EXPECT_EQ(workers.back().stay.rank, (shapes[i].ranks - 1) * shapes[i].group);
        }
        subteam_release(&subteam);
    }
    work_release(&work);
}

/* The number that has no square lies in the last rank's part: all learn of it, and of who it was.
 */
TEST_F(Subteams, TrialsFailTogether)
{
    Err err;
    struct work work;
    ASSERT_TRUE(works(work_create(&work, "squares", 1, &err), err));
    struct shape shape = {1, -1, team.size, 1};
    struct subteam subteam;
    ASSERT_TRUE(works(subteam_form(&subteam, &shape, &subteam_base, &err), err));
    struct trial_setup setup = {};
    setup.work = &work;
    setup.range = {INT64_C(3037000499) - 98, 1, 100};
    struct trial_result result = {};
    std::vector<struct report_worker> workers(static_cast<size_t>(team.size));
    EXPECT_EQ(trial_run(&setup, &subteam, &result, workers.data(), &err), -1);
    EXPECT_EQ(err.rank, team.size - 1);
    EXPECT_EQ(err.at, 99);
    subteam_release(&subteam);
    work_release(&work);
}
