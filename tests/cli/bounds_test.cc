/*
 * Every number a user or a plug-in gives has a bound where it enters: one that is beyond it is
 * refused at once, with exit code 2 and a message that names the bound. What lies just within is
 * taken. In commands $P is the folder of the plug-ins that tests are built with.
 */
#include "cli/whole_program.h"

#include <cstdlib>
#include <filesystem>

namespace
{

class Bounds : public Cli
{
  protected:
    void SetUp() override
    {
        Cli::SetUp();
        auto tests = std::filesystem::read_symlink("/proc/self/exe").parent_path();
        setenv("P", (tests / "plugins").c_str(), 1);
    }

    void expect_refused(const std::string &words, const std::string &cause,
                        const std::string &bound)
    {
        SCOPED_TRACE(words);
        Outcome o = sh("ulimit -v 4000000; ulimit -c 0; $SQ " + words);
        const std::string own = own_words(o.err);
        EXPECT_EQ(o.code, 2) << o.err;
        EXPECT_EQ(o.out, "");
        EXPECT_TRUE(has(own, cause)) << own;
        EXPECT_TRUE(has(own, bound)) << own;
        EXPECT_EQ(own.find("squares: "), own.rfind("squares: ")) << "more than one:\n" << own;
    }
};

const char *const HUGE_ONES[] = {"9223372036854775807", "9223372036854775808",
                                 "18446744073709551617", "1e30", "1e9223372036854775807"};

} // namespace

TEST_F(Bounds, Ranges)
{
    for (const char *command : {"run --work io", "run --exchange local", "compare --repeat 1"})
        for (const char *range : {"0:9223372036854775807", "-9223372036854775808:0",
                                  "9223372036854775807:-9223372036854775808:-1",
                                  "-9223372036854775808:9223372036854775807:3"})
            expect_refused(std::string(command) + " --range " + range, "more than 1e18",
                           "at most 1e18");
    for (const char *range : {"0:9223372036854775808", "0:1e30", "0:5:1e19", "-1e19:0"})
        expect_refused(std::string("run --range ") + range, "does not fit",
                       "from -9223372036854775808 to 9223372036854775807");
}

TEST_F(Bounds, CountsOfOptions)
{
    const struct {
        const char *option, *bound;
    } rows[] = {
        {"run 1 --threads", "from 1 to 4096"},
        {"run 1 --chunk", "from 1 to 1099511627776"},
        {"run 1 --smt", "from 1 to 64"},
        {"compare --repeat", "from 1 to 100000"},
        {"demo race --threads", "from 1 to 1024"},
        {"place --topology pu:4 --ranks", "from 1 to 524288"},
    };
    for (const auto &row : rows)
        for (const char *huge : HUGE_ONES)
            expect_refused(std::string(row.option) + " " + huge, "cannot be '", row.bound);
    for (const char *command : {"run 1", "compare", "demo race"})
        expect_refused(std::string(command) + " --seed 9223372036854775808", "--seed cannot be",
                       "from -9223372036854775808 to 9223372036854775807");
    expect_refused("place --topology pu:4 --ranks 524288 --threads 4096", "too many", "524288");
}

TEST_F(Bounds, TimesAndParts)
{
    for (const char *time : {"1e300s", "1e400s", "25000000000min", "11s"})
        expect_refused(std::string("run 1 --gil=") + time, "--gil cannot be", "from 1us to 10s");
    for (const char *time : {"1e300s", "1e400s", "1441min", "99ms", "nan", "inf"})
        expect_refused(std::string("compare --budget ") + time, "--budget cannot be",
                       "100ms to 24 hours");
    for (const char *part : {"1e300", "nan", "inf", "nan7", "1", "0x1p-1", "0.99991"})
        expect_refused(std::string("compare --confidence ") + part, "--confidence cannot be",
                       "from 0.5 to 0.9999");
}

TEST_F(Bounds, SettingsOfWorkloadsAndDemos)
{
    const struct {
        const char *setting, *bound;
    } rows[] = {
        {"run 1 --work squares:repeat=", "from 1 to 1000000000000"},
        {"run 1 --work file:bytes=", "from 1 to 1G"},
        {"run 1 --work net:bytes=", "from 0 to 64M"},
        {"demo amdahl:serial=", "from 0 to 1"},
        {"demo server:clients=", "from 1 to 1000"},
    };
    for (const auto &row : rows)
        for (const char *huge : {"9223372036854775807", "18446744073709551617"})
            expect_refused(std::string(row.setting) + huge, "is ", row.bound);
    for (const char *time : {"1e300s", "1e400s", "25000000000min", "61min"})
        for (const char *work : {"io:latency=", "mixed:task="})
            expect_refused("run 1 --work " + std::string(work) + time, "is ", "0 to 3600 s");
    for (const char *part : {"1e300", "nan", "inf", "1.000001"})
        expect_refused(std::string("run 1 --work mixed:cpu=") + part, "is ", "from 0 to 1");
    expect_refused("run 1 --work file:bytes=16E", "no known unit", "K, M, G, T");
    expect_refused("run 1 --work file:bytes=8388608T", "too large", "from 1 to 1G");
}

TEST_F(Bounds, Machines)
{
    for (const char *machine :
         {"pack:4 core:9223372036854775807", "pack:1000000 core:1000000", "pack:-1",
          "pack:0x7fffffff", "pack:4294967296 core:4294967296 pu:1"})
        expect_refused("place --topology '" + std::string(machine) + "'", "is too large",
                       "16384 PUs");
    for (const char *list : {"0-2147483647", "16384", "0-18446744073709551617"})
        expect_refused("place --topology pu:4 --allowed " + std::string(list), "list of PUs",
                       "from 0 to 16383");
}

TEST_F(Bounds, PlugIns)
{
    expect_refused("run --range 0:1000 --threads 3 --work $P/huge_grain.so",
                   "a grain of 9223372036854775807", "from 0 to 1099511627776");
}

TEST_F(Bounds, WorksOfAComparison)
{
    std::string words = "compare --range 1:100 --repeat 1 -q";
    for (int i = 0; i < 16; i++)
        words += " --work squares";
    Outcome o = sh("$SQ " + words);
    EXPECT_EQ(o.code, 0) << o.err;
    expect_refused(words + " --work squares", "more than 16", "workloads");
}

/* The largest of each that are allowed: nothing wraps. */
TEST_F(Bounds, TheLargestAreTaken)
{
    for (const char *schedule :
         {"dynamic", "static", "cyclic", "guided", "factoring", "trapezoid", "adaptive", "steal"}) {
        SCOPED_TRACE(schedule);
        Outcome o = sh("$SQ run -q 1 2 3 --threads 3 --chunk 1099511627776 --seed "
                       "-9223372036854775808 --schedule " +
                       std::string(schedule));
        EXPECT_EQ(o.code, 0) << o.err;
        EXPECT_EQ(o.out, "1 4 9\n");
        Outcome far = sh("$SQ run -q --range -9223372036854775808:9223372036854775807:"
                         "9223372036854775807 --threads 3 --work io:latency=0 --schedule " +
                         std::string(schedule));
        EXPECT_EQ(far.code, 0) << far.err;
        EXPECT_EQ(far.out, "-9223372036854775808 -1 9223372036854775806\n");
    }
}

/* A range as long as can be does not end within a life, but begins, and its first failure is told.
 */
TEST_F(Bounds, TheLongestRangeIsWorkedOn)
{
    for (const char *exchange : {"message", "local", "window", "auto"}) {
        SCOPED_TRACE(exchange);
        Outcome o = sh("$SQ run -q --range 3037000000:1000000003037000000 --threads 3 --exchange " +
                       std::string(exchange));
        EXPECT_EQ(o.code, 2) << o.err;
        EXPECT_TRUE(has(o.err, "3037000500 at position 500")) << o.err;
    }
    Outcome o = sh("$SQ compare --range 0:1000000000000000000 --repeat 1");
    EXPECT_EQ(o.code, 1) << o.err;
    EXPECT_TRUE(has(o.err, "give a smaller --range")) << o.err;
}
