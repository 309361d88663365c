/* compare: what is written, where, and that the numbers in it hang together. */
#include "cli/whole_program.h"
#include "support/json_tree.h"

#include <cstring>
#include <map>
#include <sstream>
#include <vector>

namespace
{

class CompareOutput : public Cli
{
};

const char *const TWO = "$MPI -np 2 $SQ compare --work squares:repeat=20 --work io:latency=50us "
                        "--range 0:200 --repeat 3 ";

JsonTree json_of(const std::string &text)
{
    return JsonTree(strdup(text.c_str()));
}

double real(const JsonTree &json, const std::string &path)
{
    return json_real_value(json.at(path));
}

std::vector<std::string> split(const std::string &line)
{
    std::vector<std::string> fields;
    std::istringstream in(line + ","); /* the last field may be empty, too */
    for (std::string field; std::getline(in, field, ',');)
        fields.push_back(field);
    return fields;
}

} // namespace

/* --- bad ones --- */

TEST_F(CompareOutput, JsonAndCsvToOnePlace)
{
    for (const char *both : {"--json - --csv -", "--json $D/a --csv $D/a"}) {
        Outcome o = sh(std::string("$SQ compare --repeat 1 ") + both, 60);
        EXPECT_EQ(o.code, 2);
        EXPECT_TRUE(has(o.err, "would both write")) << o.err;
    }
}

/* Found before anything is measured. */
TEST_F(CompareOutput, FoldersThatAreMissing)
{
    for (const char *option : {"--json", "--csv"}) {
        Outcome o = sh(std::string("$MPI -np 2 $SQ compare ") + option + " $D/none/out", 60);
        EXPECT_EQ(o.code, 2);
        EXPECT_EQ(o.out, "");
        EXPECT_TRUE(has(o.err, "none/out'")) << o.err;
    }
}

TEST_F(CompareOutput, FullDisks)
{
    for (const char *where : {"--json /dev/full", "--csv /dev/full", "--json - >/dev/full",
                              "--csv - >/dev/full", ">/dev/full"}) {
        Outcome o = sh(std::string("$SQ compare --work squares --range 0:100 --repeat 1 ") + where);
        EXPECT_EQ(o.code, 1) << where;
        EXPECT_TRUE(has(o.err, "squares: cannot write")) << o.err;
    }
}

/* A comparison that fails leaves an older file as it was. */
TEST_F(CompareOutput, FailuresLeaveNothing)
{
    sh("echo old >$D/out.json");
    Outcome o = sh("$SQ compare --work squares --range 3037000490:3037000510 --repeat 1 --json "
                   "$D/out.json --csv $D/out.csv");
    EXPECT_EQ(o.code, 2) << o.err;
    EXPECT_EQ(read_file(path("out.json")), "old\n");
    EXPECT_EQ(sh("ls -A $D").out, "out.json\n");
}

/* --- good ones --- */

TEST_F(CompareOutput, JsonAlone)
{
    Outcome o = sh(std::string(TWO) + "--json -");
    ASSERT_EQ(o.code, 0) << o.err;
    JsonTree json = json_of(o.out);
    EXPECT_EQ(json.number("schema_version"), 1);
    EXPECT_EQ(json.size("works"), 2u);
    EXPECT_EQ(json.text("works/1/work"), "io:latency=50us");
    EXPECT_EQ(json.text("works/0/ended"), "fixed");
    EXPECT_EQ(json.number("measured/workers"), 2);
    EXPECT_EQ(json.text("rows/0/mechanism"), "serial");
    EXPECT_EQ(json.number("works/1/base"), (int)json.size("rows") / 2);
    EXPECT_GE(json.size("verdict"), 2u);
    for (size_t i = 0; i < json.size("rows"); i++) {
        const std::string row = "rows/" + std::to_string(i);
        EXPECT_EQ(json.size(row + "/samples_s"), 3u);
        EXPECT_GT(real(json, row + "/median_s"), 0);
        EXPECT_EQ(json.size(row + "/workers"),
                  (size_t)(json.number(row + "/ranks") * json.number(row + "/threads")));
        int tasks = 0;
        for (size_t w = 0; w < json.size(row + "/workers"); w++)
            tasks += json.number(row + "/workers/" + std::to_string(w) + "/tasks");
        EXPECT_EQ(tasks, 200) << row;
        double all = 0;
        for (const char *share : {"busy", "talk", "wait", "lock"})
            all += real(json, row + "/shares/" + share);
        EXPECT_NEAR(all, 1, 1e-6) << row;
    }
}

/* Options without a command are the tour's, which is a comparison. */
TEST_F(CompareOutput, OptionsWithoutACommand)
{
    Outcome o = sh("$SQ --work squares --range 0:100 --repeat 2 --json $D/tour.json");
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_TRUE(has(o.out, "--budget 6s --work squares")) << o.out;
    EXPECT_EQ(json_of(read_file(path("tour.json"))).text("works/0/work"), "squares");
}

TEST_F(CompareOutput, CsvAlone)
{
    Outcome o = sh(std::string(TWO) + "--csv -");
    ASSERT_EQ(o.code, 0) << o.err;
    std::istringstream in(o.out);
    std::string line;
    ASSERT_TRUE(std::getline(in, line));
    const std::vector<std::string> names = split(line);
    EXPECT_EQ(names[0], "csv_version");
    EXPECT_EQ(names.back(), "throttled");
    std::map<std::string, int> mechanisms;
    while (std::getline(in, line)) {
        const std::vector<std::string> fields = split(line);
        ASSERT_EQ(fields.size(), names.size()) << line;
        EXPECT_EQ(fields[0], "1");
        mechanisms[fields[2]]++;
    }
    const std::map<std::string, int> wanted = {{"processes", 2},   {"processes+gil", 2},
                                               {"serial", 2},      {"threads", 2},
                                               {"threads+gil", 2}, {"window", 2}};
    EXPECT_EQ(mechanisms, wanted);
}

TEST_F(CompareOutput, FilesBesideTheTable)
{
    Outcome o = sh(std::string(TWO) + "--json $D/a.json --csv $D/a.csv --verbose");
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_EQ(json_of(read_file(path("a.json"))).number("schema_version"), 1);
    EXPECT_EQ(lines_of(read_file(path("a.csv"))), 13);
    EXPECT_TRUE(has(o.out, "the last repetition")) << o.out;
    EXPECT_TRUE(has(o.out, "busy")) << o.out;
}

TEST_F(CompareOutput, QuietIsTheVerdictAlone)
{
    Outcome o = sh(std::string(TWO) + "--quiet");
    ASSERT_EQ(o.code, 0) << o.err;
    EXPECT_FALSE(has(o.out, "speed-up (")) << o.out;
    EXPECT_TRUE(has(o.out, "io:latency=50us")) << o.out;
}

/* A person reads it in a terminal of 80 columns; only command lines are longer. */
TEST_F(CompareOutput, FitsIntoATerminal)
{
    Outcome o = sh(TWO);
    ASSERT_EQ(o.code, 0) << o.err;
    std::istringstream in(o.out);
    for (std::string line; std::getline(in, line);)
        EXPECT_TRUE(line.size() <= 80 || has(line, "squares run ")) << line;
}

/* The line that it closes a work with is one that runs. */
TEST_F(CompareOutput, WhatItSaysToLaunchRuns)
{
    Outcome o = sh("$MPI -np 2 $SQ compare --work squares:repeat=3000 --range 0:4000 --repeat 9");
    ASSERT_EQ(o.code, 0) << o.err;
    std::istringstream in(o.out);
    std::string launch;
    for (std::string line; std::getline(in, line);)
        if (has(line, " run --range"))
            launch = line;
    if (launch.empty())
        GTEST_SKIP() << "NO WINNER ON THIS MACHINE, SO NOTHING WAS SUGGESTED";
    Outcome again = sh(launch.substr(launch.find_first_not_of(' ')));
    EXPECT_EQ(again.code, 0) << launch << again.err;
    EXPECT_TRUE(has(again.out, "4000 results")) << again.out;
}

/* --- the other workloads --- */

TEST_F(CompareOutput, WorkloadsOfEveryKind)
{
    Outcome o = sh("cd $D && $MPI -np 2 $SQ compare --repeat 2 --range 0:40 --json - "
                   "--work mixed:task=1ms,cpu=0.3 --work file:op=both,bytes=4K --work "
                   "net:delay=1ms");
    ASSERT_EQ(o.code, 0) << o.err;
    JsonTree json = json_of(o.out);
    EXPECT_EQ(json.size("works"), 3u);
    for (size_t i = 0; i < json.size("rows"); i++)
        EXPECT_EQ(json.size("rows/" + std::to_string(i) + "/samples_s"), 2u);
    EXPECT_EQ(sh("ls -A $D").out, "") << "left behind";
}
