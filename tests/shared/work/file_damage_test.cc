/*
 * file - what a task reads, and where, is seen by damaging bytes of the file it reads from.
 */
#include "support/file_work.h"

#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

extern "C" {
#include "base/err.h"
#include "base/random.h"
}

namespace
{

const int64_t MIB = 1 << 20;

/* Overwrites byte 5 of the files without a name that process `pid` has open in a folder. */
void damage_nameless(pid_t pid, const std::string &folder)
{
    for (int fd = 3; fd < 40; fd++) {
        const std::string link = "/proc/" + std::to_string(pid) + "/fd/" + std::to_string(fd);
        char target[300] = "";
        struct stat there;
        if (readlink(link.c_str(), target, sizeof(target) - 1) <= 0 ||
            std::string(target).rfind(folder + "/", 0) != 0)
            continue;
        int own = open(link.c_str(), O_WRONLY);
        if (own >= 0 && fstat(own, &there) == 0 && there.st_nlink == 0)
            (void)!pwrite(own, "?", 1, 5);
        if (own >= 0)
            close(own);
    }
}

} // namespace

/* The tasks that fail are those whose draw is the damaged sector, and the first one is named. */
TEST(FileDamage, ReadsWhereSeedAndPositionSay)
{
    const TempDir dir;
    for (uint64_t seed : {UINT64_C(0), UINT64_MAX})
        for (int64_t sector : {0, 17, 255}) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << ", sector " << sector);
            const FileWork work(in(dir.path(), "bytes=100"), seed);
            work.damage(sector * 4096 + 100); /* after what is read */
            Err fine;
            EXPECT_TRUE(works(work.run(1200, 50, &fine), fine));
            work.damage(sector * 4096 + 99);
            int64_t position = 50;
            while (random_bits(seed, static_cast<uint64_t>(position)) % 256 !=
                   static_cast<uint64_t>(sector))
                position++;
            Err err;
            EXPECT_TRUE(fails(
                work.run(1200, 50, &err), err, ERR_FAILED,
                {"'" + dir.path() + "'", "at byte " + std::to_string(sector * 4096 + 99) + " "}));
            EXPECT_EQ(err.at, position);
            EXPECT_TRUE(advises(err, "dmesg"));
            Err before;
            EXPECT_TRUE(works(work.run(position - 50, 50, &before), before));
        }
}

/* As much as there is: every task sees all bytes, wherever it begins. */
TEST(FileDamage, ReadsAroundTheEnd)
{
    const TempDir dir;
    const FileWork work(in(dir.path(), "bytes=64M"));
    Err fine;
    EXPECT_TRUE(works(work.run(2, 0, &fine), fine));
    for (int64_t byte : {INT64_C(0), 64 * MIB - 1, 20 * MIB + 77}) {
        work.damage(byte);
        Err err;
        EXPECT_TRUE(fails(work.run(1, 0, &err), err, ERR_FAILED,
                          {"at byte " + std::to_string(byte) + " "}));
        work.damage(byte); /* as it was */
    }
}

TEST(FileDamage, StockCutShort)
{
    const TempDir dir;
    const FileWork work(in(dir.path(), "bytes=4K"));
    ASSERT_EQ(ftruncate(work.stock(), 0), 0);
    Err err;
    EXPECT_TRUE(fails(work.run(5, 10, &err), err, ERR_FAILED, {"cannot read", dir.path()}));
    EXPECT_TRUE(advises(err, "cut"));
    EXPECT_EQ(err.at, 10);
}

/* What is written and read back is changed in between, by another process, until that is noticed.
 */
TEST(FileDamage, DamageOfItsOwnFileIsNoticed)
{
    const TempDir dir;
    const FileWork work(in(dir.path(), "bytes=8M,op=both"));
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            damage_nameless(getppid(), dir.path());
    }
    Err err;
    while (work.run(1, 33, &err) == 0)
        ;
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    EXPECT_TRUE(fails(-1, err, ERR_FAILED, {"'" + dir.path() + "'", "at byte 5 "}));
    EXPECT_EQ(err.at, 33);
}
