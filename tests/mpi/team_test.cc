#include "mpi/world.h"

#include <sys/socket.h>
#include <unistd.h>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "place/placement.h"
}

TEST_F(World, EveryRankIsOnOneHostHere)
{
    int size;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    EXPECT_EQ(team.size, size);
    EXPECT_EQ(team.host_size, size);
    EXPECT_EQ(team.hosts, 1);
    EXPECT_EQ(team.host_index, 0);
    EXPECT_EQ(team_leads_host(&team), team.rank == 0);
}

TEST_F(World, PoliteCollectivesDoWhatMpisDo)
{
    int sum = team.rank + 1;
    team_allreduce(&team, &sum, 1, MPI_INT, MPI_SUM);
    EXPECT_EQ(sum, team.size * (team.size + 1) / 2);
    int value = team.rank == team.size - 1 ? 42 : 0;
    team_bcast(&team, &value, 1, MPI_INT, team.size - 1);
    EXPECT_EQ(value, 42);
    team_barrier(&team);
}

TEST_F(World, ASleepingRankCostsTheOthersLittleProcessorTime)
{
    if (team.size == 1)
        GTEST_SKIP() << "needs two ranks";
    team_barrier(&team);
    int64_t cpu = clock_read_ns(CLOCK_PROCESS_CPUTIME_ID);
    if (team.rank == 0)
        clock_sleep_until(clock_now_ns() + NS_PER_S);
    team_barrier(&team);
    int64_t used = clock_read_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    EXPECT_LT(used, NS_PER_S / 5) << "waiting burns a core";
}

TEST_F(World, AgreeIsSilentWithoutFailure)
{
    Err err;
    EXPECT_EQ(agree(&team, &err), 0);
    EXPECT_FALSE(err_is(&err));
}

/* An echo of rank 0, at an earlier number, gives way to the cause that the last rank has. */
TEST_F(World, AgreeGivesTheCauseRatherThanItsEcho)
{
    if (team.size == 1)
        GTEST_SKIP() << "needs two ranks";
    for (int64_t at : {INT64_C(5), ERR_NOWHERE}) {
        Err err;
        const bool last = team.rank == team.size - 1;
        err_set(&err, ERR_FAILED, last ? "no descriptors" : "reset");
        err_at(&err, last ? at : 2);
        if (!last)
            err_echo(&err);
        EXPECT_EQ(agree(&team, &err), -1);
        EXPECT_EQ(err.rank, team.size - 1);
        EXPECT_STREQ(err.text, "no descriptors");
    }
    Err err;
    err_set(&err, ERR_FAILED, "reset of %d", team.rank);
    err_echo(&err);
    EXPECT_EQ(agree(&team, &err), -1); /* all are echoes */
    EXPECT_STREQ(err.text, "reset of 0");
}

TEST_F(World, AgreeGivesOneRanksFailureToAll)
{
    for (int failing = 0; failing < team.size; failing++) {
        Err err;
        if (team.rank == failing)
            err_set(&err, ERR_FAILED, "rank %d broke", failing);
        EXPECT_EQ(agree(&team, &err), -1);
        EXPECT_EQ(err.rank, failing);
        EXPECT_EQ(err.code, ERR_FAILED);
        EXPECT_EQ(err.text, "rank " + std::to_string(failing) + " broke");
    }
}

/* However often the ranks agree on it, and only its own rank has it after agree_keep_own. */
TEST_F(World, AgreeKeepsWhoseItWas)
{
    const int last = team.size - 1;
    Err err;
    if (team.rank == last)
        err_set(&err, ERR_FAILED, "the last broke");
    EXPECT_EQ(agree(&team, &err), -1);
    EXPECT_EQ(agree(&team, &err), -1);
    EXPECT_EQ(err.rank, last);
    agree_keep_own(&team, &err);
    EXPECT_EQ(err_is(&err), team.rank == last);
    EXPECT_EQ(err.rank, -1);
    EXPECT_EQ(agree(&team, &err), -1);
    EXPECT_EQ(err.rank, last);
    EXPECT_STREQ(err.text, "the last broke");
}

TEST_F(World, AgreePrefersTheLowestRankThenTheLowestPosition)
{
    Err everywhere;
    err_set(&everywhere, ERR_INPUT, "rank %d", team.rank);
    EXPECT_EQ(agree(&team, &everywhere), -1);
    EXPECT_EQ(everywhere.rank, 0);

    Err placed;
    err_set(&placed, ERR_INPUT, "rank %d", team.rank);
    err_at(&placed, 1000 - team.rank); /* the last rank's is lowest */
    EXPECT_EQ(agree(&team, &placed), -1);
    EXPECT_EQ(placed.rank, team.size - 1);
    EXPECT_EQ(placed.at, 1000 - (team.size - 1));
}

TEST_F(World, FailNoticeOfAllIsWell)
{
    Err err;
    struct fail_notice notice;
    ASSERT_EQ(fail_notice_open(&notice, &team, &err), 0);
    fail_notice_begin(&notice);
    EXPECT_EQ(fail_notice_poll(&notice), NO_FAILURE);
    EXPECT_EQ(fail_notice_end(&notice, NO_FAILURE), NO_FAILURE);
    fail_notice_close(&notice);
}

/* The others keep on polling, as they would between chunks, until they hear of it. */
TEST_F(World, FailNoticeOfOneFailureReachesAllSoon)
{
    for (int failing = 0; failing < team.size; failing++) {
        Err err;
        struct fail_notice notice;
        ASSERT_EQ(fail_notice_open(&notice, &team, &err), 0);
        fail_notice_begin(&notice);
        int64_t limit = clock_now_ns() + 5 * NS_PER_S;
        while (team.rank != failing && fail_notice_poll(&notice) == NO_FAILURE &&
               clock_now_ns() < limit)
            clock_sleep_until(clock_now_ns() + NS_PER_MS);
        EXPECT_LT(clock_now_ns(), limit) << "not heard of rank " << failing;
        EXPECT_EQ(fail_notice_end(&notice, team.rank == failing ? 7 : NO_FAILURE), 7);
        fail_notice_close(&notice);
    }
}

class Seats : public World
{
  protected:
    testing::AssertionResult plan_seats(struct seats &seats, int threads, bool root_works = true)
    {
        struct seats_wish wish = {};
        wish.placing.threads = threads;
        wish.feeds = !root_works;
        Err err;
        int status = seats_plan(&seats, &team, &wish, &err);
        return works(status, err);
    }
};

TEST_F(Seats, GivesEveryWorkerASeat)
{
    for (int threads : {1, 2, 5}) {
        struct seats seats;
        ASSERT_TRUE(plan_seats(seats, threads));
        EXPECT_EQ(seats.threads, threads);
        EXPECT_EQ(seats.host.workers, threads * team.size);
        for (int i = 0; i < threads; i++)
            EXPECT_FALSE(hwloc_bitmap_iszero(seats.seats[i]));
        seats_release(&seats);
    }
}

TEST_F(Seats, CountsThreadsByItself)
{
    struct seats seats;
    ASSERT_TRUE(plan_seats(seats, PLACEMENT_AUTO));
    int cores = seats.host.usable_cores;
    EXPECT_EQ(seats.threads, cores > team.size ? cores / team.size : 1);
    seats_release(&seats);
}

TEST_F(Seats, KeepsNoCoreForAFeeder)
{
    if (team.size == 1)
        GTEST_SKIP() << "needs two ranks";
    struct seats seats;
    ASSERT_TRUE(plan_seats(seats, 2, false));
    EXPECT_EQ(seats.crew, team.rank == 0 ? 1 : 2);
    EXPECT_EQ(seats.host.workers, 2 * (team.size - 1));
    if (team.rank == 0) {
        EXPECT_EQ(hwloc_bitmap_weight(seats.seats[0]), seats.host.usable_pus);
    }
    seats_release(&seats);
}

/* Others may write to the same terminal: what comes in two pieces can have their lines within it. A
 * socket of this kind keeps what was written at once together. */
TEST(Failure, IsPrintedInOnePiece)
{
    int ends[2];
    char text[256] = "";
    Err err;
    err_set(&err, ERR_INPUT, "what failed");
    err_remedy(&err, "how to fix it");
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends), 0);
    int before = dup(STDERR_FILENO);
    ASSERT_EQ(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    print_failure(&err);
    ASSERT_EQ(dup2(before, STDERR_FILENO), STDERR_FILENO);
    EXPECT_GT(recv(ends[0], text, sizeof(text) - 1, MSG_DONTWAIT), 0);
    EXPECT_STREQ(text, "squares: what failed\n  how to fix it\n");
    for (int fd : {before, ends[0], ends[1]})
        (void)close(fd);
}
