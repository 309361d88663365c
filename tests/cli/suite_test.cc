/* tests/run.sh itself, on suites that are shell scripts which print what GoogleTest would. */
#include "cli/whole_program.h"

#include <cstdlib>
#include <filesystem>

namespace
{

const char FAILS_IN_THE_MIDDLE[] =
    "#!/bin/sh\n"
    "echo '[==========] Running 3 tests from 1 test suite.'\n"
    "echo '[ RUN      ] A.one'\necho '[       OK ] A.one (0 ms)'\necho\n"
    "echo '[ RUN      ] A.two'\necho 'x.cc:1: Failure'\necho '[  FAILED  ] A.two (0 ms)'\n"
    "echo '[ RUN      ] A.three'\necho '[       OK ] A.three (0 ms)'\n"
    "echo '[  FAILED  ] A.two'\nexit 1\n";

const char RUNS_THREE[] = "#!/bin/sh\n"
                          "echo '[==========] Running 3 tests from 1 test suite.'\n"
                          "echo '[ RUN      ] A.one'\necho '[       OK ] A.one (0 ms)'\n"
                          "echo '[ RUN      ] A.two'\necho '[       OK ] A.two (0 ms)'\n"
                          "echo '[ RUN      ] A.three'\n";

class Suite : public Cli
{
  protected:
    void SetUp() override
    {
        Cli::SetUp();
        std::filesystem::create_directories(path("tests"));
        std::filesystem::create_directories(path("bin"));
        const std::string passes = std::string(RUNS_THREE) + "echo '[       OK ] A.three (0 ms)'\n";
        for (const char *name : {"tests/unit", "tests/mpi", "tests/cli"})
            script(name, passes);
        /* It is called first to find what it can fail. */
        script("tests/faults", "#!/bin/sh\n[ \"$1\" != --record ] || exit 0\n" + passes);
        script("bin/mpirun", "#!/bin/sh\nshift 2\nexec \"$@\"\n");
    }

    void script(const std::string &name, const std::string &text)
    {
        write_file(path(name), text);
        std::filesystem::permissions(path(name), std::filesystem::perms::owner_all);
    }

    static Outcome run()
    {
        return sh("unset GTEST_TOTAL_SHARDS GTEST_SHARD_INDEX; PATH=$D/bin:$PATH MPIRUN=mpirun "
                  "tests/run.sh $D");
    }
};

} // namespace

TEST_F(Suite, all_pass)
{
    Outcome o = run();
    EXPECT_EQ(0, o.code) << o.out << o.err;
    EXPECT_TRUE(has(o.out, " 0 failed, 0 skipped\n")) << o.out;
    EXPECT_FALSE(has(o.out, "A.one")) << o.out;
}

/* What had passed before counts, what never ended has failed, and the case that ran is named. */
TEST_F(Suite, a_part_that_dies)
{
    script("tests/mpi", std::string(RUNS_THREE) + "echo 'about to die'\nkill -SEGV $$\n");
    Outcome o = run();
    EXPECT_EQ(1, o.code);
    EXPECT_TRUE(has(o.out, "mpi, 3 ranks        2 passed, 1 failed, 0 skipped")) << o.out;
    EXPECT_TRUE(has(o.out, "[ RUN      ] A.three\nabout to die\n")) << o.out;
    EXPECT_FALSE(has(o.out, "A.two")) << o.out;
}

TEST_F(Suite, a_part_that_begins_nothing)
{
    script("tests/mpi", "#!/bin/sh\necho 'cannot start'\nexit 7\n");
    Outcome o = run();
    EXPECT_EQ(1, o.code);
    EXPECT_TRUE(has(o.out, "mpi, 3 ranks        0 passed, 1 failed, 0 skipped")) << o.out;
    EXPECT_TRUE(has(o.out, "--- exit 7\ncannot start\n---")) << o.out;
}

TEST_F(Suite, a_case_that_fails_is_shown_without_those_that_pass)
{
    script("tests/unit", FAILS_IN_THE_MIDDLE);
    Outcome o = run();
    EXPECT_EQ(1, o.code);
    EXPECT_TRUE(has(o.out, "--- exit 1\n[ RUN      ] A.two\nx.cc:1: Failure\n[  FAILED  ] A.two"))
        << o.out;
    EXPECT_FALSE(has(o.out, "A.one")) << o.out;
    EXPECT_TRUE(has(o.out, "unit                8 passed, 4 failed, 0 skipped")) << o.out;
}

/* --- the program in the tree --- */

/* After a build elsewhere (BUILD=) it was the program of that build for good. */
TEST_F(Cli, MakeLinksTheProgramOfThisBuild)
{
    const char *const linking =
        "unset MAKEFLAGS MAKEOVERRIDES; make=$PWD/Makefile; cd $D && mkdir -p build/other && touch "
        "build/other/squares && "
        "ln -s build/other/squares squares && make -s -f $make -o build/squares "
        "-o build/gen/version.h squares && readlink squares";
    ASSERT_EQ(sh("mkdir -p $D/build && touch $D/build/squares").code, 0);
    Outcome o = sh(linking);
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(o.out, "build/squares\n") << o.err;
}

/* --- the texts that tests compare with --- */

namespace
{

/* Works on a copy of one of them. */
class GoldenTexts : public Cli
{
  protected:
    void SetUp() override
    {
        Cli::SetUp();
        whole = read_file("tests/golden/Help.txt");
        ASSERT_NE(whole.find("\nUsage: squares run"), std::string::npos);
        write_file(path("Help.txt"), whole);
    }
    static Outcome unit(const std::string &how = "")
    {
        return sh("unset GTEST_TOTAL_SHARDS GTEST_SHARD_INDEX; SQUARES_GOLDEN_DIR=$D " + how +
                  " ${SQ%squares}tests/unit --gtest_filter=Help.*");
    }
    /* With the first `part` of the texts replaced. */
    void change(const std::string &part, const std::string &by) const
    {
        std::string text = whole;
        write_file(path("Help.txt"), text.replace(text.find(part), part.size(), by));
    }

    std::string whole;
};

} // namespace

TEST_F(GoldenTexts, HoldWhatIsPrinted)
{
    Outcome o = unit();
    EXPECT_EQ(o.code, 0) << o.out;
    EXPECT_EQ(read_file(path("Help.txt")), whole);
}

TEST_F(GoldenTexts, AnotherWordIsNamedWithItsLine)
{
    change("\nUsage: squares run", "\nUsage: triangles run");
    Outcome o = unit();
    EXPECT_EQ(o.code, 1);
    EXPECT_TRUE(has(o.out, "Help.txt:")) << o.out;
    EXPECT_TRUE(has(o.out, "is  Usage: squares run")) << o.out;
    EXPECT_TRUE(has(o.out, "was Usage: triangles run")) << o.out;
}

TEST_F(GoldenTexts, OneThatIsLackingOrTooManyFails)
{
    change("== Run\n", "== Run: of old\n");
    Outcome o = unit();
    EXPECT_EQ(o.code, 1);
    EXPECT_TRUE(has(o.out, "has no 'Run': make golden")) << o.out;
    write_file(path("Help.txt"), whole + "\n== Run: of old\nUsage\n");
    o = unit();
    EXPECT_EQ(o.code, 1);
    EXPECT_TRUE(has(o.out, "'Run: of old' is not asked for")) << o.out;
    write_file(path("Help.txt"), whole + "\n== OfATestThatIsGone\nUsage\n");
    o = unit();
    EXPECT_EQ(o.code, 1);
    EXPECT_TRUE(has(o.out, "'OfATestThatIsGone' is not asked for")) << o.out;
}

TEST_F(GoldenTexts, AreRewrittenAsTheyWere)
{
    change("\nUsage: squares run", "\nUsage: triangles run");
    EXPECT_EQ(unit("SQUARES_GOLDEN=rewrite").code, 0);
    EXPECT_EQ(read_file(path("Help.txt")), whole);
    write_file(path("Help.txt"), whole + "\n== Run: of old\nUsage\n");
    EXPECT_EQ(unit("SQUARES_GOLDEN=rewrite").code, 0);
    EXPECT_EQ(read_file(path("Help.txt")), whole);
}

/* What CI finds changed is a failure, not the new text. */
TEST_F(GoldenTexts, AreNotRewrittenByCi)
{
    Outcome o = sh("CI=true make golden");
    EXPECT_NE(o.code, 0);
    EXPECT_TRUE(has(o.err, "not where CI=true")) << o.err;
}
