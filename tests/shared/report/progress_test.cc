/*
 * progress - instead of waiting for seconds, the tests set back when the job began and when the
 * next drawing is due. What depends on the time that passed is compared by pattern.
 */
#include "support/streams.h"
#include "support/temp_dir.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <regex.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

extern "C" {
#include "base/clock.h"
#include "report/progress.h"
}

namespace
{

/* As if the job had begun ten seconds ago. */
void set_back(struct progress *progress)
{
    progress->start_ns -= 10 * NS_PER_S;
    progress->next_ns = 0;
}

/* What one progress_tell prints after ten seconds. */
std::string told(enum progress_style style, int64_t done, int64_t total, const char *unit = "task")
{
    return printed([&](FILE *out) {
        struct progress progress;
        progress_start(&progress, style, unit, out);
        set_back(&progress);
        progress_tell(&progress, done, total);
    });
}

/* Whether all of `text` is of this extended POSIX pattern. (std::regex sets off warnings of the
 * compiler's own where sanitizers are used.) */
bool matches(const std::string &text, const std::string &pattern)
{
    regex_t regex;
    if (regcomp(&regex, ("^" + pattern + "$").c_str(), REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    bool found = regexec(&regex, text.c_str(), 0, nullptr, 0) == 0;
    regfree(&regex);
    return found;
}

} // namespace

TEST(Progress, NothingIsDrawnInTheFirstSecond)
{
    for (enum progress_style style : {PROGRESS_NONE, PROGRESS_BAR, PROGRESS_LINES})
        EXPECT_EQ(printed([&](FILE *out) {
                      struct progress progress;
                      progress_start(&progress, style, "task", out);
                      EXPECT_GE(progress.next_ns, progress.start_ns + NS_PER_S);
                      progress.next_ns += 3600 * NS_PER_S; /* should the machine be busy */
                      for (int i = 0; i < 100; i++)
                          progress_tell(&progress, i, 100);
                      progress_end(&progress);
                  }),
                  "");
}

TEST(Progress, NoneSaysNothing)
{
    EXPECT_EQ(told(PROGRESS_NONE, 1, 2), "");
}

TEST(Progress, Lines)
{
    EXPECT_TRUE(matches(told(PROGRESS_LINES, 25, 100), "squares: 25 %, [0-9.]+ (s|ms|us) to go\n"));
    EXPECT_TRUE(matches(told(PROGRESS_LINES, 100, 100), "squares: 100 %, 0 to go\n"));
    EXPECT_EQ(told(PROGRESS_LINES, 0, 100), "squares: 0 %\n");
}

TEST(Progress, LinesOfUnknownTotal)
{
    for (int64_t total : {-1, 0})
        EXPECT_TRUE(
            matches(told(PROGRESS_LINES, 1500, total), "squares: 1\\.50 k tasks in [0-9.]+ s\n"));
}

/* compare counts repetitions, not tasks, and no fractions of one. */
TEST(Progress, WhatIsCountedIsNamed)
{
    const struct {
        int64_t done;
        const char *words;
    } rows[] = {{0, "0 repetitions"}, {1, "1 repetition"}, {999, "999 repetitions"}};
    for (const auto &row : rows)
        EXPECT_TRUE(matches(told(PROGRESS_LINES, row.done, -1, "repetition"),
                            std::string("squares: ") + row.words + " in [0-9.]+ s\n"));
}

TEST(Progress, TimeToGoIsInProportion)
{
    const std::string line = told(PROGRESS_LINES, 25, 100); /* thirty seconds and a moment */
    EXPECT_GE(std::stod(line.substr(line.find(", ") + 2)), 30) << line;
}

TEST(Progress, Bar)
{
    const std::string text = told(PROGRESS_BAR, 10, 40);
    EXPECT_EQ(text.substr(0, 44), "\r[" + std::string(10, '#') + std::string(30, '.') + "] ");
    EXPECT_TRUE(matches(text.substr(44), "25 %, [0-9.]+ s to go *")) << text;
    EXPECT_LE(text.size() - 1, 80u);
    EXPECT_EQ(text.find('\n'), std::string::npos);
}

TEST(Progress, BarAtItsEnds)
{
    EXPECT_EQ(told(PROGRESS_BAR, 0, 40).substr(0, 43), "\r[" + std::string(40, '.') + "]");
    EXPECT_EQ(told(PROGRESS_BAR, 40, 40).substr(0, 43), "\r[" + std::string(40, '#') + "]");
    EXPECT_EQ(told(PROGRESS_BAR, 41, 40).substr(0, 43), "\r[" + std::string(40, '#') + "]");
    EXPECT_EQ(told(PROGRESS_BAR, 7, -1).substr(0, 43), "\r[" + std::string(40, '.') + "]");
    EXPECT_EQ(told(PROGRESS_BAR, INT64_MAX, INT64_MAX).substr(0, 43),
              "\r[" + std::string(40, '#') + "]");
}

TEST(Progress, IsNotDrawnAgainAtOnce)
{
    for (enum progress_style style : {PROGRESS_BAR, PROGRESS_LINES}) {
        const std::string text = printed([&](FILE *out) {
            struct progress progress;
            progress_start(&progress, style, "task", out);
            set_back(&progress);
            int64_t before = clock_now_ns();
            progress_tell(&progress, 1, 4);
            int64_t pause = style == PROGRESS_BAR ? NS_PER_S / 5 : 10 * NS_PER_S;
            EXPECT_GE(progress.next_ns, before + pause);
            progress.next_ns += 3600 * NS_PER_S;
            progress_tell(&progress, 2, 4);
        });
        EXPECT_NE(text.find("25 %"), std::string::npos);
        EXPECT_EQ(text.find("50 %"), std::string::npos);
    }
}

TEST(Progress, EndWipesTheBar)
{
    const std::string wiped = "\r" + std::string(79, ' ') + "\r";
    const std::string text = printed([&](FILE *out) {
        struct progress progress;
        progress_start(&progress, PROGRESS_BAR, "task", out);
        set_back(&progress);
        progress_tell(&progress, 1, 4);
        progress_end(&progress);
        progress_end(&progress);
    });
    ASSERT_GT(text.size(), wiped.size());
    EXPECT_EQ(text.substr(text.size() - wiped.size()), wiped);
    EXPECT_EQ(text.find(wiped), text.size() - wiped.size()) << "once";
}

TEST(Progress, EndLeavesLines)
{
    const std::string text = printed([&](FILE *out) {
        struct progress progress;
        progress_start(&progress, PROGRESS_LINES, "task", out);
        set_back(&progress);
        progress_tell(&progress, 0, 4);
        progress_end(&progress);
    });
    EXPECT_EQ(text, "squares: 0 %\n");
}

TEST(Progress, TerminalHasColumns)
{
    TempDir dir;
    int file = open(dir.write("a", "").c_str(), O_RDWR);
    EXPECT_FALSE(progress_terminal(file));
    close(file);
    EXPECT_FALSE(progress_terminal(-1));
    int pipes[2];
    ASSERT_EQ(pipe(pipes), 0);
    EXPECT_FALSE(progress_terminal(pipes[1]));
    close(pipes[0]);
    close(pipes[1]);

    int controller = posix_openpt(O_RDWR | O_NOCTTY);
    if (controller < 0 || grantpt(controller) != 0 || unlockpt(controller) != 0)
        GTEST_SKIP() << "no terminals can be made here";
    int terminal = open(ptsname(controller), O_RDWR | O_NOCTTY);
    ASSERT_GE(terminal, 0);
    struct winsize size = {};
    ASSERT_EQ(ioctl(terminal, TIOCSWINSZ, &size), 0);
    EXPECT_FALSE(progress_terminal(terminal)) << "such as mpirun makes";
    size.ws_col = 80;
    ASSERT_EQ(ioctl(terminal, TIOCSWINSZ, &size), 0);
    EXPECT_TRUE(progress_terminal(terminal));
    close(terminal);
    close(controller);
}
