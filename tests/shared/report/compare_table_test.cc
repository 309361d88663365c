#include "support/compare_reports.h"
#include "support/golden.h"

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
void usual(Comparison &world)
{
    world.work("squares:repeat=10000", 4096, 0.0823, 1.0);
    Comparison::shares(world.row(MECHANISM_PROCESSES, 8, 1, 0.0645), 0.22, 0.11);
    world.row(MECHANISM_HYBRID, 4, 2, 0.0425);
    world.row(MECHANISM_THREADS, 1, 8, 0.0424);
    Comparison::shares(world.row(MECHANISM_THREADS_GIL, 1, 8, 0.083), 0, 0.01, 0.79);
}

/* The part of a table from these words to those after it. */
std::string part_of(const std::string &table, const std::string &from, const std::string &to)
{
    const size_t at = table.find(from);
    return table.substr(at, table.find(to) - at);
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

TEST(CompareTable, NothingMeasured)
{
    Comparison world(8, 1, 2);
    world.judge();
    expect_narrow(world.table());
    EXPECT_TRUE(golden(world.table()));
}

TEST(CompareTable, LeftToTheKernel)
{
    Comparison world(8, 1, 2);
    usual(world);
    world.judge();
    EXPECT_FALSE(has(world.table(), "placed "));
    world.compare_report.environment.hosts[0].left = true;
    EXPECT_TRUE(has(world.table(), "placed "));
    EXPECT_TRUE(golden(world.table()));
}

TEST(CompareTable, Whole)
{
    Comparison world(8, 1, 2);
    usual(world);
    world.judge();
    EXPECT_TRUE(golden(world.table()));
}

/* --- the header --- */

TEST(CompareTable, HowItWasMeasured)
{
    Comparison world(8, 1, 2);
    usual(world);
    world.judge();
    std::string all;
    for (enum rounds_end end :
         {ROUNDS_FIXED, ROUNDS_BUDGET, ROUNDS_TOO_FEW, ROUNDS_MOST, ROUNDS_GO_ON}) {
        world.last_work().ended = end;
        all += std::string(compare_end_name(end)) + "\n" +
               part_of(world.table(), "measured  ", "legend  ");
        expect_narrow(world.table());
    }
    EXPECT_TRUE(golden(all));
    EXPECT_TRUE(has(world.table(), "s budget"));
    world.compare_report.budget_s = 0;
    EXPECT_FALSE(has(world.table(), "s budget"));
}

/* Works that ended in different ways tell it each. */
TEST(CompareTable, EndsThatDiffer)
{
    Comparison world(8, 1, 2);
    usual(world);
    usual(world);
    world.judge();
    EXPECT_FALSE(has(world.table(), "\n  measured "));
    world.last_work().ended = ROUNDS_BUDGET;
    for (int i = 0; i < 5; i++)
        Comparison::samples(world.last_work().rows[i], 1, 7 + i % 2);
    EXPECT_TRUE(has(world.table(), "\n  measured "));
    EXPECT_TRUE(golden(world.table()));
}

/* --- a work --- */

TEST(CompareTable, WhatTheWorkIs)
{
    const struct {
        const char *name;
        int64_t tasks;
        double share;
    } rows[] = {
        {"waiting", 240, 0.01},
        {"mixed", 1000, 0.3},
        {"a single task", 1, 1},
        {"very many tasks", 1000000000000, 1},
    };
    std::string all;
    for (const auto &row : rows) {
        Comparison world(8, 1, 2);
        world.work("w", row.tasks, 1.0, row.share);
        world.judge();
        all += row.name + part_of(world.table(), "\nw ", "  serial");
        expect_narrow(world.table());
    }
    EXPECT_TRUE(golden(all));
}

TEST(CompareTable, SerialThatWasNotMeasured)
{
    Comparison world(8, 1, 2);
    usual(world);
    world.last_work().rows[0].count = 0;
    put_text(world.last_work().rows[0].reason, "no core is free");
    world.judge();
    const std::string table = world.table();
    EXPECT_TRUE(golden(table));
    expect_narrow(table);
}

/* --- marks --- */

TEST(CompareTable, SerialIsMarkedWhereItIsFastest)
{
    Comparison world(8, 1, 2);
    world.work("w", 1000, 1.0, 1.0);
    world.row(MECHANISM_PROCESSES, 8, 1, 1.02);
    world.row(MECHANISM_THREADS, 1, 8, 1.3);
    world.judge();
    EXPECT_EQ(line_with(world.table(), "processes").front(), '*'); /* a tie: the other is best */
    EXPECT_EQ(line_with(world.table(), "serial").front(), '~');
    Comparison::samples(world.last_work().rows[1], 1.5, 11);
    free(world.compare_report.verdict);
    world.judge();
    EXPECT_EQ(line_with(world.table(), "serial").front(), '*');
    EXPECT_EQ(line_with(world.table(), "threads").front(), ' ');
    EXPECT_EQ(line_with(world.table(), "processes").front(), ' ');
}

TEST(CompareTable, WithoutIntervalsNothingIsMarked)
{
    Comparison world(8, 1, 2);
    world.work("w", 1000, 1.0, 1.0, 3);
    world.row(MECHANISM_THREADS, 1, 8, 0.5, 3);
    world.judge();
    const std::string table = world.table();
    EXPECT_TRUE(golden(table));
    EXPECT_FALSE(has(table, "* threads"));
}

TEST(CompareTable, IntervalsThatWereFoundNeedNoNote)
{
    Comparison world(8, 1, 2);
    usual(world);
    world.judge();
    EXPECT_FALSE(has(world.table(), "[ ]"));
    EXPECT_FALSE(has(world.table(), "["));
}

/* --- fields --- */

TEST(CompareTable, BarsAreTenLong)
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
        Comparison world(8, 1, 2);
        world.work("w", 1000, 1.0, 1.0);
        Comparison::shares(world.row(MECHANISM_THREADS, 1, 8, 0.5), row.talk, row.wait, row.lock);
        world.judge();
        const std::string line = line_with(world.table(), "threads  ");
        EXPECT_EQ(line.substr(line.size() - 10), row.bar);
    }
}

TEST(CompareTable, Bounds)
{
    const struct {
        const char *name;
        int cores;
        double share, bandwidth;
    } rows[] = {
        {"cores", 2, 1, 0},     {"a core", 1, 1, 0},  {"workers", 16, 1, 0},
        {"in flight", 2, 0, 0}, {"mixed", 2, 0.5, 0}, {"memory", 8, 1, 16 * 1.5e3},
    };
    std::string all;
    for (const auto &row : rows) {
        Comparison world(8, 1, row.cores);
        world.compare_report.memory_bandwidth = row.bandwidth;
        world.work("w", 1000, 1.0, row.share);
        world.row(MECHANISM_THREADS, 1, 8, 0.5);
        world.judge();
        all += std::string(row.name) + ": " + lines_of(world.table()).back() + "\n";
    }
    EXPECT_TRUE(golden(all));
}

TEST(CompareTable, RowsThatCouldNotBeHadSayWhy)
{
    Comparison world(8, 1, 2);
    world.work("w", 1000, 1.0, 1.0);
    world.missing(MECHANISM_PROCESSES, 8, 1,
                  "thread 1 of rank 3 cannot have PUs 0-1: it is confined to PU 0, as the kernel "
                  "keeps it there");
    world.missing(MECHANISM_HYBRID, 4, 2, "");
    world.judge();
    const std::string table = world.table();
    EXPECT_TRUE(golden(table));
    expect_narrow(table);
}

TEST(CompareTable, HostOfATeamThatHasNotAll)
{
    Comparison world(4, 1, 4);
    world.hosts(2);
    world.work("w", 1000, 1.0, 1.0);
    world.row(MECHANISM_PROCESSES, 4, 1, 0.26);
    world.row(MECHANISM_THREADS, 1, 2, 0.52).host = 1;
    world.row(MECHANISM_THREADS_GIL, 1, 2, 1.02).host = 0;
    world.judge();
    const std::string table = world.table();
    EXPECT_TRUE(golden(table));
    expect_narrow(table);
}

/* Marks that are rare are in the legend only then. */
TEST(CompareTable, MarksOfTheKernelsAccounts)
{
    Comparison world(8, 1, 2);
    usual(world);
    struct compare_row &row = world.last_work().rows[1];
    Comparison::spent(row, 0.2, 0.3, 0.4);
    world.judge();
    EXPECT_TRUE(has(line_with(world.table(), "processes "), "#==:::...."));
    EXPECT_FALSE(has(unwrapped(world.table()), "another reason"));
    EXPECT_FALSE(has(unwrapped(world.table()), "unknown reason"));
    row.spent.s[SPENT_NO_CORE] = 0.1;
    row.spent.s[SPENT_HELD] = 0.2;
    EXPECT_TRUE(has(line_with(world.table(), "processes "), "#==:--...."));
    EXPECT_TRUE(has(unwrapped(world.table()), "another reason"));
    EXPECT_TRUE(golden(part_of(world.table(), "legend  ", "\n\n"), "another reason"));
    row.spent.s[SPENT_HELD] = 0;
    row.spent.s[SPENT_UNKNOWN] = 0.2;
    EXPECT_TRUE(has(line_with(world.table(), "processes "), "#==:++...."));
    EXPECT_TRUE(has(unwrapped(world.table()), "unknown reason"));
    EXPECT_TRUE(golden(part_of(world.table(), "legend  ", "\n\n"), "an unknown reason"));
    EXPECT_FALSE(has(unwrapped(world.table()), "another reason"));
    row.spent.s[SPENT_UNKNOWN] = 0.03; /* the largest remainder: it has a mark anyway */
    row.spent.s[SPENT_TASKS] = 0.22;
    row.spent.s[SPENT_MOVING] = 0.22;
    row.spent.s[SPENT_NO_CORE] = 0.11;
    row.spent.s[SPENT_NOTHING] = 0.42;
    EXPECT_TRUE(has(line_with(world.table(), "processes "), "##==:+....")) << world.table();
    EXPECT_TRUE(has(unwrapped(world.table()), "unknown reason"));
    row.spent.s[SPENT_UNKNOWN] = 0;
    row.spent.untold = true;
    EXPECT_TRUE(golden(part_of(world.table(), "legend  ", "\n\n"), "the kernel does not tell"));
    EXPECT_FALSE(has(unwrapped(world.table()), "no core free"));
    expect_narrow(world.table());
}

/* --- all workers --- */

TEST(CompareTable, EveryWorker)
{
    Comparison world(8, 1, 2);
    usual(world);
    world.missing(MECHANISM_PROCESSES_GIL, 8, 1, "no room");
    world.last_work().rows[3].workers[7].stay.bound = false;
    world.last_work().rows[3].workers[6].tasks = 123456789;
    world.judge();
    EXPECT_FALSE(has(world.table(), "0.7"));
    const std::string table = world.table(true);
    EXPECT_TRUE(golden(table));
    EXPECT_FALSE(has(table, "processes+gil, 8x1: workers"));
    expect_narrow(table);
}

TEST(CompareTable, SeatsThatWereNotTaken)
{
    Comparison world(8, 1, 2);
    usual(world);
    world.last_work().rows[1].workers[3].stay.rank = REPORT_NOBODY;
    world.judge();
    EXPECT_FALSE(has(world.table(true), " -1."));
}

/* --- width --- */

TEST(CompareTable, NeverWiderThanTheTerminal)
{
    const double times[] = {1e-9, 0.5, 123456};
    for (double base : times)
        for (double time : times)
            for (int count : {1, 3, 11}) {
                Comparison world(128, 128, 1024);
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
TEST(CompareTable, ManyShapes)
{
    Comparison world(128, 128, 1024);
    world.work("w", 1000, 1.0, 1.0);
    for (int i = 0; i < 13; i++)
        world.row(MECHANISM_HYBRID, 16384 >> i, 1 << i, 0.5);
    world.judge();
    expect_narrow(world.table());
    EXPECT_TRUE(has(world.table(), "8192x2"));
    EXPECT_TRUE(has(world.table(), " 4x4096\n"));
}
