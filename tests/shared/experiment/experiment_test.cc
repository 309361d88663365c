/*
 * experiment - with a runner that runs nothing: its clock goes on by what each row is said to take,
 * so all of this is exact, on any machine.
 */
#include "support/err.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <vector>

extern "C" {
#include "base/clock.h"
#include "experiment/experiment.h"
}

namespace
{

/* Rows that take their time by a clock of their own. */
class Fake
{
  public:
    struct Run {
        int work, row;
        int64_t tasks;
        int round;
    };

    std::vector<double> task_s = {1e-3, 0.5e-3, 0.25e-3}; /* of a task, by row */
    std::map<int, std::string> reasons;                   /* rows that cannot be had ... */
    int reasons_from = 0;                                 /* ... from that run on */
    std::set<int> changes;                                /* runs, counted from 0, that show one */
    int fails_at = -1;                                    /* the run that fails */
    int cannot_open = -1;                                 /* the work that cannot be opened */
    double noise = 0;                                     /* times grow and shrink by that part */

    std::vector<Run> runs;
    std::map<int, int> kept; /* by row, of all works */
    std::vector<std::string> calls;
    int rebased = 0;

    int run(struct experiment_rules rules, int works = 1)
    {
        err = Err();
        experiment_release(&experiment);
        return experiment_run(&experiment, &rules, works, static_cast<int>(task_s.size()), &RUNNER,
                              this, &err);
    }
    ~Fake()
    {
        experiment_release(&experiment);
    }

    /* The rows of a round, in the order in which they were run; runs that were dropped as well. */
    std::vector<int> order_of(int work, int round) const
    {
        std::vector<int> order;
        for (const Run &run : runs_counted(work))
            if (run.round == round)
                order.push_back(run.row);
        return order;
    }

    const struct experiment_row &row(int index, int work = 0) const
    {
        return experiment.works[work].rows[index];
    }

    struct experiment experiment = {};
    Err err;

  private:
    int work = -1;
    int64_t now = 0;

    /* Without those of sizing and of warming up, which end with the last row's first. */
    std::vector<Run> runs_counted(int of) const
    {
        std::vector<Run> mine;
        std::copy_if(runs.begin(), runs.end(), std::back_inserter(mine),
                     [of](const Run &run) { return run.work == of; });
        auto last = std::find_if(mine.begin(), mine.end(), [this](const Run &run) {
            return run.row + 1 == static_cast<int>(task_s.size());
        });
        return {last + 1, mine.end()};
    }

    int run_row(int row, int64_t tasks, int round, struct row_result *result, struct err *error)
    {
        const int number = static_cast<int>(runs.size());
        runs.push_back({work, row, tasks, round});
        if (number == fails_at)
            return err_set(error, ERR_FAILED, "run %d failed", number);
        if (reasons.count(row) != 0 && number >= reasons_from) {
            (void)snprintf(result->reason, sizeof(result->reason), "%s", reasons[row].c_str());
            return 0;
        }
        result->elapsed_s = task_s[row] * static_cast<double>(tasks) *
                            (1 + noise * ((number * 7919) % 13 - 6) / 6.0);
        result->cpu_share = 1;
        result->changed = changes.count(number) != 0;
        now += static_cast<int64_t>(result->elapsed_s * NS_PER_S);
        return 0;
    }

    static Fake &of(void *self)
    {
        return *static_cast<Fake *>(self);
    }
    static const struct runner RUNNER;
};

const struct runner Fake::RUNNER = {
    [](void *self, int work, struct err *error) {
        of(self).work = work;
        of(self).calls.push_back("open " + std::to_string(work));
        return work == of(self).cannot_open ? err_set(error, ERR_INPUT, "it is closed") : 0;
    },
    [](void *self, int row, int64_t tasks, int round, struct row_result *result,
       struct err *error) { return of(self).run_row(row, tasks, round, result, error); },
    [](void *self, int row) { of(self).kept[row]++; },
    [](void *self, int row) { of(self).kept.erase(row); },
    [](const void *self, int row, double, double) {
        const auto &fake = *static_cast<const Fake *>(self);
        return fake.task_s[row] / fake.task_s[0];
    },
    [](void *self) { of(self).rebased++; },
    [](void *self, int work) { of(self).calls.push_back("close " + std::to_string(work)); },
    [](void *self) { return of(self).now; },
};

/* Seven rounds, no budget to speak of. */
struct experiment_rules seven()
{
    return {1000, 7, 7, 0.95, 1, 100, 1};
}

struct experiment_rules within(double budget_s)
{
    return {budget_s, 0, 7, 0.95, 1, 0, 4};
}

} // namespace

/* --- bad cases first --- */

TEST(Experiment, AWorkThatCannotBeOpenedEndsIt)
{
    Fake fake;
    fake.cannot_open = 1;
    EXPECT_TRUE(fails(fake.run(seven(), 3), fake.err, ERR_INPUT, {"it is closed"}));
    EXPECT_EQ(fake.calls, (std::vector<std::string>{"open 0", "close 0", "open 1"}));
}

/* Whenever it is: nothing is run after it, and nothing is closed, as the runner may be gone. */
TEST(Experiment, ARunThatFailsEndsIt)
{
    Fake whole;
    ASSERT_TRUE(works(whole.run(seven(), 2), whole.err));
    const int runs = static_cast<int>(whole.runs.size());
    for (int at = 0; at < runs; at++) {
        SCOPED_TRACE(at);
        Fake fake;
        fake.fails_at = at;
        const std::string told = "run " + std::to_string(at) + " failed";
        EXPECT_TRUE(fails(fake.run(seven(), 2), fake.err, ERR_FAILED, {told}));
        EXPECT_EQ(static_cast<int>(fake.runs.size()), at + 1);
        EXPECT_EQ(std::count(fake.calls.begin(), fake.calls.end(), "close 1"), 0);
    }
}

TEST(Experiment, ARowThatCannotBeHadIsLeftOut)
{
    Fake fake;
    fake.reasons[1] = "no window";
    ASSERT_TRUE(works(fake.run(seven()), fake.err));
    EXPECT_STREQ(fake.row(1).reason, "no window");
    EXPECT_EQ(fake.row(1).count, 0);
    EXPECT_EQ(fake.row(0).count, 7);
    EXPECT_EQ(fake.row(2).count, 7);
    EXPECT_EQ(std::count_if(fake.runs.begin(), fake.runs.end(),
                            [](const Fake::Run &run) { return run.row == 1; }),
              1)
        << "it is tried once";
    EXPECT_EQ(fake.kept.count(1), 0u);
}

/* In the middle of the rounds, whenever that is, it has no time that could count: not 0, either. */
TEST(Experiment, ARowThatIsLostOnTheWayIsLeftOut)
{
    Fake whole;
    ASSERT_TRUE(works(whole.run(seven()), whole.err));
    int last = 0;
    for (int run = 0; run < static_cast<int>(whole.runs.size()); run++)
        if (whole.runs[run].row == 1)
            last = run;
    for (int from = 3; from <= last; from++) {
        SCOPED_TRACE(from);
        Fake fake;
        fake.reasons[1] = "no window any more";
        fake.reasons_from = from;
        ASSERT_TRUE(works(fake.run(seven()), fake.err));
        EXPECT_STREQ(fake.row(1).reason, "no window any more");
        EXPECT_EQ(fake.row(1).count, 0);
        EXPECT_EQ(fake.kept.count(1), 0u);
        for (int row : {0, 2}) {
            ASSERT_EQ(fake.row(row).count, 7);
            EXPECT_EQ(fake.kept[row], 7);
            for (int i = 0; i < 7; i++)
                EXPECT_EQ(fake.row(row).rounds[i], i);
        }
        EXPECT_FALSE(fake.experiment.gave_up);
        EXPECT_EQ(fake.experiment.works[0].ended, ROUNDS_FIXED);
    }
}

/* One after the other, until none is left. */
TEST(Experiment, AllRowsAreLostOnTheWay)
{
    Fake fake;
    fake.reasons = {{0, "a"}, {1, "b"}, {2, "c"}};
    fake.reasons_from = 3 + 3;
    ASSERT_TRUE(works(fake.run(seven()), fake.err));
    for (int row = 0; row < 3; row++) {
        EXPECT_EQ(fake.row(row).count, 0);
        EXPECT_NE(fake.row(row).reason[0], '\0');
    }
}

TEST(Experiment, NoRowCanBeHad)
{
    Fake fake;
    fake.reasons = {{0, "a"}, {1, "b"}, {2, "c"}};
    ASSERT_TRUE(works(fake.run(seven()), fake.err));
    for (int row = 0; row < 3; row++)
        EXPECT_EQ(fake.row(row).count, 0);
    EXPECT_EQ(fake.runs.size(), 3u);
}

/* --- rounds --- */

TEST(Experiment, EachRoundHasEachRowOnce)
{
    Fake fake;
    ASSERT_TRUE(works(fake.run(seven()), fake.err));
    std::set<std::vector<int>> orders;
    for (int round = 0; round < 7; round++) {
        std::vector<int> order = fake.order_of(0, round);
        orders.insert(order);
        std::sort(order.begin(), order.end());
        EXPECT_EQ(order, (std::vector<int>{0, 1, 2})) << round;
    }
    EXPECT_GT(orders.size(), 1u) << "always in the same order";
    EXPECT_EQ(fake.experiment.works[0].ended, ROUNDS_FIXED);
    for (int row = 0; row < 3; row++) {
        ASSERT_EQ(fake.row(row).count, 7);
        EXPECT_EQ(fake.kept[row], 7);
        for (int i = 0; i < 7; i++) {
            EXPECT_EQ(fake.row(row).rounds[i], i);
            EXPECT_DOUBLE_EQ(fake.row(row).samples_s[i], fake.task_s[row] * 100);
        }
    }
}

TEST(Experiment, OrdersFollowFromTheSeed)
{
    auto orders = [](uint64_t seed) {
        Fake fake;
        struct experiment_rules rules = seven();
        rules.seed = seed;
        EXPECT_TRUE(works(fake.run(rules), fake.err));
        std::vector<std::vector<int>> all;
        for (int round = 0; round < 7; round++)
            all.push_back(fake.order_of(0, round));
        return all;
    };
    EXPECT_EQ(orders(1), orders(1));
    EXPECT_NE(orders(1), orders(2));
}

TEST(Experiment, TightRowsNeedNoMoreThanEnough)
{
    Fake fake;
    ASSERT_TRUE(works(fake.run(within(10)), fake.err));
    EXPECT_EQ(fake.experiment.works[0].ended, ROUNDS_TIGHT);
    EXPECT_EQ(fake.row(0).count, 7);
}

/* --- the budget --- */

TEST(Experiment, TasksFillTheBudget)
{
    for (double budget_s : {1.0, 10.0, 100.0}) {
        SCOPED_TRACE(budget_s);
        Fake fake;
        ASSERT_TRUE(works(fake.run(within(budget_s)), fake.err));
        const struct experiment_work &work = fake.experiment.works[0];
        EXPECT_EQ(work.tasks % 4, 0) << "a multiple of the workers";
        EXPECT_LT(fake.experiment.elapsed_s, budget_s);
        EXPECT_GT(fake.experiment.elapsed_s, 0.5 * budget_s);
    }
}

TEST(Experiment, NoisyRowsAreRepeatedUntilTheBudgetIsSpent)
{
    Fake fake;
    fake.noise = 0.5;
    ASSERT_TRUE(works(fake.run(within(10)), fake.err));
    EXPECT_EQ(fake.experiment.works[0].ended, ROUNDS_BUDGET);
    EXPECT_GE(fake.row(0).count, 7);
    EXPECT_LT(fake.experiment.elapsed_s, 10 * 1.2);
}

/* What takes long at any number of tasks: medians are all there is. */
TEST(Experiment, ARoundLongerThanTheBudgetIsTheOnlyOne)
{
    Fake fake;
    fake.task_s = {100, 100};
    struct experiment_rules rules = within(10);
    rules.tasks = 4;
    ASSERT_TRUE(works(fake.run(rules), fake.err));
    EXPECT_EQ(fake.experiment.works[0].ended, ROUNDS_TOO_FEW);
    EXPECT_LE(fake.row(0).count, 1);
}

TEST(Experiment, WorksShareTheBudget)
{
    Fake fake;
    ASSERT_TRUE(works(fake.run(within(12), 3), fake.err));
    EXPECT_EQ(fake.experiment.works_count, 3);
    EXPECT_EQ(fake.calls, (std::vector<std::string>{"open 0", "close 0", "open 1", "close 1",
                                                    "open 2", "close 2"}));
    EXPECT_LT(fake.experiment.elapsed_s, 12);
    for (int work = 0; work < 3; work++)
        EXPECT_EQ(fake.row(0, work).count, 7) << work;
}

/* The tasks that were asked for are run as they are, and nothing is sized. */
TEST(Experiment, GivenTasksAreKept)
{
    Fake fake;
    ASSERT_TRUE(works(fake.run(seven()), fake.err));
    for (const Fake::Run &run : fake.runs)
        EXPECT_EQ(run.tasks, 100);
    EXPECT_EQ(fake.runs.size(), 3u + 7 * 3);
}

/* --- what rows run on changes --- */

/* During a round: its samples are dropped, and it is run again. */
TEST(Experiment, AChangeInARoundDropsTheRound)
{
    Fake fake;
    fake.changes = {3 + 2 * 3 + 1}; /* warming up, two rounds, a row */
    ASSERT_TRUE(works(fake.run(seven()), fake.err));
    EXPECT_EQ(fake.experiment.dropped, 1);
    EXPECT_FALSE(fake.experiment.gave_up);
    for (int row = 0; row < 3; row++) {
        EXPECT_EQ(fake.row(row).count, 7);
        EXPECT_EQ(fake.kept[row], 7) << "only what counts is kept";
    }
    EXPECT_EQ(fake.order_of(0, 2).size(), 2u + 3);
}

/* A row that was lost in between is not one. */
TEST(Experiment, TwoChangesThatAreNotInARowEndNothing)
{
    const auto with = [](Fake &fake, const std::set<int> &changes) {
        fake.changes = changes;
        fake.reasons[1] = "no window any more";
        fake.reasons_from = 4;
        ASSERT_TRUE(works(fake.run(seven()), fake.err));
    };
    Fake one;
    with(one, {3}); /* the first after warming up */
    int lost = 0;
    for (int run = 0; run < static_cast<int>(one.runs.size()); run++)
        if (one.runs[run].row == 1)
            lost = run;
    for (int later = 1; later <= 3; later++) {
        SCOPED_TRACE(lost + later);
        Fake two;
        with(two, {3, lost + later});
        EXPECT_FALSE(two.experiment.gave_up);
        EXPECT_EQ(two.row(0).count, 7);
    }
}

TEST(Experiment, AChangeThatLastsEndsIt)
{
    Fake fake;
    for (int run = 3 + 2 * 3 + 1; run < 100; run++)
        fake.changes.insert(run);
    ASSERT_TRUE(works(fake.run(seven(), 2), fake.err));
    EXPECT_TRUE(fake.experiment.gave_up);
    EXPECT_EQ(fake.experiment.works_count, 1) << "no other work is begun";
    EXPECT_EQ(fake.experiment.works[0].ended, ROUNDS_GO_ON);
    for (int row = 0; row < 3; row++)
        EXPECT_EQ(fake.row(row).count, 2) << "what was measured before is kept";
    EXPECT_EQ(fake.calls.back(), "close 0");
}

/* Before anything counts, what is there now may be what rows run on; of a later work it may not. */
TEST(Experiment, AChangeWhileWarmingUp)
{
    Fake first;
    first.changes = {1};
    ASSERT_TRUE(works(first.run(seven(), 2), first.err));
    EXPECT_EQ(first.rebased, 1);
    EXPECT_FALSE(first.experiment.gave_up);
    EXPECT_EQ(first.row(0, 1).count, 7);
    const int work = 3 + 7 * 3;
    Fake second;
    second.changes = {work + 1};
    ASSERT_TRUE(works(second.run(seven(), 2), second.err));
    EXPECT_EQ(second.rebased, 0);
    EXPECT_FALSE(second.experiment.gave_up) << "it passed";
    Fake lasting;
    for (int run = work + 1; run < 100; run++)
        lasting.changes.insert(run);
    ASSERT_TRUE(works(lasting.run(seven(), 2), lasting.err));
    EXPECT_TRUE(lasting.experiment.gave_up);
    EXPECT_EQ(lasting.row(0, 0).count, 7);
    EXPECT_EQ(lasting.row(0, 1).count, 0);
}
