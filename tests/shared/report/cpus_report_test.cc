/* cpus_report - exact texts of what `squares cpus` says of saved and made-up trees. */
#include "support/err.h"
#include "support/golden.h"
#include "support/imagined.h"
#include "support/json_tree.h"
#include "support/saved_tree.h"
#include "support/streams.h"

extern "C" {
#include "place/cpu_sources.h"
#include "report/cpus_report.h"
}

namespace
{

class CpusReport : public testing::Test
{
  protected:
    struct cpu_sources sources = {};

    void find(const std::string &text, hwloc_topology_t topology = nullptr)
    {
        SavedTree tree(text);
        Err err;
        const std::string root = tree.root();
        const struct cpu_world world = {root.c_str(), find_in, &tree.environment, 1,
                                        "here",       topology};
        ASSERT_TRUE(works(cpu_sources_find(&sources, &world, &err), err));
    }
    std::string text()
    {
        return printed([this](FILE *out) { cpus_print(&sources, "here", out); });
    }
};

const char *const EIGHT = "--- /sys/devices/system/cpu/online\n0-7\n"
                          "--- /proc/self/status\nCpus_allowed_list:\t0-7\n";

} // namespace

TEST_F(CpusReport, OfSavedTrees)
{
    for (const char *name : {"bare-v2-raspberry-pi", "kube-v1-colon-names", "taskset-mask",
                             "docker-v1-cpuset-4-of-56", "slurm-env-only", "omp-thread-limit",
                             "damaged-v2-zero-period", "v1-cgroupns-old-mount", "v1-quota-0.01"}) {
        find(SavedTree::read(name));
        EXPECT_TRUE(golden(text(), name));
    }
}

TEST_F(CpusReport, OfHardwareThreads)
{
    Imagined machine("pack:1 core:4 pu:2"), one("pack:1 core:1 pu:2");
    find(EIGHT, machine.topology);
    EXPECT_TRUE(golden(text(), "4 cores"));
    find("env: OMP_NUM_THREADS=4\n" + std::string(EIGHT), machine.topology);
    EXPECT_TRUE(golden(text(), "4 threads"));
    find("--- /sys/devices/system/cpu/online\n0-1\n"
         "--- /proc/self/status\nCpus_allowed_list:\t0-1\n",
         one.topology);
    EXPECT_TRUE(golden(text(), "1 core"));
}

TEST_F(CpusReport, ForPrograms)
{
    find(SavedTree::read("kube-v1-colon-names"));
    JsonTree json(cpus_json(&sources, "here"));
    EXPECT_EQ(json.number("workers"), 3);
    EXPECT_EQ(json_real_value(json.at("cpus")), 2.5);
    EXPECT_EQ(json.text("workers_limited_by"), "quota");
    EXPECT_EQ(json.text("cpus_limited_by"), "quota");
    EXPECT_EQ(json.text("host"), "here");
    EXPECT_EQ(json.number("quota/quota_us"), 250000);
    EXPECT_EQ(json.text("quota/cgroup").find("/system.slice/containerd.service"), 0U);
    EXPECT_EQ(json.size("sources"), size_t(CPU_SOURCES));
}
