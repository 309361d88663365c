/*
 * exchanging - a fixture that takes numbers of rank 0 through an exchange, with a workload that is
 * late or fails where it is told to.
 */
#ifndef SQUARES_TESTS_MPI_EXCHANGING_H
#define SQUARES_TESTS_MPI_EXCHANGING_H

#include "mpi/world.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <vector>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "base/random.h"
#include "crew/crew.h"
#include "crew/safepoint.h"
#include "number/numbers.h"
#include "number/sink.h"
#include "number/source.h"
#include "number/tally.h"
#include "report/run_report.h"
#include "work/work.h"
}

/* A workload made for tests: doubles and adds one, sometimes late, and fails where it is told to.
 */
struct Doubler {
    std::vector<std::atomic<int>> *times = nullptr; /* [position] it was done on this rank */
    int64_t fail_from = INT64_MAX;                  /* every task from this position on fails */
    int64_t fail_at = -1;                           /* position, -1: nowhere */
    int64_t delay_one_in = 0; /* of that many runs of numbers one is late by up to 2 ms */
};

inline int run_doubler(const struct work *work, struct numbers *numbers, const struct safepoint *,
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
    if (doubler->times != nullptr)
        for (int64_t i = 0; i < numbers->count; i++)
            (*doubler->times)[static_cast<size_t>(numbers->first + i)]++;
    return 0;
}

inline int64_t grain_of_doubler(const struct work *)
{
    return 500;
}

inline void ignore_progress(void *, int64_t, int64_t)
{
}

inline std::vector<int64_t> counting(int64_t count)
{
    std::vector<int64_t> numbers(static_cast<size_t>(count));
    for (int64_t i = 0; i < count; i++)
        numbers[static_cast<size_t>(i)] = i * i - 7;
    return numbers;
}

inline bool doubled(const std::vector<int64_t> &results)
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
        std::string path = path_of_run("exchange-test.i64");
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
        EXPECT_EQ(exchange_open(exchange, &job, &err), 0) << err.text;
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

#endif
