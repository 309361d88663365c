#include "support/environment.h"
#include "support/err.h"
#include "support/golden.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <memory>

extern "C" {
#include "place/mask_origin.h"
}

namespace
{

struct mask_origin_environment read(Environment environment)
{
    struct mask_origin_environment result;
    mask_origin_read(&result, find_in, &environment);
    return result;
}

using Set = std::unique_ptr<struct hwloc_bitmap_s, decltype(&hwloc_bitmap_free)>;

/* "-": a set that is not known. */
Set set_of(const std::string &list)
{
    hwloc_bitmap_t set = list == "-" ? nullptr : hwloc_bitmap_alloc();
    if (set != nullptr) {
        EXPECT_EQ(hwloc_bitmap_list_sscanf(set, list.c_str()), 0);
    }
    return {set, hwloc_bitmap_free};
}

/* A rank on a host of 8 PUs, all allowed; on PU 0 unless told otherwise. */
class MaskOrigin : public testing::Test
{
  protected:
    std::string start = "0", after = "0", launcher = "-", manager = "-", allowed = "0-7",
                online = "0-7";
    const char *launcher_name = nullptr;
    struct mask_origin_environment environment = {};
    struct mask_origin origin = {};
    std::string told; /* by each find() */

    enum mask_origin_who find()
    {
        Set sets[] = {set_of(start),   set_of(after),   set_of(launcher),
                      set_of(manager), set_of(allowed), set_of(online)};
        struct mask_origin_input input = {};
        input.start = sets[0].get();
        input.after = sets[1].get();
        input.launcher = sets[2].get();
        input.manager = sets[3].get();
        input.allowed = sets[4].get();
        input.online = sets[5].get();
        input.launcher_name = launcher_name;
        input.environment = environment;
        mask_origin_find(&origin, &input);
        EXPECT_TRUE(well_worded(origin.before_words)) << origin.before_words;
        EXPECT_TRUE(well_worded(origin.after_words)) << origin.after_words;
        EXPECT_TRUE(well_worded(origin.note)) << origin.note;
        told += start + " to " + after + ": " + origin.before_words + "; " + origin.after_words;
        told += (origin.note[0] != '\0' ? "; " : "") + std::string(origin.note) + "\n";
        return origin.before;
    }
    void mpirun()
    {
        launcher = "0-7";
        launcher_name = "mpirun";
        environment.bound_at_launch = true;
    }
    void put(char (&room)[ORIGIN_VALUE], const char *text)
    {
        (void)snprintf(room, sizeof(room), "%s", text);
    }
};

} // namespace

TEST_F(MaskOrigin, UnknownMasks)
{
    for (const char *unknown : {"-", ""}) {
        start = unknown;
        EXPECT_EQ(find(), ORIGIN_UNKNOWN);
        EXPECT_EQ(origin.after, ORIGIN_UNKNOWN);
        start = "0";
        after = unknown;
        EXPECT_EQ(find(), ORIGIN_PARENT);
        EXPECT_EQ(origin.after, ORIGIN_UNKNOWN);
        after = "0";
    }
    EXPECT_TRUE(golden(told));
}

TEST_F(MaskOrigin, NothingElseKnown)
{
    allowed = online = "-";
    EXPECT_EQ(find(), ORIGIN_PARENT);
    environment.bound_at_launch = true;
    EXPECT_EQ(find(), ORIGIN_LAUNCHER);
    EXPECT_TRUE(golden(told));
}

TEST_F(MaskOrigin, NotBound)
{
    start = after = "0-7";
    EXPECT_EQ(find(), ORIGIN_NOBODY);
    EXPECT_EQ(origin.after, ORIGIN_SAME);
    EXPECT_STREQ(origin.note, "");
    start = "0-8"; /* one that went offline since */
    EXPECT_EQ(find(), ORIGIN_NOBODY);
    mpirun(); /* --bind-to socket on a machine of one socket */
    EXPECT_EQ(find(), ORIGIN_NOBODY);
    EXPECT_TRUE(golden(told));
}

TEST_F(MaskOrigin, Cgroup)
{
    start = after = allowed = "0-1";
    EXPECT_EQ(find(), ORIGIN_CGROUP);
    mpirun();
    put(environment.slurm_bind, "mask_cpu:0x3");
    EXPECT_EQ(find(), ORIGIN_CGROUP);
    allowed = "0-2";
    EXPECT_EQ(find(), ORIGIN_LAUNCHER);
    EXPECT_TRUE(golden(told));
}

TEST_F(MaskOrigin, Launcher)
{
    mpirun();
    EXPECT_EQ(find(), ORIGIN_LAUNCHER);
    launcher_name = "orted";
    launcher = "4-7"; /* it may bind beyond what it has itself */
    EXPECT_EQ(find(), ORIGIN_LAUNCHER);
    EXPECT_TRUE(golden(told));
}

TEST_F(MaskOrigin, LauncherThatDidNotBind)
{
    mpirun();
    environment.bound_at_launch = false; /* --bind-to none, and numactl in between */
    EXPECT_EQ(find(), ORIGIN_PARENT);
    launcher = "0"; /* mpirun was started by taskset */
    EXPECT_EQ(find(), ORIGIN_PARENT);
    environment.bound_at_launch = true;
    EXPECT_EQ(find(), ORIGIN_PARENT);
    EXPECT_TRUE(golden(told));
}

TEST_F(MaskOrigin, LauncherOfOpenMpi5)
{
    environment.prrte = true;
    EXPECT_EQ(find(), ORIGIN_PARENT) << "no launcher in sight";
    launcher = "0-7";
    launcher_name = "prted";
    EXPECT_EQ(find(), ORIGIN_LAUNCHER);
    launcher = "0";
    EXPECT_EQ(find(), ORIGIN_PARENT);
    EXPECT_TRUE(golden(told));
}

TEST_F(MaskOrigin, LauncherOfMpich)
{
    environment.hydra = true;
    EXPECT_EQ(find(), ORIGIN_PARENT) << "no launcher in sight";
    launcher = "0-7";
    launcher_name = "mpirun (hydra_pmi_proxy)";
    EXPECT_EQ(find(), ORIGIN_LAUNCHER);
    launcher = "0";
    EXPECT_EQ(find(), ORIGIN_PARENT);
    EXPECT_TRUE(golden(told));
}

TEST_F(MaskOrigin, Slurm)
{
    put(environment.slurm_bind, "mask_cpu:0x1,0x2");
    EXPECT_EQ(find(), ORIGIN_SLURM);
    manager = "0-1";
    EXPECT_EQ(find(), ORIGIN_SLURM);
    manager = "1";
    EXPECT_EQ(find(), ORIGIN_PARENT) << "the list is of another job";
    manager = "0-1";
    launcher = "0";
    launcher_name = "mpirun";
    EXPECT_EQ(find(), ORIGIN_SLURM);
    launcher = "0-1";
    EXPECT_EQ(find(), ORIGIN_PARENT);
    environment.bound_at_launch = true;
    EXPECT_EQ(find(), ORIGIN_LAUNCHER);
    EXPECT_TRUE(golden(told));
}

TEST_F(MaskOrigin, OpenMpOnlyWhereItsRuntimeIs)
{
    put(environment.openmp, "GOMP_CPU_AFFINITY=0");
    EXPECT_EQ(find(), ORIGIN_PARENT);
    environment.openmp_here = true;
    EXPECT_EQ(find(), ORIGIN_OPENMP);
    EXPECT_STREQ(origin.note, "");
    launcher = "0";
    launcher_name = "mpirun";
    EXPECT_EQ(find(), ORIGIN_PARENT) << "it was so before";
    launcher = "-";
    start = "0-7";
    EXPECT_EQ(find(), ORIGIN_NOBODY);
    environment.openmp[0] = '\0';
    start = "0";
    EXPECT_EQ(find(), ORIGIN_PARENT);
    EXPECT_TRUE(golden(told));
}

TEST_F(MaskOrigin, MpiInit)
{
    start = "0-7";
    after = "3";
    EXPECT_EQ(find(), ORIGIN_NOBODY);
    EXPECT_EQ(origin.after, ORIGIN_MPI_INIT);
    after = "0-3";
    (void)find();
    EXPECT_TRUE(golden(told));
}

TEST(OriginEnvironment, OfNothing)
{
    struct mask_origin_environment environment = read({});
    EXPECT_FALSE(environment.bound_at_launch);
    EXPECT_FALSE(environment.prrte);
    EXPECT_FALSE(environment.hydra);
    EXPECT_STREQ(environment.slurm_bind, "");
    EXPECT_STREQ(environment.openmp, "");
}

TEST(OriginEnvironment, Launchers)
{
    EXPECT_TRUE(read({{"OMPI_MCA_orte_bound_at_launch", "1"}}).bound_at_launch);
    EXPECT_TRUE(read({{"PRTE_LAUNCHED", "1"}}).prrte);
    EXPECT_TRUE(read({{"MPI_LOCALNRANKS", "2"}}).hydra);
}

TEST(OriginEnvironment, Slurm)
{
    EXPECT_STREQ(read({{"SLURM_CPU_BIND_TYPE", "none"}, {"SLURM_CPU_BIND_LIST", ""}}).slurm_bind,
                 "");
    EXPECT_STREQ(read({{"SLURM_CPU_BIND_TYPE", ""}}).slurm_bind, "");
    EXPECT_STREQ(read({{"SLURM_CPU_BIND", "quiet,cores"}}).slurm_bind, "") << "a wish, not a deed";
    EXPECT_STREQ(read({{"SLURM_CPU_BIND_TYPE", "rank"}}).slurm_bind, "rank");
    EXPECT_STREQ(
        read({{"SLURM_CPU_BIND_TYPE", "mask_cpu:"}, {"SLURM_CPU_BIND_LIST", "0x1"}}).slurm_bind,
        "mask_cpu:0x1");
    const std::string longer(500, 'f');
    EXPECT_EQ(
        std::string(read({{"SLURM_CPU_BIND_TYPE", "mask_cpu:"}, {"SLURM_CPU_BIND_LIST", longer}})
                        .slurm_bind)
            .size(),
        static_cast<size_t>(ORIGIN_VALUE - 1));
}

TEST(OriginEnvironment, OpenMpVariablesThatDoNotBind)
{
    for (const Environment &off :
         {Environment{{"OMP_PROC_BIND", ""}}, Environment{{"OMP_PROC_BIND", "FALSE"}},
          Environment{{"OMP_PROC_BIND", "false"}, {"OMP_PLACES", "cores"}},
          Environment{{"KMP_AFFINITY", "none"}}, Environment{{"KMP_AFFINITY", "disabled"}},
          Environment{{"OMP_NUM_THREADS", "4"}}})
        EXPECT_STREQ(read(off).openmp, "") << off.begin()->first;
}

TEST(OriginEnvironment, OpenMpVariablesThatBind)
{
    EXPECT_STREQ(read({{"OMP_PROC_BIND", "close"}, {"OMP_PLACES", "cores"}}).openmp,
                 "OMP_PROC_BIND=close");
    EXPECT_STREQ(read({{"OMP_PLACES", "cores"}}).openmp, "OMP_PLACES=cores");
    EXPECT_STREQ(read({{"GOMP_CPU_AFFINITY", "0-3"}}).openmp, "GOMP_CPU_AFFINITY=0-3");
    EXPECT_STREQ(read({{"KMP_AFFINITY", "compact"}}).openmp, "KMP_AFFINITY=compact");
}

TEST(OriginOpenMp, IsSeenOnceItIsLoaded)
{
    if (mask_origin_openmp_here())
        GTEST_SKIP() << "SKIPPED LOUDLY: an OpenMP runtime is in the tests themselves";
    /* It stays: closed, it would leave memory behind that the sanitizer takes for a leak. */
    if (dlopen("libgomp.so.1", RTLD_NOW) == nullptr)
        GTEST_SKIP() << "SKIPPED LOUDLY: no libgomp on this machine";
    EXPECT_TRUE(mask_origin_openmp_here());
}
