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
    EXPECT_TRUE(has(o.out, "unit                4 passed, 2 failed, 0 skipped")) << o.out;
}
