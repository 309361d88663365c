/*
 * Plug-ins that change what belongs to the process: they are named, what was asked for is refused
 * rather than wrong, and messages and files are where they should be.
 */
#include "cli/whole_program.h"
#include "support/german.h"

#include <filesystem>
#include <vector>

namespace
{

class PluginManners : public Cli
{
  protected:
    void SetUp() override
    {
        Cli::SetUp();
        auto tests = std::filesystem::read_symlink("/proc/self/exe").parent_path();
        setenv("P", (tests / "plugins").c_str(), 1);
    }

    /* Its own words are one message that names the plug-in and `what`. */
    static void expect_said(const Outcome &o, const std::string &what)
    {
        const std::string words = own_words(o.err);
        EXPECT_TRUE(has(words, "careless.so' " + what)) << o.err;
        EXPECT_EQ(words.find("squares: "), words.rfind("squares: ")) << "several:\n" << words;
        EXPECT_EQ(lines_of(words), 2) << "cause and remedy:\n" << words;
    }
    /* And the job has no result. */
    static void expect_named(const Outcome &o, const std::string &what)
    {
        expect_said(o, what);
        EXPECT_EQ(o.out, "") << o.out;
    }
};

struct Change {
    const char *word, *told;
};

const std::vector<Change> CHANGES = {
    {"round", "changed the floating-point mode"},
    {"trap", "changed the floating-point mode"},
#ifdef __SSE2__
    {"flush", "changed the floating-point mode"},
#endif
    {"block", "changed which signals"},
    {"sigpipe", "changed what a signal"},
    {"sigchld", "changed what a signal"},
    {"sigterm", "changed what a signal"},
    {"alarm", "changed the alarm"},
    {"chdir", "changed the current folder"},
    {"umask", "changed the mask"},
    {"close-out", "changed standard output"},
    {"fclose-out", "changed standard output"},
    {"fclose-err", "changed the standard error"},
    {"redirect-out", "changed standard output"},
    {"redirect-err", "changed the standard error"},
};

} // namespace

TEST_F(PluginManners, WhatIsChangedIsNamed)
{
    for (const char *where : {"init", "run"})
        for (const Change &change : CHANGES) {
            const std::string work = std::string(where) + " " + change.word;
            SCOPED_TRACE(work);
            Outcome o = sh(
                "cd $D && $SQ run 4.5 -o out.txt --json out.json --work \"$P/careless.so:" + work +
                "\"");
            EXPECT_EQ(o.code, 1) << o.err;
            expect_named(o, change.told);
            EXPECT_EQ(files_left(), 0) << "no results of such a job";
        }
}

/* Also by a worker that is not the main thread, and on another rank. */
TEST_F(PluginManners, InAnyThreadOfAnyRank)
{
    for (const char *word : {"round", "chdir"})
        for (const char *shape : {"$SQ run --threads 3", "$MPI -np 3 $SQ run --threads 2",
                                  "$MPI -np 2 $SQ run --exchange message"}) {
            SCOPED_TRACE(std::string(word) + " by " + shape);
            Outcome o = sh("cd $D && " + std::string(shape) +
                           " -q --range 0:400 --work \"$P/careless.so:run " + word + "\"");
            EXPECT_EQ(o.code, 1) << o.err;
            expect_named(o, "changed ");
        }
    Outcome o = sh("$MPI -np 2 $SQ compare --range 0:400 --repeat 1 --work "
                   "\"$P/careless.so:run round\"");
    EXPECT_EQ(o.code, 1) << o.err;
    expect_named(o, "changed the floating-point mode");
}

TEST_F(PluginManners, ALocaleWithACommaReachesNoNumber)
{
    SKIP_WITHOUT_GERMAN(dir);
    for (const char *where : {"init", "run"})
        for (const Change &change : {Change{"locale", "changed the locale of numbers"},
                                     Change{"uselocale", "changed the locale of its thread"}}) {
            SCOPED_TRACE(std::string(where) + " " + change.word);
            Outcome o = sh("$SQ run 4.5 1.5 --work \"$P/careless.so:" + std::string(where) + " " +
                           change.word + "\"");
            EXPECT_EQ(o.code, 1) << o.err;
            expect_named(o, change.told);
        }
    Outcome o = sh("CARELESS=locale $SQ run 4.5 1.5 --work $P/careless.so");
    EXPECT_EQ(o.code, 2) << o.err;
    expect_named(o, "changed the locale of numbers");
    EXPECT_TRUE(has(o.err, "in being loaded")) << o.err;
    /* For the time of a call a thread is its own. */
    Outcome good = sh("$SQ run -q 4.5 1e-310 0.1 --threads 2 --work $P/careless.so:borrow");
    EXPECT_EQ(good.code, 0) << good.err;
    EXPECT_EQ(good.out, "4.5 9.99999999999997e-311 0.1\n");
    Outcome json =
        sh("$SQ run 4.5 --json - --work $P/careless.so:borrow | "
           "python3 -c 'import json, sys; print(json.load(sys.stdin)[\"check\"][\"sum\"])'");
    EXPECT_EQ(json.out, "4.5\n") << json.err;
}

/* Its own message, too, has its numbers with a point. */
TEST_F(PluginManners, WhatIsHarmlessIsLeftAlone)
{
    Outcome o = sh("$SQ run -q 4.5 --work \"$P/careless.so:run ctype\"");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(o.out, "4.5\n");
    o = sh("$SQ run -q 4.5 --work \"$P/careless.so:run nonblock\" | cat");
    EXPECT_EQ(o.out, "4.5\n") << o.err;
    o = sh("$SQ run -q 4.5 --work $P/careless.so:say");
    EXPECT_TRUE(has(o.err, "4.5 is too much")) << o.err;
    o = sh("$SQ run -q 4.5 --work \"$P/careless.so:done chdir\"");
    EXPECT_EQ(o.code, 0) << o.err;
}

/* Another program can lower a limit, too: it is put back, and only what it hinders is told. */
TEST_F(PluginManners, ALowerLimitIsPutBack)
{
    Outcome o = sh("$SQ run -q 4.5 -o $D/out.txt --work \"$P/careless.so:init limit\"");
    EXPECT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(own_words(o.err), "");
    EXPECT_EQ(read_file(path("out.txt")), "4.5\n");
    o = sh("$SQ run -q --range 0:400 --work \"$P/careless.so:run limit\"");
    EXPECT_EQ(own_words(o.err), "");
    EXPECT_EQ(o.out, "400 results, sum 79800, first 0, last 399\n");
}

/* As -ffast-math has it done: only what belongs to the process is refused. */
TEST_F(PluginManners, WhileItIsLoaded)
{
    for (const char *word : {"round", "flush", "trap"}) {
        Outcome o = sh("CARELESS=" + std::string(word) +
                       " $SQ run -q 1e-310 0.1 --threads 2 --work $P/careless.so");
        EXPECT_EQ(o.code, 0) << o.err;
        EXPECT_EQ(o.out, "9.99999999999997e-311 0.1\n");
    }
    for (const Change &change : CHANGES)
        if (std::string(change.told).find("floating") == std::string::npos) {
            SCOPED_TRACE(change.word);
            Outcome o = sh("cd $D && CARELESS=" + std::string(change.word) +
                           " $SQ run -q 4.5 -o out.txt --work $P/careless.so");
            EXPECT_EQ(o.code, 2) << o.err;
            expect_named(o, std::string(change.told));
            EXPECT_EQ(files_left(), 0);
        }
    Outcome o = sh("CARELESS=exit $SQ run 1 --work $P/careless.so");
    EXPECT_EQ(o.code, 1) << o.err;
    expect_named(o, "called exit in being loaded");
    o = sh("ulimit -c 0; CARELESS=thread-abort $MPI -np 3 $SQ run 1 --work $P/careless.so");
    EXPECT_GT(o.code, 0) << o.err;
    EXPECT_EQ(lines_of(own_words(o.err)) <= 2, true) << o.err;
}

/* exit(0) during a job is no success, and a worker that is gone is not waited for. */
TEST_F(PluginManners, ExitsAreNamed)
{
    const Change exits[] = {
        {"exit", "called exit"}, {"quick-exit", "called exit"}, {"thread-exit", "ended a thread"}};
    for (const Change &change : exits) {
        for (const char *shape : {"$SQ run", "$SQ run --threads 4", "$MPI -np 2 $SQ run"}) {
            SCOPED_TRACE(std::string(shape) + " " + change.word);
            Outcome o = sh("cd $D; " + std::string(shape) +
                           " -q --range 0:400 -o out.i64 --work \"$P/careless.so:run " +
                           change.word + "\"");
            EXPECT_EQ(o.code, 1) << o.err;
            expect_named(o, change.told);
            EXPECT_EQ(files_left(), 0);
        }
        for (const char *where : {"init", "done"}) {
            SCOPED_TRACE(std::string(where) + " " + change.word);
            Outcome o = sh("$SQ run -q 1 --work \"$P/careless.so:" + std::string(where) + " " +
                           change.word + "\"");
            EXPECT_EQ(o.code, 1) << o.err;
            EXPECT_TRUE(has(o.err, std::string("careless.so' ") + change.told)) << o.err;
            EXPECT_TRUE(has(o.err, std::string(" in ") + where)) << o.err;
        }
    }
}

TEST_F(PluginManners, ACrashInAThreadOfItsOwn)
{
    const struct {
        const char *shape, *where, *word, *told;
    } rows[] = {
        {"$SQ run --threads 2", "init", "thread-abort", "(it aborted)"},
        {"$SQ run --threads 2", "run", "thread-abort", "(it aborted)"},
        {"$SQ run --threads 2", "run", "thread-segv", "(segmentation fault)"},
        {"$MPI -np 2 $SQ run", "init", "thread-segv", "(segmentation fault)"},
        {"$MPI -np 2 $SQ run", "run", "thread-segv", "(segmentation fault)"},
    };
    for (const auto &row : rows) {
        SCOPED_TRACE(std::string(row.shape) + " " + row.where + " " + row.word);
        Outcome o =
            sh("ulimit -c 0; " + std::string(row.shape) +
               " -q --range 0:40 --work \"$P/careless.so:" + row.where + " " + row.word + "\"");
        EXPECT_GT(o.code, 0) << o.err;
        expect_named(o, "crashed in a thread");
        EXPECT_TRUE(has(o.err, row.told)) << o.err;
    }
}

/* The job does not come to its end first. `done` is called when its results are told already. */
TEST_F(PluginManners, ACrashInAThreadThatIsNotWaitedFor)
{
    for (const char *shape : {"$SQ run", "$MPI -np 2 $SQ run"})
        for (const std::string where : {"init", "run", "done"}) {
            SCOPED_TRACE(shape + (" " + where));
            Outcome o = sh("ulimit -c 0; " + std::string(shape) +
                           " -q 1 2 3 --work \"$P/careless.so:" + where + " thread-loose\"");
            EXPECT_GT(o.code, 0) << o.err;
            expect_said(o, "crashed in a thread");
            EXPECT_TRUE(has(o.err, "(segmentation fault)")) << o.err;
            EXPECT_EQ(o.out, where == "done" ? "1 2 3\n" : "");
        }
}

TEST_F(PluginManners, AnExitInAThreadOfItsOwn)
{
    for (const char *shape : {"$SQ run", "$SQ run --threads 4", "$MPI -np 2 $SQ run"})
        for (const std::string where : {"init", "run", "done"})
            for (const char *word : {"thread-leaves", "thread-leaves-quickly"}) {
                SCOPED_TRACE(shape + (" " + where) + " " + word);
                Outcome o = sh("cd $D; " + std::string(shape) +
                               " -q --range 0:400 -o out.i64 --work \"$P/careless.so:" + where +
                               " " + word + "\"");
                EXPECT_EQ(o.code, 1) << o.err;
                expect_said(o, "called exit in a thread");
                EXPECT_EQ(o.out.empty(), where != "done") << o.out;
            }
}
