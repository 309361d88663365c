/*
 * What the time went into, and who is blamed for it: by the kernel's accounts, in situations that
 * leave no doubt; and what is said when the cores change, or no program may choose one.
 */
#include "cli/whole_program.h"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <jansson.h>
#include <unistd.h>
#include <vector>

namespace
{

class Accounts : public Cli
{
  protected:
    void SetUp() override
    {
        Cli::SetUp();
        auto tests = std::filesystem::read_symlink("/proc/self/exe").parent_path();
        setenv("P", (tests / "plugins").c_str(), 1);
        setenv("D", dir.c_str(), 1);
    }
    void TearDown() override
    {
        for (const std::string &group : groups_)
            remove_cgroup(group);
        Cli::TearDown();
    }

    /* A number of the report that was written to r.json; NAN: null. */
    double number(const char *path) const
    {
        json_t *root = json_loads(read_file(this->path("r.json")).c_str(), 0, nullptr);
        json_t *at = root;
        std::string rest = path;
        while (!rest.empty()) {
            const size_t slash = rest.find('/');
            const std::string key = rest.substr(0, slash);
            rest = slash == std::string::npos ? "" : rest.substr(slash + 1);
            at = json_is_array(at) ? json_array_get(at, std::stoul(key))
                                   : json_object_get(at, key.c_str());
        }
        const double value = json_is_number(at) ? json_number_value(at) : NAN;
        json_decref(root);
        return value;
    }

    /* Whether others leave the machine alone while the report was made. */
    bool is_quiet() const
    {
        return !(number("rows/0/other_load") >= 0.1) && !(number("rows/0/stolen") >= 0.05);
    }

    /* A new group of a controller of version 1, as a variable; false: there can be none here. */
    bool group(const std::string &controller, const char *variable)
    {
        const std::string made =
            "/sys/fs/cgroup/" + controller + "/squares-test-" + std::to_string(getpid());
        std::error_code failed;
        if (!exists("/sys/fs/cgroup/" + controller + "/tasks") ||
            !std::filesystem::create_directory(made, failed))
            return false;
        groups_.push_back(made);
        setenv(variable, made.c_str(), 1);
        return true;
    }

  private:
    std::vector<std::string> groups_;
};

/* Words as they are without the ends of lines. */
std::string unwrapped(const std::string &text)
{
    std::string all;
    for (char c : text)
        if (c != ' ' && c != '\n')
            all += c;
        else if (!all.empty() && all.back() != ' ')
            all += ' ';
    return all;
}

int cores()
{
    return static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
}

} // namespace

/* --- what a wait is --- */

TEST_F(Accounts, MovingNumbers)
{
    Outcome o = sh("$MPI -np 2 $SQ run --range 0:30000000 --exchange message --json $D/r.json && "
                   "$MPI -np 2 $SQ run --range 0:3000000 --exchange message",
                   60);
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_GT(number("rows/0/spent/moving"), 0.02) << o.out;
    EXPECT_GT(number("rows/0/workers/0/moving_s"), 0);
    EXPECT_TRUE(has(unwrapped(o.out), "% moving numbers")) << o.out;
}

TEST_F(Accounts, NoCoreIsFreeForRanksThatComputeInTurns)
{
    const int ranks = 4 * cores();
    Outcome o =
        sh("$MPI -np " + std::to_string(ranks) +
           " $SQ run --range 0:" + std::to_string(4000 * cores()) +
           " --work squares:repeat=100000 --exchange message --json $D/r.json > $D/table && "
           "cat $D/r.json | grep -c core_wait_s");
    ASSERT_EQ(o.code, 0) << o.err;
    if (std::isnan(number("rows/0/workers/0/core_wait_s")))
        GTEST_SKIP() << "this kernel does not tell how long a thread waits for a core";
    EXPECT_GT(number("rows/0/spent/no_core"), 0.4);
    EXPECT_EQ(o.out, std::to_string(ranks) + "\n");
}

TEST_F(Accounts, NothingToDoForThoseWhoseShareIsEasy)
{
    Outcome o =
        sh("$MPI -np 2 $SQ run --range 0:200 --work io:latency=5ms --cost linear --schedule "
           "static");
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(unwrapped(o.out), "% nothing to do")) << o.out;
    EXPECT_FALSE(has(o.out, "bottleneck")) << o.out;
}

TEST_F(Accounts, ASlowInputIsTheBottleneck)
{
    Outcome o =
        sh("(for i in 1 2 3 4 5; do seq 1 20000; sleep 0.3; done) | $MPI -np 3 $SQ run -i - "
           "--exchange message --json $D/r.json");
    ASSERT_EQ(o.code, 0) << o.err;
    if (!is_quiet())
        GTEST_SKIP() << "other programs use this machine";
    EXPECT_TRUE(has(unwrapped(o.out), "bottleneck the input:")) << o.out;
    EXPECT_TRUE(has(unwrapped(o.out), "% nothing to do")) << o.out;
}

TEST_F(Accounts, TablesHaveThem)
{
    Outcome o =
        sh("$MPI -np 2 $SQ run -v --range 0:1000 --work squares:repeat=1000 && $MPI -np 2 $SQ "
           "compare -v --work squares:repeat=1000 --repeat 2");
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.out, "cpu no core\n")) << o.out;
    EXPECT_TRUE(has(unwrapped(o.out), ": no core free, .")) << o.out;
}

/* --- who is blamed --- */

/* at_work TICKS PID...: waits until those processes together have computed for TICKS hundredths
 * of a second, or one of them has ended; how long starting takes is the machine's affair. `ranks`
 * is where RANK has ranks write who they are. */
const std::string AT_WORK = R"sh(
    ticks() { awk '{ n += $14 + $15 } END { print n }' $(printf '/proc/%s/stat ' "$@"); }
    at_work() {
        t=$1; shift
        while n=$(ticks "$@" 2>/dev/null) && [ "${n:-$t}" -lt $t ]; do sleep 0.05; done
    }
    ranks_at_work() {
        until [ "$(cat $D/ranks 2>/dev/null | wc -l)" = 2 ]; do sleep 0.05; done
        at_work 120 $(cat $D/ranks)
    }
)sh";
const std::string RANK = " sh -c 'echo $$ >> $D/ranks; exec \"$@\"' x ";

TEST_F(Accounts, AQuotaIsNotOtherPrograms)
{
    if (!group("cpu", "G"))
        GTEST_SKIP() << "no quota can be set here";
    Outcome o = sh("echo 100000 > $G/cpu.cfs_period_us && echo 20000 > $G/cpu.cfs_quota_us && "
                   "(sh -c 'echo $PPID' > $G/tasks && exec $SQ run --range 0:2500 --work "
                   "squares:repeat=20000 --json $D/r.json); r=$?; sleep 0.1; exit $r",
                   60);
    if (o.code != 0 && has(o.err, "cannot create"))
        GTEST_SKIP() << "no quota can be set here: " << o.err;
    ASSERT_EQ(o.code, 0) << o.err;
    if (!is_quiet())
        GTEST_SKIP() << "other programs use this machine";
    EXPECT_TRUE(has(unwrapped(o.out), "not running for another")) << o.out;
    EXPECT_TRUE(has(unwrapped(o.out), "core time, for another reason")) << o.out;
    EXPECT_GT(number("rows/0/spent/held"), 0.5) << o.out;
    EXPECT_LT(number("rows/0/spent/no_core"), 0.2) << o.out;
}

TEST_F(Accounts, AStopIsNotOtherPrograms)
{
    Outcome o =
        sh(AT_WORK + "$SQ run --range 0:30000 --work squares:repeat=10000 --json $D/r.json & p=$!; "
                     "at_work 60 $p; kill -STOP $p; sleep 1.5; kill -CONT $p; wait $p");
    ASSERT_EQ(o.code, 0) << o.err;
    if (!is_quiet())
        GTEST_SKIP() << "other programs use this machine";
    EXPECT_TRUE(has(unwrapped(o.out), "core time, for another reason")) << o.out;
}

/* /proc/stat cannot tell of so short a job whether others had the core. */
TEST_F(Accounts, AShortJobBlamesNothingThatIsNotKnown)
{
    if (sh("command -v taskset").code != 0)
        GTEST_SKIP() << "no taskset";
    Outcome o =
        sh("for i in 1 2 3; do taskset -c 0 timeout 20 sh -c 'while :; do :; done' & done; sleep "
           "0.2; taskset -c 0 $SQ run --range 0:300 --work squares:repeat=30000 --json $D/r.json; "
           "r=$?; kill $(jobs -p); exit $r");
    ASSERT_EQ(o.code, 0) << o.err;
    if (!std::isnan(number("rows/0/other_load")))
        GTEST_SKIP() << "it took more than half a second";
    if (std::isnan(number("rows/0/workers/0/core_wait_s")))
        GTEST_SKIP() << "this kernel does not tell how long a thread waits for a core";
    EXPECT_GT(number("rows/0/spent/cause_unknown"), 0.2) << o.out;
    EXPECT_LT(number("rows/0/spent/no_core"), 0.1) << o.out;
    EXPECT_TRUE(has(unwrapped(o.out), "for an unknown reason")) << o.out;
    EXPECT_FALSE(has(o.out, "other programs")) << o.out;
}

/* And that others are said where there are some. */
TEST_F(Accounts, OtherProgramsAreSaid)
{
    Outcome o =
        sh("for i in $(seq " + std::to_string(2 * cores()) +
           "); do timeout 20 sh -c 'while :; do :; done' & done; $MPI -np " +
           std::to_string(cores()) + " $SQ run --range 0:" + std::to_string(10000 * cores()) +
           " --work squares:repeat=50000 --json $D/r.json; r=$?; kill $(jobs -p); exit $r");
    ASSERT_EQ(o.code, 0) << o.err;
    if (std::isnan(number("rows/0/other_load")))
        GTEST_SKIP() << "/proc/stat does not tell here";
    EXPECT_TRUE(has(o.out, "other programs took ")) << o.out;
    EXPECT_TRUE(has(unwrapped(o.out), "% no core free")) << o.out;
}

/* --- the cores change --- */

TEST_F(Accounts, CompareSaysThatCoresWentAway)
{
    if (cores() < 2 || !group("cpuset", "G"))
        GTEST_SKIP() << "no cpuset can be made here";
    Outcome o = sh(
        AT_WORK +
        "cat $G/../cpuset.mems > $G/cpuset.mems && echo 0-1 > $G/cpuset.cpus && "
        "(sh -c 'echo $PPID' > $G/tasks && exec $MPI -np 2" +
        RANK +
        "$SQ compare --work squares:repeat=10000 --work io --budget 90s --json $D/r.json) & p=$!; "
        "ranks_at_work; echo 0 > $G/cpuset.cpus; wait $p; r=$?; sleep 0.2; exit $r");
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.err, "it was measured: after")) << o.err;
    EXPECT_TRUE(has(o.err, "(cores-changed)")) << o.err;
    EXPECT_TRUE(has(unwrapped(o.out), "this job changed while")) << o.out;
    EXPECT_FALSE(has(o.out, "Nothing is gained")) << o.out;
    EXPECT_FALSE(has(o.out, "no shape but serial")) << o.out;
    EXPECT_TRUE(has(read_file(path("r.json")), "cores-changed"));
}

/* A rank is moved from outside for a moment: what was measured meanwhile is left out. */
TEST_F(Accounts, CompareLeavesOutWhatWasMovedFromOutside)
{
    if (cores() < 2 || sh("command -v taskset").code != 0)
        GTEST_SKIP() << "no taskset, or one core";
    Outcome o = sh(AT_WORK + "$MPI -np 2" + RANK +
                   "$SQ compare --work squares:repeat=100000 --budget 10s & p=$!; ranks_at_work; "
                   "for k in 1 2 3 4 5 6 7 8; do for r in "
                   "$(cat $D/ranks); do taskset -ap 1 $r > $D/taskset 2>&1; done; sleep 0.1; done; "
                   "wait $p");
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.err, "(cores-changed)")) << o.err;
    EXPECT_TRUE(has(unwrapped(o.out), "this job changed while")) << o.out;
    EXPECT_FALSE(has(o.out, "Nothing is gained")) << o.out;
}

TEST_F(Accounts, CompareWithoutAChangeSaysNothingOfIt)
{
    Outcome o = sh("$MPI -np 2 $SQ compare --work io --repeat 3");
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_FALSE(has(o.out + o.err, "changed")) << o.out << o.err;
}

/* --- no program may choose a core --- */

TEST_F(Accounts, CompareMeasuresUnboundWhereTheKernelRefuses)
{
    Outcome o = sh("$MPI -np 2 --bind-to none env LD_PRELOAD=$P/unseated.so $SQ compare --work "
                   "squares:repeat=1000 --repeat 6 --place compact",
                   60);
    if (o.code == 99)
        GTEST_SKIP() << "no filter of system calls can be set here";
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.err, "kernel refused (unbound)")) << o.err;
    EXPECT_FALSE(has(o.out, "confined")) << o.out;
    EXPECT_FALSE(has(o.out, "nothing to compare")) << o.out;
    EXPECT_FALSE(has(o.out + o.err, "changed")) << o.out << o.err;
    EXPECT_TRUE(has(o.out, "measured   6 repetitions")) << o.out;
}

TEST_F(Accounts, OtherCommandsSayThatTheKernelRefuses)
{
    if (cores() < 2)
        GTEST_SKIP() << "one core is where everybody sits";
    for (const char *words : {"run --range 0:1000 --place compact", "place --place compact"}) {
        Outcome o =
            sh(std::string("$MPI -np 2 --bind-to none env LD_PRELOAD=$P/unseated.so $SQ ") + words,
               60);
        EXPECT_EQ(o.code, 0) << words << o.err;
        EXPECT_TRUE(has(unwrapped(o.out + o.err), "the kernel refused")) << o.out << o.err;
    }
    Outcome o = sh("LD_PRELOAD=$P/unseated.so $SQ demo binding");
    EXPECT_TRUE(has(unwrapped(o.out), "kernel did not bind")) << o.out;
    EXPECT_FALSE(has(unwrapped(o.out), "as the kernel has to switch")) << o.out;
}
