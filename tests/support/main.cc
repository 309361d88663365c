/*
 * main - runs the tests of one binary. Each test has a time limit, so that one that hangs ends the
 * run with its name.
 */
#include "support/golden.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <unistd.h>

namespace
{

const unsigned TIME_LIMIT_S =
    600; /* seconds on a quiet machine, several times that on a busy one */

char current[256]; /* "Suite.Name" of the test that runs, for the signal handler */

void say(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        _exit(1);
}

void out_of_time(int)
{
    say("\ntests: out of time in ");
    say(current);
    say("\n");
    _exit(1);
}

class Watch : public testing::EmptyTestEventListener
{
    void OnTestStart(const testing::TestInfo &test) override
    {
        (void)snprintf(current, sizeof(current), "%s.%s", test.test_suite_name(), test.name());
        alarm(TIME_LIMIT_S);
    }

    void OnTestEnd(const testing::TestInfo &) override
    {
        alarm(0);
    }
};

} // namespace

int main(int argc, char **argv)
{
    testing::InitGoogleTest(&argc, argv);
    struct sigaction action = {};
    action.sa_handler = out_of_time;
    sigaction(SIGALRM, &action, nullptr);
    testing::UnitTest::GetInstance()->listeners().Append(new Watch);
    testing::UnitTest::GetInstance()->listeners().Append(golden_listener());
    return RUN_ALL_TESTS();
}
