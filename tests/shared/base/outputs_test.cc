#include "support/err.h"
#include "support/temp_dir.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

extern "C" {
#include "base/err.h"
#include "base/outfile.h"
#include "base/outputs.h"
}

namespace
{

class Outputs : public testing::Test
{
  protected:
    TempDir dir;
    struct outfile files[2] = {OUTFILE_CLOSED, OUTFILE_CLOSED};
    struct output both[2] = {{"--output", &files[0], true}, {"--json", &files[1], false}};
    Err err;

    void close_all()
    {
        outfile_discard(&files[0]);
        outfile_discard(&files[1]);
        err = Err();
    }
    ~Outputs() override
    {
        close_all();
    }
    int open(const std::string &a, const std::string &b)
    {
        close_all();
        return outfile_open(&files[0], a.c_str(), &err) == 0 &&
                       outfile_open(&files[1], b.c_str(), &err) == 0
                   ? 0
                   : -1;
    }
    bool apart()
    {
        return outputs_apart(both, 2, &err) == 0;
    }
    bool apart_from(const std::string &input)
    {
        return outputs_apart_from(both, 2, input.c_str(), &err) == 0;
    }
};

} // namespace

TEST_F(Outputs, OneFileByTwoNames)
{
    std::filesystem::create_directory(dir.path("sub"));
    ASSERT_EQ(symlink("sub", dir.path("way").c_str()), 0);
    dir.write("old.txt", "old");
    ASSERT_EQ(symlink("old.txt", dir.path("soft.txt").c_str()), 0);
    ASSERT_EQ(link(dir.path("old.txt").c_str(), dir.path("hard.txt").c_str()), 0);
    const std::string tail = dir.path().substr(dir.path().rfind('/'));
    for (const auto &[a, b] : {
             std::pair(dir.path("a.txt"), dir.path("a.txt")), /* none of them is there yet */
             std::pair(dir.path("a.txt"), dir.path("./a.txt")),
             std::pair(dir.path("a.txt"), dir.path("sub/../a.txt")),
             std::pair(dir.path("sub/a.txt"), dir.path("way/a.txt")),
             std::pair(dir.path("a.txt"), dir.path(".." + tail + "//a.txt")),
             std::pair(dir.path("old.txt"), dir.path("./old.txt")),
             std::pair(dir.path("old.txt"), dir.path("soft.txt")),
             std::pair(dir.path("hard.txt"), dir.path("old.txt")),
             std::pair(dir.path("soft.txt"), dir.path("hard.txt")),
             std::pair(std::string("/dev/stderr"), std::string("/dev/fd/2")),
         }) {
        ASSERT_TRUE(works(open(a, b), err));
        if (std::string(a) == "/dev/stderr") {
            struct stat there;
            if (fstat(2, &there) == 0 && S_ISCHR(there.st_mode))
                continue; /* nothing is lost in /dev/null */
        }
        EXPECT_FALSE(apart()) << a << " " << b;
        EXPECT_TRUE(fails(-1, err, ERR_INPUT, {"--output and --json", "both", "'" + a + "'"}));
    }
}

TEST_F(Outputs, TwoFilesAreTwo)
{
    std::filesystem::create_directory(dir.path("sub"));
    dir.write("old.txt", "old");
    for (const auto &[a, b] :
         {std::pair("a.txt", "b.txt"), std::pair("a.txt", "sub/a.txt"), std::pair("a.txt", "A.txt"),
          std::pair("old.txt", "a.txt"), std::pair("sub/old.txt", "old.txt")}) {
        ASSERT_TRUE(works(open(dir.path(a), dir.path(b)), err));
        EXPECT_TRUE(apart()) << err.text;
    }
    ASSERT_TRUE(works(open("/dev/null", "/dev/null"), err));
    EXPECT_TRUE(apart()) << err.text;
    outfile_discard(&files[1]); /* not wanted */
    EXPECT_TRUE(apart()) << err.text;
}

TEST_F(Outputs, ADescriptorAndTheFileBehindIt)
{
    int fd = ::open(dir.write("a.txt", "old").c_str(), O_WRONLY | O_APPEND);
    const std::string name = "/dev/fd/" + std::to_string(fd), again = std::to_string(dup(fd));
    ASSERT_TRUE(works(open(name, dir.path("a.txt")), err));
    EXPECT_FALSE(apart());
    ASSERT_TRUE(works(open(name, "/dev/fd/" + again), err));
    EXPECT_FALSE(apart());
    ASSERT_TRUE(works(open(name, dir.path("b.txt")), err));
    EXPECT_TRUE(apart()) << err.text;
    close(fd);
    close(atoi(again.c_str()));
}

/* Replaced, it would not be where what is printed goes any more. */
TEST_F(Outputs, TheFileThatStandardErrorGoesTo)
{
    int kept = dup(2), fd = ::open(dir.write("log.txt", "").c_str(), O_WRONLY);
    ASSERT_TRUE(works(open(dir.path("a.txt"), dir.path("log.txt")), err));
    dup2(fd, 2);
    bool fine = apart();
    dup2(kept, 2);
    close(kept);
    close(fd);
    EXPECT_FALSE(fine);
    EXPECT_TRUE(fails(-1, err, ERR_INPUT, {"log.txt'", "standard error"}));
}

TEST_F(Outputs, TheInput)
{
    dir.write("in.txt", "1 2 3");
    ASSERT_EQ(link(dir.path("in.txt").c_str(), dir.path("hard.txt").c_str()), 0);
    ASSERT_TRUE(works(open(dir.path("in.txt"), dir.path("b.json")), err));
    EXPECT_TRUE(apart_from(dir.path("in.txt"))) << err.text; /* replaced whole, when it was read */
    EXPECT_TRUE(apart_from(dir.path("none.txt"))) << err.text;
    for (const char *name : {"in.txt", "./in.txt", "hard.txt"}) {
        ASSERT_TRUE(works(open(dir.path("a.txt"), dir.path(name)), err));
        EXPECT_FALSE(apart_from(dir.path("in.txt"))) << name;
        EXPECT_TRUE(fails(-1, err, ERR_INPUT, {"--json would overwrite", name}));
    }
}

/* Appended to the file that is read it would have no end. */
TEST_F(Outputs, TheInputWrittenOn)
{
    int fd = ::open(dir.write("in.txt", "1 2 3").c_str(), O_WRONLY | O_APPEND);
    ASSERT_TRUE(works(open("/dev/fd/" + std::to_string(fd), "/dev/null"), err));
    EXPECT_FALSE(apart_from(dir.path("in.txt")));
    EXPECT_TRUE(fails(-1, err, ERR_INPUT, {"read again as input"}));
    close(fd);
}

TEST_F(Outputs, AnInputThatKeepsNothing)
{
    ASSERT_TRUE(works(open("/dev/null", "/dev/null"), err));
    EXPECT_TRUE(apart_from("/dev/null")) << err.text;
}
