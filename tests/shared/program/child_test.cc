#include "support/err.h"

#include <csignal>
#include <unistd.h>

extern "C" {
#include "base/clock.h"
#include "program/child.h"
#include "program/program.h"
}

extern "C" {
static int answer(void *arg)
{
    return *static_cast<int *>(arg);
}

static int write_there(void *arg)
{
    *static_cast<int *>(arg) = 7;
    return 0;
}

static int last_for_ever(void *)
{
    for (;;)
        pause();
}

static int crash(void *)
{
    (void)signal(SIGTERM, SIG_DFL);
    return raise(SIGTERM);
}
}

TEST(Child, ItsExitCodeIsWhatItReturns)
{
    for (int code : {0, 1, 100}) {
        Err err;
        pid_t child = child_start(answer, &code, &err);
        ASSERT_GT(child, 0) << err.text;
        EXPECT_EQ(child_await(child, 5 * NS_PER_S), code);
    }
}

TEST(Child, IsEndedWhenItsTimeIsUp)
{
    Err err;
    pid_t child = child_start(last_for_ever, nullptr, &err);
    ASSERT_GT(child, 0) << err.text;
    EXPECT_EQ(child_await(child, NS_PER_MS), CHILD_KILLED);
    EXPECT_EQ(kill(child, 0), -1) << "it is still there";
}

TEST(Child, OneThatASignalEnds)
{
    Err err;
    pid_t child = child_start(crash, nullptr, &err);
    ASSERT_GT(child, 0) << err.text;
    EXPECT_EQ(child_await(child, 5 * NS_PER_S), CHILD_KILLED);
}

/* What is shared is written for the parent, too; all else is a copy. */
TEST(Child, SharesOnlyWhatIsShared)
{
    Err err;
    int copied = 0;
    auto *shared = static_cast<int *>(child_share(sizeof(int), &err));
    ASSERT_TRUE(works(shared, err));
    EXPECT_EQ(*shared, 0);
    for (int *where : {shared, &copied}) {
        pid_t child = child_start(write_there, where, &err);
        ASSERT_GT(child, 0) << err.text;
        EXPECT_EQ(child_await(child, 5 * NS_PER_S), 0);
    }
    EXPECT_EQ(*shared, 7);
    EXPECT_EQ(copied, 0);
    child_unshare(shared, sizeof(int));
    child_unshare(nullptr, 0);
}

/* As where a shell was told to ignore it: the kernel would reap them, and their codes be lost. */
TEST(Child, ItsCodeIsKnownWhereTheirEndsAreIgnored)
{
    int code = 3;
    struct sigaction before, ignored = {}, unheard = {};
    ignored.sa_handler = SIG_IGN;
    unheard.sa_handler = SIG_DFL;
    unheard.sa_flags = SA_NOCLDWAIT;
    for (const struct sigaction *action : {&ignored, &unheard}) {
        Err err;
        ASSERT_EQ(sigaction(SIGCHLD, action, &before), 0);
        pid_t child = child_start(answer, &code, &err);
        ASSERT_GT(child, 0) << err.text;
        EXPECT_EQ(child_await(child, 5 * NS_PER_S), 3);
        ASSERT_EQ(sigaction(SIGCHLD, action, nullptr), 0);
        EXPECT_EQ(program_run((const char *const[]){"false", nullptr}, 5 * NS_PER_S), 1);
        ASSERT_EQ(sigaction(SIGCHLD, &before, nullptr), 0);
    }
}

/* One that is not ours, or was waited for: nothing is known of what it did. */
TEST(Child, AnEndThatSomebodyElseHasTaken)
{
    int code = 0;
    Err err;
    pid_t child = child_start(answer, &code, &err);
    ASSERT_EQ(child_await(child, 5 * NS_PER_S), 0);
    EXPECT_EQ(child_await(child, 5 * NS_PER_S), CHILD_KILLED);
}
