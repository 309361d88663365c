#include "support/golden.h"
#include "support/numbers.h"
#include "support/works.h"

#include <set>

extern "C" {
#include "base/err.h"
#include "number/numbers.h"
#include "work/cost.h"
#include "work/work.h"
}

TEST(Work, Refused)
{
    expect_refused({
        {"", "''", "squares, io"},
        {":", "''", "squares, io"},
        {"nope", "'nope'", "squares, io"},
        {"Squares", "'Squares'", "squares, io"},
        {"squares ", "'squares '", "squares, io"},
        {"square:repeat=2", "'square'", "squares, io"},
        {"squares:bogus=1", "'bogus'", "repeat=1"},
        {"squares:latency=1ms", "'latency'", "repeat=1"},
        {"squares:repeat", "'repeat'", ""},
        {"squares:repeat=", "'repeat'", ""},
        {"squares:repeat=0", "'repeat=0'", "from 1 to"},
        {"squares:repeat=-1", "'repeat=-1'", "from 1 to"},
        {"squares:repeat=1e13", "'repeat=1e13'", "from 1 to"},
        {"squares:repeat=two", "'repeat=two'", ""},
        {"squares:repeat=2:repeat=3", "'repeat=2:repeat=3'", ""},
        {"squares:repeat=2,repeat=3", "twice", ""},
        {"io:latency=5", "unit", "1.5ms"},
        {"io:latency=-1ms", "'latency=-1ms'", "1.5ms"},
        {"io:latency=2h", "unit", "1.5ms"},
        {"io:latency=61min", "out of range", "3600 s"},
        {"io:spread=gauss", "'gauss'", "none, uniform, exp, pareto"},
        {"io:repeat=2", "'repeat'", "latency=1ms,spread=none"},
    });
}

TEST(Work, SpecTooLong)
{
    struct work work;
    Err err;
    const std::string spec = "squares:repeat=" + std::string(300, '1');
    EXPECT_TRUE(fails(work_create(&work, spec.c_str(), 0, &err), err, ERR_INPUT,
                      {"squares:repeat=111", "too long"}));
    work_release(&work);
}

TEST(Work, KeepsSpecAndSeed)
{
    for (const char *spec : {"squares", "squares:", "squares:repeat=3", "io:latency=2ms,spread=exp",
                             "io:spread=pareto", "squares:repeat=1e12"}) {
        struct work work;
        Err err;
        ASSERT_TRUE(works(work_create(&work, spec, 99, &err), err));
        EXPECT_STREQ(work.spec, spec);
        EXPECT_EQ(work.seed, 99u);
        EXPECT_EQ(work.load->waits, std::string(spec).substr(0, 2) == "io");
        work_release(&work);
        work_release(&work);
    }
}

TEST(Work, TableIsComplete)
{
    std::set<std::string> names;
    for (const struct workload *const *load = WORKLOADS; *load != nullptr; load++) {
        SCOPED_TRACE((*load)->name);
        EXPECT_TRUE(names.insert((*load)->name).second);
        EXPECT_NE(std::string((*load)->help), "");
        Work work((*load)->name);
        EXPECT_EQ(work->load, *load);
        EXPECT_GE(work->load->grain(&*work), 1);
        Err err;
        EXPECT_TRUE(works(work_accepts(&*work, NUMBER_INT64, &err), err));
        EXPECT_TRUE(works(work_accepts(&*work, NUMBER_FLOAT64, &err), err));
    }
    EXPECT_GE(names.size(), 2u);
}

TEST(Work, CostsThatCannotBeHad)
{
    std::string all;
    for (const char *spec : {"file", "net:delay=2ms", "squares", "squares:repeat=15"})
        for (enum cost_shape shape : {COST_LINEAR, COST_LAST, COST_RANDOM}) {
            struct work work;
            Err err;
            ASSERT_TRUE(works(work_create(&work, spec, 0, &err), err));
            EXPECT_TRUE(works(work_shape(&work, COST_FLAT, &err), err)) << "flat, all can";
            EXPECT_TRUE(
                fails(work_shape(&work, shape, &err), err, ERR_INPUT,
                      {"'" + std::string(spec) + "'", std::string("--cost ") + COSTS[shape]}));
            all += std::string(err.text) + "\n  " + err.remedy + "\n";
            work_release(&work);
        }
    EXPECT_TRUE(golden(all));
}

TEST(Work, CostsAreOfTheSameSeed)
{
    for (const char *spec : {"squares:repeat=16", "io", "mixed"}) {
        Work work(spec, 99);
        work.shape(COST_LAST, 7);
        EXPECT_EQ(work->cost.shape, COST_LAST);
        EXPECT_EQ(work->cost.seed, 99u);
        EXPECT_EQ(work->cost.count, 7);
    }
}

TEST(Work, NothingToDo)
{
    for (const char *spec : {"squares", "squares:repeat=2", "io:latency=1min"}) {
        Work work(spec);
        std::vector<int64_t> cells;
        Err err;
        EXPECT_TRUE(works(work.run(cells, 0, &err), err));
    }
}
