/* Variables by which launchers tell ranks who they are, left over in a process that is alone: it
 * says what it has to say, writes what it was asked for, and ends at once. */
#include "cli/whole_program.h"

#include <vector>

namespace
{

/* A whole environment of a rank is taken from mpirun itself, which has ended since. */
const char *const OF_MPIRUN =
    "$($MPI -np 1 env | grep -E '^(OMPI_(MCA_|COMM|APP|UNI|FILE|FIRST|NUM)|PMI|PRTE|MPI_L|HYD)' | "
    "grep -v ' ')";

const std::vector<std::string> LEFT_OVER = {
    "SLURM_PROCID=1",
    "SLURM_PROCID=",
    "PMIX_RANK=1",
    "PMIX_RANK=1 PMIX_NAMESPACE=7",
    "PMIX_RANK=-1 PMIX_NAMESPACE=7 PMIX_SERVER_URI2=garbage",
    "PMIX_RANK=1 PMIX_NAMESPACE=7 'PMIX_SERVER_URI2=7.0;tcp4://127.0.0.1:9'",
    "PMI_RANK=1",
    "PMI_RANK=1 PMI_SIZE=4 PMI_FD=9",
    "PMI_RANK=99999999999999999999 PMI_SIZE=abc",
    "OMPI_COMM_WORLD_RANK=1",
    "OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2 OMPI_MCA_ess=^singleton",
    "FLUX_JOB_ID=f1 PMI_RANK=1",
    "SLURM_PROCID=1 SLURM_STEP_ID=0 SLURM_NTASKS=4 SLURM_STEP_NUM_TASKS=4 SLURM_JOB_ID=3 "
    "SLURM_JOBID=3 SLURM_NODELIST=node7 SLURM_JOB_NODELIST=node7",
    OF_MPIRUN,
};

class Alone : public Cli
{
  protected:
    /* Runs squares with that environment. */
    static Outcome with(const std::string &environment, const std::string &words)
    {
        return sh("exec env " + environment + " $SQ " + words);
    }
};

} // namespace

TEST_F(Alone, MistakesAreToldAtOnce)
{
    for (const std::string &environment : LEFT_OVER) {
        SCOPED_TRACE(environment);
        for (const char *words : {"--nope", "run --nope", "compare --nope", "place --nope",
                                  "demo nope", "run 1 --json $D/absent/x"}) {
            Outcome o = with(environment, words);
            EXPECT_EQ(o.code, 2) << words;
            EXPECT_EQ(o.out, "");
            EXPECT_TRUE(has(own_words(o.err), "squares: ")) << words << o.err;
        }
    }
    EXPECT_LT(with("PMIX_RANK=1", "run --nope").seconds, 2.5) << "it waited for another to speak";
}

TEST_F(Alone, HelpIsGiven)
{
    for (const std::string &environment : LEFT_OVER) {
        SCOPED_TRACE(environment);
        EXPECT_TRUE(has(with(environment, "--help").out, "Usage: squares"));
        EXPECT_TRUE(has(with(environment, "--version").out, "squares "));
        for (const char *command : {"run", "compare", "place", "demo"})
            EXPECT_TRUE(has(with(environment, std::string(command) + " --help").out, "Usage:"));
        EXPECT_TRUE(has(with(environment, "demo").out, "race"));
        EXPECT_TRUE(has(with(environment, "demo race --code").out, "#include"));
    }
}

TEST_F(Alone, FilesAreWritten)
{
    for (const std::string &environment : LEFT_OVER) {
        SCOPED_TRACE(environment);
        Outcome o = with(environment, "run 3 4 -o $D/out --json $D/out.json");
        EXPECT_EQ(o.code, 0) << o.err;
        EXPECT_EQ(own_words(o.err), "");
        EXPECT_EQ(read_file(path("out")), "9\n16\n");
        EXPECT_TRUE(has(read_file(path("out.json")), "\"launcher\": \"hand\""));
        EXPECT_TRUE(has(o.out, "started by hand"));
        o = with(environment, "place --topology 'pack:1 core:2 pu:1' --json $D/there.json");
        EXPECT_EQ(o.code, 0) << o.err;
        EXPECT_TRUE(has(o.out, "core"));
        EXPECT_TRUE(has(read_file(path("there.json")), "\"workers\"")) << environment;
        o = with(environment, "demo deadlock --json $D/demo.json");
        EXPECT_EQ(o.code, 0) << o.err;
        EXPECT_TRUE(has(o.out, "deadlock"));
        EXPECT_TRUE(has(read_file(path("demo.json")), "deadlock"));
        EXPECT_EQ(files_left(), 4);
        sh("rm $D/*");
    }
}

/* What an ended job was given is no limit of this process, in whatever command asks. */
TEST_F(Alone, NumbersOfEndedJobsLimitNothing)
{
    const char *const ended = "SLURM_JOB_ID=7 SLURM_PROCID=0 SLURM_CPUS_ON_NODE=1";
    for (const char *words : {"run 1 --json -", "compare --range 0:9 --repeat 1 --json -",
                              "place --json -", "demo race --json -"}) {
        Outcome o = with(ended, words);
        EXPECT_EQ(o.code, 0) << words << o.err;
        EXPECT_FALSE(has(o.out + o.err, "Slurm gave")) << words << o.out;
    }
    Outcome o = with(ended, "cpus");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.out, "no Slurm can be seen")) << o.out;
}

TEST_F(Alone, PlaceAndCompareSpeak)
{
    for (const char *environment : {"PMIX_RANK=1", "SLURM_PROCID=1 SLURM_STEP_ID=0", OF_MPIRUN}) {
        SCOPED_TRACE(environment);
        Outcome o = with(environment, "place --json -");
        EXPECT_EQ(o.code, 0) << o.err;
        EXPECT_TRUE(has(o.out, "\"launcher\": \"hand\"")) << o.out;
        EXPECT_FALSE(has(o.out, "bound it")) << o.out;
        o = with(environment, "compare --range 1:90 --repeat 1 --json $D/c.json");
        EXPECT_EQ(o.code, 0) << o.err;
        EXPECT_TRUE(has(read_file(path("c.json")), "\"launcher\": \"hand\""));
    }
}

/* Slurm's count of CPUs, and the PUs it bound a task to, do not count without Slurm. */
TEST_F(Alone, NothingWasGiven)
{
    if (sh("test $(readlink /proc/self/ns/pid) = 'pid:[4026531836]'").code != 0)
        GTEST_SKIP() << "A PID NAMESPACE OF ITS OWN: that Slurm is not there cannot be told";
    const std::string environment =
        "SLURM_CPUS_ON_NODE=1 SLURM_JOB_CPUS_PER_NODE=1 SLURM_JOB_ID=3 SLURM_PROCID=1 "
        "SLURM_STEP_ID=0 SLURM_CPU_BIND_TYPE=mask_cpu: SLURM_CPU_BIND_LIST=0x1";
    for (const char *words : {"place --threads 2", "run 3 4 --threads 2 --place spread"}) {
        Outcome o = with(environment, words);
        EXPECT_FALSE(has(o.out + o.err, "Slurm gave")) << o.out << o.err;
        EXPECT_FALSE(has(o.out + o.err, "srun bound")) << o.out << o.err;
        EXPECT_FALSE(has(o.out + o.err, "started by srun")) << o.out << o.err;
        EXPECT_TRUE(has(o.out, "rank")) << o.out << o.err;
    }
}

/* The port of a server that is gone is another's now, who takes the connection and says nothing:
 * MPI would wait for its answer for good. */
TEST_F(Alone, AnotherListensAtTheServersPort)
{
    if (sh("ls /proc/1/fd").code != 0)
        GTEST_SKIP() << "NOT ROOT: who listens cannot be told";
    if (sh("test $(readlink /proc/self/ns/pid) = 'pid:[4026531836]'").code != 0)
        GTEST_SKIP() << "A PID NAMESPACE OF ITS OWN: who listens cannot be told";
    Outcome o = sh(R"sh(cat >$D/listen.py <<'END'
import socket, time
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
time.sleep(60)
END
python3 $D/listen.py >$D/port & listener=$!
tries=0
until [ -s $D/port ] || [ $((tries += 1)) -gt 100 ]; do sleep 0.1; done
$MPI -np 1 env | grep -E '^(OMPI_(MCA_|COMM|APP|UNI|FILE|FIRST|NUM)|PMI)' | grep -v ' ' |
    sed -E "s/(PMIX_SERVER_URI[0-9]*=.*):[0-9]+$/\1:$(cat $D/port)/" >$D/environment
env $(cat $D/environment) $SQ run -q 3 4 -o $D/out
code=$?
kill $listener
exit $code)sh");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(read_file(path("out")), "9\n16\n");
}

/* What is really one of several goes on as before, whatever else the environment has. */
TEST_F(Alone, OneOfSeveralStaysOne)
{
    for (const char *ranks : {"2", "3"})
        for (const char *environment : {"", "env SLURM_PROCID=7 SLURM_STEP_ID=1 SLURM_JOB_ID=3",
                                        "sh -c '\"$@\"; exit $?' sh"}) {
            SCOPED_TRACE(std::string(ranks) + " " + environment);
            const std::string job = std::string("$MPI -np ") + ranks + " " + environment + " $SQ ";
            Outcome o = sh(job + "run 3 4 -o $D/out");
            EXPECT_EQ(o.code, 0) << o.err;
            EXPECT_TRUE(has(o.out, std::string(ranks) + " processes x 1 ")) << o.out;
            EXPECT_TRUE(has(o.out, "started by mpirun")) << o.out;
            EXPECT_EQ(read_file(path("out")), "9\n16\n");
            o = sh(job + "--version");
            EXPECT_EQ(o.code, 0);
            EXPECT_EQ(lines_of(o.out), 1) << o.out;
            o = sh(job + "run --nope");
            EXPECT_EQ(o.code, 2) << o.err;
            EXPECT_EQ(lines_of(own_words(o.err)), 2) << o.err;
        }
}

/* A program that a rank starts is no rank, though it has the rank's variables. */
TEST_F(Alone, ProgramsOfARank)
{
    Outcome o = sh(R"sh(cat >$D/nested <<'END'
rank=${OMPI_COMM_WORLD_RANK:-$PMI_RANK}
$SQ run -q 3 4 -o $D/out.$rank && $SQ --version >$D/version.$rank &&
    $SQ place --topology "pack:1 core:2 pu:1" --json $D/place.$rank >/dev/null
END
export NESTED="sh $D/nested"
$MPI -np 2 $SQ run -q 1 2 --work $(dirname $SQ)/tests/plugins/nested.so)sh",
                   60);
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.out, "0 0")) << o.out;
    for (const char *rank : {"0", "1"}) {
        EXPECT_EQ(read_file(path(std::string("out.") + rank)), "9\n16\n");
        EXPECT_EQ(lines_of(read_file(path(std::string("version.") + rank))), 1);
        EXPECT_TRUE(has(read_file(path(std::string("place.") + rank)), "\"workers\""));
    }
}
