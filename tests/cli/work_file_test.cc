/* The workload `file`: what it leaves in its folder (nothing), and what it says of bad folders. */
#include "cli/whole_program.h"

#include <unistd.h>

namespace
{

/* A mounted file system in the test's folder, gone when the test is over; root only. */
class Mounted
{
  public:
    explicit Mounted(const std::string &options)
        : mounted_(geteuid() == 0 && sh("mount -t tmpfs -o " + options + " tmpfs $D").code == 0)
    {
    }
    ~Mounted()
    {
        if (mounted_) /* lazily: MPI's helper of a single process may still be there */
            (void)sh("umount -l $D");
    }
    explicit operator bool() const
    {
        return mounted_;
    }

  private:
    bool mounted_;
};

class WorkFile : public Cli
{
  protected:
    void expect_refused(const std::string &command, int code, const std::string &cause,
                        const std::string &remedy) const
    {
        SCOPED_TRACE(command);
        Outcome o = sh(command);
        EXPECT_EQ(o.code, code) << o.err;
        EXPECT_EQ(o.out, "");
        const std::string words = own_words(o.err);
        EXPECT_TRUE(has(words, cause)) << o.err;
        EXPECT_TRUE(has(words, remedy)) << o.err;
        EXPECT_EQ(words.find("squares: "), words.rfind("squares: ")) << "more than one:\n" << words;
        EXPECT_EQ(files_left(), 0);
    }
};

const char *const ALONE = "$SQ";
const char *const THREE = "$MPI -np 3 $SQ";
const char *const OPS[] = {"read", "write", "both"};

/* What fails before the work begins, and during it. */
const std::string RUNS[] = {"$SQ run 1 2 3 --work file:op=read",
                            "$MPI -np 3 $SQ run 1 2 3 --work file:op=read",
                            "$MPI -np 3 $SQ run 1 2 3 --work file:op=both"};

} // namespace

TEST_F(WorkFile, BadSettings)
{
    struct {
        const char *settings, *cause, *remedy;
    } const rows[] = {
        {"bytes=0", "'bytes=0' of 'file'", "from 1 to 1G"},
        {"bytes=2G", "'bytes=2G' of 'file'", "from 1 to 1G"},
        {"bytes=64KB", "no known unit", "64K"},
        {"op=append", "cannot be 'append'", "read, write, both"},
        {"sync=perhaps", "cannot be 'perhaps'", "no, yes"},
        {"dir=", "'dir' of 'file' needs", ""},
        {"path=/tmp", "no setting 'path'", "dir=.,bytes=64K,op=read,sync=no"},
    };
    for (const auto &row : rows)
        expect_refused("$SQ run 1 --work file:" + std::string(row.settings), 2, row.cause,
                       row.remedy);
    expect_refused("$SQ run 1 --work file:dir=" + std::string(200, 'x'), 2, "is too long", "191");
}

TEST_F(WorkFile, BadFolders)
{
    for (const std::string &run : RUNS) {
        expect_refused(run + ",dir=$D/none", 2, "'" + dir + "/none': No such file", "dir=");
        expect_refused(run + ",dir=/dev/null", 2, "'/dev/null': Not a directory", "dir=");
    }
}

TEST_F(WorkFile, ReadOnlyDisk)
{
    const Mounted mounted("ro");
    if (!mounted)
        GTEST_SKIP() << "CANNOT MOUNT A READ-ONLY FILE SYSTEM: not root";
    for (const std::string &run : RUNS)
        expect_refused(run + ",dir=$D", 2, "'" + dir + "': Read-only file system", "may write");
}

TEST_F(WorkFile, FullDisk)
{
    const Mounted mounted("size=256k");
    if (!mounted)
        GTEST_SKIP() << "CANNOT MOUNT A SMALL FILE SYSTEM: not root";
    for (const std::string &run : RUNS)
        expect_refused(run + ",dir=$D,bytes=1M", 1, "'" + dir + "': No space left",
                       "make room there");
}

TEST_F(WorkFile, NothingIsLeft)
{
    for (const char *squares : {ALONE, THREE})
        for (const char *op : OPS) {
            const std::string command =
                std::string(squares) +
                " run -t 2 --range 0:100 --work file:dir=$D,sync=yes,op=" + op;
            SCOPED_TRACE(command);
            Outcome o = sh(command);
            EXPECT_EQ(o.code, 0) << o.err;
            EXPECT_TRUE(has(o.out, "100 results, sum 4950, first 0, last 99")) << o.out;
            EXPECT_TRUE(has(o.out, "check      ok")) << o.out;
            EXPECT_EQ(files_left(), 0);
        }
}

TEST_F(WorkFile, TheFolderIsTheCurrentOneByDefault)
{
    const Mounted mounted("size=256k");
    if (!mounted)
        GTEST_SKIP() << "CANNOT MOUNT A SMALL FILE SYSTEM: not root";
    expect_refused("cd $D && $SQ run 1 --work file", 1, "'.': No space left", "make room");
    EXPECT_EQ(sh("cd $D && $SQ run 1 --work file:bytes=128K,op=both").code, 0);
}

/* kill -9 of one rank, and of all: files without a name go with who has them open. */
TEST_F(WorkFile, KilledRanksLeaveNothing)
{
    struct {
        const char *op, *whom;
    } const rows[] = {{"read", "$rank"}, {"both", "$ranks"}};
    for (const auto &row : rows) {
        SCOPED_TRACE(testing::Message() << row.op << ", " << row.whom);
        Outcome o = sh("$MPI -np 3 $SQ run --range 0:1e7 --work "
                       "file:dir=$D,bytes=1M,sync=yes,op=" +
                       std::string(row.op) +
                       " & pid=$!; at_work() { set -- $(cat /proc/$pid/task/*/children); "
                       "rank=$1 ranks=$*; ls -l /proc/$rank/fd | grep -q -e \"-> $D\"; } 2>"
                       "/dev/null; until at_work; do sleep 0.1; done; kill -9 " +
                       row.whom + "; wait $pid");
        EXPECT_GT(o.code, 0);
        EXPECT_EQ(files_left(), 0);
    }
}

TEST_F(WorkFile, StopsWhenTold)
{
    Outcome o =
        sh("$MPI -np 3 $SQ run --range 0:1e7 --work file:dir=$D,bytes=1G,op=write & pid=$!; "
           "sleep 1.5; kill $pid; wait $pid");
    EXPECT_NE(o.code, 0);
    EXPECT_LT(o.seconds, 20);
    EXPECT_EQ(files_left(), 0);
}
