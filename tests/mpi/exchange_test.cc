/*
 * The exchanges under stress: every result in its place, with random delays; failures at any place
 * end all ranks.
 */
#include "mpi/exchanging.h"

extern "C" {
#include "base/err.h"
#include "crew/crew.h"
#include "crew/schedule.h"
#include "number/numbers.h"
#include "number/range.h"
#include "number/sink.h"
#include "number/source.h"
#include "report/run_report.h"
}

/* What it lacks it lacks before the opening, which is collective: all ranks learn of it. */
TEST_F(Exchange, IsNotOpenedIfARankHasFailedBefore)
{
    for (const struct exchange *exchange : {&EXCHANGE_MESSAGE, &EXCHANGE_WINDOW, &EXCHANGE_LOCAL})
        for (int bad : {0, team.size - 1}) {
            SCOPED_TRACE(testing::Message() << exchange->kind->name << ", rank " << bad);
            struct range range = {0, 1, 1000};
            make(2, true);
            job.most = team.most;
            job.range = &range;
            if (team.rank == bad)
                err_set(&err, ERR_FAILED, "rank %d lacks something", bad);
            EXPECT_EQ(exchange_open(exchange, &job, &err), -1);
            EXPECT_EQ(err.rank, bad);
            EXPECT_EQ(std::string(err.text), "rank " + std::to_string(bad) + " lacks something");
            exchange->close(&job);
            crew_destroy(crew);
            if (team.rank == 0)
                sink_release(&sink);
            job = {};
            err = Err();
        }
}

/* Counts around the sizes of pieces (32,768 numbers at few ranks), blocks and the pipeline. */
TEST_F(Exchange, MessageWorksOnEveryTaskOnceAndInPlace)
{
    for (int64_t count : {1, 2, 3, 100, 32767, 32768, 32769, 98304, 98305, 1000003}) {
        for (int threads : {1, 3}) {
            make(threads, true);
            std::vector<int64_t> numbers = counting(count);
            ASSERT_EQ(run_message(numbers), 0) << err.text;
            if (team.rank == 0) {
                EXPECT_TRUE(doubled(numbers)) << count << " numbers, " << threads << " threads";
                EXPECT_EQ(check, CHECK_AGREES);
                EXPECT_EQ(made.count, count);
            }
        }
    }
}

TEST_F(Exchange, MessageWorksWithRandomDelays)
{
    doubler.delay_one_in = 8;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        work.seed = seed;
        make(seed % 2 == 0 ? 2 : 1, true);
        std::vector<int64_t> numbers = counting(400000);
        ASSERT_EQ(run_message(numbers), 0) << err.text;
        EXPECT_TRUE(team.rank != 0 || doubled(numbers));
    }
}

TEST_F(Exchange, EveryScheduleWorksWhenTheRootOnlyFeeds)
{
    if (team.size == 1)
        GTEST_SKIP() << "needs two ranks";
    doubler.delay_one_in = 40;
    for (int s = 0; SCHEDULES[s] != nullptr; s++)
        for (int64_t chunk : {0, 1, 77}) {
            SCOPED_TRACE(testing::Message() << SCHEDULES[s] << " by " << chunk);
            make(2, false);
            job.deals = job.schedule = static_cast<enum schedule>(s);
            job.chunk = chunk;
            std::vector<int64_t> numbers = counting(3001);
            run_in_place(&EXCHANGE_MESSAGE, numbers);
        }
}

TEST_F(Exchange, MessageWorksWhenTheRootOnlyFeeds)
{
    if (team.size == 1)
        GTEST_SKIP() << "needs two ranks";
    make(2, false);
    std::vector<int64_t> numbers = counting(300001);
    ASSERT_EQ(run_message(numbers), 0) << err.text;
    EXPECT_TRUE(team.rank != 0 || doubled(numbers));
}

TEST_F(Exchange, MessageEndsAfterAFailureAnywhere)
{
    doubler.delay_one_in = 20;
    for (int64_t fail_at : {0, 1, 32768, 99999, 250000, 399999}) {
        doubler.fail_at = fail_at;
        make(2, true);
        std::vector<int64_t> numbers = counting(400000);
        EXPECT_EQ(run_message(numbers), -1);
        EXPECT_EQ(agree(&team, &err), -1);
        EXPECT_EQ(err.at, fail_at);
        err = Err();
    }
}

/* Many ranks fail; which one is said must not depend on which is quicker. */
TEST_F(Exchange, MessageSaysTheLowestFailure)
{
    doubler.delay_one_in = 4;
    for (int64_t fail_from : {30000, 99999, 200000, 350001}) {
        for (work.seed = 1; work.seed <= 5; work.seed++) {
            doubler.fail_from = fail_from;
            make(2, true);
            std::vector<int64_t> numbers = counting(400000);
            EXPECT_EQ(run_message(numbers), -1);
            EXPECT_EQ(agree(&team, &err), -1);
            EXPECT_EQ(err.at, fail_from);
            err = Err();
        }
    }
}

TEST_F(Exchange, MessageEndsAfterADamagedInput)
{
    if (team.rank == 0) {
        std::string path = "/tmp/squares-mpi-test.txt";
        FILE *file = fopen(path.c_str(), "w");
        for (int i = 0; i < 200000; i++)
            (void)fprintf(file, "%d\n", i);
        (void)fprintf(file, "oops\n");
        (void)fclose(file);
        job.source = source_open(path.c_str(), TYPE_AUTO, &err);
        (void)remove(path.c_str());
    }
    make(1, true);
    EXPECT_EQ(run(&EXCHANGE_MESSAGE), -1);
    EXPECT_EQ(agree(&team, &err), -1);
    EXPECT_EQ(err.rank, 0);
    EXPECT_EQ(err.at, 200000);
    EXPECT_NE(std::string(err.text).find("line 200001: 'oops'"), std::string::npos) << err.text;
}

TEST_F(Exchange, MessageEndsWhenTheDiskIsFull)
{
    make(1, true);
    std::vector<int64_t> numbers = counting(400000);
    if (team.rank == 0) {
        sink_release(&sink);
        ASSERT_EQ(sink_open(&sink, "/dev/full", NUMBER_INT64, &err), 0);
    }
    EXPECT_EQ(run_message(numbers), -1);
    EXPECT_EQ(agree(&team, &err), -1);
    EXPECT_EQ(err.code, ERR_FAILED);
}

TEST_F(Exchange, LocalMakesEveryNumberOnce)
{
    doubler.delay_one_in = 50;
    for (int64_t count : {1, 2, 499, 501, 100000}) {
        struct range range = {-3, 2, count};
        make(2, true);
        job.range = &range;
        ASSERT_EQ(run(&EXCHANGE_LOCAL), 0) << err.text;
        if (team.rank == 0) {
            EXPECT_EQ(made.count, count);
            /* sum of 2 * (-3 + 2i) + 1 = 4i - 5 */
            EXPECT_TRUE(made.sum == static_cast<int128>(2) * count * (count - 1) - 5 * count);
            EXPECT_EQ(made.first_cell, -5);
            EXPECT_EQ(made.last_cell, 4 * (count - 1) - 5);
        }
    }
}

TEST_F(Exchange, LocalEndsAfterAFailureAnywhere)
{
    for (int64_t fail_at : {0, 50000, 99999}) {
        doubler.fail_at = fail_at;
        struct range range = {0, 1, 100000};
        make(2, true);
        job.range = &range;
        EXPECT_EQ(run(&EXCHANGE_LOCAL), -1);
        EXPECT_EQ(agree(&team, &err), -1);
        EXPECT_EQ(err.at, fail_at);
        err = Err();
    }
}

TEST_F(Exchange, LocalSaysTheLowestFailure)
{
    doubler.delay_one_in = 4;
    for (int64_t fail_from : {20000, 49999, 77777}) {
        for (work.seed = 1; work.seed <= 5; work.seed++) {
            doubler.fail_from = fail_from;
            struct range range = {0, 1, 100000};
            make(2, true);
            job.range = &range;
            EXPECT_EQ(run(&EXCHANGE_LOCAL), -1);
            EXPECT_EQ(agree(&team, &err), -1);
            EXPECT_EQ(err.at, fail_from);
            err = Err();
        }
    }
}
