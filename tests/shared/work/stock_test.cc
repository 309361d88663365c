#include "support/disks.h"
#include "support/err.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" {
#include "base/err.h"
#include "work/pattern.h"
#include "work/scratch.h"
#include "work/stock.h"
}

namespace
{

const int64_t MIB = 1 << 20;

struct Freed {
    void operator()(void *memory) const
    {
        free(memory);
    }
};
using Buffer = std::unique_ptr<uint64_t, Freed>;

Buffer buffer_of(int64_t size)
{
    return Buffer(static_cast<uint64_t *>(scratch_buffer(size)));
}

/* The parts of a handle, as stock.c has them. */
int64_t handle_of(int64_t pid, int64_t fd, int64_t seed)
{
    return seed << 42 | pid << 20 | fd;
}
int fd_of(int64_t handle)
{
    return static_cast<int>(handle & 0xfffff);
}

testing::AssertionResult refused(int64_t handle, const std::string &subject)
{
    struct stock stock;
    Err err;
    testing::AssertionResult result =
        fails(stock_open(&stock, handle, &err), err, ERR_FAILED, {subject, "/proc/"});
    return result ? advises(err, "one container") : result;
}

/* Whether all of the stock can be read and is as it should be. */
bool holds_its_pattern(const struct stock &stock)
{
    Buffer buffer = buffer_of(stock.size);
    return stock_read(&stock, buffer.get(), stock.size, 0) == 0 &&
           pattern_match(buffer.get(), stock.size, stock.key, 0) == stock.size;
}

} // namespace

TEST(Stock, FoldersRefused)
{
    const int before = open_files();
    int64_t handle = 0;
    Err missing, file;
    EXPECT_TRUE(fails(stock_make("/none", MIB, &handle, &missing), missing, ERR_INPUT,
                      {"'/none'", strerror(ENOENT)}));
    EXPECT_TRUE(
        fails(stock_make("/dev/null", MIB, &handle, &file), file, ERR_INPUT, {"'/dev/null'"}));
    EXPECT_EQ(open_files(), before);
}

TEST(Stock, FullDiskKeepsNothing)
{
    const SmallDisk disk("size=256k");
    SKIP_WITHOUT(disk);
    const int before = open_files();
    int64_t handle = 0;
    Err err;
    EXPECT_TRUE(fails(stock_make(disk.path().c_str(), MIB, &handle, &err), err, ERR_FAILED,
                      {"cannot write", disk.path(), strerror(ENOSPC)}));
    EXPECT_TRUE(advises(err, "make room"));
    EXPECT_EQ(open_files(), before);
    Err other;
    EXPECT_TRUE(works(stock_make(disk.path().c_str(), MIB / 8, &handle, &other), other));
    stock_discard(handle);
}

TEST(Stock, AnotherFileIsNotTaken)
{
    const TempDir dir;
    const int before = open_files();
    int64_t handle = 0;
    Err err;
    ASSERT_TRUE(works(stock_make(dir.path().c_str(), MIB, &handle, &err), err));
    int zeros = open(dir.write("zeros", std::string(MIB, '\0')).c_str(), O_RDONLY);
    int small = open(dir.write("small", "x").c_str(), O_RDONLY);
    int folder = open(dir.path().c_str(), O_RDONLY);
    int device = open("/dev/zero", O_RDONLY);
    int pipes[2];
    ASSERT_EQ(pipe(pipes), 0);
    for (int fd : {zeros, small, folder, device, pipes[0], pipes[1]})
        EXPECT_TRUE(refused(handle_of(getpid(), fd, handle >> 42), "is not the file")) << fd;
    EXPECT_TRUE(refused(handle ^ INT64_C(1) << 42, "is not the file")) << "another seed";
    EXPECT_TRUE(refused(handle_of(getpid(), 999999, 0), strerror(ENOENT)));
    EXPECT_TRUE(refused(handle_of(4194303, 3, 0), strerror(ENOENT))) << "no such process";
    stock_discard(handle);
    EXPECT_TRUE(refused(handle, "'/proc/")) << "closed by now";
    for (int fd : {zeros, small, folder, device, pipes[0], pipes[1]})
        close(fd);
    EXPECT_EQ(open_files(), before);
}

TEST(Stock, HoldsItsPattern)
{
    const TempDir dir;
    const int before = open_files();
    for (int64_t size : {INT64_C(1), INT64_C(4096), INT64_C(4097), 3 * MIB - 1}) {
        int64_t handle = 0;
        struct stock stock;
        Err err;
        ASSERT_TRUE(works(stock_make(dir.path().c_str(), size, &handle, &err), err));
        EXPECT_GT(handle, 0);
        EXPECT_EQ(dir.list().size(), 0u);
        ASSERT_TRUE(works(stock_open(&stock, handle, &err), err));
        EXPECT_EQ(stock.size, scratch_sectors(size));
        EXPECT_TRUE(holds_its_pattern(stock));
        stock.direct = false; /* only asking the kernel to forget */
        EXPECT_EQ(fcntl(stock.fd, F_SETFL, 0), 0);
        EXPECT_TRUE(holds_its_pattern(stock));
        stock_close(&stock);
        stock_discard(handle);
    }
    EXPECT_EQ(open_files(), before);
}

TEST(Stock, ReadsFromASector)
{
    const TempDir dir;
    int64_t handle = 0;
    struct stock stock;
    Err err;
    ASSERT_TRUE(works(stock_make(dir.path().c_str(), MIB, &handle, &err), err));
    ASSERT_TRUE(works(stock_open(&stock, handle, &err), err));
    for (int64_t sector : {0, 1, 100, 255}) {
        Buffer buffer = buffer_of(100);
        EXPECT_EQ(stock_read(&stock, buffer.get(), 100, sector), 0);
        EXPECT_EQ(pattern_match(buffer.get(), 100, stock.key, sector * 512), 100);
    }
    Buffer buffer = buffer_of(4097);
    EXPECT_EQ(stock_read(&stock, buffer.get(), 4097, 255), -1);
    EXPECT_EQ(errno, ENODATA);
    stock_close(&stock);
    stock_close(&stock);
    stock_discard(handle);
}

/* Two stocks of one process are told apart, though a descriptor may come again. */
TEST(Stock, PatternsDiffer)
{
    const TempDir dir;
    int64_t first = 0, second = 0;
    Err err;
    ASSERT_TRUE(works(stock_make(dir.path().c_str(), 1, &first, &err), err));
    stock_discard(first);
    ASSERT_TRUE(works(stock_make(dir.path().c_str(), 1, &second, &err), err));
    EXPECT_EQ(fd_of(first), fd_of(second));
    EXPECT_NE(first, second);
    EXPECT_TRUE(refused(first, "is not the file"));
    stock_discard(second);
}

/* As the ranks of a host do. */
TEST(Stock, OtherProcessesOpenIt)
{
    const TempDir dir;
    int64_t handle = 0;
    Err err;
    ASSERT_TRUE(works(stock_make(dir.path().c_str(), MIB, &handle, &err), err));
    pid_t child = fork();
    if (child == 0) {
        close(fd_of(handle)); /* what it inherited */
        struct stock stock;
        Err other;
        bool fine = stock_open(&stock, handle, &other) == 0 && holds_its_pattern(stock);
        fine = fine && (fcntl(stock.fd, F_GETFL) & O_ACCMODE) == O_RDONLY;
        _exit(fine ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    stock_discard(handle);
}

/* Its space, too, is given back when its maker is killed. */
TEST(Stock, AKilledMakerLeavesNothing)
{
    const SmallDisk disk("size=8m");
    SKIP_WITHOUT(disk);
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        int64_t handle = 0;
        Err err;
        bool made = stock_make(disk.path().c_str(), 4 * MIB, &handle, &err) == 0;
        (void)!write(ready[1], made ? "y" : "n", 1);
        pause();
    }
    char made = 0;
    ASSERT_EQ(read(ready[0], &made, 1), 1);
    EXPECT_EQ(made, 'y');
    EXPECT_EQ(disk.list().size(), 0u);
    struct statvfs with = {}, without = {};
    ASSERT_EQ(statvfs(disk.path().c_str(), &with), 0);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    ASSERT_EQ(statvfs(disk.path().c_str(), &without), 0);
    EXPECT_EQ((without.f_bfree - with.f_bfree) * with.f_frsize, 4u << 20);
    EXPECT_EQ(without.f_bfree, without.f_blocks);
    close(ready[0]);
    close(ready[1]);
}
