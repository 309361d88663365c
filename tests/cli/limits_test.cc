/*
 * A thread or a process cannot be started: the message names the limit that it was, whichever
 * command asked for it.
 */
#include "cli/whole_program.h"

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace
{

/* A cgroup of this test's own with room for some processes and threads. */
class PidsCgroup
{
  public:
    PidsCgroup()
    {
        for (const char *parent : {"/sys/fs/cgroup/pids", "/sys/fs/cgroup"}) {
            const std::string made =
                std::string(parent) + "/squares-test-" + std::to_string(getpid());
            std::error_code failed;
            if (!std::filesystem::create_directory(made, failed))
                continue;
            if (std::filesystem::exists(made + "/pids.max")) {
                folder = made;
                return;
            }
            std::filesystem::remove(made, failed);
        }
    }
    ~PidsCgroup()
    {
        remove_cgroup(folder);
    }
    PidsCgroup(const PidsCgroup &) = delete;
    PidsCgroup &operator=(const PidsCgroup &) = delete;

    /* Runs `words` with at most `most` processes and threads. */
    Outcome run(int most, const std::string &words) const
    {
        std::ofstream(folder + "/pids.max") << most << std::flush;
        return sh("echo $$ >" + folder + "/cgroup.procs && exec " + words, 40);
    }

    std::string folder; /* "": not permitted */
};

class LimitsNamed : public Cli
{
  protected:
    /* One message, of a thread or process, that names this limit and the way to raise it. */
    static void expect_named(const Outcome &o, const std::string &cause, const std::string &remedy)
    {
        const std::string words = own_words(o.err);
        EXPECT_EQ(o.code, 1) << o.err;
        EXPECT_TRUE(has(words, "cannot start ") || has(words, "cannot fork") ||
                    has(words, "could not start "))
            << o.err;
        EXPECT_TRUE(has(words, cause)) << o.err;
        EXPECT_TRUE(has(words, remedy)) << o.err;
        EXPECT_EQ(words.find("squares: "), words.rfind("squares: ")) << "several:\n" << words;
    }
};

const char *const MEMORY_RUNS[] = {"run -q --range 0:500 --threads 256",
                                   "run -q --range 0:500 --threads 256 --gil",
                                   "compare --work io --range 1:41 --repeat 1 --threads 256"};

} // namespace

#ifdef SQUARES_SANITIZED
#define SKIP_SANITIZED() GTEST_SKIP() << "sanitizers need the address space"
#else
#define SKIP_SANITIZED() (void)0
#endif

TEST_F(LimitsNamed, AddressSpace)
{
    SKIP_SANITIZED();
    for (const char *words : MEMORY_RUNS)
        expect_named(sh("ulimit -v 700000; $SQ " + std::string(words)), "(ulimit -v: 700000 KiB)",
                     "memory: ulimit -v");
}

TEST_F(LimitsNamed, Data)
{
    SKIP_SANITIZED();
    for (const char *words : MEMORY_RUNS)
        expect_named(sh("ulimit -d 300000; $SQ " + std::string(words)), "(ulimit -d: 300000 KiB)",
                     "data: ulimit -d");
}

TEST_F(LimitsNamed, ACgroup)
{
    const PidsCgroup cgroup;
    if (cgroup.folder.empty())
        GTEST_SKIP() << "NO CGROUP: none with pids.max can be made here";
    for (const char *words :
         {"$SQ run -q --range 0:500 --threads 200", "$MPI -np 2 $SQ run -q --range 0:500 -t 200",
          "$SQ compare --work io --range 1:41 --repeat 1 --threads 200", "$SQ demo cost",
          "prlimit --nproc=90000 $SQ run -q --range 0:500 --threads 200"}) {
        SCOPED_TRACE(words);
        expect_named(cgroup.run(40, words), "allows 40 processes", "pids.max");
    }
}

TEST_F(LimitsNamed, AUser)
{
    if (geteuid() != 0)
        GTEST_SKIP() << "NO OTHER USER: only root can become one";
    ASSERT_EQ(sh("mkdir -m 777 $D/home && cp $SQ $D/squares && chmod 755 $D $D/squares").code, 0);
    for (const char *words :
         {"run -q --range 0:500 --threads 40",
          "compare --work io --range 1:41 --repeat 1 --threads 40", "demo cost"}) {
        SCOPED_TRACE(words);
        expect_named(sh("export HOME=$D/home TMPDIR=$D/home; cd $D/home; exec setpriv "
                        "--reuid=47012 --regid=47012 --clear-groups prlimit --nproc=20 "
                        "$D/squares " +
                            std::string(words),
                        40),
                     "47012 may have 20", "ulimit -u");
    }
}
