/* Who started a process, told from environments and processes of the test's own. */
#include "support/environment.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>

extern "C" {
#include "place/evidence.h"
#include "place/rendezvous.h"
#include "place/starter.h"
}

namespace
{

const char *const NAMESPACE_OF_ALL = "pid:[4026531836]";

/* A host: number 100 is the process itself, below a shell (50), below a launcher (40), below init.
 */
class Starter : public testing::Test
{
  protected:
    Environment environment;
    TempDir proc;
    struct starter starter = {};

    void SetUp() override
    {
        std::filesystem::create_directory(proc.path("net"));
        process(1, "systemd", 0);
        process(40, "mpirun", 1);
        process(50, "sh", 40);
        process(100, "squares", 50);
        pid_namespace(NAMESPACE_OF_ALL);
        listen({});
    }
    void process(int pid, const std::string &name, int parent, int session = 7)
    {
        const std::string folder = std::to_string(pid);
        std::filesystem::create_directories(proc.path(folder + "/fd"));
        std::filesystem::create_directories(proc.path(folder + "/ns"));
        (void)proc.write(folder + "/stat", folder + " (" + name + ") S " + std::to_string(parent) +
                                               " " + folder + " " + std::to_string(session) +
                                               " 0 -1 4194560 1 0 0 0\n");
        (void)proc.write(folder + "/maps", "7f0-7f1 r-xp 00000000 08:01 1 /lib/libc.so.6\n");
        (void)proc.write(folder + "/cgroup", "0::/user.slice/session-1.scope\n");
    }
    void link(const std::string &name, const std::string &target)
    {
        std::filesystem::remove(proc.path(name));
        std::filesystem::create_symlink(target, proc.path(name));
    }
    void pid_namespace(const std::string &name)
    {
        link("100/ns/pid", name);
    }
    void opens(int pid, int fd, const std::string &target)
    {
        link(std::to_string(pid) + "/fd/" + std::to_string(fd), target);
    }
    /* /proc/net/tcp with ports (in hexadecimal) that are listened at, by sockets 1000, 1001, ... */
    void listen(const std::vector<std::string> &ports)
    {
        std::string table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when "
                            "retrnsmt   uid  timeout inode\n";
        int inode = 1000;
        for (const std::string &port : ports)
            table += "   0: 0100007F:" + port +
                     " 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 " +
                     std::to_string(inode++) + " 1 0000000000000000 100 0 0 10 0\n";
        (void)proc.write("net/tcp", table + "   9: 0100007F:DC2D 0100007F:1234 01 "
                                            "00000000:00000000 00:00000000 00000000 0 0 77 1\n");
    }
    /* mpirun's server, at port 56413, and all that it hands to rank 1 */
    void under_mpirun()
    {
        listen({"0016", "DC5D"});
        opens(40, 9, "socket:[1001]");
        environment = {{"OMPI_COMM_WORLD_SIZE", "2"},
                       {"OMPI_COMM_WORLD_RANK", "1"},
                       {"PMIX_NAMESPACE", "1067778049"},
                       {"PMIX_RANK", "1"},
                       {"PMIX_SERVER_URI41", "1067778048.0;tcp4://127.0.0.1:56413"}};
    }
    void find()
    {
        struct evidence_world world = {find_in, &environment, proc_path.c_str(),
                                       100,     nullptr,      nullptr};
        starter_find(&starter, &world);
    }
    void expect_alone(const char *name = "hand")
    {
        find();
        EXPECT_TRUE(starter.alone);
        EXPECT_EQ(starter.rank, 0);
        EXPECT_STREQ(starter.name, name);
    }
    void expect_rank(int rank, const char *name)
    {
        find();
        EXPECT_FALSE(starter.alone);
        EXPECT_EQ(starter.rank, rank);
        EXPECT_STREQ(starter.name, name);
    }

  private:
    std::string proc_path = proc.path();
};

} // namespace

TEST_F(Starter, NumbersThatAreNone)
{
    struct evidence_world world = {find_in, &environment, "/proc", 100, nullptr, nullptr};
    EXPECT_EQ(rendezvous_number(&world, "PMIX_RANK"), -1);
    for (const char *text : {"", " ", "-1", "+1", "1 ", " 1", "1.0", "0x1", "one", "1e1",
                             "1000000000", "99999999999999999999", "1\n"}) {
        environment["PMIX_RANK"] = text;
        EXPECT_EQ(rendezvous_number(&world, "PMIX_RANK"), -1) << text;
    }
    environment["PMIX_RANK"] = "999999999";
    EXPECT_EQ(rendezvous_number(&world, "PMIX_RANK"), 999999999);
    environment["PMIX_RANK"] = "0";
    EXPECT_EQ(rendezvous_number(&world, "PMIX_RANK"), 0);
}

/* Below mpirun even: names and numbers prove nothing. */
TEST_F(Starter, VariablesWithoutALauncher)
{
    const Environment left_over[] = {
        {},
        {{"OMPI_COMM_WORLD_RANK", "1"}, {"OMPI_COMM_WORLD_SIZE", "2"}},
        {{"OMPI_COMM_WORLD_SIZE", "99999999999999"}},
        {{"PMIX_RANK", "1"}},
        {{"PMIX_RANK", ""}},
        {{"PMIX_RANK", "no number"}},
        {{"PMIX_RANK", "1"}, {"PMIX_NAMESPACE", "7"}},
        {{"PMIX_RANK", "1"}, {"PMIX_SERVER_URI2", "1.0;tcp4://127.0.0.1:56413"}},
        {{"PMIX_RANK", "1"},
         {"PMIX_NAMESPACE", "7"},
         {"PMIX_SERVER_URI2", "1.0;tcp4://127.0.0.1:9"}},
        {{"PMIX_RANK", "1"}, {"PMIX_NAMESPACE", "7"}, {"PMIX_SERVER_URI2", ""}},
        {{"PMI_RANK", "1"}},
        {{"PMI_RANK", "1"}, {"PMI_SIZE", "4"}},
        {{"PMI_RANK", "1"}, {"PMI_SIZE", "4"}, {"PMI_FD", "7"}},
        {{"PMI_RANK", "1"}, {"PMI_SIZE", "4"}, {"PMI_FD", "-1"}},
        {{"PMI_RANK", "1"}, {"PMI_SIZE", "4"}, {"PMI_FD", "99999999999"}},
        {{"PMI_FD", "9"}},
        {{"MPI_LOCALNRANKS", "2"}, {"MPI_LOCALRANKID", "1"}},
        {{"PRTE_LAUNCHED", "1"}},
        {{"FLUX_JOB_ID", "f1"}},
        {{"SLURM_PROCID", "1"}},
        {{"SLURM_PROCID", "1"},
         {"SLURM_STEP_ID", "0"},
         {"SLURM_STEP_NUM_TASKS", "4"},
         {"SLURM_JOB_ID", "3"}},
    };
    opens(100, 0, "socket:[5]"); /* what ssh gives to a command */
    for (const Environment &variables : left_over) {
        environment = variables;
        SCOPED_TRACE(variables.empty() ? "none" : variables.begin()->first);
        expect_alone();
        EXPECT_TRUE(starter.slurm_gone);
    }
    environment = {{"PMI_RANK", "1"}, {"PMI_FD", "0"}};
    expect_alone();
}

TEST_F(Starter, Mpirun)
{
    under_mpirun();
    expect_rank(1, "mpirun");
    process(50, "sh", 40, 8); /* a wrapper that began a session */
    expect_rank(1, "mpirun");
    environment["PMIX_RANK"] = "0";
    expect_rank(0, "mpirun");
    for (const char *variable : {"PMIX_SERVER_URI4", "PMIX_SERVER_URI3", "PMIX_SERVER_URI21",
                                 "PMIX_SERVER_URI2", "PMIX_SERVER_URI"}) {
        under_mpirun();
        environment.erase("PMIX_SERVER_URI41");
        environment[variable] = "prterun-vm-10@0.0;tcp4://192.0.2.2:56413";
        expect_rank(1, "mpirun");
    }
}

/* mpirun in a job script: Slurm's variables are those of the script. */
TEST_F(Starter, MpirunWithinSlurm)
{
    under_mpirun();
    process(30, "slurmstepd", 1);
    process(40, "mpirun", 30);
    environment.insert({{"SLURM_PROCID", "0"}, {"SLURM_STEP_ID", "4"}, {"SLURM_JOB_ID", "3"}});
    expect_rank(1, "mpirun");
    EXPECT_FALSE(starter.slurm_gone);
}

/* The whole environment of a rank, read back elsewhere, while the job is there and after. */
TEST_F(Starter, ServerOfAnotherJob)
{
    under_mpirun();
    process(50, "sh", 1); /* no longer below mpirun */
    expect_alone();
    under_mpirun();
    listen({"0016"}); /* mpirun has ended */
    expect_alone();
    process(50, "sh", 40);
    listen({"0016", "DC5D"}); /* another listens there now */
    opens(40, 9, "socket:[4]");
    expect_alone();
}

TEST_F(Starter, WhatCannotBeLookedAtIsBelieved)
{
    under_mpirun();
    process(50, "sh", 1);
    expect_alone();
    pid_namespace("pid:[4026532000]");
    expect_rank(1, "mpirun");
    pid_namespace(NAMESPACE_OF_ALL);
    process(50, "sh", 33); /* 33 is hidden */
    expect_rank(1, "mpirun");
    process(50, "sh", 1);
    std::filesystem::remove_all(proc.path("1/fd")); /* another user's */
    expect_rank(1, "mpirun");
    std::filesystem::create_directory(proc.path("1/fd"));
    environment["PMIX_SERVER_URI41"] = "7.0:/tmp/pmix-40";
    expect_rank(1, "mpirun");
    under_mpirun();
    process(50, "sh", 1);
    std::filesystem::remove(proc.path("net/tcp"));
    expect_rank(1, "mpirun");
}

TEST_F(Starter, Hydra)
{
    process(40, "hydra_pmi_proxy", 1);
    environment = {{"PMI_RANK", "1"}, {"PMI_SIZE", "2"}, {"PMI_FD", "9"}, {"MPI_LOCALNRANKS", "2"}};
    expect_alone();
    opens(100, 9, "/dev/null");
    expect_alone();
    opens(100, 9, "pipe:[9]");
    expect_alone();
    opens(100, 9, "socket:[9]");
    expect_rank(1, "mpirun");
    environment.erase("MPI_LOCALNRANKS");
    expect_rank(1, "a PMI launcher");
    environment["FLUX_JOB_ID"] = "f1";
    expect_rank(1, "flux");
    std::filesystem::remove_all(proc.path("100/fd"));
    expect_rank(1, "flux");
    environment = {{"PMI_RANK", "1"}, {"PMI_PORT", "node1:4000"}};
    expect_rank(1, "a PMI launcher");
}

/* mpirun of MPICH starts its proxies by srun, which gives them PMIx, too. */
TEST_F(Starter, HydraBySrun)
{
    process(30, "slurmstepd", 1, 6);
    process(40, "hydra_pmi_proxy", 30);
    listen({"DC5D"});
    opens(30, 4, "socket:[1000]");
    opens(100, 9, "socket:[9]");
    environment = {{"PMI_RANK", "1"},
                   {"PMI_FD", "9"},
                   {"MPI_LOCALNRANKS", "2"},
                   {"SLURM_STEP_ID", "0"},
                   {"PMIX_NAMESPACE", "slurm.pmix.3.0"},
                   {"PMIX_RANK", "0"},
                   {"PMIX_SERVER_URI2", "pmix-server.14;tcp4://127.0.0.1:56413"}};
    expect_rank(1, "mpirun");
    opens(100, 9, "/dev/null");
    expect_rank(0, "srun");
}

TEST_F(Starter, Srun)
{
    process(30, "slurmstepd", 1, 6);
    process(50, "sh", 30);
    environment = {{"SLURM_PROCID", "1"},
                   {"SLURM_STEP_ID", "0"},
                   {"SLURM_STEP_NUM_TASKS", "4"},
                   {"SLURM_JOB_ID", "3"}};
    expect_rank(1, "srun"); /* Slurm's own library may join them */
    environment["SLURM_STEP_NUM_TASKS"] = "1";
    environment["SLURM_PROCID"] = "0";
    expect_alone("srun");
    EXPECT_FALSE(starter.slurm_gone);
    environment.erase("SLURM_STEP_ID"); /* a job script */
    environment["SLURM_NTASKS"] = "4";
    expect_alone();
    EXPECT_FALSE(starter.slurm_gone);
    listen({"DC5D"});
    opens(30, 4, "socket:[1000]");
    environment = {{"SLURM_PROCID", "2"},
                   {"SLURM_STEP_ID", "0"},
                   {"OMPI_COMM_WORLD_SIZE", "2"}, /* of an mpirun that srun was called in */
                   {"PMIX_NAMESPACE", "slurm.pmix.3.0"},
                   {"PMIX_RANK", "2"},
                   {"PMIX_SERVER_URI2", "slurm.pmix.3.0.0;tcp4://127.0.0.1:56413"}};
    expect_rank(2, "srun");
}

TEST_F(Starter, SlurmByItsCgroup)
{
    process(50, "sh", 1); /* adopted */
    environment = {{"SLURM_JOB_ID", "3"}, {"SLURM_CPUS_ON_NODE", "1"}};
    expect_alone();
    EXPECT_TRUE(starter.slurm_gone);
    pid_namespace("pid:[4026532000]"); /* a container: none can tell */
    expect_alone();
    EXPECT_FALSE(starter.slurm_gone);
    pid_namespace(NAMESPACE_OF_ALL);
    for (const char *line : {"0::/system.slice/slurmstepd.scope/job_3/step_0/user/task_0\n",
                             "1:name=systemd:/x\n4:cpuset:/slurm/uid_0/job_3/step_batch\n"}) {
        (void)proc.write("100/cgroup", line);
        expect_alone();
        EXPECT_FALSE(starter.slurm_gone) << line;
    }
}

/* A program that a rank starts by system() has its variables, and is no rank. */
TEST_F(Starter, StartedByARank)
{
    for (const char *library : {"/opt/ompi/lib/libmpi.so.40.30.4", "/lib/libmpich.so.12.1.15"}) {
        under_mpirun();
        process(45, "python3", 40);
        process(50, "sh", 45);
        expect_rank(1, "mpirun");
        (void)proc.write("45/maps", std::string("7f0-7f1 r-xp 00000000 08:01 1 ") + library + "\n");
        expect_alone();
        process(45, "mpirun", 40); /* but one that mpirun starts below it is */
        (void)proc.write("45/maps", std::string("7f0-7f1 r-xp 00000000 08:01 1 ") + library + "\n");
        expect_rank(1, "mpirun");
    }
}

TEST_F(Starter, NoProcToLookAt)
{
    struct evidence_world world = {find_in, &environment, "/nonexistent", 100, nullptr, nullptr};
    starter_find(&starter, &world);
    EXPECT_TRUE(starter.alone);
    under_mpirun();
    starter_find(&starter, &world);
    EXPECT_FALSE(starter.alone);
    EXPECT_EQ(starter.rank, 1);
}
