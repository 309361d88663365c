#include "support/err.h"
#include "support/golden.h"
#include "support/open_files.h"
#include "support/temp_dir.h"

#include <fcntl.h>
#include <string>
#include <unistd.h>

extern "C" {
#include "work/belongings.h"
}

namespace
{

class PluginBelongings : public testing::Test
{
  protected:
    void SetUp() override
    {
        belongings_note(&noted);
    }
    void TearDown() override
    {
        (void)belongings_mend(&noted);
        belongings_release(&noted);
    }
    std::string mended()
    {
        const char *changed = belongings_mend(&noted);
        return changed != nullptr ? changed : "";
    }
    struct belongings noted = {};
};

std::string folder()
{
    char text[4096];
    return getcwd(text, sizeof(text)) != nullptr ? text : "";
}

} // namespace

TEST_F(PluginBelongings, NothingHasChanged)
{
    EXPECT_EQ(mended(), "");
    EXPECT_EQ(mended(), "");
}

TEST_F(PluginBelongings, TheFolder)
{
    const std::string before = folder();
    ASSERT_EQ(chdir("/"), 0);
    EXPECT_EQ(mended(), "the current folder");
    EXPECT_EQ(folder(), before);
    EXPECT_EQ(mended(), "");
}

TEST_F(PluginBelongings, TheMaskOfNewFiles)
{
    mode_t before = umask(0777);
    EXPECT_TRUE(golden(mended()));
    EXPECT_EQ(umask(before), before);
}

TEST_F(PluginBelongings, StreamsThatAreClosedOrOther)
{
    struct stat was, is;
    for (int fd : {0, 1}) {
        ASSERT_EQ(fstat(fd, &was), 0);
        close(fd);
        EXPECT_EQ(mended(), fd == 0 ? "standard input" : "standard output");
        ASSERT_EQ(fstat(fd, &is), 0);
        EXPECT_EQ(is.st_ino, was.st_ino);
        int none = open("/dev/full", O_WRONLY);
        ASSERT_EQ(dup2(none, fd), fd);
        close(none);
        EXPECT_NE(mended(), "");
        ASSERT_EQ(fstat(fd, &is), 0);
        EXPECT_EQ(is.st_ino, was.st_ino);
    }
}

/* Of others who share it, as of a terminal, anybody can set it. */
TEST_F(PluginBelongings, FlagsAreMendedInSilence)
{
    int before = fcntl(1, F_GETFL);
    ASSERT_EQ(fcntl(1, F_SETFL, before | O_NONBLOCK), 0);
    EXPECT_EQ(mended(), "");
    EXPECT_EQ(fcntl(1, F_GETFL), before);
}

TEST_F(PluginBelongings, Signals)
{
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGPIPE, before == SIG_IGN ? SIG_DFL : SIG_IGN);
    EXPECT_EQ(mended(), "what a signal does");
    EXPECT_EQ(signal(SIGPIPE, before), before);
    sigset_t some;
    sigemptyset(&some);
    sigaddset(&some, SIGTERM);
    ASSERT_EQ(pthread_sigmask(SIG_BLOCK, &some, nullptr), 0);
    EXPECT_EQ(mended(), "which signals are blocked");
    ASSERT_EQ(pthread_sigmask(SIG_BLOCK, nullptr, &some), 0);
    EXPECT_EQ(sigismember(&some, SIGTERM), 0);
}

/* The tests' own time limit is one, so it is set aside meanwhile. */
TEST_F(PluginBelongings, TheAlarm)
{
    const struct itimerval none = {{0, 0}, {0, 0}}, soon = {{0, 0}, {100, 0}};
    struct itimerval limit, left;
    ASSERT_EQ(setitimer(ITIMER_REAL, &none, &limit), 0);
    belongings_note(&noted);
    ASSERT_EQ(setitimer(ITIMER_REAL, &soon, nullptr), 0);
    EXPECT_TRUE(golden(mended()));
    ASSERT_EQ(getitimer(ITIMER_REAL, &left), 0);
    EXPECT_EQ(left.it_value.tv_sec, 0);
    ASSERT_EQ(setitimer(ITIMER_REAL, &limit, nullptr), 0);
}

/* It is put back, and no plug-in is blamed: another program can have done it (prlimit). */
TEST_F(PluginBelongings, OnlyALowerLimitIsPutBack)
{
    struct rlimit before;
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    struct rlimit lower = before;
    lower.rlim_cur = before.rlim_cur - 1;
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &lower), 0);
    EXPECT_EQ(mended(), "");
    struct rlimit now;
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &now), 0);
    EXPECT_EQ(now.rlim_cur, before.rlim_cur);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &lower), 0);
    belongings_note(&noted);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_EQ(mended(), "");
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &now), 0);
    EXPECT_EQ(now.rlim_cur, before.rlim_cur);
}

/* A plug-in that closes all descriptors, and opens others: those are not put in their place. */
TEST_F(PluginBelongings, CopiesThatAreNoLongerOurs)
{
    int keep = dup(0);
    int none = open("/dev/full", O_WRONLY);
    ASSERT_EQ(dup2(none, noted.streams[0]), noted.streams[0]);
    close(none);
    close(0);
    EXPECT_EQ(mended(), "standard input");
    EXPECT_EQ(fcntl(0, F_GETFD), -1) << "nothing else is put there";
    ASSERT_EQ(dup2(keep, 0), 0);
    close(keep);
}

TEST(BelongingsRelease, LeavesNothingOpen)
{
    struct belongings noted = {};
    belongings_release(&noted);
    EXPECT_EQ(belongings_mend(&noted), nullptr);
    const auto before = open_files();
    belongings_note(&noted);
    belongings_note(&noted);
    belongings_release(&noted);
    EXPECT_EQ(open_files(), before);
}
