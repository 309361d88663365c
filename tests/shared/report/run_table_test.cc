#include "support/golden.h"
#include "support/reports.h"
#include "support/streams.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unistd.h>

extern "C" {
#include "findings/launch.h"
#include "number/numbers.h"
#include "number/tally.h"
#include "report/run_report.h"
#include "work/cost.h"
}

namespace
{

std::string results_of(const struct run_report &report)
{
    return printed([&](FILE *out) { EXPECT_EQ(report_results(&report, out), 0); });
}

std::string table_of(const struct run_report &report, bool all = false)
{
    return printed([&](FILE *out) { EXPECT_EQ(report_table(&report, all, out), 0); });
}

bool has(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

/* The lines of the ranks: after the one that heads their columns, up to the empty one. */
std::vector<std::string> rows_of(const std::string &table)
{
    std::vector<std::string> lines = lines_of(table);
    auto head = std::find_if(lines.begin(), lines.end(),
                             [](const std::string &line) { return line.substr(0, 5) == "rank "; });
    if (head == lines.end())
        return {};
    return {head + 1, std::find(head, lines.end(), "")};
}

/* The line that begins with this word, and those below it that go on. */
std::string entry_of(const std::string &table, const std::string &word)
{
    const std::string deep(11, ' ');
    std::string entry;
    for (const std::string &line : lines_of(table)) {
        const std::string &begin = entry.empty() ? word : deep;
        if (line.substr(0, begin.size()) == begin)
            entry += line + "\n";
        else if (!entry.empty())
            break;
    }
    return entry;
}

} // namespace

TEST(Results, WritingThatFailsIsTold)
{
    if (access("/dev/full", W_OK) != 0)
        GTEST_SKIP() << "no /dev/full here";
    Report made(1, 1, 10);
    FILE *full = fopen("/dev/full", "w");
    ASSERT_NE(full, nullptr);
    setvbuf(full, nullptr, _IONBF, 0);
    EXPECT_EQ(report_results(&made.report, full), -1);
    EXPECT_EQ(report_table(&made.report, false, full), -1);
    (void)fclose(full);
}

TEST(Results, FewAreShownInOneLine)
{
    EXPECT_EQ(results_of(Report(1, 1, 1).report), "0\n");
    EXPECT_EQ(results_of(Report(2, 1, 5).report), "0 1 4 9 16\n");
    EXPECT_EQ(results_of(Report(1, 1, 20).report),
              "0 1 4 9 16 25 36 49 64 81 100 121 144 169 196 225 256 289 324 361\n");
}

TEST(Results, ManyAreSummedUp)
{
    EXPECT_TRUE(
        golden(results_of(Report(1, 1, 21).report) + results_of(Report(1, 1, 1000).report)));
}

TEST(Results, Floats)
{
    Report made(1, 1, 0);
    made.results<double>({0.25, -0.0, NAN, 1e300});
    EXPECT_EQ(results_of(made.report), "0.25 -0.0 nan 1e+300\n");
    made.results(std::vector<double>(21, 0.5));
    EXPECT_TRUE(golden(results_of(made.report)));
}

TEST(Results, InAFileAreSummedUpHoweverFew)
{
    Report made(1, 1, 3);
    made.report.output = "out.npy";
    EXPECT_TRUE(golden(results_of(made.report)));
}

/* The preview must hold them all: a count that fits is not enough. */
TEST(Results, NotLedByTheFirstAreSummedUp)
{
    Report made(1, 1, 0);
    std::vector<int64_t> cells = {7, 8};
    struct numbers run = run_of(cells, 5);
    tally_add(&made.report.results, &run);
    EXPECT_TRUE(golden(results_of(made.report)));
}

TEST(Table, SaysWhatRan)
{
    Report made(2, 4, 10);
    EXPECT_TRUE(golden(table_of(made.report), "ranks"));
    EXPECT_TRUE(golden(table_of(made.report, true), "workers, too"));
}

TEST(Table, NamesOfMpi)
{
    const std::map<std::string, std::string> names = {
        {"Open MPI v4.1.4, package: Debian OpenMPI, ident: 4.1.4", "Open MPI v4.1.4"},
        {"MPICH Version:      4.2.1\nMPICH Release date: Wed Apr 17\n", "MPICH 4.2.1"},
        {"MPICH Version:\t5.0.2\nMPICH ABI: 17:0:5\n", "MPICH 5.0.2"},
        {"Some MPI 1.2\nVersion: 3 Version: 4", "Some MPI 1.2"},
        {"MPICH Version:", "MPICH "},
        {"", ""},
    };
    for (const auto &[version, expected] : names) {
        char name[REPORT_TEXT];
        environment_name_mpi(name, version.c_str());
        EXPECT_EQ(name, expected);
    }
    char name[REPORT_TEXT];
    environment_name_mpi(name, std::string(1000, 'x').c_str());
    EXPECT_EQ(std::string(name).size(), static_cast<size_t>(REPORT_TEXT - 1));
}

/* Each job gets the line of what started it. */
TEST(Table, LinesOfLaunchers)
{
    Report made(1, 1, 1);
    struct environment &environment = made.report.environment;
    struct launch_lines lines = {"four", "five", "hydra", "slurm"};
    for (const auto &[mpi, line] : std::map<std::string, std::string>{{"Open MPI v4.1.4", "four"},
                                                                      {"Open MPI v5.0.7", "five"},
                                                                      {"Open MPI v6.0.0", "five"},
                                                                      {"MPICH 4.2.1", "hydra"}}) {
        put_text(environment.mpi, mpi);
        put_text(environment.launcher, "mpirun");
        EXPECT_EQ(environment_line(&environment, &lines), line);
        put_text(environment.launcher, "srun");
        EXPECT_STREQ(environment_line(&environment, &lines), "slurm");
    }
}

TEST(Table, OneOfAKind)
{
    Report made(1, 1, 1);
    made.results<double>({2.5});
    made.report.input = "data.txt";
    made.report.input_is_range = false;
    made.report.environment.hosts[0].cores = made.report.environment.hosts[0].pus = 1;
    made.report.environment.hosts[0].usable_cores = made.report.environment.hosts[0].usable_pus = 1;
    made.report.environment.hosts[0].cpu[0] = '\0';
    EXPECT_TRUE(golden(table_of(made.report)));
}

TEST(Table, HostsThatAreAlikeShareALine)
{
    Report made(1, 1, 1);
    made.add_hosts(5);
    made.report.environment.hosts[3].numa = 4;
    made.report.environment.hosts[3].pus = 128;
    made.report.environment.hosts[3].usable_cores = made.report.environment.hosts[3].usable_pus = 8;
    std::string hosts;
    for (const std::string &line : lines_of(table_of(made.report)))
        if (line.substr(0, 5) == "host ")
            hosts += line + "\n";
    EXPECT_TRUE(golden(hosts));
}

TEST(Table, Quotas)
{
    std::string all;
    for (double throttled : {(double)NAN, 0.01, 0.1, 0.61}) {
        Report made(1, 2, 1);
        made.report.environment.hosts[0].quota = 0.5;
        made.report.throttled = throttled;
        all += entry_of(table_of(made.report), "host") + "\n";
        all += entry_of(table_of(made.report), "quota") + "\n";
        made.report.quota_changed = true;
        all += entry_of(table_of(made.report), "quota") + "\n";
    }
    EXPECT_TRUE(golden(all));
}

TEST(Table, CheckIsSaidInWords)
{
    Report made(1, 1, 1);
    made.report.check = CHECK_AGREES;
    EXPECT_TRUE(has(entry_of(table_of(made.report), "check"), "ok"));
    made.report.check = CHECK_UNCOMPARED;
    EXPECT_TRUE(has(entry_of(table_of(made.report), "check"), "none was compared"));
    made.report.check = CHECK_DAMAGED;
    EXPECT_TRUE(has(entry_of(table_of(made.report), "check"), "DAMAGED"));
    EXPECT_FALSE(has(entry_of(table_of(made.report), "check"), "ok"));
}

TEST(Table, RowOfARank)
{
    Report made(3, 2, 10);
    made.report.rank_rows[0].works = false;
    made.report.workers[2].stay.bound = false;
    made.report.workers[2].busy_s = 0.75; /* the other of rank 1 has 0.25: half a second each */
    made.report.workers[2].talk_s = made.report.workers[3].talk_s = 0;
    std::vector<std::string> rows = rows_of(table_of(made.report));
    ASSERT_EQ(rows.size(), 3u);
    struct {
        int rank;
        std::vector<std::string> parts;
    } const expected[] = {
        {0, {" 0  feeds ", "node0", " 0 1 ", " 201 ", "250 ms", "125 ms", "62.5 ms"}},
        {1, {" 1  works ", "node0", " any 3 ", " 205 ", "500 ms", " 0 ", "62.5 ms"}},
        {2, {" 2  works ", "node0", " 4 5 ", " 209 ", "250 ms", "125 ms", "62.5 ms"}},
    };
    for (const auto &row : expected)
        for (const std::string &part : row.parts)
            EXPECT_TRUE(has(rows[static_cast<size_t>(row.rank)], part))
                << part << " in " << rows[static_cast<size_t>(row.rank)];
    made.report.rank_rows[0].works = true;
    EXPECT_TRUE(has(rows_of(table_of(made.report))[0], " 0  feeds, works "));
}

TEST(Table, ManyPusAreCutToTheirColumn)
{
    Report few(1, 2, 10), many(1, 64, 10);
    const std::string one = rows_of(table_of(few.report))[0];
    const std::string cut = rows_of(table_of(many.report))[0];
    EXPECT_TRUE(has(cut, " 0 1 2 "));
    EXPECT_TRUE(has(cut, "... "));
    EXPECT_FALSE(has(cut, "63"));
    EXPECT_EQ(cut.size(), one.size());
}

TEST(Table, FitsEightyColumns)
{
    Report made(24, 3, 10);
    made.report.cost = "last";
    made.report.cost_help = cost_help(COST_LAST);
    for (bool all : {false, true})
        for (const std::string &line : lines_of(table_of(made.report, all)))
            EXPECT_LE(line.size(), 80u) << line;
    for (int digits : {1, 1000, 1000000, 1000000000}) {
        Report eight(4, 2, 10);
        for (int i = 0; i < 8; i++)
            eight.report.workers[i].chunks = digits;
        for (const std::string &line : lines_of(table_of(eight.report)))
            EXPECT_LE(line.size(), 80u) << line;
    }
}

TEST(Table, ManyRanksAreFolded)
{
    struct {
        int ranks;
        bool all;
        size_t lines;
    } const rows[] = {{1, false, 1},  {20, false, 20}, {21, false, 17},
                      {21, true, 21}, {64, false, 17}, {64, true, 64}};
    for (const auto &row : rows) {
        SCOPED_TRACE(testing::Message() << row.ranks << (row.all ? ", all" : ""));
        Report made(row.ranks, 1, 10);
        std::vector<std::string> lines = rows_of(table_of(made.report, row.all));
        ASSERT_EQ(lines.size(), row.lines);
        for (int rank = 0, at = 0; rank < row.ranks; rank++, at++) {
            if (row.lines == 17 && rank == 12) {
                EXPECT_TRUE(
                    has(lines[12], "... " + std::to_string(row.ranks - 16) + " more ranks"));
                rank = row.ranks - 4;
                at = 13;
            }
            EXPECT_EQ(std::stoi(lines[static_cast<size_t>(at)]), rank);
        }
    }
}

/* Only if all hosts' workers are; where some are seated the line tells of those, too. */
TEST(Table, LeftToTheKernel)
{
    Report r(2, 1, 3);
    r.add_hosts(2);
    std::string all = entry_of(table_of(r.report), "placed");
    r.report.environment.hosts[0].left = true;
    all += entry_of(table_of(r.report), "placed");
    r.report.environment.hosts[1].left = true;
    all += entry_of(table_of(r.report), "placed");
    EXPECT_TRUE(golden(all));
}

TEST(Table, WhyTheExchangeIsNoOther)
{
    Report r(2, 1, 3);
    EXPECT_FALSE(has(table_of(r.report), "(no window"));
    put_text(r.report.exchange_note, "no window: no host has one");
    EXPECT_TRUE(golden(entry_of(table_of(r.report), "exchange")));
}

TEST(Table, SaysHowTasksDiffer)
{
    Report r(2, 1, 3);
    EXPECT_EQ(entry_of(table_of(r.report), "cost"), "");
    r.report.cost = "last";
    r.report.cost_help = "the last ones cost more";
    EXPECT_TRUE(golden(entry_of(table_of(r.report), "cost")));
}

TEST(Table, Efficiency)
{
    Report r(2, 4, 10);
    EXPECT_TRUE(golden(entry_of(table_of(r.report), "efficiency"), "the kernel counted no others"));
    r.report.other_load = 8;
    EXPECT_FALSE(has(table_of(r.report), "other programs")) << "they ran, but no worker queued";
    for (int i = 0; i < 8; i++)
        r.report.workers[i].core_wait_s = 0.05; /* what tasks were not on a core */
    r.report.other_load = 8; /* a core for each worker, for twice the time that tasks take */
    EXPECT_TRUE(golden(entry_of(table_of(r.report), "efficiency"), "other programs"));
    EXPECT_FALSE(has(table_of(r.report), "another reason"));
    r.report.other_load = 0;
    r.report.stolen = 0.5;
    EXPECT_TRUE(golden(entry_of(table_of(r.report), "efficiency"), "other machines"));
    r.report.stolen = 0;
    r.report.other_load = NAN;
    EXPECT_TRUE(golden(entry_of(table_of(r.report), "efficiency"), "nothing was counted"));
    for (int i = 0; i < 8; i++)
        r.report.workers[i].cpu_s = 0.24;
    EXPECT_FALSE(has(table_of(r.report), "core time"));
    r.report.elapsed_s = 1e-4;
    EXPECT_EQ(entry_of(table_of(r.report), "efficiency"), "");
}

TEST(Table, ChunksOfEachWorker)
{
    Report few(2, 4, 10), many(24, 3, 10);
    std::string all = entry_of(table_of(few.report), "chunks");
    few.report.rank_rows[0].works = false;
    all += entry_of(table_of(few.report), "chunks");
    EXPECT_TRUE(golden(all + entry_of(table_of(many.report), "chunks")));
    EXPECT_TRUE(has(table_of(many.report, true), " chunks ")) << "a column";
}

TEST(Table, TalkThatWasHidden)
{
    Report r(2, 1, 10);
    for (int i = 0; i < 2; i++) {
        r.report.workers[i].talk_s = 0.25;
        r.report.workers[i].hidden_s = 0;
    }
    std::string all = entry_of(table_of(r.report), "talk");
    r.report.workers[0].hidden_s = 0.125;
    EXPECT_TRUE(golden(all + entry_of(table_of(r.report), "talk")));
    r.report.elapsed_s = 30;
    EXPECT_EQ(entry_of(table_of(r.report), "talk"), "");
}

TEST(Table, GilTakesItsShareOfAllTime)
{
    Report r(2, 2, 3);
    EXPECT_FALSE(has(table_of(r.report), "gil"));
    r.report.gil_interval_s = 0.005;
    for (int i = 0; i < r.report.ranks * r.report.threads; i++) {
        struct report_worker &w = r.report.workers[i];
        w.busy_s = w.talk_s = w.wait_s = w.lock_s = 1;
    }
    EXPECT_TRUE(golden(entry_of(table_of(r.report), "gil")));
    EXPECT_TRUE(has(report_mechanism(&r.report), "+gil"));
}

/* Names that differ at their ends only, as a cloud gives them: never cut to the same. */
TEST(Table, HostsWithLongNames)
{
    Report made(2, 1, 4);
    made.add_hosts(2);
    put_text(made.report.environment.hosts[0].name, "ip-10-0-0-12.eu.compute.internal");
    put_text(made.report.environment.hosts[1].name, "ip-10-0-0-13.eu.compute.internal");
    made.report.rank_rows[1].host = 1;
    const std::string table = table_of(made.report);
    EXPECT_NE(table.find("   0  feeds, works  ..0-0-0-12  "), std::string::npos) << table;
    EXPECT_NE(table.find("   1  works         ..0-0-0-13  "), std::string::npos) << table;
}

/* Silently cut they would name other PUs: "100,101,10" of "100,101,102". */
TEST(Table, ListsOfPusThatAreCutSaySo)
{
    Report made(1, 1, 4);
    put_text(made.report.workers[0].stay.planned, "100,101,102,103");
    put_text(made.report.workers[0].stay.seen, "100,101,102");
    const std::string table = table_of(made.report, true);
    EXPECT_NE(table.find("  100,101,1...  100,101..."), std::string::npos) << table;
}
