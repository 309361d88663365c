#include "support/json_tree.h"
#include "support/reports.h"

#include <cmath>

extern "C" {
#include "report/run_report.h"
}

namespace
{

/* The report as JSON, read back; its numbers may have fractions. */
class Json : public JsonTree
{
  public:
    explicit Json(const struct run_report &report) : JsonTree(report_json(&report))
    {
    }
    double number(const std::string &path) const
    {
        return json_is_number(at(path)) ? json_number_value(at(path)) : NAN;
    }
};

} // namespace

/* "JSON, version 1" of the design, as far as `run` has it: keys are added, never renamed. */
TEST(Json, HasEveryKeyOfVersion1)
{
    Report made(2, 2, 10);
    Json json(made.report);
    expect_common_keys(json);
    expect_worker_keys(json, "rows/0/workers/0/");
    expect_keys(json, {
                          {"environment/hosts/0/cpu", Kind::STRING},
                          {"environment/hosts/0/cores", Kind::INTEGER},
                          {"environment/hosts/0/pus", Kind::INTEGER},
                          {"environment/hosts/0/numa", Kind::INTEGER},
                          {"rows", Kind::ARRAY},
                          {"rows/0/work", Kind::STRING},
                          {"rows/0/mechanism", Kind::STRING},
                          {"rows/0/shape", Kind::STRING},
                          {"rows/0/ranks", Kind::INTEGER},
                          {"rows/0/threads", Kind::INTEGER},
                          {"rows/0/exchange", Kind::STRING},
                          {"rows/0/schedule", Kind::STRING},
                          {"rows/0/cost", Kind::STRING},
                          {"rows/0/gil", Kind::EMPTY},
                          {"rows/0/place", Kind::STRING},
                          {"rows/0/samples_s", Kind::ARRAY},
                          {"rows/0/samples_s/0", Kind::REAL},
                          {"rows/0/median_s", Kind::REAL},
                          {"rows/0/ci_low_s", Kind::EMPTY},
                          {"rows/0/ci_high_s", Kind::EMPTY},
                          {"rows/0/confidence", Kind::EMPTY},
                          {"rows/0/speedup", Kind::EMPTY},
                          {"rows/0/speedup_low", Kind::EMPTY},
                          {"rows/0/speedup_high", Kind::EMPTY},
                          {"rows/0/bound", Kind::EMPTY},
                          {"rows/0/best_s", Kind::REAL},
                          {"rows/0/best_by", Kind::STRING},
                          {"rows/0/efficiency", Kind::REAL},
                          {"rows/0/workers", Kind::ARRAY},
                          {"base", Kind::EMPTY},
                          {"check", Kind::OBJECT},
                          {"check/count", Kind::INTEGER},
                          {"check/sum", Kind::STRING},
                          {"check/status", Kind::STRING},
                          {"verdict", Kind::ARRAY},
                      });
}

TEST(Json, Values)
{
    Report made(2, 3, 10);
    made.report.workers[4].stay.bound = false;
    Json json(made.report);
    EXPECT_EQ(json.number("schema_version"), 1);
    EXPECT_EQ(json.text("tool/name"), "squares");
    EXPECT_EQ(json.text("environment/mpi"), "Some MPI v1.2");
    EXPECT_EQ(json.text("environment/launcher"), "hand");
    EXPECT_EQ(json.text("environment/hosts/0/name"), "node0");
    EXPECT_EQ(json.text("environment/hosts/0/cpu"), "Some Processor");
    EXPECT_EQ(json.number("environment/hosts/0/cores"), 64);
    EXPECT_EQ(json.size("environment/bindings"), 2u);
    EXPECT_EQ(json.text("environment/bindings/1/pus"), "0-63");
    EXPECT_EQ(json.text("command"), "squares run --range 0:10");
    EXPECT_EQ(json.size("rows"), 1u);
    EXPECT_EQ(json.text("rows/0/work"), "squares");
    EXPECT_EQ(json.text("rows/0/mechanism"), "hybrid");
    EXPECT_EQ(json.text("rows/0/shape"), "2x3");
    EXPECT_EQ(json.number("rows/0/ranks"), 2);
    EXPECT_EQ(json.number("rows/0/threads"), 3);
    EXPECT_EQ(json.text("rows/0/exchange"), "message");
    EXPECT_EQ(json.number("rows/0/seed"), 42);
    EXPECT_EQ(json.text("rows/0/root"), "works");
    EXPECT_EQ(json.size("rows/0/samples_s"), 1u);
    EXPECT_EQ(json.number("rows/0/samples_s/0"), 0.5);
    EXPECT_EQ(json.number("rows/0/median_s"), 0.5);
    EXPECT_EQ(json.number("rows/0/rate"), 20);
    EXPECT_EQ(json.number("rows/0/mpi_init_s"), 0.25);
    EXPECT_EQ(json.number("rows/0/place_s"), 0.125);
    EXPECT_EQ(json.number("rows/0/finish_s"), 0.0625);
    EXPECT_EQ(json.size("rows/0/rank_rows"), 2u);
    EXPECT_EQ(json.number("rows/0/rank_rows/1/peak_bytes"), 1000001);
    EXPECT_TRUE(json_is_true(json.at("rows/0/rank_rows/0/feeds")));
    EXPECT_TRUE(json_is_false(json.at("rows/0/rank_rows/1/feeds")));
    EXPECT_EQ(json.size("rows/0/workers"), 6u);
    EXPECT_EQ(json.number("rows/0/workers/4/rank"), 1);
    EXPECT_EQ(json.number("rows/0/workers/4/thread"), 1);
    EXPECT_EQ(json.text("rows/0/workers/4/planned_pus"), "4");
    EXPECT_EQ(json.number("rows/0/workers/4/tasks"), 104);
    EXPECT_EQ(json.number("rows/0/workers/4/chunks"), 14);
    EXPECT_EQ(json.number("rows/0/workers/4/busy_s"), 0.25);
    EXPECT_EQ(json.number("rows/0/workers/4/talk_s"), 0.125);
    EXPECT_EQ(json.number("rows/0/workers/4/wait_s"), 0.0625);
    EXPECT_EQ(json.number("rows/0/workers/4/cpu_s"), 0.2);
    EXPECT_EQ(json.number("rows/0/workers/4/core_wait_s"), 0);
    EXPECT_EQ(json.number("rows/0/spent/tasks"), 0.25 / 0.4375);
    EXPECT_TRUE(json_is_false(json.at("rows/0/workers/4/bound")));
    EXPECT_TRUE(json_is_true(json.at("rows/0/workers/5/bound")));
    EXPECT_EQ(json.size("verdict"), 0u);
    EXPECT_EQ(json.size("warnings"), 0u);
}

TEST(Json, CostAndEfficiency)
{
    Report made(2, 3, 10);
    Json flat(made.report);
    EXPECT_EQ(flat.text("rows/0/cost"), "flat");
    EXPECT_EQ(flat.number("rows/0/best_s"), 0.25);
    EXPECT_EQ(flat.text("rows/0/best_by"), "workers");
    EXPECT_EQ(flat.number("rows/0/efficiency"), 0.5);
    made.report.cost = "last";
    made.report.elapsed_s = 1e-4;
    Json last(made.report);
    EXPECT_EQ(last.text("rows/0/cost"), "last");
    expect_keys(last, {{"rows/0/best_s", Kind::EMPTY},
                       {"rows/0/best_by", Kind::EMPTY},
                       {"rows/0/efficiency", Kind::EMPTY}});
}

TEST(Json, ASumThatWasNotTakenIsNull)
{
    Report made(2, 1, 10);
    made.report.no_sum = true;
    EXPECT_TRUE(json_is_null(Json(made.report).at("check/sum")));
}

TEST(Json, Check)
{
    struct {
        enum check_status check;
        const char *status;
        bool formula;
    } const rows[] = {{CHECK_AGREES, "ok", false},
                      {CHECK_FORMULA, "ok", true},
                      {CHECK_DAMAGED, "damaged", false},
                      {CHECK_UNCOMPARED, "ok", false}};
    for (const auto &row : rows) {
        Report made(1, 1, 10);
        made.report.check = row.check;
        Json json(made.report);
        EXPECT_EQ(json.text("check/status"), row.status);
        EXPECT_EQ(json_is_true(json.at("check/formula")), row.formula);
        EXPECT_EQ(json.number("check/count"), 10);
        EXPECT_EQ(json.text("check/sum"), "285");
        EXPECT_EQ(json.text("check/first"), "0");
        EXPECT_EQ(json.text("check/last"), "81");
    }
}

/* More digits than a double or an int64 of JSON keeps. */
TEST(Json, LongSumsKeepTheirDigits)
{
    Report made(1, 1, 0);
    made.results(std::vector<int64_t>(1000, INT64_MAX));
    EXPECT_EQ(Json(made.report).text("check/sum"), "9223372036854775807000");
}

TEST(Json, ResultsThatAreNoNumbers)
{
    Report made(1, 1, 0);
    made.results<double>({NAN, INFINITY});
    Json json(made.report);
    EXPECT_EQ(json.text("check/kind"), "float64");
    EXPECT_EQ(json.text("check/sum"), "nan");
    EXPECT_EQ(json.text("check/first"), "nan");
    EXPECT_EQ(json.text("check/last"), "inf");
}

TEST(Json, Warnings)
{
    Report made(1, 1, 1);
    for (const char *code : {"one", "two"}) {
        struct report_warning *warning = environment_warn(&made.report.environment, code);
        put_text(warning->text, std::string("text of \"") + code + "\"\n");
        put_text(warning->remedy, "remedy");
    }
    Json json(made.report);
    EXPECT_EQ(json.size("warnings"), 2u);
    EXPECT_EQ(json.text("warnings/1/code"), "two");
    EXPECT_EQ(json.text("warnings/1/text"), "text of \"two\"\n");
    EXPECT_EQ(json.text("warnings/1/remedy"), "remedy");
}

TEST(Json, BytesThatAreNoUtf8)
{
    Report made(1, 1, 1);
    put_text(made.report.environment.command, "squares run --output \xff\xfe.txt");
    put_text(made.report.environment.hosts[0].name, "node\xc3");
    put_text(made.report.environment.hosts[0].cpu, "caf\xe9");
    put_text(made.report.environment.launcher, "\x80");
    Json json(made.report);
    EXPECT_NE(json.text("command"), "(no string)");
    EXPECT_NE(json.text("environment/hosts/0/name"), "(no string)");
    EXPECT_EQ(json.text("rows/0/work"), "squares");
}

/* A command line may be cut within a letter. */
TEST(Json, LetterCutAtTheEndOfACommand)
{
    Report made(1, 1, 1);
    put_text(made.report.environment.command,
             std::string(sizeof(made.report.environment.command) - 2, 'x') + "\xc3\xa9");
    EXPECT_NE(Json(made.report).text("command"), "(no string)");
}

TEST(Json, NoTimePassed)
{
    Report made(1, 1, 1);
    made.report.elapsed_s = 0;
    Json json(made.report);
    EXPECT_EQ(json.number("rows/0/median_s"), 0);
    EXPECT_EQ(json.number("rows/0/rate"), 0);
}

/* Nothing is lost: what is a byte, and what a backslash, can be told apart. */
TEST(Json, WordsThatAreNoUtf8AreEscaped)
{
    const struct {
        const char *work, *told;
    } rows[] = {
        {"./b\xe4r.so", "./b\\xE4r.so"},
        {"./b\xe4\\r.so", "./b\\xE4\\\\r.so"},
        {"./\xc3\xa4\\.so", "./\xc3\xa4\\.so"},
        {"\xc3", "\\xC3"},
        {"\xc0\xaf", "\\xC0\\xAF"},
        {"\xed\xa0\x80", "\\xED\\xA0\\x80"},
        {"\xf4\x90\x80\x80\xf0\x9f\x98\x80", "\\xF4\\x90\\x80\\x80\xf0\x9f\x98\x80"},
        {"\xff\n", "\\xFF\n"},
    };
    for (const auto &row : rows) {
        Report made(1, 1, 10);
        (void)snprintf(made.report.work, sizeof(made.report.work), "%s", row.work);
        (void)snprintf(made.report.environment.command, sizeof(made.report.environment.command),
                       "%s", row.work);
        Json json(made.report);
        EXPECT_STREQ(json_string_value(json.at("rows/0/work")), row.told);
        EXPECT_STREQ(json_string_value(json.at("command")), row.told);
    }
}
