/* The ways in which numbers travel: the same results by all, and what happens where one cannot be
 * had.
 */
#include "cli/whole_program.h"

#include <filesystem>
#include <vector>

namespace
{

class Exchange : public Cli
{
  protected:
    void SetUp() override
    {
        Cli::SetUp();
        auto tests = std::filesystem::read_symlink("/proc/self/exe").parent_path();
        setenv("P", (tests / "plugins").c_str(), 1);
    }
};

} // namespace

TEST_F(Exchange, WindowWantsRankZeroToWork)
{
    Outcome o = sh("$MPI -np 3 $SQ run --range 0:9 --exchange window --root feeds");
    EXPECT_EQ(o.code, 2);
    EXPECT_TRUE(has(o.err, "has rank 0 work")) << o.err;
    EXPECT_EQ(lines_of(own_words(o.err)), 2) << o.err;
    Outcome automatic = sh("$MPI -np 3 $SQ run 1 2 3 --root feeds");
    EXPECT_TRUE(has(automatic.out, "exchange   message:")) << automatic.out << automatic.err;
}

/* In a mount namespace of its own: room for Open MPI's own, but not for a window. */
TEST_F(Exchange, WithoutRoomForAWindow)
{
    const std::string small =
        "unshare -m sh -c 'mount -t tmpfs -o size=5m tmpfs /dev/shm || exit 99; ";
    Outcome o = sh(small + "$MPI -np 2 $SQ run --range 0:1000'");
    if (o.code == 99 || has(o.err, "unshare"))
        GTEST_SKIP() << "CANNOT MOUNT A SMALL FILE SYSTEM: not root";
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.out, "exchange   message:")) << o.out;
    EXPECT_TRUE(has(o.out, "(no window: '/dev/shm'")) << o.out;
    Outcome asked = sh(small + "$MPI -np 2 $SQ run --range 0:1000 --exchange window'");
    EXPECT_EQ(asked.code, 1);
    EXPECT_TRUE(has(asked.err, "a window takes")) << asked.err;
    EXPECT_EQ(lines_of(own_words(asked.err)), 2) << asked.err;
}

TEST_F(Exchange, AutoTakesTheWindowWhereRanksShareAHost)
{
    EXPECT_TRUE(has(sh("$MPI -np 2 $SQ run 1 2 3").out, "exchange   window:"));
    EXPECT_TRUE(has(sh("$SQ run 1 2 3 --threads 2").out, "exchange   message:"));
}

/* Byte by byte, at shapes and sizes about the ends of blocks. */
TEST_F(Exchange, WindowAndMessageGiveTheSameFile)
{
    for (const char *count : {"7", "262145", "1000001"}) {
        SCOPED_TRACE(count);
        const std::string run = std::string(" $SQ run -q --range 0:") + count + " --exchange ";
        sh("$MPI -np 1" + run + "message -o $D/one.i64");
        for (const char *shape : {"-np 1", "-np 2", "-np 3"}) {
            Outcome o = sh(std::string("$MPI ") + shape + run +
                           "window -o $D/w.i64 -t 2 && cmp $D/one.i64 $D/w.i64");
            EXPECT_EQ(o.code, 0) << shape << o.err;
        }
    }
}

/* A source that has its numbers in memory of its own, and all kinds of input. */
TEST_F(Exchange, WindowTakesEverySource)
{
    EXPECT_EQ(sh("$MPI -np 3 $SQ run -q 3 1 2 --exchange window").out, "9 1 4\n");
    EXPECT_EQ(sh("$MPI -np 3 $SQ run -q 1.5 -2 --exchange window").out, "2.25 4.0\n");
    EXPECT_EQ(sh("seq 5 | $MPI -np 2 $SQ run -q -i - --exchange window").out, "1 4 9 16 25\n");
    sh("$SQ run -q --range 0:300000 -o $D/in.npy");
    Outcome o = sh("$MPI -np 3 $SQ run -q -i $D/in.npy --work io:latency=0 --exchange window -o "
                   "$D/out.npy && cmp $D/in.npy $D/out.npy");
    EXPECT_EQ(o.code, 0) << o.err;
}

/* The lowest, on whichever rank it was, also in the middle of a stream. */
TEST_F(Exchange, WindowTellsTheLowestFailure)
{
    for (const char *shape : {"-np 2", "-np 4"}) {
        Outcome o = sh(std::string("$MPI ") + shape +
                       " $SQ run -q --range 3036000000:3037000900 --exchange window");
        EXPECT_EQ(o.code, 2);
        EXPECT_TRUE(has(o.err, "3037000500 at position 1000500")) << o.err;
        EXPECT_EQ(lines_of(own_words(o.err)), 2) << o.err;
    }
}

/* One rank stands still once it has begun, until the others have done most: the work flows round
 * it, and nothing is lost or done twice. */
TEST_F(Exchange, WorkFlowsRoundASlowRank)
{
    sh("$SQ run -q --range 0:4000 --work io:latency=0 -o $D/expected.i64");
    for (const std::string exchange : {"window", "message"}) {
        Outcome o = sh("done_by() { cat \"$@\" 2>/dev/null | wc -c; }; rm -f $D/log.*; "
                       "$MPI -np 3 sh -c 'echo $$ >$D/${OMPI_COMM_WORLD_RANK:-$PMI_RANK}; exec $SQ "
                       "run --range 0:4000 --work $P/counted.so:$D/log --json $D/out.json -o "
                       "$D/out.i64 --exchange " +
                           exchange +
                           "' >$D/table & job=$!; until [ $(done_by $D/log.2) -gt 0 ]; do "
                           "sleep 0.01; done; kill -STOP $(cat $D/2); tries=0; until [ $(done_by "
                           "$D/log.0 $D/log.1) -ge 3000 ] || [ $((tries += 1)) = 1000 ]; do sleep "
                           "0.01; done; kill -CONT $(cat $D/2); wait $job && cmp $D/expected.i64 "
                           "$D/out.i64",
                       60);
        EXPECT_EQ(o.code, 0) << o.err << o.out;
        EXPECT_TRUE(has(read_file(path("out.json")), "\"schedule\": \"dynamic\"")) << exchange;
        const size_t others = read_file(path("log.0")).size() + read_file(path("log.1")).size();
        EXPECT_GE(others, 3000U) << exchange << " does not flow round it";
        EXPECT_EQ(others + read_file(path("log.2")).size(), 4000U) << exchange;
    }
}

TEST_F(Exchange, WindowEndsWhenARankIsKilled)
{
    Outcome o =
        sh("$MPI -np 3 sh -c 'echo $$ >$D/$OMPI_COMM_WORLD_RANK; exec $SQ run --range "
           "0:100000 --work io:latency=10ms --exchange window' & job=$!; sleep 1.5; kill -9 "
           "$(cat $D/1); wait $job",
           12);
    EXPECT_NE(o.code, 0);
    EXPECT_NE(o.code, 124) << "hangs";
}

/* The same bytes by each schedule, within a process and between those of a host, also of chunks
 * that are longer than all there is. */
TEST_F(Exchange, EveryScheduleGivesTheSameFile)
{
    sh("$SQ run -q --range 0:99991 -o $D/one.i64");
    for (const char *schedule :
         {"dynamic", "static", "cyclic", "guided", "factoring", "trapezoid", "adaptive", "steal"})
        for (const char *how : {"$SQ run -t 3 --chunk 7", "$MPI -np 3 $SQ run --chunk 1000",
                                "$MPI -np 2 $SQ run -t 2 --chunk 1e9"}) {
            SCOPED_TRACE(std::string(schedule) + " " + how);
            Outcome o = sh(std::string(how) + " -q --range 0:99991 -o $D/w.i64 --schedule " +
                           schedule + " && cmp $D/one.i64 $D/w.i64");
            EXPECT_EQ(o.code, 0) << o.err;
        }
    Outcome o = sh("$SQ run --range 0:10 --schedule guided --chunk 2");
    EXPECT_TRUE(has(o.out, "schedule   guided, by 2")) << o.out;
}
