#include "support/golden.h"
#include "support/reports.h"
#include "support/streams.h"
#include "support/verdicts.h"

#include <cmath>

extern "C" {
#include "report/run_report.h"
#include "report/spent.h"
#include "report/spent_lines.h"
}

namespace
{

struct report_worker worker_of(double busy, double talk, double wait, double cpu, double queued,
                               double moving)
{
    struct report_worker w = {};
    w.busy_s = busy;
    w.talk_s = talk;
    w.wait_s = wait;
    w.cpu_s = cpu;
    w.all_cpu_s = cpu + moving;
    w.core_wait_s = queued;
    w.moving_s = moving;
    return w;
}

void expect_spent(const struct spent &spent, double tasks, double moving, double no_core,
                  double nothing)
{
    EXPECT_NEAR(spent.s[SPENT_TASKS], tasks, 1e-9);
    EXPECT_NEAR(spent.s[SPENT_MOVING], moving, 1e-9);
    EXPECT_NEAR(spent.s[SPENT_NO_CORE], no_core, 1e-9);
    EXPECT_NEAR(spent.s[SPENT_NOTHING], nothing, 1e-9);
}

struct spent settled(struct spent spent, double taken, int workers)
{
    const double before = spent_sum(&spent);
    spent_settle(&spent, taken, workers);
    EXPECT_NEAR(spent_sum(&spent), before, 1e-9);
    return spent;
}

/* A job of a second, of R ranks, R / PUs of them seated on each PU. */
class Crowd : public Report
{
  public:
    Crowd(int ranks, int pus, double cpu_s, double queued_s) : Report(ranks, 1, 10)
    {
        report.elapsed_s = 1;
        report.environment.hosts[0].usable_pus = report.environment.hosts[0].usable_cores = pus;
        for (int i = 0; i < ranks; i++) {
            struct report_worker &w = report.workers[i];
            put_text(w.stay.read, std::to_string(i % pus));
            w.busy_s = 1;
            w.talk_s = w.wait_s = 0;
            w.cpu_s = w.all_cpu_s = cpu_s;
            w.core_wait_s = queued_s;
        }
    }
    std::string lines() const
    {
        return printed([&](FILE *out) { spent_lines(&report, out); });
    }
    std::string words() const
    {
        std::string text = lines();
        for (size_t at; (at = text.find("\n           ")) != std::string::npos;)
            text.replace(at, 12, " ");
        return text;
    }
};

} // namespace

TEST(Spent, OfAWorker)
{
    struct report_worker w = worker_of(1, 0, 0, 1, 0, 0);
    expect_spent(spent_of(&w), 1, 0, 0, 0);
    w = worker_of(1, 0, 0, 0.25, 0.75, 0);
    expect_spent(spent_of(&w), 0.25, 0, 0.75, 0); /* takes turns */
    w = worker_of(1, 0, 0, 0, 0.01, 0);
    expect_spent(spent_of(&w), 0.99, 0, 0.01, 0); /* a task that waits */
    w = worker_of(0.1, 0.2, 0.7, 0.1, 0, 0.5);
    expect_spent(spent_of(&w), 0.1, 0.5, 0, 0.4); /* bytes are copied while it waits */
    w = worker_of(0.1, 0.2, 0.7, 0.1, 0.6, 0.1);
    expect_spent(spent_of(&w), 0.1, 0.1, 0.6, 0.2);
    w = worker_of(0, 0.9, 0.1, 0, 0, 0.01);
    expect_spent(spent_of(&w), 0, 0.01, 0, 0.99); /* talk that slept: a slow pipe */
}

/* Clocks that are read one after the other do not agree to the last digit. */
TEST(Spent, AddsUpWhateverTheKernelSays)
{
    for (double queued : {0.0, 0.3, 0.9, 5.0})
        for (double moving : {0.0, 0.3, 5.0}) {
            struct report_worker w = worker_of(0.5, 0.2, 0.3, 0.4, queued, moving);
            struct spent spent = spent_of(&w);
            EXPECT_NEAR(spent_sum(&spent), 1, 1e-9);
            for (double s : spent.s)
                EXPECT_GE(s, 0);
        }
}

TEST(Spent, WhereTheKernelDoesNotTell)
{
    struct report_worker w = worker_of(0.5, 0.2, 0.3, 0.1, NAN, 0.2);
    struct spent spent = spent_of(&w);
    EXPECT_TRUE(spent.untold);
    expect_spent(spent, 0.5, 0.2, 0, 0.3);
}

TEST(Spent, WorkersOfTheJobExplainTheQueue)
{
    Crowd turns(8, 2, 0.25, 0.75);
    struct spent spent = spent_of_all(turns.report.workers, 8);
    EXPECT_NEAR(spent.s[SPENT_NO_CORE], 6, 1e-9);
    EXPECT_NEAR(spent.foreign_s, 0, 1e-9);
    EXPECT_NEAR(settled(spent, 0, 8).s[SPENT_HELD], 0, 1e-9);
    EXPECT_NEAR(settled(spent, NAN, 8).s[SPENT_UNKNOWN], 0, 1e-9);
    EXPECT_TRUE(golden(turns.lines()));
}

/* Below half a second, say, /proc/stat counts too little: that is no case for saying that others
 * had the core. Turns of the job's own workers are known anyway. */
TEST(Spent, ReadyButNoOneKnowsWhy)
{
    Crowd one(1, 1, 0.4, 0.6);
    one.report.other_load = NAN;
    struct spent spent = spent_of_job(&one.report);
    EXPECT_NEAR(spent.s[SPENT_UNKNOWN], 0.6, 1e-9);
    EXPECT_NEAR(spent.s[SPENT_NO_CORE] + spent.s[SPENT_HELD] + spent.foreign_s, 0, 1e-9);
    EXPECT_NEAR(spent_sum(&spent), 1, 1e-9);
    EXPECT_TRUE(golden(one.lines(), "one"));
    EXPECT_FALSE(has(one.words(), "no core free"));
    Crowd turns(8, 2, 0.2, 0.75);
    turns.report.other_load = NAN;
    EXPECT_TRUE(has(turns.words(), "no core free"));
    EXPECT_TRUE(golden(turns.lines(), "turns"));
}

/* A quota takes cores away though no other program uses them. */
TEST(Spent, HeldBackForAnotherReason)
{
    Crowd quota(1, 1, 0.4, 0.6);
    struct spent spent = spent_of_all(quota.report.workers, 1);
    EXPECT_NEAR(spent.foreign_s, 0.6, 1e-9);
    EXPECT_NEAR(settled(spent, 0, 1).s[SPENT_HELD], 0.6, 1e-9);
    EXPECT_NEAR(settled(spent, 0, 1).foreign_s, 0, 1e-9);
    EXPECT_NEAR(settled(spent, 0.6, 1).s[SPENT_HELD], 0, 1e-9) << "others had it";
    EXPECT_NEAR(settled(spent, 0.6, 1).foreign_s, 0.6, 1e-9);
    EXPECT_TRUE(golden(quota.lines(), "a quota"));
    quota.report.other_load = 0.6;
    EXPECT_TRUE(golden(quota.lines(), "others have it"));
}

/* One that may run on two PUs waits only while both are taken. */
TEST(Spent, OthersKeepOffOnlyThoseWhosePusTheyHave)
{
    Crowd quota(1, 1, 0.4, 0.6);
    put_text(quota.report.workers[0].stay.read, "0-1");
    struct spent spent = spent_of_all(quota.report.workers, 1);
    EXPECT_NEAR(spent.crowding, 0.5, 1e-9);
    EXPECT_NEAR(settled(spent, 0.6, 1).s[SPENT_HELD], 0.3, 1e-9);
    EXPECT_NEAR(settled(spent, 0.6, 1).s[SPENT_NO_CORE], 0.3, 1e-9);
    Crowd turns(8, 2, 0.2, 0.75);
    spent = spent_of_all(turns.report.workers, 8);
    EXPECT_NEAR(spent.crowding, 4, 1e-9);
    EXPECT_NEAR(spent.foreign_s, 8 * 0.15, 1e-9);
    EXPECT_NEAR(settled(spent, 0.3, 8).s[SPENT_HELD], 0, 1e-9);
}

TEST(Spent, UnknownSeatsExplainAnything)
{
    Crowd unknown(2, 2, 0.4, 0.6);
    put_text(unknown.report.workers[0].stay.read, "");
    put_text(unknown.report.workers[1].stay.read, "0,2,4...");
    struct spent spent = spent_of_all(unknown.report.workers, 2);
    EXPECT_EQ(spent.foreign_s, 0);
}

TEST(Spent, RankZeroIsTheBottleneckOnlyIfItIs)
{
    struct {
        double moving, nothing, others;
        bool limits;
    } const rows[] = {{0.95, 0.05, 0.8, true},
                      {0.95, 0.05, 0.1, false},
                      {0.5, 0.4, 0.8, false},
                      {0.1, 0.05, 0.8, false}};
    for (const auto &row : rows) {
        const struct spent root = {
            {1 - row.moving - row.nothing, row.moving, 0, 0, 0, row.nothing, 0}, 0, 0, false};
        const struct spent others = {{1 - row.others, 0, 0, 0, 0, row.others, 0}, 0, 0, false};
        EXPECT_EQ(spent_root_limits(&root, &others), row.limits);
    }
}

TEST(Spent, NamesTheBottleneck)
{
    Crowd job(3, 3, 0.05, 0);
    for (int i = 0; i < 3; i++) {
        struct report_worker &w = job.report.workers[i];
        w.busy_s = 0.05;
        w.wait_s = 0.95;
    }
    EXPECT_FALSE(has(job.words(), "bottleneck"));
    job.report.workers[0].moving_s = 0.9;
    EXPECT_TRUE(has(job.words(), "bottleneck"));
    EXPECT_TRUE(golden(job.lines(), "rank 0"));
    job.report.workers[0].moving_s = 0;
    job.report.workers[0].input_wait_s = 0.9;
    EXPECT_TRUE(golden(job.lines(), "the input"));
    job.report.elapsed_s = 1e-4;
    EXPECT_EQ(job.lines(), "") << "too short to tell";
}
