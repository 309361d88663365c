#include "support/err.h"
#include "support/temp_dir.h"

#include <cstring>

extern "C" {
#include "base/err.h"
#include "base/outtext.h"
}

namespace
{

class Outtext : public testing::Test
{
  protected:
    TempDir dir;
    struct outtext out = OUTTEXT_NONE;
    Err err;

    ~Outtext() override
    {
        outtext_discard(&out);
    }
    int open(const char *name)
    {
        return outtext_open(&out, name, &err);
    }
};

} // namespace

TEST_F(Outtext, FolderThatIsMissing)
{
    const std::string path = dir.path("none/a.json");
    EXPECT_TRUE(fails(open(path.c_str()), err, ERR_INPUT, {"'" + path + "'"}));
}

TEST_F(Outtext, NoTextIsOutOfMemory)
{
    const std::string path = dir.path("a.json");
    ASSERT_EQ(open(path.c_str()), 0);
    EXPECT_TRUE(fails(outtext_write(&out, nullptr, &err), err, ERR_FAILED, {"memory"}));
    outtext_discard(&out);
    EXPECT_TRUE(dir.list().empty());
}

TEST_F(Outtext, NotWanted)
{
    EXPECT_EQ(open(nullptr), 0);
    EXPECT_FALSE(outtext_prints(&out));
    testing::internal::CaptureStdout();
    EXPECT_EQ(outtext_write(&out, strdup("x"), &err), 0);
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

TEST_F(Outtext, FileEndsWithOneLineFeed)
{
    const std::string path = dir.path("a.csv");
    for (const char *text : {"a\nb", "a\nb\n"}) {
        ASSERT_EQ(open(path.c_str()), 0);
        EXPECT_FALSE(outtext_prints(&out));
        EXPECT_EQ(outtext_write(&out, strdup(text), &err), 0);
        outtext_discard(&out);
        EXPECT_EQ(dir.read("a.csv"), "a\nb\n");
    }
}

TEST_F(Outtext, DashIsStandardOutput)
{
    testing::internal::CaptureStdout();
    ASSERT_EQ(open("-"), 0);
    EXPECT_TRUE(outtext_prints(&out));
    EXPECT_EQ(outtext_write(&out, strdup("{}"), &err), 0);
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "{}\n");
}
