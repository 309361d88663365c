#include "support/streams.h"

#include <gtest/gtest.h>

extern "C" {
#include "base/paragraph.h"
}

namespace
{

std::string wrapped(const std::string &words, int column = 0, int indent = 0)
{
    return printed([&](FILE *out) { paragraph_print(words.c_str(), column, indent, out); });
}

} // namespace

TEST(Paragraph, NothingIsAnEmptyLine)
{
    EXPECT_EQ(wrapped(""), "\n");
    EXPECT_EQ(wrapped("", 11, 11), "\n");
}

TEST(Paragraph, WordsThatFitStayInALine)
{
    EXPECT_EQ(wrapped("a few words"), "a few words\n");
    EXPECT_EQ(wrapped(std::string(80, 'x')), std::string(80, 'x') + "\n");
    EXPECT_EQ(wrapped(std::string(40, 'x') + " " + std::string(39, 'y')),
              std::string(40, 'x') + " " + std::string(39, 'y') + "\n");
}

TEST(Paragraph, WrapsAtEightyColumns)
{
    EXPECT_EQ(wrapped(std::string(40, 'x') + " " + std::string(40, 'y'), 0, 3),
              std::string(40, 'x') + "\n   " + std::string(40, 'y') + "\n");
    EXPECT_EQ(wrapped(std::string(40, 'x') + " " + std::string(29, 'y'), 11, 11),
              std::string(40, 'x') + "\n" + std::string(11, ' ') + std::string(29, 'y') + "\n");
    EXPECT_EQ(wrapped(std::string(40, 'x') + " " + std::string(28, 'y'), 11, 11),
              std::string(40, 'x') + " " + std::string(28, 'y') + "\n");
}

TEST(Paragraph, BreaksWordsThatAreLongerThanALine)
{
    EXPECT_EQ(wrapped(std::string(200, 'x')), std::string(80, 'x') + "\n" + std::string(80, 'x') +
                                                  "\n" + std::string(40, 'x') + "\n");
    EXPECT_EQ(wrapped("a " + std::string(100, 'x') + " b", 0, 2),
              "a\n  " + std::string(78, 'x') + "\n  " + std::string(22, 'x') + " b\n");
}

/* What stands there already may leave no room at all. */
TEST(Paragraph, BeginsBehindALongTitle)
{
    EXPECT_EQ(wrapped("word", 79, 4), "\n    word\n");
    EXPECT_EQ(wrapped("word", 85, 4), "\n    word\n");
}
