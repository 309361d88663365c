#include "support/err.h"
#include "support/temp_dir.h"

#include <sys/stat.h>
#include <unistd.h>

extern "C" {
#include "base/clock.h"
#include "measure/account.h"
}

namespace
{

/* A file that says so of thread 7, below a folder like /proc. */
int64_t queued_by(const std::string &text)
{
    TempDir dir;
    std::string root = dir.path();
    for (const char *part : {"/self", "/self/task", "/self/task/7"})
        mkdir((root + part).c_str(), 0700);
    dir.write("self/task/7/schedstat", text);
    return account_read(root.c_str(), pthread_self(), 7).queued_ns;
}

} // namespace

TEST(Account, ReadsTheSecondFigure)
{
    EXPECT_EQ(queued_by("123 456 7\n"), 456);
    EXPECT_EQ(queued_by("123 0 7\n"), 0) << "it never waited";
}

/* A kernel without CONFIG_SCHED_INFO writes zeros, or has no such file. */
TEST(Account, UnknownIfTheKernelDoesNotTell)
{
    for (const char *text : {"0 0 0\n", "", "x", "123 456\n", "123 -1 7\n"})
        EXPECT_EQ(queued_by(text), ACCOUNT_UNKNOWN) << text;
    EXPECT_EQ(account_read("/no/such", pthread_self(), getpid()).queued_ns, ACCOUNT_UNKNOWN);
}

TEST(Account, Since)
{
    const struct account before = {100, 10}, after = {150, 30};
    const struct account none = {ACCOUNT_UNKNOWN, ACCOUNT_UNKNOWN};
    EXPECT_EQ(account_since(&before, &after).cpu_ns, 50);
    EXPECT_EQ(account_since(&before, &after).queued_ns, 20);
    EXPECT_EQ(account_since(&none, &after).queued_ns, ACCOUNT_UNKNOWN);
    EXPECT_EQ(account_since(&before, &none).cpu_ns, ACCOUNT_UNKNOWN);
}

TEST(Account, ProcessorTimeGrowsOnlyWhileItRuns)
{
    struct account before = account_read(ACCOUNT_ROOT, pthread_self(), getpid());
    int64_t until = clock_thread_cpu_ns() + 20 * NS_PER_MS;
    while (clock_thread_cpu_ns() < until)
        ;
    struct account busy = account_read(ACCOUNT_ROOT, pthread_self(), getpid());
    EXPECT_GE(account_since(&before, &busy).cpu_ns, 20 * NS_PER_MS);
    usleep(50000);
    struct account slept = account_read(ACCOUNT_ROOT, pthread_self(), getpid());
    EXPECT_LT(account_since(&busy, &slept).cpu_ns, 20 * NS_PER_MS);
}
