/* What is written where: outputs against each other and the input, standard streams that are
 * closed, full or left by their reader, links, and who may read a file and when. */
#include "cli/whole_program.h"

#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace
{

using Files = Cli;

/* The program where another user finds it, and a folder of the same user; empty: not root. */
std::string as_user(const std::string &folder)
{
    if (geteuid() != 0 || chown(folder.c_str(), 23456, 23456) != 0)
        return "";
    return "TMPDIR=$D HOME=$D setpriv --reuid 23456 --regid 23456 --clear-groups ";
}

const char *const NOT_ROOT = "CANNOT BECOME ANOTHER USER: not root";

/* Exit code 2, one message with these words, and nothing new in the folder. */
void expect_refused(const std::string &command, const std::string &words)
{
    SCOPED_TRACE(command);
    const std::string before = sh("ls -A $D; cat $D/*.txt $D/*.json").out;
    Outcome o = sh(command);
    EXPECT_EQ(o.code, 2) << o.err;
    EXPECT_TRUE(has(o.err, words)) << o.err;
    EXPECT_EQ(sh("ls -A $D; cat $D/*.txt $D/*.json").out, before);
}

} // namespace

/* --- one file by two names --- */

TEST_F(Files, TwoOutputsThatAreOneFile)
{
    sh("echo old >$D/old.txt; ln $D/old.txt $D/hard.txt; ln -s old.txt $D/soft.txt; ln -s . "
       "$D/way");
    for (const auto &[a, b] :
         std::vector<std::pair<const char *, const char *>>{{"a.txt", "./a.txt"},
                                                            {"a.txt", "$D/a.txt"},
                                                            {"way/a.txt", "a.txt"},
                                                            {"old.txt", "soft.txt"},
                                                            {"hard.txt", "old.txt"},
                                                            {"/dev/stdout", "/proc/self/fd/1"},
                                                            {"/dev/stdout", "-"},
                                                            {"/dev/fd/1", "-"}}) {
        const std::string two = std::string(" ") + a + " --json " + b;
        expect_refused("cd $D && $SQ run 1 2 3 -o" + two, "would both write");
        expect_refused("cd $D && $SQ compare --repeat 2 --range 1:9 --threads 2 --csv" + two,
                       "would both write");
        if (b[0] != '-')
            expect_refused("cd $D && $SQ place --svg" + two, "would both write");
    }
    expect_refused("cd $D && $MPI -np 2 $SQ run 1 2 3 -o a.txt --json ./a.txt", "would both write");
    expect_refused("cd $D && $SQ run 1 -o a.txt --json a.txt", "a.txt");
}

TEST_F(Files, AnOutputThatIsWherePrintingGoes)
{
    for (const char *command :
         {"run 1 2 3 -o", "run 1 2 3 --json", "place --json", "place --svg", "demo names --json",
          "compare --range 1:9 --threads 2 --repeat 2 --csv",
          "place --topology 'core:2 pu:1' --json"}) {
        SCOPED_TRACE(command);
        Outcome o = sh(std::string("cd $D && $SQ ") + command + " log.txt >>./log.txt");
        EXPECT_EQ(o.code, 2) << o.err;
        EXPECT_TRUE(has(o.err, "standard output goes")) << o.err;
        EXPECT_EQ(read_file(path("log.txt")), "");
    }
}

/* Its own results may take an input's place; a report may not. */
TEST_F(Files, TheInput)
{
    sh("echo 1 2 3 >$D/in.txt; ln $D/in.txt $D/hard.txt; ln -s in.txt $D/soft.txt; "
       "echo '<topology/>' >$D/machine.txt");
    for (const char *name : {"./in.txt", "hard.txt", "soft.txt", "$D/in.txt"})
        expect_refused(std::string("cd $D && $SQ run -i in.txt --json ") + name,
                       "--json would overwrite '");
    expect_refused("cd $D && $SQ run -i - --json in.txt <in.txt", "--json would overwrite '");
    expect_refused("cd $D && $SQ run -i in.txt -o /dev/stdout >>in.txt", "read again as input");
    expect_refused("cd $D && $SQ place --topology machine.txt --json ./machine.txt",
                   "--json would overwrite '");
    EXPECT_EQ(sh("cd $D && $SQ run -q -i in.txt -o ./soft.txt && cat in.txt hard.txt").out,
              "3 results, sum 14, first 1, last 9\nwritten to ./soft.txt\n1\n4\n9\n1 2 3\n");
}

/* --- the standard streams --- */

TEST_F(Files, WhatIsBehindStandardOutputStays)
{
    for (const char *name : {"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "$D/link"}) {
        SCOPED_TRACE(name);
        Outcome o = sh(std::string("ln -sf /dev/stdout $D/link; echo first >$D/app.txt; $SQ run -q "
                                   "1 2 3 -o ") +
                       name + " >>$D/app.txt && head -4 $D/app.txt");
        EXPECT_EQ(o.out, "first\n1\n4\n9\n") << o.err;
    }
    Outcome o = sh("echo first >$D/e.txt; $SQ run -q 1 2 -o /dev/stderr 2>>$D/e.txt; cat $D/e.txt");
    EXPECT_TRUE(has(o.out, "\nfirst\n1\n4\n")) << o.out;
    o = sh("echo first >$D/n.txt; $SQ run -q 1 2 --json /dev/fd/7 7>>$D/n.txt; cat $D/n.txt");
    EXPECT_TRUE(has(o.out, "first\n{\n")) << o.out;
}

/* Descriptors that libraries have opened meanwhile are no outputs. */
TEST_F(Files, ADescriptorThatWasNotGivenIsRefused)
{
    for (int fd = 3; fd < 10; fd++) /* sh knows no higher ones */
        expect_refused("$SQ run 1 2 3 -o /dev/fd/" + std::to_string(fd) + " " + std::to_string(fd) +
                           ">&-",
                       "Bad file descriptor");
}

const char *const ALL_COMMANDS[] = {
    "--help",
    "--version",
    "run --help",
    "compare --help",
    "place --help",
    "demo --help",
    "demo",
    "demo race --code",
    "demo names",
    "demo names --json -",
    "run 1 2 3",
    "run -q 1 2 3",
    "run 1 2 3 --json -",
    "run --range 0:100000 -o /dev/stdout",
    "compare --range 1:9 --threads 2 --repeat 2",
    "compare --range 1:9 --threads 2 --repeat 2 -q --csv -",
    "compare --range 1:9 --threads 2 --repeat 2 --json -",
    "place",
    "place --json -",
    "place --topology 'core:2 pu:1'",
    "place --topology 'core:2 pu:1' --json -",
};

TEST_F(Files, ClosedOrFullStandardOutputIsAFailure)
{
    for (const char *command : ALL_COMMANDS)
        for (const char *where : {">&-", ">/dev/full", "1</dev/null"}) {
            SCOPED_TRACE(std::string(command) + " " + where);
            Outcome o = sh(std::string("$SQ ") + command + " " + where);
            EXPECT_EQ(o.code, 1) << o.err;
            EXPECT_TRUE(has(o.err, "squares: cannot write ")) << o.err;
            EXPECT_TRUE(has(o.err, "standard output") || has(o.err, "'/dev/stdout'")) << o.err;
        }
    /* It is longer than a buffer: if nothing of it is left to flush, why is no longer known, but
     * where to look is said. */
    const std::string told = sh("$SQ run --help >/dev/full").err;
    EXPECT_TRUE(has(told, "full disk") || has(told, "No space left")) << told;
    Outcome o = sh("$MPI -np 2 sh -c 'exec $SQ run 1 2 3 >&-'");
    EXPECT_EQ(o.code, 1) << o.err;
    EXPECT_TRUE(has(o.err, "it is closed")) << o.err;
}

/* Its number is not taken by an output, into which messages would be mixed then. */
TEST_F(Files, ClosedStandardErrorOrInput)
{
    Outcome o = sh("$SQ run -q 1 2 3 --exchange message -o $D/a.txt 2>&- && cat $D/a.txt");
    EXPECT_EQ(o.out,
              "3 results, sum 14, first 1, last 9\nwritten to " + path("a.txt") + "\n1\n4\n9\n");
    EXPECT_EQ(sh("$SQ run 1 x 2>&-").code, 2);
    o = sh("$SQ run -q 1 2 3 -o $D/b.txt <&- 2>&- && cat $D/b.txt");
    EXPECT_TRUE(has(o.out, "\n1\n4\n9\n")) << o.out;
    o = sh("$SQ run -q -i - <&-");
    EXPECT_EQ(o.code, 2) << o.out;
    EXPECT_TRUE(has(o.err, "'standard input' holds")) << o.err;
    EXPECT_EQ(sh("$SQ run 1 2 3 -o /dev/stderr 2>&-").code, 2);
}

/* It is no failure to have seen enough; what was to be written is complete. */
TEST_F(Files, AReaderThatLeaves)
{
    for (const char *command : ALL_COMMANDS) {
        SCOPED_TRACE(command);
        Outcome o =
            sh(std::string("{ sleep 0.2; $SQ ") + command +
               "; echo $? >$D/code; } | true; until [ -s $D/code ]; do sleep 0.1; done; cat "
               "$D/code; rm $D/code");
        EXPECT_EQ(o.out, "0\n");
        EXPECT_FALSE(has(o.err, "squares: ")) << o.err;
    }
    Outcome o =
        sh("{ $SQ run --range 0:1000000 -o /dev/stdout --json $D/a.json; echo $? >$D/code; } | "
           "head -1; until [ -s $D/code ]; do sleep 0.1; done; cat $D/code; tail -c 2 "
           "$D/a.json; { sleep 0.2; $SQ run --range 0:3 -o $D/b.txt; } | true; cat $D/b.txt");
    EXPECT_EQ(o.out, "0\n0\n}\n0\n1\n4\n");
    EXPECT_EQ(own_words(o.err), "");
}

/* --- links and folders --- */

TEST_F(Files, ALinkToNothingIsRefused)
{
    sh("ln -s away/gone.txt $D/l.txt; ln -s gone.json $D/l.json");
    expect_refused("$SQ run 1 2 3 -o $D/l.txt", "link to '" + path("away/gone.txt'"));
    expect_refused("$SQ run 1 2 3 --json $D/l.json", "link to '" + path("gone.json'"));
    expect_refused("$SQ place --svg $D/l.txt", "away/gone.txt");
    expect_refused("$SQ compare --range 1:9 --threads 2 --csv $D/l.txt", "away/gone.txt");
    EXPECT_EQ(sh("readlink $D/l.txt").out, "away/gone.txt\n");
}

/* With /proc gone, which a nameless file is named by, also for an ordinary user. */
TEST_F(Files, WithoutProc)
{
    const std::string user = as_user(dir);
    if (user.empty() || sh("unshare -m true").code != 0)
        GTEST_SKIP() << NOT_ROOT;
    Outcome o = sh(
        "unshare -m sh -c 'umount -l /proc; $SQ run -q 1 2 3 -o $D/a.txt && " + user +
        "$SQ place --topology \"core:2 pu:1\" --svg $D/b.svg --json - >/dev/null'; cat $D/a.txt; "
        "ls -A $D; tail -c 7 $D/b.svg");
    EXPECT_TRUE(has(o.out, "1\n4\n9\na.txt\nb.svg\n</svg>")) << o.out << o.err;
}

/* --- the disk --- */

/* That files reach the disk can be left out everywhere; what they hold is the same. */
TEST_F(Files, WithoutWaitingForTheDisk)
{
    bool traces = sh("strace -f --seccomp-bpf -e trace=fsync -o $D/s true").code == 0;
    for (const char *command : {"$SQ run 1 2 3 -o", "$SQ run 1 2 3 --json",
                                "$MPI -np 2 $SQ run --range 0:9 --exchange file -o",
                                "$SQ compare --range 1:9 --threads 2 --repeat 2 --csv",
                                "$SQ place --svg", "$SQ demo names --json"}) {
        SCOPED_TRACE(command);
        for (const char *option : {"", " --no-fsync"}) {
            const std::string trace =
                traces ? "strace -f --seccomp-bpf -e trace=fsync -o $D/s " : "";
            Outcome o = sh(trace + command + " $D/a.i64" + option);
            EXPECT_EQ(o.code, 0) << o.err;
            EXPECT_GT(read_file(path("a.i64")).size(), 9u);
            if (traces) {
                EXPECT_EQ(has(read_file(path("s")), "fsync("), option[0] == '\0');
            }
        }
    }
    EXPECT_TRUE(has(sh("$SQ run 1 2 --no-fsync --json -").out, "\"finish_s\": "));
}

/* Runs nine tasks in place of an old file, while calls of fsync fail as strace is told. */
Outcome run_on_bad_disk(const std::string &exchange, const std::string &failure)
{
    return sh("echo old >$D/a.i64; strace -f --seccomp-bpf -qq -o $D/s -e trace=fsync -e "
              "inject=fsync:error=" +
              failure + " $SQ run -q --range 0:9 --exchange " + exchange + " -o $D/a.i64");
}

/* The old file is there, or the whole new one, and which of them is said. */
TEST_F(Files, ADiskThatFails)
{
    if (run_on_bad_disk("message", "EIO:when=9").code != 0)
        GTEST_SKIP() << "NO STRACE HERE";
    for (const auto &[exchange, waits] :
         std::vector<std::pair<const char *, int>>{{"message", 3}, {"file", 4}})
        for (const char *error : {"EIO", "ENOSPC"})
            for (int at = 1; at <= waits; at++) {
                SCOPED_TRACE(std::string(exchange) + " " + error + " " + std::to_string(at));
                Outcome o =
                    run_on_bad_disk(exchange, std::string(error) + ":when=" + std::to_string(at));
                bool in_place = at > waits - 2; /* its permissions, and its folder */
                EXPECT_EQ(o.code, 1) << o.err;
                EXPECT_TRUE(has(o.err, in_place ? "' is in place" : "cannot write '")) << o.err;
                EXPECT_EQ(read_file(path("a.i64")).size(), in_place ? 72u : 4u);
                EXPECT_EQ(sh("ls -A $D").out, "a.i64\ns\n");
            }
}

/* A wait that was interrupted goes on; where there is no disk there is nothing to wait for. */
TEST_F(Files, ADiskThatKeepsOneWaiting)
{
    if (run_on_bad_disk("message", "EIO:when=9").code != 0)
        GTEST_SKIP() << "NO STRACE HERE";
    for (const char *exchange : {"message", "file"})
        for (const char *failure :
             {"EINTR:when=1", "EINTR:when=2", "EINTR:when=3", "EINVAL", "ENOSYS", "EOPNOTSUPP"}) {
            SCOPED_TRACE(std::string(exchange) + " " + failure);
            Outcome o = run_on_bad_disk(exchange, failure);
            EXPECT_EQ(o.code, 0) << o.err;
            EXPECT_EQ(read_file(path("a.i64")).size(), 72u);
        }
}

/* Not what a library has opened under that number meanwhile. */
TEST_F(Files, AnInputThatWasNotGivenIsRefused)
{
    for (int fd = 3; fd < 10; fd++) {
        const std::string number = std::to_string(fd);
        Outcome o = sh("$SQ run -i /dev/fd/" + number + " " + number + "<&-", 60);
        EXPECT_EQ(o.code, 2) << o.out;
        EXPECT_TRUE(has(o.err, "'/dev/fd/" + number + "': Bad file descriptor")) << o.err;
    }
    EXPECT_EQ(sh("echo 4 >$D/in.txt; $SQ run -q -i /dev/fd/3 3<$D/in.txt").out, "16\n");
}

/* --- who may read it --- */

TEST_F(Files, NoPrivilegeIsTakenFromATarget)
{
    if (geteuid() != 0)
        GTEST_SKIP() << NOT_ROOT;
    for (const char *how : {"$SQ run -q 1 2 3 -o $D/t.i64", "$SQ run -q 1 2 3 --json $D/t.i64",
                            "$MPI -np 2 $SQ run -q --range 0:9 --exchange file -o $D/t.i64",
                            "$SQ place --svg $D/t.i64"}) {
        SCOPED_TRACE(how);
        Outcome o = sh(std::string("umask 022; rm -f $D/t.i64; cp /bin/true $D/t.i64; chown 23456 "
                                   "$D/t.i64; chmod 6777 $D/t.i64; ") +
                       how + " >/dev/null; stat -c %a-%u $D/t.i64");
        EXPECT_EQ(o.out, "644-0\n") << o.err;
        o = sh(std::string("rm -f $D/t.i64; : >$D/t.i64; chmod 4640 $D/t.i64; ") + how +
               " >/dev/null; stat -c %a-%u $D/t.i64");
        EXPECT_EQ(o.out, "640-0\n") << o.err;
    }
}

/* While --exchange file runs, the part under way is its owner's alone, whatever it becomes. */
TEST_F(Files, WhatIsUnderWayIsPrivate)
{
    for (const char *mode : {"600", "644", ""}) {
        SCOPED_TRACE(mode);
        const std::string old = mode[0] == '\0'
                                    ? std::string("rm -f $D/o.i64")
                                    : std::string(": >$D/o.i64; chmod ") + mode + " $D/o.i64";
        Outcome o =
            sh("umask 022; " + old +
               "; $MPI -np 2 $SQ run -q --range 0:600 --work io:latency=5ms --exchange file -o "
               "$D/o.i64 >/dev/null & while kill -0 $! 2>/dev/null; do stat -c %a $D/.o.i64.*.part "
               "2>/dev/null; sleep 0.02; done | sort | uniq; stat -c %a $D/o.i64");
        EXPECT_EQ(o.out, std::string("600\n") + (mode[0] == '\0' ? "644" : mode) + "\n") << o.err;
    }
}
