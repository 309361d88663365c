#include <cstdlib>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

extern "C" {
#include "place/leftover.h"
}

namespace
{

/* Some of each kind, set for a test. */
class Leftover : public testing::Test
{
  protected:
    void SetUp() override
    {
        for (const char *variable : ALL)
            ASSERT_EQ(setenv(variable, "a=b", 1), 0);
    }
    void TearDown() override
    {
        for (const char *variable : ALL)
            (void)unsetenv(variable);
    }
    static std::string value(const char *name)
    {
        const char *text = getenv(name);
        return text != nullptr ? text : "";
    }
    static constexpr const char *ALL[] = {"PMIX_SQUARES_TEST", "SLURM_SQUARES_TEST", "SLURM_CONF",
                                          "PMIX_MCA_squares_test", "OMPI_MCA_squares_test"};
};

} // namespace

TEST_F(Leftover, Kinds)
{
    for (const char *variable :
         {"", "=", "PATH=/bin", "OMPI_MCA_orte_tmpdir_base=/scratch", "OMPI_MCA_btl=self",
          "OMPI_MCA_orte_base_help_aggregate=0", "SLURM_CONF=/etc/slurm.conf", "PMIX_MCA_gds=hash"})
        EXPECT_EQ(leftover_kind(variable), LEFTOVER_NONE) << variable;
    for (const char *variable : {"PMIX_RANK=1", "PMI_RANK=1", "OMPI_COMM_WORLD_SIZE=2",
                                 "OMPI_MCA_orte_bound_at_launch=1", "HYDI_CONTROL_FD=7"})
        EXPECT_EQ(leftover_kind(variable), LEFTOVER_RANK) << variable;
    for (const char *variable : {"SLURM_PROCID=1", "SLURM_CONFIG=1", "FLUX_JOB_ID=1"})
        EXPECT_EQ(leftover_kind(variable), LEFTOVER_MANAGER) << variable;
}

TEST_F(Leftover, ShedsTheLaunchers)
{
    leftover_shed(false);
    EXPECT_EQ(getenv("PMIX_SQUARES_TEST"), nullptr);
    EXPECT_EQ(value("SLURM_SQUARES_TEST"), "a=b");
    leftover_shed(true);
    EXPECT_EQ(getenv("SLURM_SQUARES_TEST"), nullptr);
    for (const char *stays : {"SLURM_CONF", "PMIX_MCA_squares_test", "OMPI_MCA_squares_test"})
        EXPECT_EQ(value(stays), "a=b") << stays;
}

TEST_F(Leftover, HidesTheManagersForAWhile)
{
    struct leftover_hidden hidden;
    leftover_hide(&hidden);
    EXPECT_EQ(getenv("SLURM_SQUARES_TEST"), nullptr);
    EXPECT_EQ(value("SLURM_CONF"), "a=b");
    EXPECT_EQ(value("PMIX_SQUARES_TEST"), "a=b");
    leftover_show(&hidden);
    EXPECT_EQ(value("SLURM_SQUARES_TEST"), "a=b");
    leftover_show(&hidden); /* nothing is left to show */
    ASSERT_EQ(setenv("SLURM_SQUARES_TEST", "", 1), 0);
    leftover_hide(&hidden);
    leftover_show(&hidden);
    EXPECT_STREQ(getenv("SLURM_SQUARES_TEST"), "");
    leftover_shed(true);
    leftover_hide(&hidden); /* none is there */
    leftover_show(&hidden);
    EXPECT_EQ(value("SLURM_CONF"), "a=b");
}
