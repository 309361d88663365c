/* What `squares --help` and `squares COMMAND --help` print, as pages to be read. */
#include "support/golden.h"
#include "support/streams.h"

#include <cstdlib>

extern "C" {
#include "cli/manual.h"
}

namespace
{

/* argp reads this variable once in a process, at the first help: so it is removed before any test.
 * How wide the terminal is makes no difference to argp. */
const int UNSET = unsetenv("ARGP_HELP_FMT");

std::string help_of(const struct command_line &line)
{
    EXPECT_EQ(UNSET, 0);
    return printed([&line](FILE *out) { command_line_help(&line, out); });
}

} // namespace

TEST(Help, Commands)
{
    const struct command_line *const lines[] = {&RUN_LINE,  &COMPARE_LINE, &PLACE_LINE,
                                                &CPUS_LINE, &DEMO_LINE,    nullptr};
    EXPECT_TRUE(golden(printed([&lines](FILE *out) { manual_overview(lines, out); })));
}

TEST(Help, Run)
{
    EXPECT_TRUE(golden(help_of(RUN_LINE)));
}

TEST(Help, Compare)
{
    EXPECT_TRUE(golden(help_of(COMPARE_LINE)));
}

TEST(Help, Place)
{
    EXPECT_TRUE(golden(help_of(PLACE_LINE)));
}

TEST(Help, Cpus)
{
    EXPECT_TRUE(golden(help_of(CPUS_LINE)));
}

TEST(Help, Demo)
{
    EXPECT_TRUE(golden(help_of(DEMO_LINE)));
}
