#include "support/disks.h"
#include "support/err.h"

#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

extern "C" {
#include "base/err.h"
#include "base/outfile.h"
}

namespace
{

class Outfile : public testing::Test
{
  protected:
    TempDir dir;
    struct outfile out = OUTFILE_CLOSED;
    Err err;

    ~Outfile() override
    {
        outfile_discard(&out);
    }
    int open(const std::string &path)
    {
        return outfile_open(&out, path.c_str(), &err);
    }
    int write(const std::string &bytes)
    {
        return outfile_write(&out, bytes.data(), bytes.size(), &err);
    }
};

unsigned mode_of(const std::string &path)
{
    struct stat there;
    return stat(path.c_str(), &there) == 0 ? there.st_mode & 07777 : 0;
}

} // namespace

TEST_F(Outfile, MissingFolder)
{
    const std::string path = dir.path("none/a.txt");
    EXPECT_TRUE(
        fails(open(path), err, ERR_INPUT, {"'" + path + "'", "'" + dir.path("none") + "'"}));
    EXPECT_TRUE(advises(err, "mkdir -p"));
    EXPECT_TRUE(dir.list().empty());
}

TEST_F(Outfile, FolderAsTarget)
{
    EXPECT_TRUE(fails(open(dir.path()), err, ERR_INPUT, {dir.path(), "folder"}));
}

TEST_F(Outfile, FileAsFolder)
{
    const std::string path = dir.write("a", "x") + "/b.txt";
    EXPECT_TRUE(fails(open(path), err, ERR_INPUT, {"'" + path + "'"}));
}

TEST_F(Outfile, EmptyName)
{
    EXPECT_TRUE(fails(open(""), err, ERR_INPUT, {"''"}));
}

TEST_F(Outfile, FolderWhereNothingCanBeMade)
{
    EXPECT_TRUE(fails(open("/proc/squares.txt"), err, ERR_INPUT, {"'/proc/squares.txt'"}));
}

/* Also for root, whom the kernel would let write. */
TEST_F(Outfile, ReadOnlyTarget)
{
    const std::string path = dir.write("a.txt", "old");
    ASSERT_EQ(chmod(path.c_str(), 0444), 0);
    EXPECT_TRUE(fails(open(path), err, ERR_INPUT, {"'" + path + "'", "read-only"}));
    EXPECT_TRUE(advises(err, "chmod u+w"));
    EXPECT_EQ(dir.read("a.txt"), "old");
    EXPECT_EQ(dir.list().size(), 1u);
}

TEST_F(Outfile, FullDevice)
{
    if (access("/dev/full", W_OK) != 0)
        GTEST_SKIP() << "no /dev/full here";
    ASSERT_TRUE(works(open("/dev/full"), err));
    EXPECT_TRUE(fails(write("x"), err, ERR_FAILED, {"'/dev/full'", strerror(ENOSPC)}));
}

/* A limit on the size of files stands for a full disk: the write fails midway. */
TEST_F(Outfile, FailedWriteLeavesTheOldFile)
{
    dir.write("a.txt", "old");
    ASSERT_TRUE(works(open(dir.path("a.txt")), err));
    struct rlimit old, small;
    ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = old;
    small.rlim_cur = 1000;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    int status = write(std::string(5000, 'x'));
    setrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, handler);
    EXPECT_TRUE(fails(status, err, ERR_FAILED, {dir.path("a.txt")}));
    outfile_discard(&out);
    EXPECT_EQ(dir.read("a.txt"), "old");
    EXPECT_EQ(dir.list().size(), 1u);
}

TEST_F(Outfile, CommitPutsItInPlace)
{
    ASSERT_TRUE(works(open(dir.path("a.txt")), err));
    EXPECT_TRUE(works(write("one "), err));
    EXPECT_TRUE(works(write(""), err));
    EXPECT_TRUE(works(write("two"), err));
    EXPECT_TRUE(dir.list().count("a.txt") == 0);
    EXPECT_TRUE(works(outfile_commit(&out, &err), err));
    EXPECT_EQ(dir.list(), std::set<std::string>{"a.txt"});
    EXPECT_EQ(dir.read("a.txt"), "one two");
    outfile_discard(&out);
    EXPECT_EQ(dir.read("a.txt"), "one two");
}

TEST_F(Outfile, CommitOfNothingMakesAnEmptyFile)
{
    ASSERT_TRUE(works(open(dir.path("a.txt")), err));
    EXPECT_TRUE(works(outfile_commit(&out, &err), err));
    EXPECT_EQ(dir.read("a.txt"), "");
}

TEST_F(Outfile, DiscardLeavesNothing)
{
    ASSERT_TRUE(works(open(dir.path("a.txt")), err));
    EXPECT_TRUE(works(write("x"), err));
    outfile_discard(&out);
    EXPECT_TRUE(dir.list().empty());
    outfile_discard(&out);
}

TEST_F(Outfile, OldFileStaysUntilCommit)
{
    dir.write("a.txt", "old");
    ASSERT_TRUE(works(open(dir.path("a.txt")), err));
    EXPECT_TRUE(works(write("new"), err));
    EXPECT_EQ(dir.read("a.txt"), "old");
    EXPECT_TRUE(works(outfile_commit(&out, &err), err));
    EXPECT_EQ(dir.read("a.txt"), "new");
    EXPECT_EQ(dir.list().size(), 1u);
}

TEST_F(Outfile, OldFileOutlivesDiscard)
{
    dir.write("a.txt", "old");
    ASSERT_TRUE(works(open(dir.path("a.txt")), err));
    EXPECT_TRUE(works(write("new"), err));
    outfile_discard(&out);
    EXPECT_EQ(dir.read("a.txt"), "old");
    EXPECT_EQ(dir.list().size(), 1u);
}

TEST_F(Outfile, ModeOfTheOldFileIsKept)
{
    const std::string path = dir.write("a.txt", "old");
    for (unsigned mode : {0640u, 0600u, 0755u, 0222u}) {
        ASSERT_EQ(chmod(path.c_str(), mode), 0);
        ASSERT_TRUE(works(open(path), err));
        EXPECT_TRUE(works(outfile_commit(&out, &err), err));
        EXPECT_EQ(mode_of(path), mode);
        outfile_discard(&out);
    }
}

TEST_F(Outfile, ModeOfANewFileFollowsTheMask)
{
    mode_t old = umask(027);
    int status = open(dir.path("a.txt"));
    if (status == 0)
        status = outfile_commit(&out, &err);
    umask(old);
    EXPECT_TRUE(works(status, err));
    EXPECT_EQ(mode_of(dir.path("a.txt")), 0640u);
}

TEST_F(Outfile, RewriteStart)
{
    ASSERT_TRUE(works(open(dir.path("a.txt")), err));
    EXPECT_TRUE(works(write("0000 and "), err));
    EXPECT_TRUE(works(outfile_rewrite_start(&out, "1234", 4, &err), err));
    EXPECT_TRUE(works(write("more"), err)); /* goes on at the end */
    EXPECT_TRUE(works(outfile_commit(&out, &err), err));
    EXPECT_EQ(dir.read("a.txt"), "1234 and more");
}

TEST_F(Outfile, PipeIsWrittenAsItIs)
{
    const std::string path = dir.path("pipe");
    ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
    int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
    ASSERT_GE(reader, 0);
    ASSERT_TRUE(works(open(path), err));
    EXPECT_TRUE(works(write("through"), err));
    EXPECT_TRUE(works(outfile_commit(&out, &err), err));
    char got[16] = "";
    EXPECT_EQ(read(reader, got, sizeof(got) - 1), 7);
    close(reader);
    EXPECT_STREQ(got, "through");
    EXPECT_EQ(dir.list(), std::set<std::string>{"pipe"});
}

TEST_F(Outfile, HeaderOfAPipeCannotBeRewritten)
{
    const std::string path = dir.path("pipe");
    ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
    int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
    ASSERT_GE(reader, 0);
    ASSERT_TRUE(works(open(path), err));
    EXPECT_TRUE(fails(outfile_rewrite_start(&out, "1", 1, &err), err, ERR_FAILED, {path}));
    close(reader);
}

TEST_F(Outfile, NullDeviceStays)
{
    ASSERT_TRUE(works(open("/dev/null"), err));
    EXPECT_TRUE(works(write("x"), err));
    EXPECT_TRUE(works(outfile_commit(&out, &err), err));
    struct stat there;
    ASSERT_EQ(stat("/dev/null", &there), 0);
    EXPECT_TRUE(S_ISCHR(there.st_mode));
}

TEST_F(Outfile, NameInTheWorkingFolder)
{
    const std::string back = std::filesystem::current_path();
    std::filesystem::current_path(dir.path());
    int status = open("plain.txt");
    if (status == 0)
        status = write("x");
    if (status == 0)
        status = outfile_commit(&out, &err);
    std::filesystem::current_path(back);
    EXPECT_TRUE(works(status, err));
    EXPECT_EQ(dir.list(), std::set<std::string>{"plain.txt"});
}

/* As long as the file system takes it; the unfinished file must not need more. */
TEST_F(Outfile, LongestName)
{
    const std::string name(static_cast<size_t>(pathconf(dir.path().c_str(), _PC_NAME_MAX)), 'n');
    ASSERT_TRUE(works(open(dir.path(name)), err));
    EXPECT_TRUE(works(write("x"), err));
    EXPECT_TRUE(works(outfile_commit(&out, &err), err));
    EXPECT_EQ(dir.list(), std::set<std::string>{name});
}

/* What cannot be named in the end is told of before the work, not after it. */
TEST_F(Outfile, NameTooLong)
{
    EXPECT_TRUE(fails(open(dir.path(std::string(256, 'n'))), err, ERR_INPUT, {"nnnn"}));
}

TEST_F(Outfile, FolderThatVanishedFailsTheCommit)
{
    std::filesystem::create_directory(dir.path("sub"));
    ASSERT_TRUE(works(open(dir.path("sub/a.txt")), err));
    EXPECT_TRUE(works(write("x"), err));
    std::filesystem::remove_all(dir.path("sub"));
    EXPECT_TRUE(fails(outfile_commit(&out, &err), err, ERR_FAILED, {dir.path("sub/a.txt")}));
    outfile_discard(&out);
    EXPECT_TRUE(dir.list().empty());
}

/* A process that was killed left its unfinished file; in a container the next has the same id. */
TEST_F(Outfile, UnfinishedFileOfAKilledProcessIsNoObstacle)
{
    dir.write(".a.txt." + std::to_string(getpid()) + ".part", "stale");
    ASSERT_TRUE(works(open(dir.path("a.txt")), err));
    EXPECT_TRUE(works(write("new"), err));
    EXPECT_TRUE(works(outfile_commit(&out, &err), err));
    EXPECT_EQ(dir.list().count("a.txt"), 1u);
}

TEST_F(Outfile, SharedRefusesWhatIsNoRegularFile)
{
    EXPECT_TRUE(fails(outfile_open_shared(&out, "/dev/null", &err), err, ERR_INPUT,
                      {"'/dev/null'", "not a regular file"}));
    EXPECT_TRUE(advises(err, "--exchange message"));
}

/* Missing folders are told of as by a file that is not shared. */
TEST_F(Outfile, SharedInAMissingFolder)
{
    EXPECT_TRUE(fails(outfile_open_shared(&out, dir.path("none/a.i64").c_str(), &err), err,
                      ERR_INPUT, {"'" + dir.path("none") + "' does not exist"}));
    EXPECT_TRUE(dir.list().empty());
}

/* Others write it by its name, at their places; then it is put in place, or is gone. */
TEST_F(Outfile, SharedHasANameUntilItIsInPlace)
{
    dir.write("a.i64", "old");
    for (bool commit : {false, true}) {
        ASSERT_TRUE(works(outfile_open_shared(&out, dir.path("a.i64").c_str(), &err), err));
        EXPECT_TRUE(works(outfile_reserve(&out, 8, &err), err));
        ASSERT_NE(out.temporary, nullptr);
        int other = ::open(out.temporary, O_WRONLY);
        ASSERT_GE(other, 0);
        EXPECT_EQ(pwrite(other, "new", 3, 5), 3);
        close(other);
        EXPECT_EQ(dir.read("a.i64"), "old");
        if (commit) {
            EXPECT_TRUE(works(outfile_commit(&out, &err), err));
        }
        outfile_discard(&out);
        EXPECT_EQ(dir.list(), std::set<std::string>{"a.i64"});
    }
    EXPECT_EQ(dir.read("a.i64"), std::string("\0\0\0\0\0new", 8));
}

TEST_F(Outfile, ReserveOnASmallDisk)
{
    SmallDisk disk("size=64k");
    SKIP_WITHOUT(disk);
    const std::string path = disk.path() + "/a.i64";
    ASSERT_TRUE(works(outfile_open_shared(&out, path.c_str(), &err), err));
    EXPECT_TRUE(works(outfile_reserve(&out, 32 << 10, &err), err));
    EXPECT_TRUE(fails(outfile_reserve(&out, 128 << 10, &err), err, ERR_FAILED,
                      {"'" + path + "'", strerror(ENOSPC)}));
    outfile_discard(&out);
    EXPECT_TRUE(disk.list().empty());
}
