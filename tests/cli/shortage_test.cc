/*
 * One rank cannot have what it needs, and the others can: all of them have to learn of it before
 * they wait for it in MPI. One message that names the rank, the right exit code, and no hang.
 */
#include "cli/whole_program.h"

#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace
{

class Shortage : public Cli
{
  protected:
    void SetUp() override
    {
        Cli::SetUp();
        auto tests = std::filesystem::read_symlink("/proc/self/exe").parent_path();
        setenv("P", (tests / "plugins").c_str(), 1);
    }

    /* On `rank` of three from the `from`-th call on. */
    static Outcome run(int rank, const std::string &of, int from, const std::string &words)
    {
        return sh("$MPI -np 3 env LD_PRELOAD=$P/shortage.so SHORTAGE_RANK=" + std::to_string(rank) +
                      " SHORTAGE_OF=" + of + " SHORTAGE_FROM=" + std::to_string(from) + " $SQ " +
                      words,
                  40);
    }

    static void expect_failure(const Outcome &o, int rank, const std::string &message)
    {
        const std::string words = own_words(o.err);
        EXPECT_EQ(o.code, 1) << o.err;
        EXPECT_TRUE(has(words, message)) << o.err;
        EXPECT_EQ(words.find("squares: "), words.rfind("squares: ")) << "more than one:\n" << words;
        EXPECT_EQ(has(words, "squares: rank " + std::to_string(rank) + ": "), rank != 0) << words;
    }

    /* Lets the first call fail, then the second one, ... until none is left. How many there were.
     */
    static int walk(int rank, const std::string &of, const std::string &message,
                    const std::string &words)
    {
        for (int from = 1; from < 40; from++) {
            SCOPED_TRACE("rank " + std::to_string(rank) + ", call " + std::to_string(from));
            Outcome o = run(rank, of, from, words);
            if (o.code == 0)
                return from - 1;
            expect_failure(o, rank, message);
            if (HasFailure())
                break;
        }
        return -1;
    }
};

const char *const COMPARE = "compare --work io --range 1:61 --repeat 1 --threads 7";
const char *const RUN = "run -q --range 0:1000 --threads 7";

} // namespace

class ShortageOfThreads : public Shortage, public ::testing::WithParamInterface<int>
{
};

INSTANTIATE_TEST_SUITE_P(OnRank, ShortageOfThreads, ::testing::Values(0, 1, 2));

/* 3x7 is the first shape with threads, and by messages: 6 of each rank. The seventh is of another
 * shape or round. */
TEST_P(ShortageOfThreads, InCompare)
{
    for (int from : {1, 6, 7}) {
        SCOPED_TRACE("thread " + std::to_string(from));
        expect_failure(run(GetParam(), "thread", from, COMPARE), GetParam(), "cannot start thread");
    }
}

TEST_P(ShortageOfThreads, InRun)
{
    for (const char *exchange : {"message", "window", "local"})
        expect_failure(run(GetParam(), "thread", 3, RUN + std::string(" --exchange ") + exchange),
                       GetParam(), " of 7");
}

/* Whatever a rank gets memory for, worker by worker: what the tallies of a job take is between the
 * plan and the exchange, whose opening is collective. */
class ShortageOfMemory : public Shortage, public ::testing::WithParamInterface<const char *>
{
};

TEST_P(ShortageOfMemory, InRun)
{
    EXPECT_GE(walk(1, "memory:7", "out of memory", RUN + std::string(" --exchange ") + GetParam()),
              3);
}

INSTANTIATE_TEST_SUITE_P(By, ShortageOfMemory, ::testing::Values("message", "window", "local"),
                         [](const auto &info) { return std::string(info.param); });

/* The real thing: a limit of processes and threads, as an ordinary user. Of a user id that no other
 * process has, as they would count, too. */
TEST_F(Shortage, AUserWithFewProcesses)
{
    if (geteuid() != 0)
        GTEST_SKIP() << "NO OTHER USER: only root can become one";
    ASSERT_EQ(sh("mkdir -m 777 $D/home && cp $SQ $D/squares && chmod 755 $D $D/squares").code, 0);
    for (int most = 39; most <= 43; most++) {
        SCOPED_TRACE(std::to_string(most) + " processes");
        Outcome o = sh("export HOME=$D/home TMPDIR=$D/home; cd $D/home; exec setpriv --reuid=47011 "
                       "--regid=47011 --clear-groups prlimit --nproc=" +
                           std::to_string(most) +
                           " $MPI -np 2 $D/squares compare --work io --repeat 2 --range 1:101 "
                           "--threads 16",
                       40);
        if (o.code == 0)
            break;
        EXPECT_EQ(o.code, 1) << o.err;
        EXPECT_TRUE(has(o.err, "cannot start thread")) << o.err;
    }
}
