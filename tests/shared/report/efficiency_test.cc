#include "support/golden.h"
#include "support/reports.h"

#include <string>

extern "C" {
#include "report/efficiency.h"
#include "report/run_report.h"
}

namespace
{

/* Of R ranks with T threads on a host; each worker is in tasks for busy_s, and on a processor for
 * cpu_s of that; the job took a second. */
class Job : public Report
{
  public:
    Job(int ranks, int threads, int pus, double busy_s, double cpu_s) : Report(ranks, threads, 1000)
    {
        report.elapsed_s = 1;
        struct report_host &host = report.environment.hosts[0];
        host.cores = host.usable_cores = host.pus = host.usable_pus = pus;
        host.workers = ranks * threads;
        host.oversubscribed = ranks * threads > pus;
        for (int i = 0; i < ranks * threads; i++) {
            report.workers[i].busy_s = busy_s;
            report.workers[i].cpu_s = cpu_s;
        }
    }
    struct efficiency efficiency() const
    {
        return efficiency_of(&report);
    }
    std::string words() const
    {
        char text[EFFICIENCY_TEXT];
        struct efficiency e = efficiency();
        return efficiency_words(&report, &e, text);
    }
};

/* Expects this share, and what bounds it; a line of how that is told. */
std::string told(const Job &job, double share, const char *by)
{
    struct efficiency e = job.efficiency();
    EXPECT_TRUE(e.known);
    EXPECT_NEAR(e.share, share, 1e-9);
    EXPECT_NEAR(e.best_s, share, 1e-9) << "of a second";
    EXPECT_STREQ(efficiency_by_name(e.by), by);
    return std::to_string(job.report.ranks) + "x" + std::to_string(job.report.threads) + ", " + by +
           ": " + job.words() + "\n";
}

} // namespace

TEST(Efficiency, NotSaid)
{
    Job job(2, 1, 2, 0.5, 0.5);
    job.report.elapsed_s = 0.9e-3;
    EXPECT_FALSE(job.efficiency().known);
    job.report.elapsed_s = 0;
    EXPECT_FALSE(job.efficiency().known);
    EXPECT_FALSE(Job(2, 1, 2, 0, 0).efficiency().known) << "no worker did anything";
    Job empty(2, 1, 2, 0.5, 0.5);
    empty.results(std::vector<int64_t>());
    EXPECT_FALSE(empty.efficiency().known);
}

TEST(Efficiency, ComputingWithACoreEach)
{
    std::string all = told(Job(2, 1, 2, 0.9, 0.9), 0.9, "cores");
    all += told(Job(2, 1, 64, 0.9, 0.9), 0.9, "workers");
    all += told(Job(4, 2, 64, 0.6, 0.6), 0.6, "workers");
    all += told(Job(1, 1, 1, 0.97, 0.97), 0.97, "cores");
    Job uneven(2, 1, 2, 0.5, 0.5);
    uneven.report.workers[1].busy_s = uneven.report.workers[1].cpu_s = 1;
    all += told(uneven, 0.75, "cores");
    EXPECT_TRUE(golden(all));
}

/* 8 workers on 2 cores are in tasks all the time, a quarter of it on a core. */
TEST(Efficiency, ComputingWithMoreWorkersThanCores)
{
    EXPECT_TRUE(golden(told(Job(8, 1, 2, 0.98, 0.245), 0.98, "cores") +
                       told(Job(8, 1, 2, 0.98, 0.2), 0.8, "cores")));
    EXPECT_NEAR(Job(8, 1, 2, 0.98, 0.245).efficiency().lost, 0, 1e-9) << "a quarter each";
    EXPECT_NEAR(Job(8, 1, 2, 0.98, 0.196).efficiency().lost, 0.2, 1e-9);
    EXPECT_LT(Job(8, 1, 2, 0.5, 0.25).efficiency().lost, 0.05) << "some were done early";
}

TEST(Efficiency, Waiting)
{
    Job job(8, 1, 2, 0.99, 0.01);
    job.report.waits = true;
    std::string all = told(job, 0.99, "workers");
    job.report.workers[7].busy_s = 0.19;
    all += told(job, 0.89, "workers");
    EXPECT_TRUE(golden(all));
    EXPECT_EQ(job.efficiency().lost, 0);
    /* Half computing, on two cores: those can do no more. */
    Job half(8, 1, 2, 1, 0.24);
    half.report.waits = true;
    half.report.elapsed_s = 2;
    half.report.environment.hosts[0].usable_pus = half.report.environment.hosts[0].usable_cores = 1;
    struct efficiency e = half.efficiency();
    EXPECT_NEAR(e.best_s, 1.92, 1e-9);
    EXPECT_EQ(e.by, EFFICIENCY_CORES);
}

TEST(Efficiency, UnderAGil)
{
    Job one(1, 4, 4, 0.24, 0.24);
    one.report.gil_interval_s = 0.005;
    std::string all = told(one, 0.96, "lock");
    Job each(2, 4, 8, 0.24, 0.24);
    each.report.gil_interval_s = 0.005;
    all += told(each, 0.96, "lock");
    Job waiting(1, 8, 2, 0.98, 0.005);
    waiting.report.gil_interval_s = 0.005;
    waiting.report.waits = true;
    all += told(waiting, 0.98, "workers");
    EXPECT_TRUE(golden(all));
}

/* Processor time is that of hardware threads: four on two cores have four seconds of it a second.
 */
TEST(Efficiency, HardwareThreads)
{
    Job job(4, 1, 4, 0.9, 0.9);
    job.report.environment.hosts[0].cores = job.report.environment.hosts[0].usable_cores = 2;
    EXPECT_TRUE(golden(told(job, 0.9, "cores")));
}

TEST(Efficiency, LongestTask)
{
    Job job(8, 1, 8, 0, 0);
    job.results(std::vector<int64_t>(3, 1));
    for (int i = 0; i < 3; i++)
        job.report.workers[i].busy_s = job.report.workers[i].cpu_s = 0.5;
    std::string all = told(job, 0.5, "task");
    job.report.longest = 1.5;
    all += told(job, 0.75, "task");
    EXPECT_TRUE(golden(all));
}

TEST(Efficiency, WhoOnlyFeedsIsNoWorker)
{
    Job job(3, 2, 8, 0.9, 0.9);
    job.report.rank_rows[0].works = false;
    job.report.workers[0].busy_s = job.report.workers[0].cpu_s = 0;
    job.report.workers[1].stay.rank = REPORT_NOBODY;
    EXPECT_TRUE(golden(told(job, 0.9, "workers")));
}

/* By a clock that differs from rank 0's. */
TEST(Efficiency, NeverAboveOne)
{
    EXPECT_TRUE(golden(told(Job(2, 1, 2, 1.01, 1.01), 1, "cores")));
}

TEST(Efficiency, CoresThatOthersHad)
{
    Job job(2, 1, 4, 0.9, 0.45);
    EXPECT_NEAR(job.efficiency().lost, 0.5, 1e-9);
    EXPECT_NEAR(job.efficiency().share, 0.9, 1e-9) << "the schedule did well";
    EXPECT_NEAR(Job(2, 1, 4, 0.9, 0.95).efficiency().lost, 0, 1e-9);
}

/* Four workers of half a second each, under quotas. */
TEST(Efficiency, UnderAQuota)
{
    std::string all;
    Job used(4, 1, 4, 1, 0.125); /* half a CPU for a second */
    used.report.environment.hosts[0].quota = 0.5;
    used.report.throttled = 0.9;
    all += told(used, 1, "quota");
    EXPECT_NEAR(used.efficiency().lost, 0, 1e-9) << "no more was to be had";
    Job unused(4, 1, 4, 0.5, 0.0625);
    unused.report.environment.hosts[0].quota = 0.5;
    unused.report.throttled = 0.2;
    all += told(unused, 0.5, "quota");
    Job wide(4, 1, 4, 0.9, 0.9);
    wide.report.environment.hosts[0].quota = 8;
    wide.report.throttled = 0;
    all += told(wide, 0.9, "cores");
    Job waiting(8, 1, 4, 0.9, 0.01);
    waiting.report.waits = true;
    waiting.report.environment.hosts[0].quota = 0.5;
    all += told(waiting, 0.9, "workers");
    EXPECT_TRUE(golden(all));

    /* It is gone: nothing is said of it. */
    used.report.quota_changed = true;
    EXPECT_NE(used.efficiency().by, EFFICIENCY_QUOTA);
    /* Other programs had the cores, and the quota stopped no worker: that is no loss of its own. */
    Job crowded(2, 1, 2, 1, 0.3);
    crowded.report.environment.hosts[0].quota = 1.5;
    EXPECT_NEAR(crowded.efficiency().share, 1, 1e-9);
    EXPECT_NEAR(crowded.efficiency().lost, 0.7, 1e-9);
}
