#include "support/environment.h"
#include "support/err.h"
#include "support/golden.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>
#include <map>
#include <unistd.h>

extern "C" {
#include "base/err.h"
#include "place/evidence.h"
}

namespace
{

/* A set of PUs from a list. */
class Set
{
  public:
    explicit Set(const char *list) : set_(hwloc_bitmap_alloc())
    {
        EXPECT_EQ(hwloc_bitmap_list_sscanf(set_, list), 0);
    }
    ~Set()
    {
        hwloc_bitmap_free(set_);
    }
    Set(const Set &) = delete;
    Set &operator=(const Set &) = delete;

    operator hwloc_const_bitmap_t() const
    {
        return set_;
    }

  private:
    hwloc_bitmap_t set_;
};

std::string list_of(hwloc_const_bitmap_t set)
{
    char text[4096];
    hwloc_bitmap_list_snprintf(text, sizeof(text), set);
    return text;
}

/* A host of a story: its environment, and the processes above the rank, which is number 100. */
class Evidence : public testing::Test
{
  protected:
    Environment environment;
    TempDir proc;
    const char *allowed = "0-7", *ranks = "0";
    int core_pus = 1, host_pus = 8;
    struct evidence evidence = {};
    char words[EVIDENCE_WORDS] = "";
    std::string told; /* by each widest() */

    void TearDown() override
    {
        evidence_release(&evidence);
    }
    void process(int pid, const std::string &name, int parent, int session, const std::string &pus)
    {
        const std::string folder = std::to_string(pid);
        std::filesystem::create_directory(proc.path(folder));
        (void)proc.write(folder + "/stat", folder + " (" + name + ") S " + std::to_string(parent) +
                                               " " + folder + " " + std::to_string(session) +
                                               " 0 -1 4194560 1 0 0 0\n");
        (void)proc.write(folder + "/status", "Name:\t" + name + "\nCpus_allowed:\tff\n" +
                                                 "Cpus_allowed_list:\t" + pus +
                                                 "\nMems_allowed_list:\t0\n");
    }
    /* The rank and its parent. */
    void started_by(const std::string &name, const std::string &pus)
    {
        process(100, "squares", 50, 7, "0");
        process(50, name, 1, 7, pus);
    }
    void slurm(const std::string &type, const std::string &list)
    {
        environment["SLURM_CPU_BIND_TYPE"] = type;
        environment["SLURM_CPU_BIND_LIST"] = list;
    }
    void gather()
    {
        Err err;
        evidence_release(&evidence);
        struct evidence_world world = {find_in, &environment, proc_path.c_str(),
                                       100,     "here",       nullptr};
        struct machine machine = {};
        machine.pus = host_pus;
        machine.cores = host_pus / core_pus;
        ASSERT_TRUE(
            works(evidence_gather_from(&evidence, &world, &machine, Set(allowed), Set(ranks), &err),
                  err));
    }
    std::string widest()
    {
        gather();
        hwloc_bitmap_t set = evidence_widest(&evidence, words);
        EXPECT_NE(set, nullptr);
        EXPECT_FALSE(hwloc_bitmap_iszero(set));
        EXPECT_TRUE(hwloc_bitmap_isincluded(set, Set(allowed)));
        std::string list = list_of(set);
        hwloc_bitmap_free(set);
        told += list + ": " + words + "\n";
        return list;
    }
    std::string manager()
    {
        gather();
        return list_of(evidence.manager);
    }
    std::string launcher()
    {
        gather();
        return list_of(evidence.launcher);
    }
    int cpus()
    {
        gather();
        return evidence.manager_cpus;
    }

  private:
    std::string proc_path = proc.path();
};

} // namespace

TEST_F(Evidence, NothingAllowedIsAFailure)
{
    struct evidence_world world = {find_in, &environment, "/proc", 1, "here", nullptr};
    struct machine machine = {}; /* that shows no cores */
    Err err;
    EXPECT_TRUE(fails(evidence_gather_from(&evidence, &world, &machine, Set(""), Set("0"), &err),
                      err, ERR_FAILED, {"no core"}));
    Err other;
    EXPECT_TRUE(fails(evidence_gather_from(&evidence, &world, &machine, nullptr, Set("0"), &other),
                      other, ERR_FAILED, {"no core"}));
}

TEST_F(Evidence, GarbageInSetsCountsAsNotSet)
{
    const std::string far(5000, 'f');
    for (const std::string &list :
         {std::string(), std::string(","), std::string("0x"), std::string("0xg"),
          std::string("0x1,zz"), std::string("-1"), std::string("0x1;0x2"), std::string("0x0"),
          std::string("0,0"), std::string("*4"), std::string("0xf...f"), far}) {
        slurm("mask_cpu:", list);
        EXPECT_EQ(manager(), "") << list;
        EXPECT_EQ(evidence.manager_name, nullptr) << list;
    }
    for (const char *list :
         {"a", "1,b", "-1", "1.5", "16384", "99999999999999999999", "0x", "3-1", "0,3-1"}) {
        slurm("map_cpu:", list);
        EXPECT_EQ(manager(), "") << list;
        environment.clear();
        environment["LSB_BIND_CPU_LIST"] = list;
        EXPECT_EQ(manager(), "") << list;
        environment.clear();
        environment["SGE_BINDING"] = list;
        EXPECT_EQ(manager(), "") << list;
        environment.clear();
    }
}

TEST_F(Evidence, TypesThatNameNoPus)
{
    for (const char *type : {"", "none", "rank", "map_ldom:", "mask_ldom:", "threads", "cores"}) {
        slurm(type, "0x3");
        EXPECT_EQ(manager(), "") << type;
    }
    environment.erase("SLURM_CPU_BIND_TYPE");
    EXPECT_EQ(manager(), "");
}

TEST_F(Evidence, Sets)
{
    slurm("mask_cpu:", "0x1,0x2");
    EXPECT_EQ(manager(), "0-1");
    EXPECT_STREQ(evidence.manager_by, "Slurm");
    EXPECT_STREQ(evidence.manager_name, "SLURM_CPU_BIND_LIST");
    slurm("mask_cpu:", "0x00000000000F0000,0x0000000000F00000");
    EXPECT_EQ(manager(), "16-23");
    slurm("threads,mask_cpu:", "f0");
    EXPECT_EQ(manager(), "4-7");
    slurm("mask_cpu:", "0X3*4,0xC0*2");
    EXPECT_EQ(manager(), "0-1,6-7");
    slurm("mask_cpu:", "0x8" + std::string(4095, '0'));
    EXPECT_EQ(manager(), "16383");
    slurm("map_cpu:", "3,0,0x1f,2*3");
    EXPECT_EQ(manager(), "0,2-3,31");
    environment = {{"LSB_BIND_CPU_LIST", "13,23,24,71"}};
    EXPECT_EQ(manager(), "13,23-24,71");
    EXPECT_STREQ(evidence.manager_by, "LSF");
    environment = {{"LSB_BIND_CPU_LIST", "0-8"}};
    EXPECT_EQ(manager(), "0-8");
    environment = {{"SGE_BINDING", "0 1 4"}};
    EXPECT_EQ(manager(), "0-1,4");
    EXPECT_STREQ(evidence.manager_by, "Grid Engine");
}

TEST_F(Evidence, GarbageInCountsCountsAsNotSet)
{
    for (const char *count : {"", "0", "-4", "four", "4 ", "4,", "2(x2)", "99999999999"}) {
        environment["SLURM_CPUS_ON_NODE"] = count;
        EXPECT_EQ(cpus(), 0) << count;
    }
    environment.clear();
    for (const char *counts : {"", ",", "2(x", "2(x)", "2(x2", "2(y2)", "0", "2,,4", "2(x0)", "2;4",
                               "(x2)", "2(x2)4", "a", "99999999(x2)"}) {
        environment["SLURM_JOB_CPUS_PER_NODE"] = counts;
        EXPECT_EQ(cpus(), 0) << counts;
    }
    environment = {{"NCPUS", "4"}};
    EXPECT_EQ(cpus(), 0) << "without PBS it is anybody's";
    environment = {{"NSLOTS", "4"}, {"NHOSTS", "2"}};
    EXPECT_EQ(cpus(), 0) << "of several hosts";
}

TEST_F(Evidence, Counts)
{
    environment = {{"SLURM_CPUS_ON_NODE", "4"}, {"SLURM_JOB_CPUS_PER_NODE", "8"}};
    EXPECT_EQ(cpus(), 4);
    EXPECT_STREQ(evidence.cpus_name, "SLURM_CPUS_ON_NODE");
    environment = {{"NCPUS", "6"}, {"PBS_JOBID", "1.host"}};
    EXPECT_EQ(cpus(), 6);
    environment = {{"NSLOTS", "3"}, {"NHOSTS", "1"}};
    EXPECT_EQ(cpus(), 3);
    EXPECT_STREQ(evidence.cpus_by, "Grid Engine");
}

/* The count is the least that PBS gave. */
TEST_F(Evidence, PbsMayHaveGivenMore)
{
    environment = {{"NCPUS", "2"}, {"PBS_JOBID", "1.here"}};
    ranks = "0-7";
    gather();
    EXPECT_TRUE(evidence_undecided(&evidence, words));
    EXPECT_TRUE(golden(words, "which"));
    ranks = "0";
    started_by("mpirun", "0-7");
    EXPECT_EQ(widest(), "0");
    EXPECT_TRUE(golden(words, "no more"));
    host_pus = 64; /* of which it has confined the job to 8 */
    EXPECT_EQ(cpus(), 0);
    EXPECT_EQ(widest(), "0-7");
}

TEST_F(Evidence, CountsOfEachHost)
{
    const int expected[] = {2, 2, 4, 8};
    environment["SLURM_JOB_CPUS_PER_NODE"] = "2(x2),4,8";
    for (int node = 0; node < 4; node++) {
        environment["SLURM_NODEID"] = std::to_string(node);
        EXPECT_EQ(cpus(), expected[node]) << node;
    }
    for (const char *node : {"4", "", "x", "-1"}) {
        environment["SLURM_NODEID"] = node;
        EXPECT_EQ(cpus(), 2) << node << ": the least there is";
    }
}

/* As seen in a job of 2 and 1 CPUs: mpirun's daemon is in a step of the second host alone, where
 * that host has the number 0. */
TEST_F(Evidence, HostsOfAStepAreNotTheJobs)
{
    environment = {{"SLURM_JOB_CPUS_PER_NODE", "2,1"},
                   {"SLURM_NODEID", "0"},
                   {"SLURM_JOB_NODELIST", "node[1-2]"},
                   {"SLURM_STEP_NODELIST", "node2"}};
    EXPECT_EQ(cpus(), 1);
    environment["SLURM_STEP_NODELIST"] = "node[1-2]";
    EXPECT_EQ(cpus(), 2);
}

TEST_F(Evidence, ProcessesThatMakeNoSense)
{
    EXPECT_EQ(launcher(), "") << "no process at all";
    process(100, "squares", 50, 7, "0");
    EXPECT_EQ(launcher(), "") << "no parent";
    started_by("mpirun", "");
    EXPECT_EQ(launcher(), "");
    EXPECT_STREQ(evidence.launcher_name, "");
    started_by("mpirun", "0-3,x");
    EXPECT_EQ(launcher(), "");
    started_by("mpirun", "0-3");
    for (const char *stat :
         {"", "50", "50 (mpirun", "50 )mpirun( S 1 7 7", "50 (mpirun) S x 7 7"}) {
        (void)proc.write("50/stat", stat);
        EXPECT_EQ(launcher(), "") << stat;
    }
    (void)proc.write("50/stat", "50 (mpirun) S 1 50 7 0\n");
    EXPECT_EQ(launcher(), "0-3");
    std::filesystem::remove(proc.path("50/status"));
    EXPECT_EQ(launcher(), "");
}

TEST_F(Evidence, Launchers)
{
    const std::map<std::string, std::string> called = {
        {"mpirun", "mpirun"},
        {"mpiexec", "mpiexec"},
        {"orterun", "mpirun"},
        {"prterun", "mpirun"},
        {"mpirun.openmpi", "mpirun"},
        {"mpiexec.mpich", "mpirun"},
        {"orted", "orted"},
        {"prted", "prted"},
        {"prte", "prte"},
        {"hydra_pmi_proxy", "mpirun (hydra_pmi_proxy)"},
        {"hydra_bstrap_pr", "mpirun (hydra_bstrap_proxy)"},
    };
    for (const auto &[name, words] : called) {
        started_by(name, "0-3,6");
        EXPECT_EQ(launcher(), "0-3,6") << name;
        EXPECT_EQ(evidence.launcher_name, words);
    }
    for (const char *name :
         {"slurmstepd", "bash", "mpirun2", "srun", "", ") mpirun", "mpirun)", "hydra_pmi_prox"}) {
        started_by(name, "0-3");
        EXPECT_EQ(launcher(), "") << name;
    }
}

/* As in a container that runs nothing else. */
TEST_F(Evidence, TheLauncherMayBeTheFirstProcess)
{
    process(100, "squares", 1, 7, "0");
    process(1, "mpirun", 0, 7, "0-3");
    EXPECT_EQ(launcher(), "0-3");
}

TEST_F(Evidence, WrappersAreLookedThrough)
{
    process(100, "squares", 60, 7, "0");
    process(60, "wrap (2) .sh", 55, 7, "0-7");
    process(55, "bash", 50, 7, "0-7");
    process(50, "orted", 40, 7, "0-3");
    process(40, "mpirun", 1, 7, "0-7");
    EXPECT_EQ(launcher(), "0-3");
    EXPECT_STREQ(evidence.launcher_name, "orted");
}

TEST_F(Evidence, OtherSessionsAreNotLookedInto)
{
    process(100, "squares", 60, 7, "0");
    process(60, "bash", 50, 7, "0-7");
    process(50, "mpirun", 1, 6, "0-3");
    EXPECT_EQ(launcher(), "");
    process(100, "squares", 50, 7, "0");
    EXPECT_EQ(launcher(), "0-3") << "but the parent is";
}

TEST_F(Evidence, ProcessesInACircleComeToAnEnd)
{
    process(100, "squares", 60, 7, "0");
    process(60, "bash", 50, 7, "0-7");
    process(50, "bash", 60, 7, "0-7");
    EXPECT_EQ(launcher(), "");
}

TEST_F(Evidence, RanksAloneGetWhatTheyHave)
{
    ranks = "2-3";
    EXPECT_EQ(widest(), "2-3");
    ranks = "2,60";
    EXPECT_EQ(widest(), "2");
    EXPECT_TRUE(golden(told));
}

TEST_F(Evidence, CgroupWhenNothingElseIsLeft)
{
    for (const char *outside : {"", "60"}) {
        ranks = outside;
        started_by("mpirun", "61");
        slurm("mask_cpu:", "0xf00");
        EXPECT_EQ(widest(), "0-7");
    }
    EXPECT_TRUE(golden(told));
}

TEST_F(Evidence, LauncherWidens)
{
    started_by("mpirun", "0-3");
    EXPECT_EQ(widest(), "0-3");
    started_by("prted", "0-63");
    EXPECT_EQ(widest(), "0-7") << "but not beyond the cgroup";
    ranks = "5";
    started_by("mpirun", "0-3");
    EXPECT_EQ(widest(), "0-3,5") << "and takes nothing from the ranks";
    EXPECT_TRUE(golden(told));
}

TEST_F(Evidence, ManagerWidens)
{
    slurm("mask_cpu:", "0x3,0xc");
    EXPECT_EQ(widest(), "0-3");
    slurm("mask_cpu:", "0xfff");
    EXPECT_EQ(widest(), "0-7") << "but not beyond the cgroup";
    EXPECT_TRUE(golden(told));
}

TEST_F(Evidence, LeftOverListsSayNothing)
{
    slurm("mask_cpu:", "0xf0"); /* none of them is a rank's */
    EXPECT_EQ(widest(), "0");
    ranks = "0,4";
    started_by("mpirun", "0-3"); /* none of them is the launcher's */
    EXPECT_EQ(widest(), "0-4");
    EXPECT_TRUE(golden(told));
}

TEST_F(Evidence, BothMustAgree)
{
    slurm("mask_cpu:", "0xf");
    started_by("mpirun", "0-1");
    EXPECT_EQ(widest(), "0-1") << "two tasks that each start an mpirun";
    started_by("mpirun", "0-7");
    EXPECT_EQ(widest(), "0-3");
    started_by("mpirun", "0,2-7");
    EXPECT_EQ(widest(), "0,2-3");
    EXPECT_TRUE(golden(told));
}

/* mpirun in a job of one CPU, without confinement: its own mask is the whole machine. */
TEST_F(Evidence, CountsLimitClaims)
{
    environment["SLURM_CPUS_ON_NODE"] = "1";
    started_by("mpirun", "0-7");
    EXPECT_EQ(widest(), "0");
    environment["SLURM_CPUS_ON_NODE"] = "7";
    EXPECT_EQ(widest(), "0");
    environment["SLURM_CPUS_ON_NODE"] = "8";
    EXPECT_EQ(widest(), "0-7");
    environment["SLURM_CPUS_ON_NODE"] = "2";
    slurm("mask_cpu:", "0x7");
    started_by("slurmstepd", "0-7");
    EXPECT_EQ(widest(), "0") << "a list longer than the count";
    slurm("mask_cpu:", "0x3");
    started_by("mpirun", "0-7");
    EXPECT_EQ(widest(), "0-1") << "what both say is within the count";
    EXPECT_TRUE(golden(told));
}

/* taskset -c 1 mpirun: Open MPI 4 binds the rank to core 0 anyway. */
TEST_F(Evidence, CountsLimitClaimsAndRanksTogether)
{
    started_by("mpirun", "1");
    EXPECT_EQ(widest(), "0-1");
    environment["SLURM_CPUS_ON_NODE"] = "1";
    EXPECT_EQ(widest(), "0");
}

TEST_F(Evidence, CountsNeitherWidenNorTakeFromRanks)
{
    environment["SLURM_CPUS_ON_NODE"] = "7";
    EXPECT_EQ(widest(), "0");
    environment["SLURM_CPUS_ON_NODE"] = "2";
    ranks = "0-4";
    EXPECT_EQ(widest(), "0-4");
    started_by("mpirun", "0-7");
    EXPECT_EQ(widest(), "0-4");
    started_by("mpirun", "0-4");
    EXPECT_EQ(widest(), "0-4");
    EXPECT_TRUE(golden(told));
}

/* All of the host, and no launcher in between: a list of PUs is then how srun bound its tasks. */
TEST_F(Evidence, CountsOfTheWholeHostWiden)
{
    environment["SLURM_CPUS_ON_NODE"] = "8";
    EXPECT_EQ(widest(), "0-7");
    environment["SLURM_CPU_BIND_TYPE"] = "map_cpu:";
    environment["SLURM_CPU_BIND_LIST"] = "0";
    EXPECT_EQ(widest(), "0-7");
    started_by("mpirun", "0-3");
    EXPECT_EQ(widest(), "0") << "who was started by mpirun has what that has, and its list";
    EXPECT_TRUE(golden(told));
}

/* Ranks that may run on more than the job was given: nothing says on which they should. */
TEST_F(Evidence, UndecidedWhichOfThem)
{
    struct {
        const char *cpus, *ranks;
        int core_pus;
        bool undecided;
    } const rows[] = {
        {"2", "0-7", 1, true},  {"2", "0-2", 1, true},  {"2", "0-1", 1, false},
        {"8", "0-7", 1, false}, {"4", "0-7", 2, false}, {"3", "0-7", 2, true},
        {"", "0-7", 1, false},
    };
    for (const auto &row : rows) {
        environment["SLURM_CPUS_ON_NODE"] = row.cpus;
        ranks = row.ranks;
        core_pus = row.core_pus;
        gather();
        EXPECT_EQ(evidence_undecided(&evidence, words), row.undecided) << row.cpus << row.ranks;
        if (row.undecided)
            told += row.cpus + std::string(" of ") + row.ranks + ": " + words + "\n";
    }
    EXPECT_TRUE(golden(told));
    environment["SLURM_CPUS_ON_NODE"] = "1";
    ranks = "0";
    core_pus = 1;
    started_by("mpirun", "0-7");
    gather();
    EXPECT_TRUE(evidence_undecided(&evidence, words)) << "mpirun itself may use more";
    slurm("mask_cpu:", "0x1");
    gather();
    EXPECT_FALSE(evidence_undecided(&evidence, words)) << "Slurm says which";
}

/* Four cores of two PUs each, which Slurm counts as 4; two ranks bound to three cores. */
TEST_F(Evidence, CountsMayBeOfCores)
{
    environment["SLURM_CPUS_ON_NODE"] = "4";
    started_by("mpirun", "0-7");
    ranks = "0-5";
    EXPECT_EQ(widest(), "0-5");
    core_pus = 2;
    EXPECT_EQ(widest(), "0-7");
    ranks = "0-3";
    EXPECT_EQ(widest(), "0-3") << "nothing shows that it counts cores";
}

TEST_F(Evidence, LongListsAreCutInWords)
{
    std::string many = "0";
    for (int pu = 2; pu < 2000; pu += 2)
        many += "," + std::to_string(pu);
    allowed = "0-4000";
    ranks = "1";
    environment["SLURM_CPUS_ON_NODE"] = "1";
    started_by("mpirun", many + ",1");
    EXPECT_EQ(widest(), "1");
    EXPECT_TRUE(golden(words));
    environment.clear();
    EXPECT_NE(widest(), "1");
}

/* Whatever the tests were started by. */
TEST(EvidenceHere, IsNeverEmpty)
{
    struct evidence evidence;
    Err err;
    struct machine machine = {}; /* that shows no cores */
    ASSERT_TRUE(works(evidence_gather(&evidence, &machine, Set("0-3"), nullptr, &err), err));
    EXPECT_TRUE(hwloc_bitmap_iszero(evidence.ranks));
    char words[EVIDENCE_WORDS];
    hwloc_bitmap_t set = evidence_widest(&evidence, words);
    ASSERT_NE(set, nullptr);
    EXPECT_FALSE(hwloc_bitmap_iszero(set));
    EXPECT_TRUE(hwloc_bitmap_isincluded(set, Set("0-3")));
    EXPECT_TRUE(well_worded(words));
    hwloc_bitmap_free(set);
    evidence_release(&evidence);
    evidence_release(&evidence);
}

TEST(EvidenceHere, ReadsTheEnvironment)
{
    ASSERT_EQ(setenv("SQUARES_TEST_EVIDENCE", "yes", 1), 0);
    EXPECT_STREQ(evidence_getenv(nullptr, "SQUARES_TEST_EVIDENCE"), "yes");
    ASSERT_EQ(unsetenv("SQUARES_TEST_EVIDENCE"), 0);
    EXPECT_EQ(evidence_getenv(nullptr, "SQUARES_TEST_EVIDENCE"), nullptr);
}
