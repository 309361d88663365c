/* In the jobs of a real Slurm of one host, which the tests start themselves. */
#include "cli/whole_program.h"

#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace
{

/* `srun`, `sbatch` and so on are run by $ON. */
class Slurm : public Cli
{
  protected:
    static void SetUpTestSuite()
    {
        lacks_ = "";
        if (geteuid() != 0)
            lacks_ = "NO SLURM: only root can start one in namespaces of its own";
        for (const char *program : {"slurmctld", "slurmd", "srun", "munged", "ip", "nsenter"})
            if (lacks_.empty() && sh(std::string("command -v ") + program).code != 0)
                lacks_ = std::string("NO SLURM: there is no ") + program +
                         " (Debian: slurm-wlm, munge, iproute2)";
        if (lacks_.empty() && sh("unshare --net --uts --mount --pid --fork true").code != 0)
            lacks_ = "NO SLURM: namespaces are not allowed here";
    }
    /* Starts it with these lines of slurm.conf. */
    void start(const std::string &lines)
    {
        if (!lacks_.empty())
            GTEST_SKIP() << lacks_;
        setenv("SLURM", "tests/cluster/slurm.sh", 1);
        setenv("ON", "tests/cluster/slurm.sh on $D/slurm", 1);
        Outcome o = sh("$SLURM up $D/slurm " + lines, 60);
        ASSERT_EQ(o.code, 0) << o.err;
        up_ = true;
    }
    void TearDown() override
    {
        if (up_) {
            EXPECT_EQ(sh("$SLURM down $D/slurm", 60).code, 0);
        }
        Cli::TearDown();
    }
    /* Runs it there; its output. */
    static std::string on(const std::string &command)
    {
        Outcome o = sh("eval \"$ON\" " + command, 100);
        EXPECT_EQ(o.code, 0) << command << "\n" << o.err;
        return o.out;
    }
    /* A batch job's output. */
    std::string batch(const std::string &options, const std::string &script)
    {
        write_file(path("job.sh"), "#!/bin/sh\n" + script + "\n");
        on("sbatch --quiet --wait -o $D/job.out " + options + " $D/job.sh");
        return read_file(path("job.out"));
    }

  private:
    static std::string lacks_;
    bool up_ = false;
};

std::string Slurm::lacks_;

} // namespace

/* Nothing confines its jobs: only the variables say what a job was given. */
TEST_F(Slurm, CpusOfJobsThatNothingConfines)
{
    start("TaskPlugin=task/none");
    if (IsSkipped())
        return;
    if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
        GTEST_SKIP() << "one core only";
    EXPECT_EQ(on("srun -n 1 -c 1 $SQ cpus -q"), "1\n");
    EXPECT_EQ(on("srun -n 1 -c 2 $SQ cpus -q"), "2\n");
    EXPECT_EQ(on("srun -n 2 -c 1 $SQ cpus -q"), "1\n1\n") << "an even share each";
    const std::string table = on("srun -n 1 -c 1 $SQ cpus");
    EXPECT_TRUE(has(table, "The limit is what Slurm gave.")) << table;
    EXPECT_TRUE(has(table, "1 CPU on this host (SLURM_CPUS_ON_NODE)")) << table;
    EXPECT_EQ(batch("-n 1", "$SQ cpus -q"), "1\n");
    EXPECT_EQ(batch("-n 2", "$SQ cpus -q"), "2\n") << "the script has what its ranks will have";
    EXPECT_EQ(batch("-n 2", "$MPI -np 2 --bind-to none $SQ cpus -q"), "1\n1\n");
}

/* Slurm binds its tasks: the mask says it, too. */
TEST_F(Slurm, CpusOfTasksThatAreBound)
{
    start("TaskPlugin=task/affinity");
    if (IsSkipped())
        return;
    if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
        GTEST_SKIP() << "one core only";
    EXPECT_EQ(on("srun -n 2 -c 1 $SQ cpus -q"), "1\n1\n");
    const std::string table = on("srun -n 1 -c 1 --cpu-bind=cores $SQ cpus");
    EXPECT_TRUE(has(table, "start 1 worker\n")) << table;
    EXPECT_TRUE(has(table, "The limit is the kernel's mask")) << table;
    EXPECT_TRUE(has(table, "srun bound it")) << table;
}

/* Variables of a job that has ended say nothing. */
TEST_F(Slurm, VariablesThatAreLeftOver)
{
    const std::string before = sh("$SQ cpus -q").out;
    EXPECT_EQ(sh("SLURM_JOB_ID=7 SLURM_CPUS_ON_NODE=1 SLURM_PROCID=0 $SQ cpus -q").out, before);
}
