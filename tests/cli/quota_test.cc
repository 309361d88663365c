/*
 * run, compare and place under a cgroup's quota of processor time: a bound like cores, which is
 * told by the kernel's count of periods in which the job was stopped.
 */
#include "cli/quota_group.h"

#include <cstdlib>
#include <memory>

namespace
{

/* Half a CPU, in a group of its own; or why not. */
class QuotaOfHalf : public Cli
{
  protected:
    void SetUp() override
    {
        Cli::SetUp();
        if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
            GTEST_SKIP() << "one core only";
        group = std::make_unique<QuotaGroup>(0.5);
        if (!group->made())
            GTEST_SKIP() << "NO QUOTA: cgroups cannot be made here (needs root, and the cpu "
                            "controller)";
    }
    void TearDown() override
    {
        group.reset();
        Cli::TearDown();
    }
    /* The text after a key of the JSON in r.json, up to the end of its line. */
    std::string value(const std::string &key) const
    {
        const std::string text = read_file(path("r.json")), mark = "\"" + key + "\": ";
        const size_t at = text.find(mark);
        if (at == std::string::npos)
            return "(none)";
        return text.substr(at + mark.size(), text.find_first_of(",\n", at) - at - mark.size());
    }

    std::unique_ptr<QuotaGroup> group;
};

const char *const COMPUTES = "--range 0:60000 --work squares:repeat=2000 ";

} // namespace

TEST_F(QuotaOfHalf, RunThatComputes)
{
    const double MUCH = 0.25;
    Outcome o = group->run(std::string("exec $MPI -np 2 $SQ run ") + COMPUTES + "--json $D/r.json");
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.out, ", quota of 0.5 CPUs")) << o.out;
    EXPECT_TRUE(has(o.err, "2 workers of host")) << o.err;
    EXPECT_TRUE(has(o.err, "(quota)")) << o.err;
    EXPECT_EQ(value("quota"), "0.5");
    EXPECT_EQ(value("quota_changed"), "false");
    if (strtod(value("throttled").c_str(), nullptr) < MUCH)
        GTEST_SKIP() << "other programs use this machine: they leave less than the quota";
    EXPECT_TRUE(has(o.out, "quota      throttled in ")) << o.out;
    EXPECT_TRUE(has(o.out, "with the quota used up")) << o.out;
    EXPECT_FALSE(has(o.err, "seat-taken")) << o.err;
}

TEST_F(QuotaOfHalf, RunThatWaits)
{
    Outcome o = group->run("exec $MPI -np 2 $SQ run --range 0:100 --work io:latency=5ms");
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.out, ", quota of 0.5 CPUs")) << o.out;
    EXPECT_FALSE(has(o.err, "(quota)")) << "it does not compute\n" << o.err;
}

TEST_F(QuotaOfHalf, ThreadsAreThoseThatItIsGoodFor)
{
    Outcome o = group->run("exec $SQ run -q --range 0:9 --threads auto --json $D/r.json");
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(value("threads"), "1");
    ASSERT_TRUE(group->set(1.5));
    o = group->run("exec $SQ run -q --range 0:9 --threads auto --json $D/r.json");
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(value("threads"), "2");
    EXPECT_FALSE(has(o.err, "(quota)")) << "two are what 1.5 CPUs are good for\n" << o.err;
}

TEST_F(QuotaOfHalf, Compare)
{
    Outcome o = group->run(std::string("exec $MPI -np 2 $SQ compare --repeat 2 --json $D/r.json ") +
                           "--range 0:6000 --work squares:repeat=2000");
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.out, "(a quota of 0.5 CPUs, which limits one worker, too)")) << o.out;
    EXPECT_TRUE(has(read_file(path("r.json")), "\"bound_by\": \"quota\"")) << o.out;
}

TEST_F(QuotaOfHalf, PlaceChecks)
{
    Outcome o = group->run("exec $MPI -np 2 $SQ place --check");
    EXPECT_EQ(o.code, 3) << o.err;
    EXPECT_TRUE(has(o.out, "share a quota of 0.5 CPUs")) << o.out;
    o = group->run("exec $MPI -np 1 $SQ place | grep -c 'share a quota'");
    EXPECT_EQ(o.out, "0\n");
}

/* As soon as progress is told, so within the job. */
TEST_F(QuotaOfHalf, ChangesMeanwhile)
{
    setenv("SQUARES_QUOTA_GROUP", group->folder().c_str(), 1);
    Outcome o = group->run("$SQ run --range 0:400 --work io:latency=10ms --progress lines "
                           "2>$D/err & job=$!\n"
                           "while kill -0 $job && ! grep -q to.go $D/err; do sleep 0.05; done\n"
                           "cd $SQUARES_QUOTA_GROUP\n"
                           "if [ -e cpu.max ]; then echo 100000 100000 >cpu.max\n"
                           "else echo 100000 >cpu.cfs_quota_us; fi\n"
                           "wait $job");
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.out, "quota      it changed while the job ran")) << o.out;
}
