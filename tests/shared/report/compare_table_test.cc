#include "support/compare_reports.h"

#include <algorithm>
#include <sstream>

extern "C" {
#include "findings/findings.h"
#include "measure/rounds.h"
#include "report/compare_report.h"
#include "report/run_report.h"
#include "report/spent.h"
}

namespace
{

bool has(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

/* The first line that has these words. */
std::string line_with(const std::string &table, const std::string &words)
{
    for (const std::string &line : lines_of(table))
        if (has(line, words))
            return line;
    return "";
}

/* 8 workers on 2 cores, computing. */
void usual(Contrast &world)
{
    world.work("squares:repeat=10000", 4096, 0.0823, 1.0);
    Contrast::shares(world.row(MECHANISM_PROCESSES, 8, 1, 0.0645), 0.22, 0.11);
    world.row(MECHANISM_HYBRID, 4, 2, 0.0425);
    world.row(MECHANISM_THREADS, 1, 8, 0.0424);
    Contrast::shares(world.row(MECHANISM_THREADS_GIL, 1, 8, 0.083), 0, 0.01, 0.79);
}

/* With one blank wherever there are blanks or line ends. */
std::string unwrapped(const std::string &text)
{
    std::istringstream words(text);
    std::string all;
    for (std::string word; words >> word;)
        all += word + " ";
    return all;
}

void expect_narrow(const std::string &text)
{
    for (const std::string &line : lines_of(text)) {
        EXPECT_LE(line.size(), 80u) << line;
        EXPECT_TRUE(std::all_of(line.begin(), line.end(), [](char c) {
            return c >= ' ' && c <= '~';
        })) << line;
        EXPECT_TRUE(line.empty() || line.back() != ' ') << "ends with blanks: " << line;
    }
}

} // namespace

TEST(ContrastTable, NothingMeasured)
{
    Contrast world(8, 1, 2);
    world.judge();
    expect_narrow(world.table());
    EXPECT_TRUE(has(world.table(), "squares    compare: 8 workers on 2 cores"));
}

TEST(ContrastTable, LeftToTheKernel)
{
    Contrast world(8, 1, 2);
    usual(world);
    world.judge();
    EXPECT_FALSE(has(world.table(), "placed "));
    world.compare_report.environment.hosts[0].left = true;
    EXPECT_TRUE(has(world.table(), "placed     none: left to the kernel in all rows"));
}

TEST(ContrastTable, Whole)
{
    Contrast world(8, 1, 2);
    usual(world);
    world.judge();
    EXPECT_EQ(world.table(),
              "squares    compare: 8 workers on 2 cores, as 8x1 4x2 1x8\n"
              "host       node0: 2 cores, Some Processor\n"
              "MPI        Open MPI v4.1.4, started by mpirun\n"
              "measured   11 repetitions of each row, in random order, until all intervals were\n"
              "           tight; 9.80 s of 10.0 s given; medians and 95 % intervals; rows less\n"
              "           than 5 % apart tie\n"
              "legend     * fastest, ~ ties, ? may tie; time spent: # tasks, = moving numbers,\n"
              "           : no core free, . nothing to do, x lock\n"
              "\n"
              "squares:repeat=10000 on 4,096 tasks of 20.1 us each: computing, 100 % of a core\n"
              "                  shape     time  speed-up (95 %)     of bound  time spent\n"
              "  serial            1x1  82.3 ms    1.00                 100 %  ##########\n"
              "  processes         8x1  64.5 ms    1.28 (1.28-1.28)      64 %  #######==.\n"
              "~ hybrid            4x2  42.5 ms    1.94 (1.94-1.94)      97 %  ##########\n"
              "* threads           1x8  42.4 ms    1.94 (1.94-1.94)      97 %  ##########\n"
              "  threads+gil       1x8  83.0 ms   0.992 (0.992-0.992)    99 %  ##xxxxxxxx\n"
              "  bound    2 cores; threads+gil: 1.00 (the lock)\n");
}

/* --- the header --- */

TEST(ContrastTable, HowItWasMeasured)
{
    Contrast world(8, 1, 2);
    usual(world);
    world.judge();
    const struct {
        enum rounds_end end;
        const char *words;
    } rows[] = {
        {ROUNDS_FIXED, "as many as were asked for;"},
        {ROUNDS_BUDGET, "until the budget was spent;"},
        {ROUNDS_TOO_FEW, "as a single one takes longer than the budget;"},
        {ROUNDS_MOST, "the most there are;"},
        {ROUNDS_GO_ON, "cut short;"},
    };
    for (const auto &row : rows) {
        world.last_work().ended = row.end;
        EXPECT_TRUE(has(unwrapped(world.table()), std::string("in random order, ") + row.words));
        expect_narrow(world.table());
    }
    world.compare_report.budget_s = 0;
    EXPECT_FALSE(has(world.table(), "given"));
}

/* Works that ended in different ways tell it each. */
TEST(ContrastTable, EndsThatDiffer)
{
    Contrast world(8, 1, 2);
    usual(world);
    usual(world);
    world.judge();
    EXPECT_FALSE(has(world.table(), "\n  measured "));
    world.last_work().ended = ROUNDS_BUDGET;
    for (int i = 0; i < 5; i++)
        Contrast::samples(world.last_work().rows[i], 1, 7 + i % 2);
    EXPECT_TRUE(has(world.table(), "measured   7 to 11 repetitions of each row, in random order;"));
    EXPECT_TRUE(
        has(world.table(), "\n  measured 11 repetitions, until all intervals were tight\n"));
    EXPECT_TRUE(
        has(world.table(), "\n  measured 7 to 8 repetitions, until the budget was spent\n"));
}

/* --- a work --- */

TEST(ContrastTable, WhatTheWorkIs)
{
    const struct {
        int64_t tasks;
        double share;
        const char *words;
    } rows[] = {
        {240, 0.01, "w on 240 tasks of 4.17 ms each: waiting, 1 % of a core"},
        {1000, 0.3, "w on 1,000 tasks of 1.00 ms each: mixed, 30 % of a core"},
        {1, 1, "w on 1 task of 1.00 s: computing, 100 % of a core"},
        {1000000000000, 1, "w on 1,000,000,000,000 tasks of 0.00 ns each: computing, 100 % of a"},
    };
    for (const auto &row : rows) {
        Contrast world(8, 1, 2);
        world.work("w", row.tasks, 1.0, row.share);
        world.judge();
        EXPECT_TRUE(has(world.table(), std::string("\n") + row.words)) << world.table();
        expect_narrow(world.table());
    }
}

TEST(ContrastTable, SerialThatWasNotMeasured)
{
    Contrast world(8, 1, 2);
    usual(world);
    world.last_work().rows[0].count = 0;
    put_text(world.last_work().rows[0].reason, "no core is free");
    world.judge();
    const std::string table = world.table();
    EXPECT_TRUE(has(table, "\nsquares:repeat=10000 on 4,096 tasks\n"));
    EXPECT_EQ(line_with(table, "serial"), "  serial            1x1   no core is free");
    EXPECT_EQ(line_with(table, "* threads"),
              "* threads           1x8  42.4 ms" + std::string(32, ' ') + "##########");
    expect_narrow(table);
}

/* --- marks --- */

TEST(ContrastTable, SerialIsMarkedWhereItIsFastest)
{
    Contrast world(8, 1, 2);
    world.work("w", 1000, 1.0, 1.0);
    world.row(MECHANISM_PROCESSES, 8, 1, 1.02);
    world.row(MECHANISM_THREADS, 1, 8, 1.3);
    world.judge();
    EXPECT_EQ(line_with(world.table(), "processes").front(), '*'); /* a tie: the other is best */
    EXPECT_EQ(line_with(world.table(), "serial").front(), '~');
    Contrast::samples(world.last_work().rows[1], 1.5, 11);
    free(world.compare_report.verdict);
    world.judge();
    EXPECT_EQ(line_with(world.table(), "serial").front(), '*');
    EXPECT_EQ(line_with(world.table(), "threads").front(), ' ');
    EXPECT_EQ(line_with(world.table(), "processes").front(), ' ');
}

TEST(ContrastTable, WithoutIntervalsNothingIsMarked)
{
    Contrast world(8, 1, 2);
    world.work("w", 1000, 1.0, 1.0, 3);
    world.row(MECHANISM_THREADS, 1, 8, 0.5, 3);
    world.judge();
    const std::string table = world.table();
    EXPECT_EQ(line_with(table, "threads "),
              "  threads           1x8   500 ms    2.00 [2.00-2.00]     100 %  ##########");
    EXPECT_TRUE(has(table, "\n  [ ]      the range of 3 repetitions, too few for 95 %\n"));
    EXPECT_FALSE(has(table, "* threads"));
}

TEST(ContrastTable, IntervalsThatWereFoundNeedNoNote)
{
    Contrast world(8, 1, 2);
    usual(world);
    world.judge();
    EXPECT_FALSE(has(world.table(), "[ ]"));
    EXPECT_FALSE(has(world.table(), "["));
}

/* --- fields --- */

TEST(ContrastTable, BarsAreTenLong)
{
    const struct {
        double talk, wait, lock;
        const char *bar;
    } rows[] = {
        {0, 0, 0, "##########"},          {0.1, 0.2, 0.3, "####=..xxx"},
        {0.04, 0, 0, "##########"},       {0.06, 0, 0, "#########="},
        {1, 0, 0, "=========="},          {0, 0, 1, "xxxxxxxxxx"},
        {0.25, 0.25, 0.25, "###===..xx"}, {0.33, 0.33, 0.33, "====...xxx"},
    };
    for (const auto &row : rows) {
        Contrast world(8, 1, 2);
        world.work("w", 1000, 1.0, 1.0);
        Contrast::shares(world.row(MECHANISM_THREADS, 1, 8, 0.5), row.talk, row.wait, row.lock);
        world.judge();
        const std::string line = line_with(world.table(), "threads  ");
        EXPECT_EQ(line.substr(line.size() - 10), row.bar);
    }
}

TEST(ContrastTable, Bounds)
{
    const struct {
        int cores;
        double share, bandwidth;
        const char *words;
    } rows[] = {
        {2, 1, 0, "\n  bound    2 cores\n"},
        {1, 1, 0, "\n  bound    1 core\n"},
        {16, 1, 0, "\n  bound    8 workers\n"},
        {2, 0, 0, "\n  bound    8 in flight\n"},
        {2, 0.5, 0, "\n  bound    4.00 (2 cores, a task computes for 50 % of its time)\n"},
        {8, 1, 16 * 1.5e3, "\n  bound    1.50 (memory moves 24.0 kB/s)\n"},
    };
    for (const auto &row : rows) {
        Contrast world(8, 1, row.cores);
        world.compare_report.memory_bandwidth = row.bandwidth;
        world.work("w", 1000, 1.0, row.share);
        world.row(MECHANISM_THREADS, 1, 8, 0.5);
        world.judge();
        EXPECT_TRUE(has(world.table(), row.words)) << world.table();
    }
}

TEST(ContrastTable, RowsThatCouldNotBeHadSayWhy)
{
    Contrast world(8, 1, 2);
    world.work("w", 1000, 1.0, 1.0);
    world.missing(MECHANISM_PROCESSES, 8, 1,
                  "rank 3 is confined to PU 0, its thread 1 cannot have 0-1, as the kernel keeps "
                  "it there");
    world.missing(MECHANISM_HYBRID, 4, 2, "");
    world.judge();
    const std::string table = world.table();
    EXPECT_TRUE(has(table,
                    "  processes         8x1   rank 3 is confined to PU 0, its thread 1 cannot "
                    "have\n                          0-1, as the kernel keeps it there\n"))
        << table;
    EXPECT_EQ(line_with(table, "hybrid"), "  hybrid            4x2   not measured");
    expect_narrow(table);
}

TEST(ContrastTable, HostOfATeamThatHasNotAll)
{
    Contrast world(4, 1, 4);
    world.hosts(2);
    world.work("w", 1000, 1.0, 1.0);
    world.row(MECHANISM_PROCESSES, 4, 1, 0.26);
    world.row(MECHANISM_THREADS, 1, 2, 0.52).host = 1;
    world.row(MECHANISM_THREADS_GIL, 1, 2, 1.02).host = 0;
    world.judge();
    const std::string table = world.table();
    EXPECT_TRUE(has(table, "\n* processes               4x1"));
    EXPECT_TRUE(has(table, "\n  threads on node1        1x2"));
    EXPECT_TRUE(has(table, "\n  threads+gil on node0\n"));
    EXPECT_TRUE(has(table, "\n  bound    4 cores; threads: 2 cores; threads+gil: 1.00 (the lock)"));
    expect_narrow(table);
}

/* Marks that are rare are in the legend only then. */
TEST(ContrastTable, MarksOfTheKernelsAccounts)
{
    Contrast world(8, 1, 2);
    usual(world);
    struct compare_row &row = world.last_work().rows[1];
    Contrast::spent(row, 0.2, 0.3, 0.4);
    world.judge();
    EXPECT_TRUE(has(line_with(world.table(), "processes "), "#==:::...."));
    EXPECT_FALSE(has(world.table(), "another reason"));
    EXPECT_FALSE(has(world.table(), "unknown reason"));
    row.spent.s[SPENT_NO_CORE] = 0.1;
    row.spent.s[SPENT_HELD] = 0.2;
    EXPECT_TRUE(has(line_with(world.table(), "processes "), "#==:--...."));
    EXPECT_TRUE(has(unwrapped(world.table()), "- not running for another reason"));
    row.spent.s[SPENT_HELD] = 0;
    row.spent.s[SPENT_UNKNOWN] = 0.2;
    EXPECT_TRUE(has(line_with(world.table(), "processes "), "#==:++...."));
    EXPECT_TRUE(has(unwrapped(world.table()), "+ not running for an unknown reason"));
    EXPECT_FALSE(has(world.table(), "another reason"));
    row.spent.s[SPENT_UNKNOWN] = 0.03; /* the largest remainder: it has a mark anyway */
    row.spent.s[SPENT_TASKS] = 0.22;
    row.spent.s[SPENT_MOVING] = 0.22;
    row.spent.s[SPENT_NO_CORE] = 0.11;
    row.spent.s[SPENT_NOTHING] = 0.42;
    EXPECT_TRUE(has(line_with(world.table(), "processes "), "##==:+....")) << world.table();
    EXPECT_TRUE(has(unwrapped(world.table()), "+ not running for an unknown reason"));
    row.spent.s[SPENT_UNKNOWN] = 0;
    row.spent.untold = true;
    EXPECT_TRUE(has(unwrapped(world.table()), "the kernel does not tell how long a worker waits"));
    EXPECT_FALSE(has(unwrapped(world.table()), "no core free"));
    expect_narrow(world.table());
}

/* --- all workers --- */

TEST(ContrastTable, EveryWorker)
{
    Contrast world(8, 1, 2);
    usual(world);
    world.missing(MECHANISM_PROCESSES_GIL, 8, 1, "no room");
    world.last_work().rows[3].workers[7].stay.bound = false;
    world.last_work().rows[3].workers[6].tasks = 123456789;
    world.judge();
    EXPECT_FALSE(has(world.table(), "0.7"));
    const std::string table = world.table(true);
    EXPECT_TRUE(has(table, "\n  threads, 1x8: workers in the last repetition\n"
                           " who   host   PUs   seen   tasks    busy    talk    wait    lock     "
                           "cpu no core\n"
                           " 0.0   node0  0     0        100  250 ms  125 ms 62.5 ms       0  200 "
                           "ms       0\n"))
        << table;
    EXPECT_TRUE(has(table, " 0.7   node0  any   7        107"));
    EXPECT_TRUE(has(table, " 0.6   node0  6     6      123 M"));
    EXPECT_FALSE(has(table, "processes+gil, 8x1: workers"));
    expect_narrow(table);
}

TEST(ContrastTable, SeatsThatNobodyTook)
{
    Contrast world(8, 1, 2);
    usual(world);
    world.last_work().rows[1].workers[3].stay.rank = REPORT_NOBODY;
    world.judge();
    EXPECT_FALSE(has(world.table(true), " -1."));
}

/* --- width --- */

TEST(ContrastTable, NeverWiderThanTheTerminal)
{
    const double times[] = {1e-9, 0.5, 123456};
    for (double base : times)
        for (double time : times)
            for (int count : {1, 3, 11}) {
                Contrast world(128, 128, 1024);
                world.hosts(4);
                for (int i = 0; i < 4; i++)
                    put_text(world.compare_report.environment.hosts[i].name,
                             "a-host-with-quite-a-long-name-" + std::to_string(i));
                world.compare_report.environment.hosts[0].cpu[0] = '\0';
                world.compare_report.confidence = 0.9999;
                world.compare_report.memory_bandwidth = 1e12;
                world.work(std::string(250, 'w'), 1000000000000, base, 0.5, count);
                world.row(MECHANISM_PROCESSES, 16384, 1, time, count);
                world.row(MECHANISM_HYBRID, 128, 128, time, count);
                world.row(MECHANISM_THREADS, 1, 128, time, count).host = 3;
                world.row(MECHANISM_THREADS_GIL, 1, 128, time, count).host = 3;
                world.row(MECHANISM_PROCESSES_GIL, 16384, 1, time, count);
                world.missing(MECHANISM_HYBRID, 64, 256, std::string(199, 'r'));
                world.work("other", 1, base, 0.5, count).ended = ROUNDS_BUDGET;
                struct stay &stay = world.compare_report.works[0].rows[3].workers[100].stay;
                put_text(stay.planned, "0-15,32-47,64-79");
                put_text(stay.seen, "0-15,32-47,64-79");
                stay.rank = 16383;
                world.judge();
                for (const std::string &text : {world.table(), world.verdict()}) {
                    std::string without; /* of the hosts' CPUs, which are the environment's */
                    for (const std::string &line : lines_of(text))
                        if (line.substr(0, 4) != "host")
                            without += line + "\n";
                    expect_narrow(without);
                }
            }
}

/* A job of many shapes, which do not fit into a line. */
TEST(ContrastTable, ManyShapes)
{
    Contrast world(128, 128, 1024);
    world.work("w", 1000, 1.0, 1.0);
    for (int i = 0; i < 13; i++)
        world.row(MECHANISM_HYBRID, 16384 >> i, 1 << i, 0.5);
    world.judge();
    expect_narrow(world.table());
    EXPECT_TRUE(has(world.table(), "8192x2"));
    EXPECT_TRUE(has(world.table(), " 4x4096\n"));
}
