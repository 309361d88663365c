/*
 * file - how much a task moves is seen by the kernel's count of this thread's bytes; what it reads,
 * in file_damage_test.cc.
 */
#include "support/file_work.h"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <thread>

extern "C" {
#include "base/clock.h"
#include "base/err.h"
#include "base/stop.h"
#include "crew/gil.h"
#include "crew/safepoint.h"
#include "number/range.h"
#include "work/work.h"
}

namespace
{

const int64_t MIB = 1 << 20;

/* Bytes this thread has read or written by system calls so far: "rchar" or "wchar". */
int64_t moved(const char *key)
{
    FILE *io = fopen("/proc/thread-self/io", "r");
    char line[100];
    long long count = -1;
    while (io != nullptr && fgets(line, sizeof(line), io) != nullptr)
        if (strncmp(line, key, strlen(key)) == 0)
            count = atoll(line + strlen(key) + 1);
    if (io != nullptr)
        (void)fclose(io);
    return count;
}

/* What looking itself moves is below that. */
const int64_t LITTLE = 2000;

} // namespace

TEST(File, SettingsRefused)
{
    expect_refused({
        {"file:dir=", "'dir'", ""},
        {"file:bytes=0", "'bytes=0'", "from 1 to 1G"},
        {"file:bytes=1073741825", "'bytes=1073741825'", "from 1 to 1G"},
        {"file:bytes=1.5M", "'bytes=1.5M'", "64K"},
        {"file:op=copy", "'copy'", "read, write, both"},
        {"file:sync=1", "'1'", "no, yes"},
        {"file:size=1", "'size'", "dir=.,bytes=64K,op=read,sync=no"},
    });
}

TEST(File, FoldersRefused)
{
    const int before = open_files();
    for (const char *op : OPS) {
        SCOPED_TRACE(op);
        struct work work;
        Err err;
        const std::string spec = "file:dir=/none,op=" + std::string(op);
        ASSERT_TRUE(works(work_create(&work, spec.c_str(), 0, &err), err));
        EXPECT_TRUE(fails(work_host_open(&work, &err) == 0 ? work_open(&work, &err) : -1, err,
                          ERR_INPUT, {"'/none'", strerror(ENOENT)}));
        work_close(&work);
        work_host_close(&work);
        work_release(&work);
    }
    EXPECT_EQ(open_files(), before);
}

TEST(File, FullDisk)
{
    const SmallDisk disk("size=2m");
    SKIP_WITHOUT(disk);
    for (const char *op : {"write", "both"})
        for (const char *sync : {"no", "yes"}) {
            const std::string how = ",op=" + std::string(op) + ",sync=" + sync;
            const int before = open_files();
            const FileWork work(in(disk.path(), "bytes=5M" + how));
            Err err;
            EXPECT_TRUE(
                fails(work.run(5, 1000, &err), err, ERR_FAILED, {disk.path(), strerror(ENOSPC)}));
            EXPECT_EQ(err.at, 1000);
            EXPECT_TRUE(advises(err, "make room"));
            EXPECT_EQ(open_files(), before + 1) << "only the folder's";
            const FileWork smaller(in(disk.path(), "bytes=1M" + how));
            Err fine;
            EXPECT_TRUE(works(smaller.run(50, 0, &fine), fine)) << "each task gives its room back";
        }
    EXPECT_EQ(disk.list().size(), 0u);
}

/* A host's leader finds it, before any rank runs. */
TEST(File, NoRoomForWhatIsRead)
{
    const SmallDisk disk("size=256k");
    SKIP_WITHOUT(disk);
    struct work work;
    Err err;
    ASSERT_TRUE(works(work_create(&work, ("file:dir=" + disk.path()).c_str(), 0, &err), err));
    EXPECT_TRUE(
        fails(work_host_open(&work, &err), err, ERR_FAILED, {disk.path(), strerror(ENOSPC)}));
    work_host_close(&work);
    work_release(&work);
}

TEST(File, GivesNumbersBack)
{
    const TempDir dir;
    const int before = open_files();
    for (const char *op : OPS)
        for (const char *sync : {"no", "yes"})
            for (const char *bytes : {"1", "4095", "4097", "64K", "1048577", "3M"}) {
                const std::string how =
                    "op=" + std::string(op) + ",sync=" + sync + ",bytes=" + bytes;
                SCOPED_TRACE(how);
                const FileWork work(in(dir.path(), how));
                EXPECT_EQ(dir.list().size(), 0u);
                std::vector<int64_t> whole = {INT64_MIN, -1, 0, INT64_MAX};
                std::vector<double> floats = {0.5, -0.0, INFINITY};
                const std::vector<int64_t> whole_before = whole, floats_before = bits_of(floats);
                Err err;
                EXPECT_TRUE(works(work.run(whole, 0, &err), err));
                EXPECT_TRUE(works(work.run(floats, 4, &err), err));
                EXPECT_EQ(whole, whole_before);
                EXPECT_EQ(bits_of(floats), floats_before);
                EXPECT_EQ(dir.list().size(), 0u);
            }
    EXPECT_EQ(open_files(), before);
}

TEST(File, MovesTheBytesItSays)
{
    if (moved("wchar") < 0)
        GTEST_SKIP() << "THE KERNEL DOES NOT COUNT BYTES";
    const TempDir dir;
    struct {
        const char *settings;
        int64_t read, written; /* of a task */
    } const rows[] = {
        {"op=read,bytes=100", 4096, 0},
        {"op=read", 65536, 0},
        {"op=read,bytes=1048577", MIB + 4096, 0},
        {"op=write", 0, 65536},
        {"op=write,bytes=100", 0, 100},
        {"op=write,bytes=3000001", 0, 3000001},
        {"op=both,bytes=3000001", 3000001, 3000001},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.settings);
        const FileWork work(in(dir.path(), row.settings));
        int64_t read = moved("rchar"), written = moved("wchar");
        Err err;
        EXPECT_TRUE(works(work.run(10, 0, &err), err));
        EXPECT_NEAR(static_cast<double>(moved("rchar") - read),
                    10.0 * static_cast<double>(row.read), LITTLE);
        EXPECT_NEAR(static_cast<double>(moved("wchar") - written),
                    10.0 * static_cast<double>(row.written), LITTLE);
    }
}

TEST(File, ThreadsShareIt)
{
    const TempDir dir;
    for (const char *op : OPS) {
        const FileWork work(in(dir.path(), "bytes=10000,op=" + std::string(op)));
        std::vector<std::thread> threads;
        for (int64_t id = 0; id < 4; id++)
            threads.emplace_back([&work, id] {
                Err err;
                EXPECT_TRUE(works(work.run(100, id * 100, &err), err));
            });
        for (std::thread &thread : threads)
            thread.join();
    }
    EXPECT_EQ(dir.list().size(), 0u);
}

/* Work that would go on for hours. */
TEST(File, EndsWhenAsked)
{
    const TempDir dir;
    for (const char *op : OPS)
        for (const char *bytes : {"1K", "1G"}) {
            SCOPED_TRACE(testing::Message() << op << " " << bytes);
            const FileWork work(in(dir.path(), "op=" + std::string(op) + ",bytes=" + bytes));
            struct stop stop = {};
            std::vector<int64_t> cells(INT64_C(1) << 22, 1);
            std::thread asking([&stop] {
                clock_sleep_until(clock_now_ns() + 20 * NS_PER_MS);
                stop_ask(&stop);
            });
            Err err;
            EXPECT_TRUE(works(work.run(cells, 0, {&stop, nullptr, nullptr}, &err), err));
            asking.join();
        }
}

TEST(File, NothingIsMovedOnceStopped)
{
    const TempDir dir;
    for (const char *op : OPS) {
        const FileWork work(in(dir.path(), "op=" + std::string(op)));
        struct stop stop = {};
        stop_ask(&stop);
        std::vector<int64_t> cells(100, 1);
        int64_t read = moved("rchar"), written = moved("wchar");
        Err err;
        EXPECT_TRUE(works(work.run(cells, 0, {&stop, nullptr, nullptr}, &err), err));
        EXPECT_LE(moved("rchar") - read, LITTLE);
        EXPECT_LE(moved("wchar") - written, LITTLE);
    }
}

/* While one worker waits for its files the other computes; the one works until the other has had
 * its turns. */
TEST(File, LetsGoOfTheGilWhileItWaits)
{
    const TempDir dir;
    for (const char *op : OPS) {
        SCOPED_TRACE(op);
        const FileWork work(in(dir.path(), "sync=yes,bytes=2M,op=" + std::string(op)));
        struct gil gil;
        gil_init(&gil, GIL_INTERVAL_LEAST);
        struct stop stop = {};
        int64_t locked[2] = {};
        const struct safepoint at[2] = {{&stop, &gil, &locked[0]}, {&stop, &gil, &locked[1]}};
        safepoint_enter(&at[0]);
        std::thread other([&] {
            for (int turn = 0; turn < 10; turn++) {
                safepoint_enter(&at[1]);
                safepoint_leave(&at[1]);
            }
            stop_ask(&stop);
        });
        std::vector<int64_t> cells(INT64_C(1) << 22, 1);
        Err err;
        EXPECT_TRUE(works(work.run(cells, 0, at[0], &err), err));
        safepoint_leave(&at[0]);
        other.join();
        gil_destroy(&gil);
    }
}

TEST(File, GrainIsOne)
{
    const Work work("file");
    EXPECT_TRUE(work->load->waits);
    EXPECT_EQ(work->load->grain(&*work), 1);
}

/* n*a + n*(n-1)//2*s, by Python, and by adding. */
TEST(File, RangeSum)
{
    const Work work("file");
    const struct range largest = {INT64_MIN, 3, INT64_C(6148914691236517205)};
    int128 sum = -1;
    ASSERT_TRUE(work->load->range_sum(&*work, &largest, &sum));
    EXPECT_EQ(text_of(sum), "-12297829382473034410");
    for (int64_t step : {-3, 1, 999})
        for (int64_t count : {1, 2, 101}) {
            const struct range range = {-7, step, count};
            int128 expected = 0;
            for (int64_t i = 0; i < count; i++)
                expected += range_at(&range, i);
            ASSERT_TRUE(work->load->range_sum(&*work, &range, &sum));
            EXPECT_EQ(text_of(sum), text_of(expected));
        }
}
