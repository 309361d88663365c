#include "mpi/world.h"

#include <cstdlib>
#include <string>

extern "C" {
#include "exchange/transport.h"
}

namespace
{

/* What is said of messages and copies at these speeds under that MPI. */
struct Warned {
    Warned(double messages, double copies, const std::string &mpi)
    {
        struct environment environment = {};
        (void)snprintf(environment.mpi, sizeof(environment.mpi), "%s", mpi.c_str());
        const struct transport transport = {messages, copies};
        transport_warn(&transport, &environment);
        count = environment.warnings_count;
        if (count > 0) {
            code = environment.warnings[0].code;
            text = environment.warnings[0].text;
            remedy = environment.warnings[0].remedy;
        }
    }
    int count;
    std::string code, text, remedy;
};

} // namespace

TEST_F(World, MessagesAndCopiesAreMeasuredBetweenTwoRanks)
{
    if (!transport_possible(&team))
        GTEST_SKIP() << "needs two ranks";
    if (team.host_rank > 1)
        return;
    for (int times = 0; times < 2; times++) {
        struct transport transport = transport_measure(&team);
        EXPECT_EQ(transport.messages > 0, team.host_rank == 0);
        EXPECT_EQ(transport.copies > 0, team.host_rank == 0);
    }
}

TEST(Transport, SlowMessagesAreToldWithWhatTheyCost)
{
    unsetenv("OMPI_MCA_btl_vader_single_copy_mechanism");
    const Warned slow(1048576e3, 10 * 1048576e3, "Open MPI v4.1.4");
    ASSERT_EQ(slow.count, 1);
    EXPECT_EQ(slow.code, "slow-messages");
    EXPECT_NE(slow.text.find("1.05 GB/s"), std::string::npos) << slow.text;
    EXPECT_NE(slow.text.find("10.5 GB/s"), std::string::npos) << slow.text;
    EXPECT_NE(slow.text.find("900 us"), std::string::npos) << slow.text;
    EXPECT_NE(slow.remedy.find("OMPI_MCA_btl_vader_single_copy_mechanism=none"), std::string::npos);
}

TEST(Transport, NothingIsToldOfWhatIsFastOrWasNotMeasured)
{
    EXPECT_EQ(Warned(0, 0, "Open MPI v4.1.4").count, 0);
    EXPECT_EQ(Warned(2.5e9, 10e9, "Open MPI v4.1.4").count, 0);
    EXPECT_EQ(Warned(20e9, 10e9, "Open MPI v4.1.4").count, 0);
    EXPECT_EQ(Warned(2.4e9, 10e9, "Open MPI v4.1.4").count, 1);
}

/* What is in force is no advice, and each MPI has its own. */
TEST(Transport, TheRemedyIsThatOfTheMpi)
{
    setenv("OMPI_MCA_btl_vader_single_copy_mechanism", "none", 1);
    EXPECT_EQ(Warned(1e9, 10e9, "Open MPI v4.1.4").remedy, "");
    setenv("OMPI_MCA_btl_vader_single_copy_mechanism", "cma", 1);
    EXPECT_NE(Warned(1e9, 10e9, "Open MPI v4.1.4").remedy, "");
    EXPECT_NE(Warned(1e9, 10e9, "Open MPI v5.0.7").remedy.find("OMPI_MCA_smsc="),
              std::string::npos);
    EXPECT_NE(Warned(1e9, 10e9, "MPICH Version: 4.2").remedy.find("MPIR_CVAR_CH4_CMA_ENABLE=0"),
              std::string::npos);
    EXPECT_EQ(Warned(1e9, 10e9, "Another MPI 1.0").remedy, "");
    unsetenv("OMPI_MCA_btl_vader_single_copy_mechanism");
}
