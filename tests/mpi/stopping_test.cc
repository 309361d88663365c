/*
 * A failure stops the ranks of all hosts soon, wherever it happens: by a window, whose ranks take
 * their tasks without asking anybody. There are two hosts: the two halves of the ranks.
 *
 * Tasks take 20 ms, and the jobs would take hours. All is to be over 5 s after a failure, so a
 * worker begins at most 250 of them: fewer, if the machine is busy.
 */
#include "mpi/exchanging.h"

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "crew/crew.h"
#include "crew/safepoint.h"
#include "crew/schedule.h"
#include "number/numbers.h"
#include "number/range.h"
#include "number/sink.h"
#include "number/source.h"
#include "work/work.h"
}

namespace
{

const int64_t TASK_MS = 20, PROMISED_MS = 5000, COUNT = 2500000;

/* A workload. */
struct Slow {
    int64_t fast = 0; /* the tasks of that many first numbers take no time */
    int64_t fail = 0; /* which task of this rank, counted from 1, fails; 0: none does */
    std::atomic<int64_t> tasks{0}, began{0}; /* of this rank; those that take long */
};

int run_slow(const struct work *work, struct numbers *numbers, const struct safepoint *at,
             struct err *err)
{
    auto *slow = static_cast<Slow *>(work->settings);
    for (int64_t i = 0; i < numbers->count; i++) {
        int64_t task = ++slow->tasks;
        if (task == slow->fail) {
            err_set(err, ERR_FAILED, "a task failed");
            return err_at(err, numbers->first + i);
        }
        if (numbers->first + i < slow->fast)
            continue;
        slow->began++;
        if (!safepoint_sleep_until(at, clock_now_ns() + TASK_MS * NS_PER_MS))
            break;
    }
    return 0;
}

int64_t one_at_once(const struct work *)
{
    return 1;
}

class Stopping : public Exchange
{
  protected:
    void SetUp() override
    {
        Exchange::SetUp();
        load.run = run_slow;
        load.grain = one_at_once;
        work.settings = &slow;
        split();
    }

    /* Two hosts, as far as the team knows. */
    void split()
    {
        team.hosts = team.size > 1 ? 2 : 1;
        team.host_index = team.rank * team.hosts / team.size;
        MPI_Comm_free(&team.host);
        MPI_Comm_split(team.world, team.host_index, team.rank, &team.host);
        MPI_Comm_rank(team.host, &team.host_rank);
        MPI_Comm_size(team.host, &team.host_size);
        MPI_Allreduce(&team.host_size, &team.most, 1, MPI_INT, MPI_MAX, team.world);
    }

    void make(int threads_, enum schedule schedule)
    {
        threads = threads_;
        Exchange::make(threads, true);
        job.most = team.most;
        job.schedule = job.deals = schedule;
        slow.tasks = slow.began = 0;
    }

    /* As `run` does it: what came of it is what the ranks agree on. */
    void expect_end(const std::string &message)
    {
        ASSERT_EQ(job_open(&job, &err), 0);
        ASSERT_EQ(exchange_open(&EXCHANGE_WINDOW, &job, &err), 0) << err.text;
        (void)EXCHANGE_WINDOW.run(&job, &err);
        EXPECT_EQ(agree(&team, &err), -1);
        EXPECT_NE(std::string(err.text).find(message), std::string::npos) << err.text;
        int64_t began = slow.began;
        MPI_Allreduce(MPI_IN_PLACE, &began, 1, MPI_INT64_T, MPI_SUM, team.world);
        EXPECT_LT(began, team.size * threads * PROMISED_MS / TASK_MS);
        EXCHANGE_WINDOW.close(&job);
        job_close(&job);
        source_destroy(job.source);
        if (team.rank == 0)
            sink_release(&sink);
        crew_destroy(crew);
        job = {};
        err = Err();
    }

    void feed(const char *output)
    {
        struct range range = {0, 1, COUNT};
        if (team.rank != 0)
            return;
        job.source = source_range(&range, &err);
        sink_release(&sink);
        ASSERT_EQ(sink_open(&sink, output, NUMBER_INT64, &err), 0) << err.text;
    }

    Slow slow;
    int threads = 1;
};

const std::pair<int, enum schedule> SHAPES[] = {{1, SCHEDULE_DYNAMIC}, {3, SCHEDULE_STATIC}};

} // namespace

TEST_F(Stopping, AfterATaskOnAnyRank)
{
    for (auto [threads, schedule] : SHAPES)
        for (int bad : {0, team.size / 2, team.size - 1}) {
            SCOPED_TRACE(testing::Message() << SCHEDULES[schedule] << ", rank " << bad);
            make(threads, schedule);
            feed(nullptr);
            slow.fail = team.rank == bad ? 5 : 0;
            expect_end("a task failed");
        }
}

TEST_F(Stopping, AfterADamagedInput)
{
    std::string path = path_of_run("stopping-test.txt");
    for (auto [threads, schedule] : SHAPES) {
        make(threads, schedule);
        if (team.rank == 0) {
            FILE *file = fopen(path.c_str(), "w");
            ASSERT_NE(file, nullptr);
            for (int i = 0; i < 300000; i++)
                (void)fprintf(file, "%d\n", i % 10);
            (void)fprintf(file, "oops\n");
            (void)fclose(file);
            job.source = source_open(path.c_str(), TYPE_AUTO, &err);
            ASSERT_NE(job.source, nullptr) << err.text;
            (void)remove(path.c_str());
        }
        expect_end("line 300001: 'oops'");
    }
}

/* The first block is written when all of it is done, so its tasks are fast. */
TEST_F(Stopping, AfterAFullDisk)
{
    for (auto [threads, schedule] : SHAPES) {
        make(threads, schedule);
        feed("/dev/full");
        slow.fast = 131072 * int64_t(team.most) * team.hosts;
        expect_end("No space left");
    }
}
