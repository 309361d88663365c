/*
 * crash - processes that die by rude.c, and what they say. Sanitizers' handlers come before these,
 * so most of it is for plain builds.
 */
#include "support/golden.h"
#include "support/plugins.h"

#include <csignal>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>

extern "C" {
#include "work/plugin_crash.h"
}

TEST(PluginCrash, NumbersInWords)
{
    char text[CRASH_NUMBERS_TEXT];
    const struct crash_site none = {"", "", 5, 0}, one = {"", "", 0, 1}, some = {"", "", 10, 40},
                            far = {"", "", INT64_MAX - 9, 10};
    EXPECT_STREQ(crash_numbers(&none, text), "");
    std::string all;
    for (const struct crash_site *site : {&one, &some, &far})
        all += std::to_string(site->count) + ":" + crash_numbers(site, text) + "\n";
    EXPECT_TRUE(golden(all));
}

TEST(PluginCrash, LongestNumbersFit)
{
    char text[CRASH_NUMBERS_TEXT];
    const struct crash_site site = {"", "", INT64_MIN, 2};
    const std::string words = crash_numbers(&site, text);
    EXPECT_EQ(words.substr(words.size() - 2), "0)");
}

#ifndef SQUARES_SANITIZED

namespace
{

void no_core()
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
}

/* Opens, runs and closes, on a thread of its own if asked. */
void go(const std::string &args, bool thread)
{
    no_core();
    Opened rude("rude", args);
    auto run = [&rude] {
        std::vector<int64_t> cells = {1, 2, 3};
        Err err;
        rude.run(cells, 100, &err);
    };
    if (thread)
        std::thread(run).join();
    else
        run();
}

} // namespace

TEST(CrashDeathTest, IsSaid)
{
    const struct {
        const char *how;
        int signal;
        const char *words;
    } rows[] = {
        {"segv", SIGSEGV, "segmentation fault"}, {"bus", SIGBUS, "bus error"},
        {"fpe", SIGFPE, "arithmetic error"},     {"ill", SIGILL, "illegal instruction"},
        {"abort", SIGABRT, "it aborted"},        {"stack", SIGSEGV, "segmentation fault"},
    };
    for (const char *where : {"init", "run", "done"})
        for (const auto &row : rows) {
            const std::string args = std::string(where) + " " + row.how;
            const std::string at =
                std::string(where) == "run" ? " at positions 100 to 102 [^\n]*" : "";
            EXPECT_EXIT(go(args, false), testing::KilledBySignal(row.signal),
                        "^squares: the plug-in '[^']*rude.so' crashed in " + std::string(where) +
                            " \\(" + row.words + "\\)" + at + "\n  compile [^\n]*\n$");
        }
}

TEST(CrashDeathTest, IsSaidOfThreads)
{
    for (const char *how : {"segv", "stack", "abort"})
        EXPECT_EXIT(go("run " + std::string(how), true),
                    testing::KilledBySignal(std::string(how) == "abort" ? SIGABRT : SIGSEGV),
                    "crashed in run");
}

TEST(CrashDeathTest, SaidOnceOfManyThreads)
{
    EXPECT_EXIT(
        {
            no_core();
            Opened rude("rude", "run segv");
            std::vector<std::thread> threads;
            for (int i = 0; i < 16; i++)
                threads.emplace_back([&rude] {
                    std::vector<int64_t> cells = {1};
                    Err err;
                    rude.run(cells, 0, &err);
                });
            for (std::thread &thread : threads)
                thread.join();
        },
        testing::KilledBySignal(SIGSEGV), "^squares: the plug-in [^\n]*\n  compile [^\n]*\n$");
}

/* Its end is noticed even if a library gave the thread a stack for signals: Open MPI 5's libraries
 * give the main thread one. */
TEST(CrashDeathTest, AThreadThatEndsIsNamedWithAStackOfOthers)
{
    for (bool given : {false, true})
        EXPECT_EXIT(
            {
                Opened careless("careless", "run thread-exit");
                std::thread([&careless, given] {
                    static char memory[256 * 1024];
                    const stack_t stack = {memory, 0, sizeof(memory)};
                    if (given)
                        sigaltstack(&stack, nullptr);
                    std::vector<int64_t> cells = {1, 2, 3};
                    Err err;
                    careless.run(cells, 100, &err);
                }).join();
            },
            testing::ExitedWithCode(1), "ended a thread [^\n]* in run at positions");
}

/* A fork stands for another rank of the host: it has spoken already. */
TEST(CrashDeathTest, SaidOnceOnAHost)
{
    EXPECT_EXIT(
        {
            no_core();
            Opened first("rude", "run segv", true);
            pid_t rank = fork();
            if (rank != 0)
                waitpid(rank, nullptr, 0);
            std::vector<int64_t> cells = {1};
            Err err;
            first.run(cells, 0, &err);
        },
        testing::KilledBySignal(SIGSEGV), "^squares: the plug-in [^\n]*\n  compile [^\n]*\n$");
}

namespace
{

/* A rank of a host crashes in init. The leader gives the other one what they share, and goes on
 * once that has joined; the other one opens only after the leader has ended. */
void crash_in_init(bool leads, int from_other, int to_other)
{
    struct work work;
    Err err;
    char joined = 0;
    no_core();
    EXPECT_TRUE(
        works(work_create(&work, (plugin_path("rude") + ":init segv").c_str(), 0, &err), err));
    if (leads) {
        EXPECT_TRUE(works(work_host_open(&work, &err), err));
        EXPECT_EQ(write(to_other, &work.common, sizeof(work.common)), ssize_t(sizeof(work.common)));
        EXPECT_EQ(read(from_other, &joined, 1), 1);
        work_join(&work);
    } else {
        EXPECT_EQ(read(from_other, &work.common, sizeof(work.common)),
                  ssize_t(sizeof(work.common)));
        work_join(&work);
        EXPECT_EQ(write(to_other, &joined, 1), 1);
        wait(nullptr);
    }
    (void)work_open(&work, &err);
}

void crash_on_two_ranks()
{
    int down[2], up[2];
    ASSERT_TRUE(pipe(down) == 0 && pipe(up) == 0);
    bool leads = fork() == 0;
    crash_in_init(leads, leads ? up[0] : down[0], leads ? down[1] : up[1]);
}

} // namespace

TEST(CrashDeathTest, SaidOnceIfTheLeaderEndsBeforeOthersOpen)
{
    EXPECT_EXIT(crash_on_two_ranks(), testing::KilledBySignal(SIGSEGV),
                "^squares: the plug-in [^\n]*\n  compile [^\n]*\n$");
}

TEST(CrashDeathTest, NamesTheRank)
{
    EXPECT_EXIT(
        {
            setenv("OMPI_COMM_WORLD_RANK", "13", 1);
            go("run abort", false);
        },
        testing::KilledBySignal(SIGABRT), "^squares: rank 13: the plug-in ");
}

/* A crash outside of the plug-in goes the way it had before, be it default or a handler. */
TEST(CrashDeathTest, OfOthersIsNotItsFault)
{
    EXPECT_EXIT(
        {
            no_core();
            Opened rude("rude");
            abort();
        },
        testing::KilledBySignal(SIGABRT), "^$");
    EXPECT_EXIT(
        {
            no_core();
            Opened rude("rude");
            volatile char *volatile nowhere = nullptr;
            *nowhere = 1;
        },
        testing::KilledBySignal(SIGSEGV), "^$");
    EXPECT_EXIT(
        {
            (void)signal(SIGSEGV, [](int) { _exit(77); });
            Opened rude("rude");
            volatile char *volatile nowhere = nullptr;
            *nowhere = 1;
        },
        testing::ExitedWithCode(77), "^$");
}

TEST(CrashDeathTest, OfCppExceptions)
{
    EXPECT_EXIT(
        {
            no_core();
            Opened floats("floats");
            std::vector<double> cells(1, -1);
            Err err;
            [&]() noexcept { floats.run(cells, 0, &err); }(); /* C++ ends here, as it does in C */
        },
        testing::KilledBySignal(SIGABRT), "run \\(it aborted\\) at position 0 ");
}

TEST(PluginCrash, HandlersAreThereOnlyWhileOpen)
{
    struct sigaction before, meanwhile, after;
    sigaction(SIGSEGV, nullptr, &before);
    {
        Opened outer("rude");
        {
            Opened inner("plain");
        }
        sigaction(SIGSEGV, nullptr, &meanwhile);
        EXPECT_NE(meanwhile.sa_flags & SA_ONSTACK, 0);
    }
    sigaction(SIGSEGV, nullptr, &after);
    EXPECT_EQ(after.sa_handler, before.sa_handler);
    stack_t stack;
    sigaltstack(nullptr, &stack);
    EXPECT_NE(stack.ss_flags & SS_DISABLE, 0);
}

#endif
