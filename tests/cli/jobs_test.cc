/* The job scripts, with an mpirun that only tells how it was called. */
#include "cli/whole_program.h"

/* The helper that mpirun starts by srun on another node is to get all of the job's CPUs there. */
TEST_F(Cli, JobScriptsLeaveSrunNoNumberOfCpus)
{
    write_file(path("mpirun"), "#!/bin/sh\necho \"$@\"\nenv | grep PER_TASK\ntrue\n");
    for (const char *script : {"jobs/mpi.sh", "jobs/hybrid.sh"}) {
        const std::string call = "chmod +x $D/mpirun; SRUN_CPUS_PER_TASK=3 SLURM_CPUS_PER_TASK=3 "
                                 "SLURM_TRES_PER_TASK=cpu=3 PATH=$D:$PATH bash " +
                                 std::string(script) + " run 1 2 3";
        Outcome o = sh(call);
        EXPECT_EQ(o.code, 0) << o.err;
        EXPECT_EQ(o.out.rfind("--map-by slot:PE=3 ./squares run ", 0), 0U) << o.out;
        EXPECT_FALSE(has(o.out, "PER_TASK")) << o.out;
    }
    EXPECT_TRUE(has(sh("chmod +x $D/mpirun; unset SLURM_CPUS_PER_TASK; PATH=$D:$PATH bash "
                       "jobs/hybrid.sh run 1")
                        .out,
                    "--map-by slot:PE=1 ./squares run --threads 1 1"));
}
