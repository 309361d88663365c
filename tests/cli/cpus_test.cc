/* `squares cpus`, on the real system: masks, cpusets and quotas that the tests set themselves. */
#include "cli/quota_group.h"

#include <cstdlib>
#include <unistd.h>

namespace
{

class Cpus : public Cli
{
  protected:
    static long online()
    {
        return sysconf(_SC_NPROCESSORS_ONLN);
    }
    /* What the program says with these words before and after it. */
    static std::string number(const std::string &before = "", const std::string &options = "")
    {
        Outcome o =
            sh("unset OMP_NUM_THREADS OMP_THREAD_LIMIT; " + before + " $SQ cpus -q " + options);
        EXPECT_EQ(o.code, 0) << o.err;
        EXPECT_EQ(o.err, "");
        return o.out;
    }
};

std::string line(long number)
{
    return std::to_string(number) + "\n";
}

/* Without ends of lines and runs of blanks. */
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

} // namespace

TEST_F(Cpus, NumberAlone)
{
    Outcome nproc = sh("env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc");
    ASSERT_EQ(nproc.code, 0);
    const long most = strtol(nproc.out.c_str(), nullptr, 10);
    const long said = strtol(number().c_str(), nullptr, 10);
    EXPECT_GE(said, 1);
    EXPECT_LE(said, most) << "nproc knows no quotas: it may say more";
}

TEST_F(Cpus, Mask)
{
    EXPECT_EQ(number("taskset -c 0"), "1\n");
    Outcome o = sh("taskset -c 0 $SQ cpus");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.out, "start 1 worker\n")) << o.out;
    EXPECT_TRUE(has(o.out, "PU 0")) << o.out;
    o = sh("$MPI -np 1 --bind-to core $SQ cpus");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.out, "mpirun bound it")) << o.out;
}

TEST_F(Cpus, VariablesLowerItOnly)
{
    EXPECT_EQ(number("OMP_NUM_THREADS=1"), "1\n");
    EXPECT_EQ(number("OMP_NUM_THREADS=100000"), number());
    EXPECT_EQ(number("OMP_NUM_THREADS=banana"), number());
}

TEST_F(Cpus, ReportAsJson)
{
    Outcome o = sh("$SQ cpus --json $D/cpus.json");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.out, "what it says")) << o.out;
    EXPECT_TRUE(has(read_file(path("cpus.json")), "\"workers_limited_by\"")) << o.out;
    o = sh("$SQ cpus --json - -q | python3 -c 'import json, sys; "
           "print(json.load(sys.stdin)[\"workers\"])'");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(o.out, number());
    o = sh("$MPI -np 3 $SQ cpus --json - -q | python3 -c 'import json, sys; json.load(sys.stdin)'");
    EXPECT_EQ(o.code, 0) << o.err;
}

TEST_F(Cpus, ReportThatCannotBeWritten)
{
    Outcome o = sh("$SQ cpus --json $D/no/such.json");
    EXPECT_EQ(o.code, 2) << o.err;
    EXPECT_EQ(o.out, "");
    EXPECT_EQ(files_left(), 0);
    EXPECT_EQ(sh("$SQ cpus >/dev/full").code, 1);
    EXPECT_EQ(sh("$SQ cpus -q >/dev/full").code, 1);
}

TEST_F(Cpus, EachRankAnswersForItself)
{
    Outcome o = sh("$MPI -np 3 --bind-to none $SQ cpus -q");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(lines_of(o.out), 3) << o.out;
    const long share = std::max(online() / 3, 1L);
    EXPECT_EQ(o.out, line(share) + line(share) + line(share));
    o = sh("$MPI -np 3 $SQ cpus");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(o.out.find("start "), o.out.rfind("start ")) << "the table once:\n" << o.out;
}

/* Two ranks on one core, and four on two: their masks tell what they share. */
TEST_F(Cpus, RanksThatShareCores)
{
    if (online() < 2)
        GTEST_SKIP() << "one core only";
    for (const char *line : {"taskset -c 0 $MPI -np 2 --bind-to none $SQ cpus",
                             "taskset -c 0-1 $MPI -np 4 --bind-to none $SQ cpus"}) {
        Outcome o = sh(line);
        EXPECT_EQ(o.code, 0) << o.err;
        EXPECT_TRUE(has(unwrapped(o.out), "0.5 CPUs are the share of this one")) << o.out;
        EXPECT_TRUE(has(unwrapped(o.out), ", which share PUs")) << o.out;
    }
    Outcome o = sh("$MPI -np 2 --map-by core --bind-to core $SQ cpus");
    EXPECT_TRUE(has(unwrapped(o.out), ", on CPUs of its own each")) << o.out;
}

/* What MPI itself must not see, as this process is no rank, tells nevertheless who shares the CPUs.
 */
TEST_F(Cpus, BelowARankOfAnotherProgram)
{
    write_file(path("rank.py"), "import ctypes, subprocess, sys\n"
                                "ctypes.CDLL('libmpi.so.40')\n"
                                "subprocess.run([sys.argv[1], 'cpus', '-q'])\n");
    Outcome o =
        sh("$MPI -np " + std::to_string(2 * online()) + " --bind-to none python3 $D/rank.py $SQ");
    if (has(o.err, "OSError"))
        GTEST_SKIP() << "the MPI library has another name here";
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(o.out.find_first_not_of("1\n"), std::string::npos) << o.out;
    EXPECT_EQ(lines_of(o.out), 2 * online());
}

/* Another group, or an empty file system, is mounted over the process's own: nothing is guessed. */
TEST_F(Cpus, QuotasThatCannotBeSeen)
{
    const QuotaGroup group(1.5);
    if (!group.made() || !exists("/sys/fs/cgroup/cpu/cgroup.procs"))
        GTEST_SKIP() << "NO QUOTA: cgroups of version 1 cannot be made here";
    setenv("SQUARES_QUOTA_GROUP", group.folder().c_str(), 1);
    for (const char *mount : {"mkdir $SQUARES_QUOTA_GROUP/other && "
                              "mount --bind $SQUARES_QUOTA_GROUP/other /sys/fs/cgroup/cpu",
                              "mount -t tmpfs none /sys/fs/cgroup/cpu",
                              "mount -t tmpfs none /sys/fs/cgroup", "mount -t tmpfs none /proc"}) {
        Outcome o =
            group.run("exec unshare --mount sh -c '" + std::string(mount) + "; exec $SQ cpus'");
        (void)rmdir((group.folder() + "/other").c_str());
        EXPECT_EQ(o.code, 0) << mount << o.err;
        EXPECT_TRUE(has(unwrapped(o.out), "as far as can be seen")) << mount << "\n" << o.out;
        EXPECT_FALSE(has(o.out, "ms in every")) << mount << "\n" << o.out;
    }
}

/* Of one and a half CPUs, and of others. */
TEST_F(Cpus, Quotas)
{
    const struct {
        double cpus;
        long workers;
        const char *says;
    } table[] = {{0.5, 1, "the time of 0.5 CPUs, rounded up"},
                 {1, 1, "the time of 1 CPU."},
                 {1.5, 2, "the time of 1.5 CPUs, rounded up"}};
    if (online() < 2)
        GTEST_SKIP() << "one core only";
    for (const auto &row : table) {
        const QuotaGroup group(row.cpus);
        if (!group.made())
            GTEST_SKIP() << "NO QUOTA: cgroups cannot be made here (needs root, and the cpu "
                            "controller)";
        Outcome o = group.run("exec $SQ cpus");
        EXPECT_EQ(o.code, 0) << o.err;
        EXPECT_TRUE(has(unwrapped(o.out), row.says)) << o.out;
        o = group.run("exec $SQ cpus -q");
        EXPECT_EQ(o.out, line(std::min(row.workers, online())));
        o = group.run("exec $MPI -np 2 $SQ cpus -q");
        EXPECT_EQ(o.out, "1\n1\n") << "two ranks share the quota of " << row.cpus;
    }
}
