/* --exchange file: what is refused, what fails midway, and that all else is as by messages. */
#include "cli/whole_program.h"

#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace
{

class ByFile : public Cli
{
  protected:
    /* One message with a remedy, of that exit code; the folder is as it was. */
    Outcome expect_failure(const std::string &command, int code, const std::string &cause) const
    {
        SCOPED_TRACE(command);
        int before = files_left();
        Outcome o = sh(command);
        EXPECT_EQ(o.code, code) << o.err;
        EXPECT_EQ(o.out, "");
        const std::string words = own_words(o.err);
        EXPECT_TRUE(has(words, cause)) << o.err;
        EXPECT_EQ(words.find("squares: "), words.rfind("squares: ")) << "more than one:\n" << words;
        EXPECT_EQ(files_left(), before) << "something was left behind";
        EXPECT_LT(o.seconds, 8);
        return o;
    }
};

const char *const THREE = "$MPI -np 3 $SQ run -q --exchange file ";

} // namespace

/* Known from the command line: one rank will do. */
TEST_F(ByFile, WhatHasNoPartsIsRefused)
{
    write_file(path("in.txt"), "1 2 3\n");
    write_file(path("in.i64"), std::string(16, '\1'));
    for (const auto &[words, cause] : std::vector<std::pair<const char *, const char *>>{
             {"1 2 3", "not the command line"},
             {"-i -", "not standard input"},
             {"-i $D/in.txt", "cannot read parts"},
             {"-i $D/in.i64 -o $D/out.txt", "cannot write parts"},
             {"--range 0:9 -o $D/out", "cannot write parts"}}) {
        Outcome o = expect_failure(std::string("$SQ run --exchange file ") + words, 2, cause);
        EXPECT_TRUE(has(own_words(o.err), "--exchange message")) << o.err;
    }
}

TEST_F(ByFile, BadFiles)
{
    sh("$SQ run -q --range 0:1000 -o $D/in.npy && head -c 5000 $D/in.npy >$D/short.npy && "
       "head -c 5001 $D/in.npy >$D/odd.i64 && : >$D/old.i64 && chmod 444 $D/old.i64 && "
       "mkfifo $D/pipe.i64");
    const std::string run = "$SQ run --exchange file ";
    expect_failure(run + "-i $D/none.npy", 2, "No such file");
    expect_failure(THREE + std::string("-i $D/short.npy -o $D/out.i64"), 2, "asks for 8128 bytes");
    expect_failure(run + "-i $D/odd.i64", 2, "multiple of 8");
    expect_failure(run + "-i $D/in.npy -o $D/none/out.i64", 2, "does not exist");
    expect_failure(run + "-i $D/in.npy -o $D/old.i64", 2, "it is read-only");
    expect_failure(run + "-i $D/in.npy -o $D/pipe.i64", 2, "not a regular file");
    expect_failure("cat $D/in.npy >$D/pipe.i64 & " + run + "-i $D/pipe.i64", 2,
                   "not a regular file");
}

/* In the middle of the stream, and its last number: on whichever rank, an old output stays. */
TEST_F(ByFile, AFailureOnAnyRankKeepsTheOldOutput)
{
    write_file(path("out.i64"), "old");
    expect_failure(THREE + std::string("--range 3036500000:3037500000 -o $D/out.i64"), 2,
                   "3037000500 at position 500500");
    for (const char *np : {"2", "8"})
        expect_failure(std::string("$MPI -np ") + np +
                           " $SQ run --exchange file --range "
                           "3017000501:3037000501 -o $D/out.i64",
                       2, "3037000500 at position 19999999");
    EXPECT_EQ(read_file(path("out.i64")), "old");
}

/* Even if it shows only during writing: ext2 cannot promise room. */
TEST_F(ByFile, AFullDiskKeepsTheOldOutput)
{
    for (const char *mount :
         {"mount -t tmpfs -o size=256k tmpfs $D/disk",
          "truncate -s 2M $D/image && mkfs.ext2 -q $D/image && mount -o loop $D/image $D/disk"}) {
        if (geteuid() != 0 || sh(std::string("mkdir -p $D/disk; ") + mount).code != 0)
            GTEST_SKIP() << "CANNOT MOUNT A SMALL FILE SYSTEM: not root, or no loop device";
        sh("printf old >$D/disk/out.i64");
        Outcome o = expect_failure(THREE + std::string("--range 0:1e6 -o $D/disk/out.i64"), 1,
                                   path("disk/out.i64") + "': No space left");
        EXPECT_EQ(sh("cat $D/disk/out.i64; ls -A $D/disk | grep -c part").out, "old0\n");
        EXPECT_EQ(sh("umount $D/disk").code, 0);
    }
}

/* A rank is killed during the job: the output is not there, or as it was. */
TEST_F(ByFile, AKilledRankPutsNothingInPlace)
{
    write_file(path("out.i64"), "old");
    Outcome o = sh("$MPI -np 3 sh -c 'echo $$ >$D/$OMPI_COMM_WORLD_RANK; exec $SQ run --range "
                   "0:1e6 --work io:latency=5ms --exchange file -o $D/out.i64' & job=$!; sleep 1; "
                   "kill -9 $(cat $D/1); wait $job",
                   12);
    EXPECT_NE(o.code, 0);
    EXPECT_NE(o.code, 124) << "hangs";
    EXPECT_FALSE(has(o.err, "squares: ")) << o.err;
    EXPECT_EQ(read_file(path("out.i64")), "old");
}

/* The file gets shorter while it is read: the others are stopped in their tasks. */
TEST_F(ByFile, AnInputThatIsCutMidway)
{
    sh("$SQ run -q --range 0:4000000 -o $D/in.i64");
    Outcome o =
        sh("$MPI -np 2 $SQ run -i $D/in.i64 --exchange file --work squares:repeat=1000 -o "
           "$D/out.i64 & job=$!; until ls -A $D | grep -q part; do sleep 0.1; done; sleep 0.7; "
           "truncate -s 16000004 $D/in.i64; wait $job");
    EXPECT_EQ(o.code, 2) << o.err;
    EXPECT_TRUE(has(o.err, "ends too early")) << o.err;
    EXPECT_EQ(files_left(), 1);
}

/* Bytes, sums, first and last as by one rank and messages, at sizes about the ends of pieces
 * (524,288 numbers), from each format into the other. */
class ByFileAt : public ByFile, public ::testing::WithParamInterface<const char *>
{
};

TEST_P(ByFileAt, GivesTheSameFile)
{
    const std::string mpi = std::string("$MPI ") + GetParam() + " -q --exchange file ";
    const std::string range = "--range -200000:2600000:2";
    Outcome o = sh("$SQ run -q --exchange message -o $D/one.npy " + range +
                   " && tail -c +129 $D/one.npy >$D/one.i64 && " + mpi + range +
                   " -o $D/out.i64 && cmp $D/one.i64 $D/out.i64 && " + mpi +
                   "-i $D/out.i64 --work io:latency=0 -o $D/out.npy && cmp $D/one.npy $D/out.npy");
    EXPECT_EQ(o.code, 0) << o.err;
    const std::string line = o.out.substr(0, o.out.find('\n') + 1);
    EXPECT_TRUE(has(line, "1400000 results, sum ")) << o.out;
    EXPECT_EQ(o.out, line + "written to " + path("one.npy\n") + line + "written to " +
                         path("out.i64\n") + line + "written to " + path("out.npy\n"));
}

INSTANTIATE_TEST_SUITE_P(All, ByFileAt,
                         ::testing::Values("-np 1 $SQ run", "-np 2 $SQ run", "-np 3 $SQ run -t 3",
                                           "-np 8 $SQ run", "-np 16 $SQ run",
                                           "-np 3 $SQ run --root feeds"));

TEST_F(ByFile, WithoutAnOutputOnlyTalliesComeBack)
{
    sh("$SQ run -q --range 0:300000 --work io:latency=0 -o $D/in.npy; $SQ run -q 3 1 2 -o "
       "$D/few.i64");
    const std::string line = "300000 results, sum 8999955000050000, first 0, last 89999400001\n";
    EXPECT_EQ(sh(THREE + std::string("-i $D/in.npy")).out, line);
    EXPECT_EQ(sh("$MPI -np 5 $SQ run -q --exchange file -i $D/few.i64").out, "81 1 16\n");
    Outcome o = sh("$MPI -np 3 $SQ run --exchange file -i $D/in.npy --json $D/out.json");
    EXPECT_TRUE(has(o.out, "exchange   file:")) << o.out;
    EXPECT_TRUE(has(o.out, "ok: every number")) << o.out;
    EXPECT_TRUE(has(read_file(path("out.json")), "\"exchange\": \"file\"")) << o.err;
}

/* The same bytes; but no rank sees all of them in order, to add them up. */
TEST_F(ByFile, FloatsAreTheSameAndTheirSumIsNotTold)
{
    ASSERT_EQ(sh("seq 0.1 1 300000 >$D/f.txt && $SQ run -q -i $D/f.txt --work io:latency=0 -o "
                 "$D/in.npy && $SQ run -q -i $D/in.npy -o $D/one.npy")
                  .code,
              0);
    Outcome o = sh("$MPI -np 3 $SQ run --exchange file -i $D/in.npy -o $D/out.npy --json "
                   "$D/out.json && cmp $D/one.npy $D/out.npy");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.out, "300000 results, first 0.01")) << o.out;
    EXPECT_TRUE(has(o.out, "(no sum:")) << o.out;
    EXPECT_TRUE(has(read_file(path("out.json")), "\"sum\": null"));
    Outcome i64 = sh("$SQ run --exchange file -i $D/in.npy -o $D/out.i64");
    EXPECT_EQ(i64.code, 2);
    EXPECT_TRUE(has(i64.err, "cannot hold float64 results")) << i64.err;
}

TEST_F(ByFile, AnOldOutputIsReplacedAndKeepsItsMode)
{
    write_file(path("x.i64"), "old");
    ASSERT_EQ(chmod(path("x.i64").c_str(), 0640), 0);
    Outcome o = sh(THREE + std::string("--range 0:9 -o $D/x.i64 && ") + THREE +
                   "-i $D/x.i64 -o $D/x.i64 && stat -c %a-%s $D/x.i64");
    EXPECT_TRUE(has(o.out, "first 0, last 4096\n")) << o.out << o.err;
    EXPECT_TRUE(has(o.out, "640-72\n")) << o.out;
    EXPECT_EQ(files_left(), 1);
}

TEST_F(ByFile, ProgressIsTold)
{
    Outcome o = sh("$MPI -np 2 $SQ run --exchange file --range 0:1000 --work io:latency=3ms "
                   "--progress lines -o $D/out.i64");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.err, " %, ")) << o.err;
}

/* NumPy's other byte order is turned around in every rank's part; the output has ours. */
TEST_F(ByFile, ABigEndianInput)
{
    const std::string dict = "{'descr': '>i8', 'fortran_order': True, 'shape': (3000,)}";
    std::string bytes =
        std::string("\x93NUMPY\1\0", 8) + static_cast<char>(dict.size()) + '\0' + dict;
    for (int i = 0; i < 3000; i++)
        bytes += std::string(6, '\0') + static_cast<char>(i >> 8) + static_cast<char>(i & 255);
    write_file(path("big.npy"), bytes);
    for (const char *exchange : {"file", "message", "window"}) {
        Outcome o =
            sh(std::string("$MPI -np 3 $SQ run -q --range 0:3000 -o $D/range.npy && "
                           "$MPI -np 3 $SQ run -q -i $D/big.npy -o $D/out.npy --exchange ") +
               exchange + " && cmp $D/range.npy $D/out.npy");
        EXPECT_EQ(o.code, 0) << exchange << ": " << o.err;
    }
}
