/* cpu_sources - how many workers, by saved trees of other machines and by trees made up here. */
#include "support/err.h"
#include "support/golden.h"
#include "support/imagined.h"
#include "support/saved_tree.h"

#include <sys/stat.h>

extern "C" {
#include "place/cpu_sources.h"
}

namespace
{

struct cpu_sources find(SavedTree &tree, hwloc_topology_t topology = nullptr,
                        const char *host = "here", pid_t pid = 1)
{
    struct cpu_sources sources;
    Err err;
    const std::string root = tree.root();
    const struct cpu_world world = {root.c_str(), find_in, &tree.environment, pid, host, topology};
    EXPECT_TRUE(works(cpu_sources_find(&sources, &world, &err), err));
    return sources;
}

/* As a saved tree says it. */
std::string told(const struct cpu_sources &sources)
{
    char text[160];
    (void)snprintf(text, sizeof(text), "workers %d, cpus %g, by %s, %s", sources.workers,
                   sources.cpus, cpu_source_key(sources.workers_by),
                   cpu_source_key(sources.cpus_by));
    return text;
}

std::string answer(const std::string &text)
{
    SavedTree tree(text);
    return told(find(tree));
}

/* What a source says: "4: ..."; "": nothing. */
std::string says(const struct cpu_sources &sources, enum cpu_source_id id)
{
    const struct cpu_source &source = sources.list[id];
    std::ostringstream text;
    if (source.text[0] != '\0')
        text << source.number << (source.limits ? ": " : " (no limit): ") << source.text;
    return text.str();
}

/* A host of 8 CPUs, all of which may be used. */
const std::string EIGHT = "--- /sys/devices/system/cpu/online\n0-7\n"
                          "--- /proc/self/status\nCpus_allowed_list:\t0-7\n";

/* In the cgroup /a/b of version 2. */
const std::string IN_B = "--- /proc/self/cgroup\n0::/a/b\n"
                         "--- /proc/self/mountinfo\n"
                         "30 1 0:9 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";

std::string with_quota(const std::string &quota)
{
    return EIGHT + IN_B + "--- /sys/fs/cgroup/a/b/cpu.max\n" + quota + "\n";
}

class CpuSourcesTree : public testing::TestWithParam<std::string>
{
};

class CpuSources : public testing::Test
{
};

} // namespace

TEST_P(CpuSourcesTree, IsAsExpected)
{
    SavedTree tree(SavedTree::read(GetParam()));
    ASSERT_NE(tree.expected, "");
    EXPECT_EQ(told(find(tree)), tree.expected);
}

INSTANTIATE_TEST_SUITE_P(, CpuSourcesTree, testing::ValuesIn(SavedTree::names()),
                         [](const auto &info) {
                             std::string name = info.param;
                             for (char &c : name)
                                 c = isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
                             return name;
                         });

TEST_F(CpuSources, SavedTreesAreThere)
{
    EXPECT_GE(SavedTree::names().size(), 40U);
}

TEST_F(CpuSources, NothingIsKnown)
{
    EXPECT_EQ(answer(""), "workers 1, cpus 1, by online, online");
}

TEST_F(CpuSources, TheLeastCounts)
{
    EXPECT_EQ(answer(EIGHT), "workers 8, cpus 8, by online, online");
    EXPECT_EQ(answer("--- /sys/devices/system/cpu/online\n0-7\n"
                     "--- /proc/self/status\nCpus_allowed_list:\t0,2-3\n"),
              "workers 3, cpus 3, by mask, mask");
    EXPECT_EQ(answer(with_quota("800000 100000")), "workers 8, cpus 8, by online, online");
    EXPECT_EQ(answer(with_quota("790000 100000")), "workers 8, cpus 7.9, by quota, quota");
    EXPECT_EQ(
        answer("env: OMP_NUM_THREADS=7\nenv: OMP_THREAD_LIMIT=6\n" + with_quota("650000 100000")),
        "workers 6, cpus 6.5, by omp-thread-limit, quota");
}

TEST_F(CpuSources, Fractions)
{
    const struct {
        const char *quota;
        const char *answer;
    } table[] = {
        {"50000 100000", "workers 1, cpus 0.5, by quota, quota"},
        {"1000 1000000", "workers 1, cpus 0.001, by quota, quota"},
        {"100000 100000", "workers 1, cpus 1, by quota, quota"},
        {"100001 100000", "workers 1, cpus 1.00001, by quota, quota"},
        {"150000 100000", "workers 2, cpus 1.5, by quota, quota"},
        {"70000 10000", "workers 7, cpus 7, by quota, quota"},
    };
    for (const auto &row : table)
        EXPECT_EQ(answer(with_quota(row.quota)), row.answer) << row.quota;
}

TEST_F(CpuSources, DamagedQuotasLimitNothingAndAreTold)
{
    for (const char *quota :
         {"", "max", "max 100000", "0 100000", "100000 0", "-1 100000", "100000", "x 100000",
          "100000 y", "99999999999999999999 100000", "max100000", "1e5 100000"}) {
        SavedTree tree(with_quota(quota));
        struct cpu_sources sources = find(tree);
        bool sound = std::string(quota).compare(0, 4, "max ") == 0 || std::string(quota) == "max";
        EXPECT_EQ(told(sources), "workers 8, cpus 8, by online, online") << quota;
        EXPECT_EQ(says(sources, SOURCE_QUOTA),
                  sound ? "" : "0 (no limit): what /a/b has is not a quota: ignored")
            << quota;
    }
}

TEST_F(CpuSources, DamagedVariablesLimitNothingAndAreTold)
{
    for (const char *text : {"banana", "0", "-4", "4x", "4;2", "99999999999999999999",
                             "99999999999999999999x", ",4"}) {
        SavedTree tree("env: OMP_NUM_THREADS=" + std::string(text) + "\n" + EIGHT);
        struct cpu_sources sources = find(tree);
        EXPECT_EQ(sources.workers, 8) << text;
        EXPECT_EQ(says(sources, SOURCE_OMP_NUM_THREADS),
                  "0 (no limit): '" + std::string(text) + "' is not a number of threads: ignored");
    }
    EXPECT_EQ(answer("env: OMP_NUM_THREADS=\n" + EIGHT), "workers 8, cpus 8, by online, online");
    EXPECT_EQ(answer("env: OMP_NUM_THREADS= 3 ,2\n" + EIGHT),
              "workers 3, cpus 8, by omp-num-threads, online");
    EXPECT_EQ(answer("env: SLURM_CPUS_ON_NODE=many\nenv: PBS_JOBID=1\nenv: NCPUS=-3\n"
                     "env: LSB_MCPU_HOSTS=here\nenv: NSLOTS=x\nenv: JOB_ID=3\n" +
                     EIGHT),
              "workers 8, cpus 8, by online, online");
}

TEST_F(CpuSources, BatchSystems)
{
    const struct {
        const char *environment, *answer;
    } table[] = {
        {"env: SLURM_CPUS_ON_NODE=3\n", "workers 3, cpus 3, by slurm, slurm"},
        {"env: SLURM_JOB_CPUS_PER_NODE=6(x2)\n", "workers 6, cpus 6, by slurm, slurm"},
        {"env: PBS_JOBID=1\nenv: NCPUS=2\n", "workers 2, cpus 2, by pbs, pbs"},
        {"env: PBS_JOBID=1\nenv: PBS_NUM_PPN=4\n", "workers 4, cpus 4, by pbs, pbs"},
        {"env: LSB_MCPU_HOSTS=there 8 here 4\n", "workers 4, cpus 4, by lsf, lsf"},
        {"env: LSB_MCPU_HOSTS=there 3\n", "workers 3, cpus 3, by lsf, lsf"},
        {"env: LSB_MCPU_HOSTS=there 3 elsewhere 2\n", "workers 8, cpus 8, by online, online"},
        {"env: LSB_MCPU_HOSTS=here 4 \n", "workers 4, cpus 4, by lsf, lsf"},
        {"env: LSB_MCPU_HOSTS=here 4294967297\n", "workers 8, cpus 8, by online, online"},
        {"env: LSB_MCPU_HOSTS=here 123456\n", "workers 8, cpus 8, by online, online"},
        {"env: JOB_ID=1\nenv: NSLOTS=5\n", "workers 5, cpus 5, by grid-engine, grid-engine"},
        {"env: JOB_ID=1\nenv: NSLOTS=5\nenv: NHOSTS=2\n", "workers 8, cpus 8, by online, online"},
        {"env: NCPUS=2\n", "workers 8, cpus 8, by online, online"},
        {"env: NSLOTS=2\n", "workers 8, cpus 8, by online, online"},
    };
    for (const auto &row : table)
        EXPECT_EQ(answer(row.environment + EIGHT), row.answer) << row.environment;
}

/* NCPUS is a chunk's ompthreads: 3 processes of 2 threads here, and one elsewhere. */
TEST_F(CpuSources, PbsTellsTheLeastThatItGave)
{
    TempDir dir;
    const std::string file = dir.write("nodes", "here.cluster\nhere.cluster\nthere\nHERE\n");
    const std::string pbs = "env: PBS_JOBID=1\nenv: NCPUS=2\nenv: PBS_NODEFILE=" + file + "\n";
    EXPECT_EQ(answer(pbs + EIGHT), "workers 6, cpus 6, by pbs, pbs");
    EXPECT_EQ(answer("env: PBS_JOBID=1\nenv: NCPUS=2\nenv: PBS_NODEFILE=/no/such\n" + EIGHT),
              "workers 2, cpus 2, by pbs, pbs");

    /* PBS has confined the job: then that is what it gave, and the number may be too small. A mask
     * alone may be anybody's. */
    const std::string half = "env: PBS_JOBID=1\nenv: NCPUS=2\n"
                             "--- /sys/devices/system/cpu/online\n0-15\n"
                             "--- /proc/self/status\nCpus_allowed_list:\t0-7\n";
    EXPECT_EQ(answer(half), "workers 2, cpus 2, by pbs, pbs");
    SavedTree confined(half + IN_B + "--- /sys/fs/cgroup/a/b/cpuset.cpus.effective\n0-7\n");
    struct cpu_sources sources = find(confined);
    EXPECT_EQ(told(sources), "workers 8, cpus 8, by cpuset, cpuset");
    EXPECT_TRUE(golden(says(sources, SOURCE_PBS)));
}

/* What is no file would be waited for, or never end. */
TEST_F(CpuSources, ListsThatAreNoFiles)
{
    TempDir dir;
    const std::string pipe = dir.path("pipe");
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    for (const std::string &list : {pipe, std::string("/dev/zero"), dir.path(), std::string("/")}) {
        EXPECT_EQ(
            answer("env: PBS_JOBID=1\nenv: NCPUS=3\nenv: PBS_NODEFILE=" + list + "\n" + EIGHT),
            "workers 3, cpus 3, by pbs, pbs");
        EXPECT_EQ(answer("env: NSLOTS=4\nenv: NHOSTS=1\nenv: PE_HOSTFILE=" + list + "\n" + EIGHT),
                  "workers 4, cpus 4, by grid-engine, grid-engine");
    }
}

TEST_F(CpuSources, HostsOfLists)
{
    TempDir dir;
    const std::string file = dir.write("hosts", "n1.a 2 q U\nn1.b 4 q U\n10.0.0.6 1 q U\n"
                                                "10.0.0.5 3 q U\nN7 5 q U\n");
    const struct {
        const char *host, *answer;
    } table[] = {{"n1.a", "workers 2, cpus 2, by grid-engine, grid-engine"},
                 {"n1.b", "workers 4, cpus 4, by grid-engine, grid-engine"},
                 {"n1", "workers 6, cpus 6, by grid-engine, grid-engine"},
                 {"10.0.0.5", "workers 3, cpus 3, by grid-engine, grid-engine"},
                 {"n7.here", "workers 5, cpus 5, by grid-engine, grid-engine"},
                 {"n8", "workers 8, cpus 8, by online, online"}};
    for (const auto &row : table) {
        SavedTree tree("env: NSLOTS=11\nenv: NHOSTS=2\nenv: PE_HOSTFILE=" + file + "\n" + EIGHT);
        EXPECT_EQ(told(find(tree, nullptr, row.host)), row.answer) << row.host;
    }
}

/* Ranks of mpirun, process 50, of which this is number 100: what is common to some is shared. */
TEST_F(CpuSources, RanksShareWhatTheirMasksHaveInCommon)
{
    const struct {
        std::vector<const char *> masks; /* the first is this rank's */
        const char *answer;
    } table[] = {
        {{"0", "1"}, "workers 1, cpus 1, by mask, mask"},
        {{"0-7", "0-7"}, "workers 4, cpus 4, by launcher, launcher"},
        {{"0-7", "0-7", "0-7"}, "workers 2, cpus 2.66667, by launcher, launcher"},
        {{"0-3", "0-3", "4-7", "4-7"}, "workers 2, cpus 2, by launcher, launcher"},
        {{"0-3", "2-7"}, "workers 3, cpus 3, by launcher, launcher"},
        {{"0", "0"}, "workers 1, cpus 0.5, by launcher, launcher"},
    };
    for (const auto &row : table) {
        const std::string ranks = std::to_string(row.masks.size());
        std::string text = "env: OMPI_COMM_WORLD_LOCAL_SIZE=" + ranks +
                           "\n--- /sys/devices/system/cpu/online\n0-7\n"
                           "--- /proc/self/status\nCpus_allowed_list:\t" +
                           row.masks[0] +
                           "\n--- /proc/50/stat\n50 (mpirun) S 1 50 7\n"
                           "--- /proc/50/status\nCpus_allowed_list:\t0-7\n"
                           "--- /proc/50/task/50/children\n99 ";
        std::string files = "--- /proc/99/status\nCpus_allowed_list:\t0-7\n"
                            "--- /proc/99/environ\nHOME=/\n"; /* mpirun's, but no rank */
        for (size_t i = 0; i < row.masks.size(); i++) {
            const std::string pid = std::to_string(100 + i), folder = "--- /proc/" + pid;
            text += pid + " ";
            files += folder + "/stat\n" + pid + " (squares) R 50 " + pid + " 7\n" + folder +
                     "/environ\nOMPI_COMM_WORLD_RANK=" + std::to_string(i) + "\n" + folder +
                     "/status\nCpus_allowed_list:\t" + row.masks[i] + "\n";
        }
        SavedTree tree(text + "\n" + files);
        EXPECT_EQ(told(find(tree, nullptr, "here", 100)), row.answer) << row.masks[1];
    }
}

/* The others' masks cannot be seen: an even share of what the launcher itself may use. */
TEST_F(CpuSources, RanksWhoseMasksCannotBeSeen)
{
    const std::string rest = "--- /sys/devices/system/cpu/online\n0-63\n"
                             "--- /proc/50/stat\n50 (mpirun) S 1 50 7\n"
                             "--- /proc/100/stat\n100 (squares) R 50 100 7\n"
                             "--- /proc/50/status\nCpus_allowed_list:\t0-7\n"
                             "--- /proc/self/status\nCpus_allowed_list:\t";
    SavedTree all("env: OMPI_COMM_WORLD_LOCAL_SIZE=8\n" + rest + "0-7\n");
    EXPECT_EQ(told(find(all, nullptr, "here", 100)), "workers 1, cpus 1, by launcher, launcher");
    SavedTree one("env: OMPI_COMM_WORLD_LOCAL_SIZE=4\n" + rest + "3\n");
    EXPECT_EQ(told(find(one, nullptr, "here", 100)), "workers 1, cpus 1, by mask, mask");
}

TEST_F(CpuSources, GridEngineTellsEachHost)
{
    TempDir dir;
    const std::string file = dir.write("hosts", "there 8 all.q@there UNDEFINED\n"
                                                "here.cluster 3 all.q@here UNDEFINED\n");
    EXPECT_EQ(answer("env: NSLOTS=11\nenv: NHOSTS=2\nenv: PE_HOSTFILE=" + file + "\n" + EIGHT),
              "workers 3, cpus 3, by grid-engine, grid-engine");
}

TEST_F(CpuSources, CpusetOfAnEnclosingGroup)
{
    EXPECT_EQ(answer(EIGHT + IN_B +
                     "--- /sys/fs/cgroup/a/b/cpuset.cpus.effective\n\n"
                     "--- /sys/fs/cgroup/a/cpuset.cpus.effective\n0-3\n"),
              "workers 4, cpus 4, by cpuset, cpuset");
    EXPECT_EQ(answer(EIGHT + IN_B + "--- /sys/fs/cgroup/a/b/cpuset.cpus.effective\n0-x\n"),
              "workers 8, cpus 8, by online, online");
}

TEST_F(CpuSources, CoresAreCountedButLimitNothing)
{
    Imagined machine("pack:1 core:4 pu:2");
    SavedTree tree(EIGHT);
    struct cpu_sources sources = find(tree, machine.topology);
    EXPECT_EQ(told(sources), "workers 8, cpus 8, by online, online");
    EXPECT_EQ(sources.list[SOURCE_PUS].number, 8);
    EXPECT_EQ(sources.list[SOURCE_CORES].number, 4);
    EXPECT_EQ(sources.list[SOURCE_P_CORES].number, 0);
    EXPECT_EQ(sources.list[SOURCE_E_CORES].number, 0);
}

TEST_F(CpuSources, FastAndSlowCores)
{
    Imagined machine("pack:1 core:8 pu:1");
    hwloc_bitmap_t fast = hwloc_bitmap_alloc(), slow = hwloc_bitmap_alloc();
    hwloc_bitmap_set_range(fast, 0, 1);
    hwloc_bitmap_set_range(slow, 2, 7);
    ASSERT_EQ(hwloc_cpukinds_register(machine.topology, slow, 0, 0, nullptr, 0), 0);
    ASSERT_EQ(hwloc_cpukinds_register(machine.topology, fast, 1, 0, nullptr, 0), 0);
    hwloc_bitmap_free(fast);
    hwloc_bitmap_free(slow);
    SavedTree tree("--- /sys/devices/system/cpu/online\n0-7\n"
                   "--- /proc/self/status\nCpus_allowed_list:\t0-4\n");
    struct cpu_sources sources = find(tree, machine.topology);
    EXPECT_EQ(sources.list[SOURCE_CORES].number, 5);
    EXPECT_EQ(sources.list[SOURCE_P_CORES].number, 2);
    EXPECT_EQ(sources.list[SOURCE_E_CORES].number, 3);
}
