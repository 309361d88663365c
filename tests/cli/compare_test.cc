/* compare: the rows there are, what they say, and that no process stays when it fails. */
#include "cli/whole_program.h"
#include "support/json_tree.h"

#include <cstring>
#include <signal.h>
#include <sstream>
#include <unistd.h>
#include <vector>

namespace
{

/* Lines of the table that begin, after a mark, with that mechanism and shape. */
int rows_of(const std::string &out, const std::string &mechanism, const std::string &shape)
{
    std::istringstream lines(out);
    int count = 0;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line.substr(line.empty() ? 0 : 1));
        std::string first, second;
        words >> first >> second;
        count += first == mechanism && second == shape;
    }
    return count;
}

struct Bad {
    const char *words;
    std::vector<std::string> parts;
};

class BadCompare : public Cli, public ::testing::WithParamInterface<Bad>
{
};

TEST_P(BadCompare, IsToldInOneMessage)
{
    Outcome o = sh(std::string("$SQ compare ") + GetParam().words, 60);
    EXPECT_EQ(o.code, 2) << o.err;
    EXPECT_EQ(o.out, "");
    EXPECT_LE(lines_of(o.err), 2) << o.err;
    for (const std::string &part : GetParam().parts)
        EXPECT_TRUE(has(o.err, part)) << o.err;
}

const Bad BAD[] = {
    {"--budget 1", {"'1'", "unit"}},
    {"--threads 1", {"nothing to compare", "mpirun -np"}},
    {"--work io --work io:latency=x", {"latency"}},
    {"7", {"'7'", "--range"}},
    {"--nonsense", {"--nonsense"}},
};

INSTANTIATE_TEST_SUITE_P(All, BadCompare, ::testing::ValuesIn(BAD));

} /* namespace */

TEST_F(Cli, ComparesEveryShape)
{
    Outcome o = sh("$MPI -np 4 $SQ compare --work squares:repeat=50 --range 0:2000 --repeat 2");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(rows_of(o.out, "serial", "1x1"), 1) << o.out;
    EXPECT_EQ(rows_of(o.out, "processes", "4x1"), 1) << o.out;
    EXPECT_EQ(rows_of(o.out, "window", "4x1"), 1) << o.out;
    EXPECT_EQ(rows_of(o.out, "hybrid", "2x2"), 1) << o.out;
    EXPECT_EQ(rows_of(o.out, "threads", "1x4"), 1) << o.out;
    EXPECT_EQ(rows_of(o.out, "threads+gil", "1x4"), 1) << o.out;
    EXPECT_EQ(rows_of(o.out, "processes+gil", "4x1"), 1) << o.out;
    EXPECT_TRUE(has(o.out, "squares:repeat=50")) << o.out;
}

TEST_F(Cli, ComparesSeveralWorks)
{
    Outcome o = sh("$MPI -np 2 $SQ compare --work squares --work io:latency=100us --range 0:40 "
                   "--repeat 2");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(rows_of(o.out, "processes", "2x1"), 2) << o.out;
}

/* Without mpirun there are threads only, and it says how to get processes. */
TEST_F(Cli, ComparesThreadsAlone)
{
    Outcome o = sh("$SQ compare --work io:latency=100us --range 0:40 --repeat 2 --threads 3");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(rows_of(o.out, "threads", "1x3"), 1) << o.out;
    EXPECT_EQ(rows_of(o.out, "processes", "3x1"), 0) << o.out;
    EXPECT_TRUE(has(o.out, "mpirun -np 3")) << o.out;
}

/* Ranks of several threads: the finest shape is hybrid. */
TEST_F(Cli, ComparesRanksOfThreads)
{
    Outcome o = sh("$MPI -np 2 $SQ compare --work squares --range 0:4000 --repeat 2 --threads 3");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(rows_of(o.out, "hybrid", "2x3"), 1) << o.out;
    EXPECT_EQ(rows_of(o.out, "threads", "1x6"), 1) << o.out;
}

/* In the parts of all ranks but the first, and found before anything is shown. */
TEST_F(Cli, CompareTellsWhatCannotBeSquared)
{
    Outcome o = sh("$MPI -np 4 $SQ compare --work squares --range 3037000490:3037000510", 60);
    EXPECT_EQ(o.code, 2);
    EXPECT_EQ(o.out, "");
    EXPECT_TRUE(has(o.err, "3037000500 at position 10")) << o.err;
    EXPECT_EQ(lines_of(own_words(o.err)), 2) << o.err;
}

/* Open MPI's own shared memory elsewhere, as Open MPI ends in a signal where that has no room: for
 * 4, then 5 and 6. */
const std::string MPI_ELSEWHERE = "OMPI_MCA_btl_vader_backing_directory=/tmp "
                                  "OMPI_MCA_btl_sm_backing_directory=/tmp ";

/* In a mount namespace of its own: a window that cannot be had leaves a reason in its row. */
TEST_F(Cli, ComparesWithoutRoomForAWindow)
{
    Outcome o =
        sh(MPI_ELSEWHERE +
           "unshare -m sh -c 'mount -t tmpfs -o size=5m tmpfs /dev/shm || exit 99; $MPI -np 2 "
           "$SQ compare --work squares --repeat 1 --range 0:1000000'");
    if (o.code == 99 || has(o.err, "unshare"))
        GTEST_SKIP() << "CANNOT MOUNT A SMALL FILE SYSTEM: not root";
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.out, "'/dev/shm' has room for ")) << o.out;
    EXPECT_EQ(rows_of(o.out, "processes", "2x1"), 1) << o.out;
}

/* When the room goes while rows are measured, too: a run that was not made took no time at all. */
TEST_F(Cli, ComparesWhileRoomForAWindowGoes)
{
    Outcome o = sh(MPI_ELSEWHERE +
                   "unshare -m sh -c 'mount -t tmpfs -o size=24m tmpfs /dev/shm || exit 99; "
                   "(sleep 3; exec dd if=/dev/zero of=/dev/shm/fill bs=1M count=40 2>$D/dd) & "
                   "$MPI -np 2 $SQ compare --work squares:repeat=100 --range 0:1000000 --budget 6s "
                   "--json $D/r.json; code=$?; wait; exit $code'");
    if (o.code == 99 || has(o.err, "unshare"))
        GTEST_SKIP() << "CANNOT MOUNT A SMALL FILE SYSTEM: not root";
    ASSERT_EQ(o.code, 0) << o.err;
    const JsonTree json(strdup(read_file(path("r.json")).c_str()));
    for (size_t row = 0; row < json.size("rows"); row++) {
        const std::string at = "rows/" + std::to_string(row);
        for (size_t i = 0; i < json.size(at + "/samples_s"); i++)
            EXPECT_GT(json_number_value(json.at(at + "/samples_s/" + std::to_string(i))), 0) << at;
    }
}

/* Ranks that sleep at the bell must not outlive one that was killed. */
TEST_F(Cli, CompareEndsWhenARankIsKilled)
{
    const char *const killing =
        "$MPI -np 4 sh -c 'echo $$ >%s/$OMPI_COMM_WORLD_RANK; exec $SQ compare --work "
        "io:latency=10ms --budget 60s' & job=$!; sleep 2; kill -9 $(cat %s/2); wait $job";
    std::string command = killing;
    for (size_t at; (at = command.find("%s")) != std::string::npos;)
        command.replace(at, 2, dir);
    Outcome o = sh(command, 90);
    EXPECT_NE(o.code, 0);
    EXPECT_NE(o.code, 124) << "hangs";
    for (int rank = 0; rank < 4; rank++) {
        pid_t pid = std::stoi(read_file(path(std::to_string(rank))));
        bool left = true;
        for (int tenths = 0; left && tenths < 30; tenths++) {
            left = kill(pid, 0) == 0;
            usleep(left ? 100000 : 0);
        }
        EXPECT_FALSE(left) << "rank " << rank;
    }
}

/* Ranks that the system confines to a core each, as Slurm's task/cgroup does: the machine is what
 * they have together, and no team has more threads on a core than it says. */
TEST_F(Cli, ComparesRanksInCgroupsOfTheirOwn)
{
    const char *const confining =
        "base=/sys/fs/cgroup/cpuset; [ -d $base ] || base=/sys/fs/cgroup; "
        "[ -e $base/cgroup.controllers ] && echo +cpuset >$base/cgroup.subtree_control; "
        "for i in 0 1; do c=$base/squares-test-$$-$i; trap \"rmdir $base/squares-test-$$-*\" EXIT; "
        "mkdir $c && echo $i >$c/cpuset.cpus && cat $base/cpuset.mems* | head -1 >$c/cpuset.mems "
        "&& [ \"$(cat $c/cpuset.cpus)\" = $i ] || exit 99; done 2>/dev/null; "
        "$MPI -np 2 --bind-to none sh -c \"echo \\$\\$ "
        ">$base/squares-test-$$-\\$OMPI_COMM_WORLD_RANK/cgroup.procs; exec $SQ compare --work "
        "squares:repeat=100 --range 0:400 --repeat 2\"; code=$?; sleep 0.2; exit $code";
    Outcome o = sh(confining);
    if (o.code == 99)
        GTEST_SKIP() << "CANNOT MAKE CGROUPS OF CPUS: not root, one CPU, or none there";
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.out, "2 workers on 2 cores")) << o.out << o.err;
    EXPECT_TRUE(has(o.out, "it is confined")) << o.out;
    EXPECT_EQ(rows_of(o.out, "processes", "2x1"), 1) << o.out;
}
