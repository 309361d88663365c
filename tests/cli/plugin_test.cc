/*
 * Plug-ins as a user has them: compiled against what was installed, named by --work. In commands $P
 * is the folder of those that tests are built with, $D the test's own.
 */
#include "cli/whole_program.h"

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <vector>

namespace
{

class Plugin : public Cli
{
  protected:
    void SetUp() override
    {
        Cli::SetUp();
        auto tests = std::filesystem::read_symlink("/proc/self/exe").parent_path();
        setenv("P", (tests / "plugins").c_str(), 1);
        setenv("PKG_CONFIG_PATH", (tests / "prefix/lib/pkgconfig").c_str(), 1);
    }
};

/* Its own words are one message, and it names `part`. */
void expect_one_message(const Outcome &o, const std::string &part)
{
    const std::string words = own_words(o.err);
    EXPECT_TRUE(has(words, part)) << o.err;
    EXPECT_EQ(words.find("squares: "), words.rfind("squares: ")) << "more than one:\n" << words;
    EXPECT_EQ(lines_of(words), 2) << "cause and remedy:\n" << words;
}

} // namespace

/* --- results --- */

TEST_F(Plugin, ExampleCollatzAtEachShape)
{
    for (const char *shape :
         {"$SQ run", "$MPI -np 1 $SQ run --threads 2", "$MPI -np 3 $SQ run",
          "$MPI -np 3 $SQ run --threads 2", "$MPI -np 3 $SQ run --threads 2 --exchange local"}) {
        SCOPED_TRACE(shape);
        Outcome o = sh(std::string(shape) + " -q --range 1:1001 --work $P/collatz.so");
        EXPECT_EQ(o.code, 0) << o.err;
        EXPECT_EQ(o.out, "1000 results, sum 59542, first 0, last 111\n");
    }
    Outcome o = sh("$MPI -np 3 $SQ run -q 1 2 3 7 26 27 97 --threads 2 --work $P/collatz.so");
    EXPECT_EQ(o.out, "0 1 7 16 10 111 118\n") << o.err;
}

/* Its folder has colons; what is told of it has them, too. */
TEST_F(Plugin, InAFolderWithColons)
{
    ASSERT_EQ(sh("mkdir $D/a:b: && cp $P/collatz.so $P/careless.so $D/a:b:").code, 0);
    for (const char *path : {"$D/a:b:/collatz.so", "./a:b:/collatz.so", "a:b:/collatz.so"}) {
        Outcome o = sh("cd $D && $MPI -np 2 $SQ run -q 27 --work " + std::string(path));
        EXPECT_EQ(o.out, "111\n") << o.err;
    }
    Outcome o = sh("ulimit -c 0; cd $D && $SQ run -q 1 --work './a:b:/careless.so:run chdir'");
    EXPECT_EQ(o.code, 1);
    expect_one_message(o, "'./a:b:/careless.so' changed");
}

TEST_F(Plugin, ExampleLookupAtEachShape)
{
    Outcome table = sh("$SQ run -q --range 0:100 --output $D/table.i64");
    ASSERT_EQ(table.code, 0) << table.err;
    for (const char *shape : {"-np 1 $SQ run --threads 2", "-np 3 $SQ run --threads 2"}) {
        SCOPED_TRACE(shape);
        Outcome o = sh("$MPI " + std::string(shape) +
                       " -q 99 0 1 50 50 7 --work $P/lookup.so:$D/table.i64,1000");
        EXPECT_EQ(o.code, 0) << o.err;
        EXPECT_EQ(o.out, "9801 0 1 2500 2500 49\n");
    }
}

TEST_F(Plugin, FloatsInCpp)
{
    Outcome o = sh("$MPI -np 2 $SQ run -q 4 2.25 --work $P/floats.so");
    EXPECT_EQ(o.out, "2.0 1.5\n") << o.err;
}

TEST_F(Plugin, IsNamedInTheReport)
{
    Outcome o = sh("cd $P && $SQ run 1 --work ./rude.so:with,arguments");
    EXPECT_TRUE(has(o.out, "./rude.so:with,arguments on 1 number")) << o.out << o.err;
}

TEST_F(Plugin, InitAndDoneOnceInEachRank)
{
    Outcome o = sh("$MPI -np 3 $SQ run -q --range 0:50 --threads 2 --work $P/rude.so:$D/log");
    EXPECT_EQ(o.code, 0) << o.err;
    const std::string log = read_file(path("log"));
    EXPECT_EQ(lines_of(log), 6) << log;
    Outcome count = sh("grep -c init $D/log; grep -c done $D/log");
    EXPECT_EQ(count.out, "3\n3\n");
}

/* --- what is refused, before the job begins --- */

TEST_F(Plugin, Refused)
{
    write_file(path("text.so"), std::string(5000, 'x'));
    const struct {
        const char *work, *cause;
    } rows[] = {
        {"$D/none.so", "/none.so': No such file"},
        {"$D", "': Is a directory"},
        {"$D/text.so", "/text.so': invalid ELF header"},
        {"rude.so", "no workload 'rude.so'"},
        {"$P/undefined.so", "undefined symbol: nowhere_to_be_found"},
        {"$P/no_symbol.so", "has no symbol 'squares_task'"},
        {"$P/no_run.so", "has no function 'run'"},
        {"$P/other_version.so", "is of version 2"},
        {"$P/later_set.so:x", "/later_set.so' uses features"},
        {"$P/floats.so", "needs float64 numbers"},
        {"$P/rude.so:fail-init", "cannot begin: no licence"},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.work);
        Outcome o = sh(std::string("$SQ run 1 2 --work ") + row.work);
        EXPECT_EQ(o.code, 2) << o.err;
        EXPECT_EQ(o.out, "");
        expect_one_message(o, row.cause);
    }
}

TEST_F(Plugin, RefusedByAllRanksOnce)
{
    for (const char *work : {"$D/none.so", "$P/floats.so", "$P/rude.so:fail-init"}) {
        Outcome o = sh("$MPI -np 3 $SQ run 1 2 --work " + std::string(work));
        EXPECT_EQ(o.code, 2) << o.err;
        expect_one_message(o, "the plug-in '");
    }
}

/* The file is not there on each host: the rank that misses it is named, and none waits for it. */
TEST_F(Plugin, MissingOnOneRankOnly)
{
    sh("mkdir $D/0 $D/1 && cp $P/collatz.so $D/0");
    for (const char *command : {"run --range 1:10", "compare --budget 1s"}) {
        SCOPED_TRACE(command);
        Outcome o =
            sh(std::string("$MPI -np 2 sh -c 'cd $D/${OMPI_COMM_WORLD_RANK:-$PMI_RANK} && ") +
               "exec $SQ " + command + " --work ./collatz.so'");
        EXPECT_EQ(o.code, 2);
        EXPECT_EQ(o.out, "");
        expect_one_message(o, "rank 1: cannot load");
    }
}

TEST_F(Plugin, InitFailsOnOneRank)
{
    Outcome o = sh("$MPI -np 3 $SQ run 1 2 --work \"$P/rude.so:only-rank-1 fail-init\"");
    EXPECT_EQ(o.code, 2) << o.err;
    expect_one_message(o, "rank 1: the plug-in");
}

/* --- failures and crashes --- */

TEST_F(Plugin, RunFails)
{
    for (const char *shape : {"$SQ run", "$MPI -np 3 $SQ run --threads 2"}) {
        const std::string run = std::string(shape) + " --range 0:50 --work \"$P/rude.so:";
        Outcome told = sh(run + "fail-run\"");
        EXPECT_EQ(told.code, 1) << told.err;
        EXPECT_TRUE(has(own_words(told.err), "failed at position 7 ")) << told.err;
        EXPECT_TRUE(has(own_words(told.err), "7 is not liked")) << told.err;
        EXPECT_EQ(lines_of(own_words(told.err)), 1) << told.err;
        Outcome mute = sh(run + "mute-run\"");
        EXPECT_EQ(mute.code, 1) << mute.err;
        expect_one_message(mute, "it gave no reason");
    }
}

TEST_F(Plugin, DoneIsCalledAfterAFailure)
{
    Outcome o = sh("$MPI -np 3 $SQ run --range 0:50 --work \"$P/rude.so:fail-run $D/log\"");
    EXPECT_EQ(o.code, 1) << o.err;
    Outcome count = sh("grep -c init $D/log; grep -c done $D/log");
    EXPECT_EQ(count.out, "3\n3\n");
}

/* All ranks crash at once, or one does: one message, the launcher's exit code, an end. */
TEST_F(Plugin, CrashesOfRanksAreSaidOnce)
{
    const struct {
        const char *args, *words;
    } rows[] = {
        {"run segv", "in run (segmentation fault)"},
        {"run stack", "in run (segmentation fault)"},
        {"init fpe", "in init (arithmetic error)"},
        {"only-rank-1 run segv", "rank 1: the plug-in"},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.args);
        Outcome o = sh("ulimit -c 0; $MPI -np 3 $SQ run -q --threads 2 --range 0:50 --exchange "
                       "message --work \"$P/rude.so:" +
                       std::string(row.args) + "\"");
        EXPECT_GT(o.code, 0) << o.err;
        EXPECT_LT(o.code, 255);
        expect_one_message(o, row.words);
    }
}

TEST_F(Plugin, CrashWithoutALauncher)
{
    const struct {
        const char *args;
        int code;
        const char *words;
    } rows[] = {
        {"run abort", 134, "in run (it aborted)"},
        {"done ill", 132, "in done (illegal instruction)"},
    };
    for (const auto &row : rows) {
        Outcome o =
            sh("ulimit -c 0; $SQ run 1 --work \"$P/rude.so:" + std::string(row.args) + "\"");
        EXPECT_EQ(o.code, row.code) << o.err;
        expect_one_message(o, row.words);
    }
}

/* --- compared --- */

/* Both examples, in every shape: one computes, one waits. */
TEST_F(Plugin, ExamplesAreCompared)
{
    sh("$SQ run -q --range 0:100 --output $D/table.i64");
    Outcome o = sh("$MPI -np 2 $SQ compare --range 1:90 --repeat 2 --csv - --work $P/collatz.so "
                   "--work $P/lookup.so:$D/table.i64,1000");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(lines_of(o.out), 1 + 2 * 6) << o.out;
}

TEST_F(Plugin, FailsOrCrashesInAComparison)
{
    const struct {
        const char *args, *words;
    } rows[] = {
        {"fail-run", "failed at position 7 "},
        {"only-rank-1 run segv", "rank 1: the plug-in"},
        {"fail-init", "rude.so' cannot begin"},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(row.args);
        Outcome o = sh("ulimit -c 0; $MPI -np 4 $SQ compare --range 0:50 --repeat 2 --work "
                       "\"$P/rude.so:" +
                       std::string(row.args) + "\"");
        EXPECT_GT(o.code, 0) << o.err;
        EXPECT_LT(o.code, 255);
        EXPECT_EQ(o.out, "");
        EXPECT_TRUE(has(own_words(o.err), row.words)) << o.err;
    }
}

/* --- what is installed, and what the page on plug-ins shows --- */

TEST_F(Plugin, InstalledBelowDestdir)
{
    const std::string make =
        "env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory DESTDIR=$D/stage PREFIX=/opt/x ";
    Outcome o = sh(make + "install-task && PKG_CONFIG_PATH=$D/stage/opt/x/lib/pkgconfig "
                          "pkg-config --cflags squares && find $D/stage -type f");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.out, "\n-I/opt/x/include")) << o.out;
    EXPECT_TRUE(has(o.out, "/stage/opt/x/include/squares/task.h\n")) << o.out;
    EXPECT_TRUE(has(o.out, "/stage/opt/x/lib/pkgconfig/squares.pc\n")) << o.out;
    o = sh(make + "uninstall && find $D/stage -type f");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_FALSE(has(o.out, "\n" + path("stage"))) << "something is left: " << o.out;
}

namespace
{

std::string replaced(std::string text, const std::string &from, const std::string &to)
{
    size_t at = text.find(from);
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/* The page's plug-in: its source, its two commands, and what the second prints. */
struct Shown {
    std::string source, compile, run, out;

    explicit Shown(const std::string &page)
    {
        std::istringstream in(page);
        bool within = false;
        std::string before;
        for (std::string line; std::getline(in, line); before = line) {
            within = within || line == "    #include <squares/task.h>";
            if (within)
                source += line.size() > 4 ? line.substr(4) + "\n" : "\n";
            within = within && line != "    };";
            if (line.rfind("    $ cc ", 0) == 0)
                compile = line.substr(6);
            if (line.rfind("    $ mpirun", 0) == 0 && has(line, "digits.so"))
                run = line.substr(6);
            if (before.size() > 6 && before.substr(6) == run)
                out = line.substr(4) + "\n";
        }
    }
};

} // namespace

TEST_F(Plugin, ReadmeExampleWorks)
{
    const Shown shown(read_file("shared/task/README.md"));
    ASSERT_NE(shown.source, "");
    ASSERT_NE(shown.run, "");
    write_file(path("digits.c"), shown.source);
    Outcome o = sh("cd $D && " + replaced(shown.compile, "cc ", "cc -Wall -Wextra -Werror ") +
                   " && " + replaced(replaced(shown.run, "mpirun", "$MPI"), "squares", "$SQ"));
    EXPECT_EQ(o.code, 0) << shown.compile << "\n" << shown.run << "\n" << o.err;
    EXPECT_EQ(o.out, shown.out);
}

/* As their first comments tell to compile them. */
TEST_F(Plugin, ExamplesCompileByTheirOwnWords)
{
    for (const char *name : {"collatz", "lookup"}) {
        const std::string source = read_file("shared/task/examples/" + std::string(name) + ".c");
        size_t at = source.find("cc -O2");
        ASSERT_NE(at, std::string::npos);
        const std::string line = source.substr(at, source.find('\n', at) - at);
        Outcome o = sh("cp shared/task/examples/*.c $D && cd $D && " + line + " && test -s " +
                       name + ".so");
        EXPECT_EQ(o.code, 0) << line << "\n" << o.err;
        EXPECT_EQ(o.err, "");
    }
}
