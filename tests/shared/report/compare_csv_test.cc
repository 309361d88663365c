#include "support/compare_reports.h"

#include <clocale>
#include <cmath>
#include <map>

namespace
{

/* The fields of all lines, read as RFC 4180 says. */
std::vector<std::vector<std::string>> parsed(const std::string &text)
{
    std::vector<std::vector<std::string>> lines;
    std::vector<std::string> fields = {""};
    bool quoted = false;
    for (size_t i = 0; i < text.size(); i++) {
        char c = text[i];
        if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"')
            fields.back() += text[++i];
        else if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            fields.emplace_back();
        else if (c == '\n' && !quoted) {
            lines.push_back(fields);
            fields = {""};
        } else
            fields.back() += c;
    }
    EXPECT_FALSE(quoted);
    EXPECT_EQ(fields, std::vector<std::string>{""}) << "the last line does not end";
    return lines;
}

class Csv
{
  public:
    explicit Csv(const Comparison &world)
    {
        char *made = compare_csv(&world.compare_report);
        EXPECT_NE(made, nullptr);
        text = made != nullptr ? made : "";
        free(made);
        lines = parsed(text);
        for (const auto &line : lines)
            EXPECT_EQ(line.size(), lines[0].size());
    }
    /* A field of a row, counted from 0. */
    std::string at(size_t row, const std::string &column) const
    {
        for (size_t i = 0; i < lines[0].size(); i++)
            if (lines[0][i] == column)
                return lines.at(row + 1)[i];
        return "(no column)";
    }
    std::string text;
    std::vector<std::vector<std::string>> lines;
};

void usual(Comparison &world)
{
    world.work("squares:repeat=9", 1000, 1.0, 1.0).other_load = NAN;
    Comparison::shares(world.row(MECHANISM_PROCESSES, 8, 1, 0.75), 0.25, 0.125);
    world.row(MECHANISM_THREADS_GIL, 1, 8, 1.0);
    world.work("io", 240, 1.0, 0.0).ended = ROUNDS_BUDGET;
    world.row(MECHANISM_THREADS, 1, 8, 0.125);
}

} // namespace

/* Programs count on that order: columns are only added, after the last. */
TEST(CompareCsv, Columns)
{
    Comparison world(1, 1, 1);
    world.judge();
    EXPECT_EQ(Csv(world).text,
              "csv_version,work,mechanism,shape,ranks,threads,hosts,host,cores,exchange,schedule,"
              "gil_s,place,tasks,repetitions,reason,median_s,ci_low_s,ci_high_s,confidence,speedup,"
              "speedup_low,speedup_high,bound,bound_by,best,ties,busy,talk,wait,lock,start_s,cpu_s,"
              "task_s,cpu_share,message_s,other_load,stolen,ended,spent_tasks,spent_moving,"
              "spent_no_core,spent_held,spent_cause_unknown,spent_nothing,spent_lock,"
              "throttled\n");
}

TEST(CompareCsv, Values)
{
    Comparison world(8, 1, 2);
    usual(world);
    world.judge();
    Csv csv(world);
    EXPECT_EQ(csv.lines.size(), 6u);
    const std::map<std::string, std::string> row = {
        {"csv_version", "1"},
        {"work", "squares:repeat=9"},
        {"mechanism", "processes"},
        {"shape", "8x1"},
        {"ranks", "8"},
        {"threads", "1"},
        {"hosts", "1"},
        {"host", "node0"},
        {"cores", "2"},
        {"exchange", "message"},
        {"schedule", "static"},
        {"gil_s", ""},
        {"place", "auto"},
        {"tasks", "1000"},
        {"repetitions", "11"},
        {"reason", ""},
        {"median_s", "0.75"},
        {"confidence", "0.95"},
        {"bound", "2"},
        {"bound_by", "cores"},
        {"best", "1"},
        {"ties", "1"},
        {"busy", "0.625"},
        {"talk", "0.25"},
        {"wait", "0.125"},
        {"lock", "0"},
        {"start_s", "0"},
        {"cpu_s", "0.75"},
        {"task_s", "0.001"},
        {"cpu_share", "1"},
        {"message_s", "0.00025"},
        {"other_load", ""},
        {"stolen", "0"},
        {"ended", "tight"},
        {"spent_tasks", "0.625"},
        {"spent_moving", "0.25"},
        {"spent_no_core", "0"},
        {"spent_nothing", "0.125"},
        {"spent_lock", "0"},
        {"spent_held", "0"},
        {"spent_cause_unknown", "0"},
    };
    for (const auto &[column, value] : row)
        EXPECT_EQ(csv.at(1, column), value) << column;
    EXPECT_NEAR(std::stod(csv.at(1, "speedup")), 1 / 0.75, 0.01);
    EXPECT_LT(std::stod(csv.at(1, "ci_low_s")), 0.75);
    EXPECT_GT(std::stod(csv.at(1, "ci_high_s")), 0.75);
    EXPECT_LT(std::stod(csv.at(1, "speedup_low")), 1.34);
    EXPECT_GT(std::stod(csv.at(1, "speedup_high")), 1.33);
    EXPECT_EQ(csv.at(2, "gil_s"), "0.005");
    EXPECT_EQ(csv.at(2, "bound_by"), "lock");
    EXPECT_EQ(csv.at(2, "best"), "0");
    EXPECT_EQ(csv.at(4, "work"), "io");
    EXPECT_EQ(csv.at(4, "ended"), "budget");
    EXPECT_EQ(csv.at(4, "message_s"), "");
}

TEST(CompareCsv, WhatWasNotMeasuredIsEmpty)
{
    Comparison world(8, 1, 2);
    world.work("w", 1000, 1.0, 1.0, 3);
    world.missing(MECHANISM_PROCESSES, 8, 1, "no room, no \"seat\"\nat all");
    world.row(MECHANISM_THREADS, 1, 8, 0.5, 3);
    world.judge();
    Csv csv(world);
    EXPECT_EQ(csv.at(1, "reason"), "no room, no \"seat\"\nat all");
    EXPECT_NE(csv.text.find("\"no room, no \"\"seat\"\"\nat all\""), std::string::npos);
    for (const char *column : {"median_s", "ci_low_s", "ci_high_s", "confidence", "speedup",
                               "speedup_low", "speedup_high", "busy", "lock", "start_s", "cpu_s",
                               "spent_tasks", "spent_no_core", "spent_lock"})
        EXPECT_EQ(csv.at(1, column), "") << column;
    EXPECT_EQ(csv.at(1, "repetitions"), "0");
    for (const char *column : {"ci_low_s", "confidence", "speedup_low"})
        EXPECT_EQ(csv.at(2, column), "") << column;
    EXPECT_NEAR(std::stod(csv.at(2, "speedup")), 2, 0.05);
}

TEST(CompareCsv, WithoutABase)
{
    Comparison world(8, 1, 2);
    usual(world);
    world.compare_report.works[0].rows[0].count = 0;
    world.judge();
    Csv csv(world);
    EXPECT_EQ(csv.at(1, "median_s"), "0.75");
    for (const char *column : {"speedup", "bound", "bound_by", "task_s", "cpu_share", "message_s"})
        EXPECT_EQ(csv.at(1, column), "") << column;
}

TEST(CompareCsv, QuotesWhatNeedsIt)
{
    const struct {
        const char *work, *field;
    } rows[] = {{"w", "\n1,w,serial,"},
                {"io:latency=1ms,spread=exp", "\n1,\"io:latency=1ms,spread=exp\",serial,"},
                {"a \"b\"", "\n1,\"a \"\"b\"\"\",serial,"},
                {"a\rb", "\n1,\"a\rb\",serial,"},
                {"a b", "\n1,a b,serial,"}};
    for (const auto &row : rows) {
        Comparison world(8, 1, 2);
        world.work(row.work, 1000, 1.0, 1.0);
        world.judge();
        Csv csv(world);
        EXPECT_EQ(csv.at(0, "work"), row.work);
        EXPECT_NE(csv.text.find(row.field), std::string::npos) << csv.text;
    }
}

TEST(CompareCsv, TeamsOfAllHostsNameNone)
{
    Comparison world(4, 1, 4);
    world.hosts(2);
    world.work("w", 1000, 1.0, 1.0);
    world.row(MECHANISM_PROCESSES, 4, 1, 0.26);
    world.row(MECHANISM_THREADS, 1, 2, 0.52).host = 1;
    world.judge();
    Csv csv(world);
    EXPECT_EQ(csv.at(1, "host"), "");
    EXPECT_EQ(csv.at(1, "hosts"), "2");
    EXPECT_EQ(csv.at(2, "host"), "node1");
}

TEST(CompareCsv, PointsWhateverTheLocale)
{
    const char *found = nullptr;
    for (const char *name : {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "nl_NL.UTF-8"})
        found = found != nullptr ? found : setlocale(LC_NUMERIC, name);
    if (found == nullptr)
        GTEST_SKIP() << "no locale with decimal commas here";
    Comparison world(8, 1, 2);
    usual(world);
    world.judge();
    Csv csv(world);
    setlocale(LC_NUMERIC, "C");
    EXPECT_EQ(csv.at(1, "median_s"), "0.75");
    EXPECT_EQ(csv.at(2, "gil_s"), "0.005");
}
