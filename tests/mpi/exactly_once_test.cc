/*
 * Every task exactly once, whichever way the numbers go, by which schedule, in which shape, with
 * random delays: each rank counts what it does, position by position, and all counts added up are
 * one. Results that come back also lie in their places.
 */
#include "mpi/exchanging.h"

#include <fstream>

extern "C" {
#include "crew/schedule.h"
#include "number/numbers.h"
#include "number/range.h"
#include "number/sink.h"
#include "number/source.h"
}

class ExactlyOnce : public Exchange
{
  protected:
    void SetUp() override
    {
        Exchange::SetUp();
        doubler.delay_one_in = 40;
    }

    /* What all ranks did, while `how` took a job through an exchange. */
    template <typename How> void expect_once(int64_t count, How how)
    {
        std::vector<std::atomic<int>> times(static_cast<size_t>(count));
        doubler.times = &times;
        work.seed++;
        how();
        doubler.times = nullptr;
        std::vector<int> all(times.begin(), times.end());
        MPI_Allreduce(MPI_IN_PLACE, all.data(), static_cast<int>(count), MPI_INT, MPI_SUM,
                      team.world);
        EXPECT_EQ(std::count(all.begin(), all.end(), 1), count);
    }

    /* All schedules and shapes, chunks of one task to more than there are, and counts about the
     * number of workers and far above. */
    template <typename How> void every_way(How how)
    {
        for (int s = 0; SCHEDULES[s] != nullptr; s++)
            for (int threads : {1, 3})
                for (int64_t chunk : {0, 1, 77, 1 << 30})
                    for (int64_t count : {2, 3001, 40000}) {
                        if (chunk == 1 && count > 3001)
                            continue; /* long, and nothing new */
                        SCOPED_TRACE(testing::Message() << SCHEDULES[s] << " by " << chunk << " of "
                                                        << count << ", " << threads << " threads");
                        make(threads, true);
                        job.most = team.most;
                        job.schedule = job.deals = static_cast<enum schedule>(s);
                        job.chunk = chunk;
                        expect_once(count, [&] { how(count); });
                    }
    }
};

TEST_F(ExactlyOnce, ByMessage)
{
    every_way([this](int64_t count) {
        std::vector<int64_t> numbers = counting(count);
        run_in_place(&EXCHANGE_MESSAGE, numbers);
    });
}

TEST_F(ExactlyOnce, ByWindow)
{
    every_way([this](int64_t count) {
        std::vector<int64_t> numbers = counting(count);
        run_in_place(&EXCHANGE_WINDOW, numbers);
    });
}

TEST_F(ExactlyOnce, Locally)
{
    every_way([this](int64_t count) {
        const struct range range = {5, 1, count};
        job.range = &range;
        EXPECT_EQ(run(&EXCHANGE_LOCAL), 0) << err.text;
        EXPECT_TRUE(team.rank != 0 || made.count == count);
    });
}

TEST_F(ExactlyOnce, ByFile)
{
    const std::string input = path_of_run("once-in.i64"), output = path_of_run("once-out.i64");
    every_way([&](int64_t count) {
        std::vector<int64_t> numbers = counting(count);
        std::vector<char> bytes(numbers.size() * 8);
        struct source *source = nullptr;
        struct file_plan plan = {};
        plan.input = input.c_str();
        plan.output = output.c_str();
        if (team.rank == 0) {
            sink_release(&sink);
            std::ofstream(input, std::ios::binary)
                .write(reinterpret_cast<const char *>(numbers.data()),
                       static_cast<std::streamsize>(bytes.size()));
            source = source_open(input.c_str(), TYPE_AUTO, &err);
            ASSERT_NE(source, nullptr) << err.text;
            ASSERT_EQ(sink_open_shared(&sink, output.c_str(), NUMBER_INT64, &err), 0) << err.text;
            ASSERT_EQ(file_plan_make(&plan, source, &sink, &err), 0) << err.text;
        }
        file_plan_tell(&plan, &team);
        job.files = &plan;
        keep_sink = true;
        EXPECT_EQ(run(&EXCHANGE_FILE), 0) << err.text;
        keep_sink = false;
        if (team.rank != 0)
            return;
        source_destroy(source);
        EXPECT_EQ(sink_commit(&sink, &err), 0) << err.text;
        sink_release(&sink);
        std::ifstream(output, std::ios::binary)
            .read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        memcpy(numbers.data(), bytes.data(), bytes.size());
        EXPECT_TRUE(doubled(numbers));
        (void)remove(input.c_str());
        (void)remove(output.c_str());
    });
}
