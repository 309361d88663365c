/*
 * The exchanges under stress: every task exactly once and every result in its place, with random
 * delays; failures at any place end all ranks.
 */
#include "mpi/world.hh"

#include <algorithm>
#include <cstring>
#include <vector>

/* A workload made for tests: doubles and adds one, sometimes late, and fails where it is told to.
 */
struct Doubler {
    int64_t fail_from = INT64_MAX; /* every task from this position on fails */
    int64_t fail_at = -1;          /* position, -1: nowhere */
    int64_t delay_one_in = 0;      /* every so many runs of numbers one is late by up to 2 ms */
};

static int run_doubler(const struct work *work, struct numbers *numbers, const struct checkpoint *,
                       struct err *err)
{
    auto *doubler = static_cast<const Doubler *>(work->settings);
    int64_t fail_at = doubler->fail_at;
    if (numbers->first + numbers->count > doubler->fail_from)
        fail_at = std::max(numbers->first, doubler->fail_from);
    if (fail_at >= numbers->first && fail_at < numbers->first + numbers->count) {
        err_set(err, ERR_INPUT, "task %ld failed", static_cast<long>(fail_at));
        return err_at(err, fail_at);
    }
    uint64_t draw = random_bits(work->seed, static_cast<uint64_t>(numbers->first));
    if (doubler->delay_one_in > 0 && draw % static_cast<uint64_t>(doubler->delay_one_in) == 0)
        clock_sleep_until(clock_now_ns() + static_cast<int64_t>(draw % 2000) * NS_PER_US);
    for (int64_t i = 0; i < numbers->count; i++)
        numbers->i64[i] = 2 * numbers->i64[i] + 1;
    return 0;
}

static int64_t grain_of_doubler(const struct work *)
{
    return 500;
}

static void ignore_progress(void *, int64_t, int64_t)
{
}

static std::vector<int64_t> counting(int64_t count)
{
    std::vector<int64_t> numbers(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; i++)
        numbers[static_cast<size_t>(i)] = i * i - 7;
    return numbers;
}

static bool doubled(const std::vector<int64_t> &results)
{
    for (size_t i = 0; i < results.size(); i++) {
        auto x = static_cast<int64_t>(i);
        if (results[i] != 2 * (x * x - 7) + 1)
            return false;
    }
    return true;
}

class Exchange : public World
{
  protected:
    void SetUp() override
    {
        World::SetUp();
        load.name = "doubler";
        load.run = run_doubler;
        load.grain = grain_of_doubler;
        work.load = &load;
        work.seed = 5;
        work.settings = &doubler;
    }

    void make(int threads, bool root_works)
    {
        const struct crew_setup setup = {threads, nullptr, true, nullptr};
        crew = crew_create(&setup, &err);
        ASSERT_NE(crew, nullptr) << err.text;
        job.team = &team;
        job.crew = crew;
        job.work = &work;
        job.root_works = root_works;
        job.progress = ignore_progress;
        if (team.rank == 0) {
            ASSERT_EQ(sink_open(&sink, nullptr, NUMBER_INT64, &err), 0);
            job.sink = &sink;
        }
    }

    /* Runs `numbers` (rank 0's) through the exchange, in place. */
    int run_message(std::vector<int64_t> &numbers)
    {
        if (team.rank == 0)
            job.source = source_memory(NUMBER_INT64, numbers.data(),
                                       static_cast<int64_t>(numbers.size()), &err);
        return run(&EXCHANGE_MESSAGE);
    }

    /* By a source that gives copies, so that results are compared as they leave, by a sink. */
    void run_in_place(const struct exchange *exchange, std::vector<int64_t> &numbers)
    {
        std::string path = testing::TempDir() + "squares-exchange-test.i64";
        if (team.rank == 0) {
            sink_release(&sink);
            ASSERT_EQ(sink_open(&sink, path.c_str(), NUMBER_INT64, &err), 0) << err.text;
            job.source = source_memory(NUMBER_INT64, numbers.data(),
                                       static_cast<int64_t>(numbers.size()), &err);
            job.sink = &sink;
        }
        keep_sink = true;
        ASSERT_EQ(run(exchange), 0) << err.text;
        keep_sink = false;
        if (team.rank != 0)
            return;
        EXPECT_EQ(check, CHECK_AGREES);
        EXPECT_EQ(sink.count, static_cast<int64_t>(numbers.size()));
        EXPECT_EQ(sink_commit(&sink, &err), 0) << err.text;
        sink_release(&sink);
        std::vector<int64_t> results(numbers.size());
        FILE *file = fopen(path.c_str(), "rb");
        ASSERT_NE(file, nullptr);
        EXPECT_EQ(fread(results.data(), 8, results.size(), file), results.size());
        EXPECT_EQ(fgetc(file), EOF);
        (void)fclose(file);
        (void)remove(path.c_str());
        EXPECT_TRUE(doubled(results));
    }

    int run(const struct exchange *exchange)
    {
        EXPECT_EQ(job_open(&job, &err), 0);
        EXPECT_EQ(exchange->open(&job, &err), 0);
        int status = exchange->run(&job, &err);
        tally_start(&made, NUMBER_INT64);
        if (status == 0) {
            collect_tally(&job, &made);
            check = collect_check(&job, exchange, &made);
        }
        exchange->close(&job);
        job_close(&job);
        source_destroy(job.source);
        if (team.rank == 0 && !keep_sink)
            sink_release(&sink);
        crew_destroy(crew);
        job = {};
        return status;
    }

    Doubler doubler;
    struct workload load = {};
    struct work work = {};
    struct crew *crew = nullptr;
    struct job job = {};
    struct sink sink = {};
    bool keep_sink = false; /* after a run: to be committed */
    struct tally made = {};
    enum check_status check = CHECK_DAMAGED;
    Err err;
};

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

/* 2x + 1 done twice is 4x + 3: a task that is left out or done twice shows in its result. */
TEST_F(Exchange, EveryScheduleDoesEveryTaskOnceByMessageAndByWindow)
{
    doubler.delay_one_in = 40;
    for (int s = 0; SCHEDULES[s] != nullptr; s++)
        for (int threads : {1, 3})
            for (int64_t chunk : {0, 1, 77, 1 << 30})
                for (int64_t count : {2, 3001, 40000}) {
                    if (chunk == 1 && count > 3001)
                        continue; /* long, and nothing new */
                    for (const struct exchange *exchange : {&EXCHANGE_MESSAGE, &EXCHANGE_WINDOW}) {
                        SCOPED_TRACE(testing::Message()
                                     << SCHEDULES[s] << " by " << chunk << " of " << count << ", "
                                     << threads << " threads, " << exchange->name);
                        make(threads, true);
                        job.most = team.most;
                        job.schedule = job.deals = static_cast<enum schedule>(s);
                        job.chunk = chunk;
                        work.seed++;
                        std::vector<int64_t> numbers = counting(count);
                        run_in_place(exchange, numbers);
                    }
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
        int rank;
        EXPECT_EQ(agree(&team, &err, &rank), -1);
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
            int rank;
            EXPECT_EQ(agree(&team, &err, &rank), -1);
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
    int rank;
    EXPECT_EQ(agree(&team, &err, &rank), -1);
    EXPECT_EQ(rank, 0);
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
    int rank;
    EXPECT_EQ(agree(&team, &err, &rank), -1);
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
        int rank;
        EXPECT_EQ(agree(&team, &err, &rank), -1);
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
            int rank;
            EXPECT_EQ(agree(&team, &err, &rank), -1);
            EXPECT_EQ(err.at, fail_from);
            err = Err();
        }
    }
}
