/*
 * What a build that checks collectives says when ranks come to different ones:
 * tests/faults/mismatch is such a program.
 */
#include "cli/whole_program.h"

static Outcome mismatch(const std::string &way, const std::string &variables = "")
{
    return sh(variables + " $MPI -np 3 $(dirname $SQ)/tests/mismatch " + way, 200);
}

static std::string first_line(const std::string &text)
{
    return text.substr(0, text.find('\n'));
}

TEST(Collectives, TwoFunctionsOfOneCommunicatorAreNamedWithTheirSites)
{
    const Outcome outcome = mismatch("at_once");
    EXPECT_EQ(outcome.code, 1) << outcome.err;
    const std::string line = first_line(own_words(outcome.err));
    EXPECT_TRUE(has(line, "rank 1 called MPI_Bcast (tests/faults/mismatch.c:")) << line;
    EXPECT_TRUE(has(line, "rank 0 called MPI_Barrier (tests/faults/mismatch.c:")) << line;
    EXPECT_EQ(outcome.out, "");
}

TEST(Collectives, OneFunctionCalledFromTwoPlacesIsNamed)
{
    const Outcome outcome = mismatch("agreeing");
    EXPECT_EQ(outcome.code, 1) << outcome.err;
    const std::string line = first_line(own_words(outcome.err));
    EXPECT_TRUE(has(line, "rank 2 called agree (tests/faults/mismatch.c:")) << line;
    EXPECT_TRUE(has(line, "rank 0 called agree (tests/faults/mismatch.c:")) << line;
}

TEST(Collectives, RanksThatWaitForEachOtherOnTwoCommunicatorsAreNamed)
{
    const Outcome outcome = mismatch("circle");
    EXPECT_EQ(outcome.code, 1) << outcome.err;
    const std::string line = first_line(own_words(outcome.err));
    EXPECT_TRUE(has(line, "wait for each other")) << line;
    EXPECT_TRUE(has(line, "rank 0 at team_barrier (tests/faults/mismatch.c:")) << line;
    EXPECT_TRUE(has(line, "rank 1 at team_barrier (tests/faults/mismatch.c:")) << line;
}

TEST(Collectives, ARankThatLeavesIsNamedWithWhatItDoesInstead)
{
    const Outcome outcome = mismatch("leaving");
    EXPECT_EQ(outcome.code, 1) << outcome.err;
    const std::string line = first_line(own_words(outcome.err));
    EXPECT_TRUE(has(line, "rank 0 at team_barrier (tests/faults/mismatch.c:")) << line;
    EXPECT_TRUE(has(line, "rank 1 at MPI_Comm_free (mpi/comm/team.c:")) << line;
}

TEST(Collectives, ARankThatDoesNotComeIsNamedAfterTheLimit)
{
    const Outcome outcome = mismatch("receiving", "SQUARES_COLLECTIVE_S=2");
    EXPECT_EQ(outcome.code, 1) << outcome.err;
    const std::string words = own_words(outcome.err);
    EXPECT_TRUE(has(words, "rank 0 has waited for 2 s at team_barrier (tests/faults/mismatch.c:"))
        << words;
    EXPECT_TRUE(has(words, "for rank 1\n")) << words;
}

TEST(Collectives, NothingIsSaidWhereAllComeAndWhereLongWaitsAreExpected)
{
    const Outcome outcome = mismatch("fine");
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(own_words(outcome.err), "");
    EXPECT_EQ(outcome.out, "ended\n");
}
