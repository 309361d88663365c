#include "support/disks.h"
#include "support/err.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

extern "C" {
#include "base/err.h"
#include "work/scratch.h"
}

namespace
{

/* An open scratch for as long as a test needs it. */
class Scratch
{
  public:
    explicit Scratch(const std::string &path, bool named = false) : path_(path)
    {
        Err err;
        EXPECT_TRUE(works(scratch_open(&scratch_, path_.c_str(), &err), err));
        scratch_.named |= named;
    }
    ~Scratch()
    {
        scratch_close(&scratch_);
    }
    Scratch(const Scratch &) = delete;
    Scratch &operator=(const Scratch &) = delete;

    int make() const
    {
        int fd = scratch_make(&scratch_);
        EXPECT_GE(fd, 0) << strerror(errno);
        return fd;
    }

  private:
    std::string path_;
    struct scratch scratch_;
};

} // namespace

TEST(Scratch, FoldersRefused)
{
    const TempDir dir;
    const std::string file = dir.write("file", "x");
    struct {
        std::string path;
        int cause;
        const char *remedy;
    } const rows[] = {
        {dir.path("none"), ENOENT, "existing folder"},
        {"", ENOENT, "existing folder"},
        {file, ENOTDIR, "name a folder"},
        {file + "/", ENOTDIR, "name a folder"},
        {"/dev/null", ENOTDIR, "name a folder"},
        {"/proc", ENOENT, "can hold files"},
        {std::string(300, 'x'), ENAMETOOLONG, "name a folder"},
    };
    const int before = open_files();
    for (const auto &row : rows) {
        SCOPED_TRACE(row.path);
        struct scratch scratch;
        Err err;
        EXPECT_TRUE(fails(scratch_open(&scratch, row.path.c_str(), &err), err, ERR_INPUT,
                          {"'" + row.path + "'", strerror(row.cause)}));
        EXPECT_TRUE(advises(err, row.remedy));
    }
    EXPECT_EQ(open_files(), before);
}

TEST(Scratch, ReadOnlyDiskRefused)
{
    const SmallDisk disk("size=256k", MS_RDONLY);
    SKIP_WITHOUT(disk);
    struct scratch scratch;
    Err err;
    EXPECT_TRUE(fails(scratch_open(&scratch, disk.path().c_str(), &err), err, ERR_INPUT,
                      {disk.path(), strerror(EROFS)}));
    EXPECT_TRUE(advises(err, "may write"));
}

/* Root may write anywhere: somebody else tries, in a process of his own. */
TEST(Scratch, ForbiddenFolderRefused)
{
    const TempDir dir;
    ASSERT_EQ(chmod(dir.path().c_str(), 0555), 0);
    const int before = open_files();
    pid_t child = fork();
    if (child == 0) {
        struct scratch scratch;
        Err err;
        bool refused = (geteuid() != 0 || seteuid(65534) == 0) &&
                       fails(scratch_open(&scratch, dir.path().c_str(), &err), err, ERR_INPUT,
                             {strerror(EACCES)}) &&
                       advises(err, "may write");
        _exit(refused ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    EXPECT_EQ(open_files(), before);
}

TEST(Scratch, CausesAreWorded)
{
    struct {
        int cause;
        enum err_code code;
        const char *remedy;
    } const rows[] = {
        {ENOSPC, ERR_FAILED, "fewer bytes"}, {EDQUOT, ERR_FAILED, "quota"},
        {EFBIG, ERR_FAILED, "ulimit -f"},    {EMFILE, ERR_FAILED, "ulimit -n"},
        {ENFILE, ERR_FAILED, "workers"},     {EIO, ERR_FAILED, "dmesg"},
        {ESTALE, ERR_FAILED, "mount"},       {ENODATA, ERR_FAILED, "cut"},
        {EROFS, ERR_INPUT, "may write"},     {EPERM, ERR_INPUT, "may write"},
        {EXDEV, ERR_FAILED, "dir=FOLDER"},
    };
    for (const auto &row : rows) {
        Err err;
        errno = row.cause;
        EXPECT_TRUE(fails(scratch_fail(&err, "write", "/a/b"), err, row.code,
                          {"cannot write", "'/a/b'", strerror(row.cause)}));
        EXPECT_TRUE(advises(err, row.remedy));
    }
}

TEST(Scratch, FilesHaveNoName)
{
    for (bool named : {false, true}) {
        const TempDir dir;
        const Scratch scratch(dir.path(), named);
        EXPECT_EQ(dir.list().size(), 0u) << "after the trial";
        int fd = scratch.make();
        struct stat there = {}, folder = {};
        ASSERT_EQ(fstat(fd, &there), 0);
        ASSERT_EQ(stat(dir.path().c_str(), &folder), 0);
        EXPECT_EQ(there.st_nlink, 0u);
        EXPECT_EQ(there.st_dev, folder.st_dev);
        EXPECT_EQ(there.st_mode & 07777, 0600u);
        EXPECT_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
        EXPECT_EQ(dir.list().size(), 0u);
        close(fd);
    }
}

TEST(Scratch, ManyThreadsMakeFiles)
{
    for (bool named : {false, true}) {
        const TempDir dir;
        const Scratch scratch(dir.path(), named);
        std::atomic<int> mixed{0};
        std::vector<std::thread> threads;
        for (int id = 0; id < 8; id++)
            threads.emplace_back([&scratch, &mixed, id] {
                for (int i = 0; i < 50; i++) {
                    int fd = scratch.make(), back = -1;
                    EXPECT_EQ(scratch_write_at(fd, &id, sizeof(id), 0), 0);
                    EXPECT_EQ(scratch_read_at(fd, &back, sizeof(back), 0), 0);
                    mixed += back != id;
                    close(fd);
                }
            });
        for (std::thread &thread : threads)
            thread.join();
        EXPECT_EQ(mixed, 0);
        EXPECT_EQ(dir.list().size(), 0u);
    }
}

TEST(Scratch, FullDisk)
{
    const SmallDisk disk("size=256k");
    SKIP_WITHOUT(disk);
    const Scratch scratch(disk.path());
    const std::string bytes(1 << 20, 'x');
    int fd = scratch.make();
    EXPECT_EQ(scratch_write_at(fd, bytes.data(), 1 << 20, 0), -1);
    EXPECT_EQ(errno, ENOSPC);
    close(fd);
    fd = scratch.make(); /* closing gave the space back */
    EXPECT_EQ(scratch_write_at(fd, bytes.data(), 100 << 10, 0), 0);
    close(fd);
}

TEST(Scratch, AllIsReadOrNone)
{
    const TempDir dir;
    const Scratch scratch(dir.path());
    int fd = scratch.make();
    std::string back(8, '\0');
    EXPECT_EQ(scratch_write_at(fd, "0123456789", 10, 3), 0);
    EXPECT_EQ(scratch_read_at(fd, &back[0], 8, 5), 0);
    EXPECT_EQ(back, "23456789");
    EXPECT_EQ(scratch_read_at(fd, &back[0], 8, 6), -1);
    EXPECT_EQ(errno, ENODATA);
    EXPECT_EQ(scratch_read_at(fd, &back[0], 0, 99), 0);
    close(fd);
    EXPECT_EQ(scratch_write_at(-1, "x", 1, 0), -1);
    EXPECT_EQ(errno, EBADF);
    EXPECT_EQ(scratch_read_at(-1, &back[0], 1, 0), -1);
    EXPECT_EQ(errno, EBADF);
}

TEST(Scratch, BuffersAreWholeSectors)
{
    EXPECT_EQ(scratch_sectors(0), 0);
    EXPECT_EQ(scratch_sectors(1), 4096);
    EXPECT_EQ(scratch_sectors(4096), 4096);
    EXPECT_EQ(scratch_sectors(4097), 8192);
    for (int64_t size : {1, 4096, 4097, 1 << 20}) {
        void *buffer = scratch_buffer(size);
        ASSERT_NE(buffer, nullptr);
        EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer) % 4096, 0u);
        memset(buffer, 1, static_cast<size_t>(scratch_sectors(size)));
        free(buffer);
    }
}
