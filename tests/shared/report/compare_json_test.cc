#include "support/compare_reports.h"
#include "support/golden.h"
#include "support/json_tree.h"

#include <cmath>

extern "C" {
#include "measure/rounds.h"
#include "report/compare_report.h"
}

namespace
{

/* Two works of three and two rows. */
void usual(Comparison &world)
{
    put_text(world.compare_report.environment.command, "squares compare --json x");
    world.compare_report.memory_bandwidth = 33e9;
    world.compare_report.message_bandwidth = 5e9;
    world.compare_report.copy_bandwidth = 11e9;
    world.work("squares:repeat=9", 1000, 1.0, 1.0).other_load = 0.25;
    Comparison::shares(world.row(MECHANISM_PROCESSES, 8, 1, 0.75), 0.25, 0.125);
    world.row(MECHANISM_THREADS_GIL, 1, 8, 1.0);
    world.work("io", 240, 1.0, 0.0).ended = ROUNDS_BUDGET;
    world.row(MECHANISM_THREADS, 1, 8, 0.125);
}

JsonTree json_of(const Comparison &world)
{
    return JsonTree(compare_json(&world.compare_report));
}

double real(const JsonTree &json, const std::string &path)
{
    return json_is_real(json.at(path)) ? json_real_value(json.at(path)) : -1;
}

} // namespace

TEST(CompareJson, NothingMeasured)
{
    Comparison world(1, 1, 1);
    world.judge();
    JsonTree json = json_of(world);
    EXPECT_EQ(json.number("schema_version"), 1);
    EXPECT_EQ(json.size("rows"), 0u);
    EXPECT_EQ(json.size("works"), 0u);
    EXPECT_TRUE(json_is_null(json.at("base")));
}

TEST(CompareJson, Schema)
{
    Comparison world(8, 1, 2);
    usual(world);
    world.judge();
    JsonTree json = json_of(world);
    expect_common_keys(json);
    expect_keys(json, {
                          {"measured", Kind::OBJECT},
                          {"measured/seed", Kind::INTEGER},
                          {"measured/ranks", Kind::INTEGER},
                          {"measured/threads", Kind::INTEGER},
                          {"measured/workers", Kind::INTEGER},
                          {"measured/cores", Kind::INTEGER},
                          {"measured/confidence", Kind::REAL},
                          {"measured/apart", Kind::REAL},
                          {"measured/budget_s", Kind::REAL},
                          {"measured/elapsed_s", Kind::REAL},
                          {"measured/memory_bandwidth", Kind::REAL},
                          {"measured/message_bandwidth", Kind::REAL},
                          {"measured/copy_bandwidth", Kind::REAL},
                          {"measured/mpi_init_s", Kind::REAL},
                          {"measured/clock", Kind::EMPTY},
                          {"works", Kind::ARRAY},
                          {"rows", Kind::ARRAY},
                          {"base", Kind::OBJECT},
                          {"check", Kind::EMPTY},
                          {"verdict", Kind::ARRAY},
                          {"verdict/0", Kind::STRING},
                      });
    expect_keys(json,
                {
                    {"work", Kind::STRING},
                    {"tasks", Kind::INTEGER},
                    {"tuned", Kind::BOOLEAN},
                    {"task_s", Kind::REAL},
                    {"cpu_share", Kind::REAL},
                    {"message_s", Kind::REAL},
                    {"ended", Kind::STRING},
                    {"other_load", Kind::REAL},
                    {"stolen", Kind::REAL},
                    {"base", Kind::INTEGER},
                    {"best", Kind::INTEGER},
                    {"winner", Kind::INTEGER},
                    {"pick", Kind::STRING},
                    {"launch", Kind::EMPTY},
                },
                "works/0/");
}

TEST(CompareJson, SchemaOfARow)
{
    Comparison world(8, 1, 2);
    usual(world);
    world.judge();
    JsonTree json = json_of(world);
    const std::vector<Key> keys = {
        {"work", Kind::STRING},      {"mechanism", Kind::STRING},  {"shape", Kind::STRING},
        {"ranks", Kind::INTEGER},    {"threads", Kind::INTEGER},   {"hosts", Kind::INTEGER},
        {"host", Kind::INTEGER},     {"cores", Kind::INTEGER},     {"exchange", Kind::STRING},
        {"schedule", Kind::STRING},  {"gil", Kind::EMPTY},         {"place", Kind::STRING},
        {"tasks", Kind::INTEGER},    {"samples_s", Kind::ARRAY},   {"samples_s/10", Kind::REAL},
        {"median_s", Kind::REAL},    {"ci_low_s", Kind::REAL},     {"ci_high_s", Kind::REAL},
        {"confidence", Kind::REAL},  {"attained", Kind::REAL},     {"speedup", Kind::REAL},
        {"speedup_low", Kind::REAL}, {"speedup_high", Kind::REAL}, {"bound", Kind::REAL},
        {"bound_by", Kind::STRING},  {"best", Kind::BOOLEAN},      {"ties", Kind::BOOLEAN},
        {"reason", Kind::EMPTY},     {"shares", Kind::OBJECT},     {"shares/busy", Kind::REAL},
        {"shares/talk", Kind::REAL}, {"shares/wait", Kind::REAL},  {"shares/lock", Kind::REAL},
        {"start_s", Kind::REAL},     {"cpu_s", Kind::REAL},        {"workers", Kind::ARRAY},
        {"rounds", Kind::ARRAY},     {"rounds/10", Kind::INTEGER},
    };
    for (const char *row : {"rows/0/", "rows/1/", "base/"}) {
        expect_keys(json, keys, row);
        expect_worker_keys(json, row + std::string("workers/0/"));
    }
    EXPECT_TRUE(json_is_real(json.at("rows/2/gil")));
}

TEST(CompareJson, Values)
{
    Comparison world(8, 1, 2);
    usual(world);
    world.judge();
    JsonTree json = json_of(world);
    EXPECT_EQ(json.text("command"), "squares compare --json x");
    EXPECT_EQ(json.number("measured/workers"), 8);
    EXPECT_EQ(json.number("measured/cores"), 2);
    EXPECT_EQ(real(json, "measured/confidence"), 0.95);
    EXPECT_EQ(json.size("rows"), 5u);
    EXPECT_EQ(json.text("rows/1/work"), "squares:repeat=9");
    EXPECT_EQ(json.text("rows/1/mechanism"), "processes");
    EXPECT_EQ(json.text("rows/1/shape"), "8x1");
    EXPECT_EQ(json.number("rows/1/ranks"), 8);
    EXPECT_EQ(json.number("rows/1/threads"), 1);
    EXPECT_EQ(json.text("rows/1/exchange"), "message");
    EXPECT_EQ(json.text("rows/1/schedule"), "static");
    EXPECT_EQ(json.text("rows/1/place"), "auto");
    world.compare_report.environment.hosts[0].left = true;
    EXPECT_EQ(json_of(world).text("rows/1/place"), "none: left to the kernel");
    EXPECT_EQ(json.size("rows/1/samples_s"), 11u);
    for (int i = 0; i < 11; i++) { /* in the order of measuring */
        EXPECT_EQ(real(json, "rows/1/samples_s/" + std::to_string(i)),
                  world.compare_report.works[0].rows[1].samples_s[i]);
        EXPECT_EQ(json.number("rows/1/rounds/" + std::to_string(i)), i);
    }
    EXPECT_NEAR(real(json, "rows/1/median_s"), 0.75, 1e-12);
    EXPECT_EQ(real(json, "rows/1/ci_low_s"), world.compare_report.works[0].rows[1].time.low);
    EXPECT_EQ(real(json, "rows/1/ci_high_s"), world.compare_report.works[0].rows[1].time.high);
    EXPECT_EQ(real(json, "rows/1/confidence"), 0.95);
    EXPECT_GT(real(json, "rows/1/attained"), 0.95);
    EXPECT_NEAR(real(json, "rows/1/speedup"), 1 / 0.75, 0.01);
    EXPECT_LE(real(json, "rows/1/speedup_low"), real(json, "rows/1/speedup"));
    EXPECT_GE(real(json, "rows/1/speedup_high"), real(json, "rows/1/speedup"));
    EXPECT_EQ(real(json, "rows/1/speedup_low"), world.compare_report.works[0].rows[1].speedup.low);
    EXPECT_EQ(real(json, "rows/1/speedup_high"),
              world.compare_report.works[0].rows[1].speedup.high);
    EXPECT_EQ(real(json, "rows/1/bound"), 2);
    EXPECT_EQ(json.text("rows/1/bound_by"), "cores");
    EXPECT_TRUE(json_is_true(json.at("rows/1/best")));
    EXPECT_TRUE(json_is_false(json.at("rows/2/best")));
    EXPECT_TRUE(json_is_true(json.at("rows/1/ties")));
    EXPECT_TRUE(json_is_false(json.at("rows/0/ties")));
    EXPECT_EQ(real(json, "rows/1/shares/talk"), 0.25);
    EXPECT_EQ(real(json, "rows/1/shares/wait"), 0.125);
    EXPECT_EQ(json.size("rows/1/workers"), 8u);
    EXPECT_EQ(json.number("rows/1/workers/7/tasks"), 107);
    EXPECT_EQ(real(json, "rows/2/gil"), 0.005);
    EXPECT_EQ(json.text("rows/2/bound_by"), "lock");
}

TEST(CompareJson, Works)
{
    Comparison world(8, 1, 2);
    usual(world);
    world.last_work().launches = true;
    put_text(world.last_work().launch.mpirun4, "mpirun -np 1");
    world.judge();
    JsonTree json = json_of(world);
    EXPECT_EQ(json.size("works"), 2u);
    EXPECT_EQ(json.text("works/0/ended"), "tight");
    EXPECT_EQ(json.text("works/1/ended"), "budget");
    EXPECT_EQ(json.number("works/1/tasks"), 240);
    EXPECT_NEAR(real(json, "works/0/task_s"), 0.001, 1e-12);
    EXPECT_NEAR(real(json, "works/0/cpu_share"), 1, 1e-12);
    EXPECT_NEAR(real(json, "works/0/message_s"), 0.25e-3, 1e-12);
    EXPECT_TRUE(json_is_null(json.at("works/1/message_s")));
    EXPECT_EQ(real(json, "works/0/other_load"), 0.25);
    EXPECT_EQ(json.number("works/0/base"), 0); /* among the rows of all works */
    EXPECT_EQ(json.number("works/0/best"), 1);
    EXPECT_EQ(json.number("works/1/base"), 3);
    EXPECT_EQ(json.number("works/1/best"), 4);
    EXPECT_EQ(json.number("works/1/winner"), 4);
    EXPECT_EQ(json.text("works/1/pick"), "threads (1x8)");
    EXPECT_EQ(json.text("works/1/launch/mpirun4"), "mpirun -np 1");
    EXPECT_TRUE(json_is_null(json.at("works/0/launch")));
    EXPECT_EQ(json.text("base/mechanism"), "serial");
    EXPECT_EQ(json.text("base/work"), "squares:repeat=9");
}

/* Each sentence stands alone here. */
TEST(CompareJson, Verdict)
{
    Comparison world(8, 1, 2);
    usual(world);
    world.judge();
    JsonTree json = json_of(world);
    EXPECT_EQ(json.size("verdict"), static_cast<size_t>(world.compare_report.verdict_count));
    std::string all;
    for (int i = 0; i < world.compare_report.verdict_count; i++)
        all += json.text("verdict/" + std::to_string(i)) + "\n";
    EXPECT_TRUE(golden(all));
}

/* What was not measured is null, never a figure that was made up. */
TEST(CompareJson, RowsWithoutSamples)
{
    Comparison world(8, 1, 2);
    world.compare_report.budget_s = 0;
    world.work("w", 1000, 1.0, 1.0).other_load = NAN;
    world.missing(MECHANISM_PROCESSES, 8, 1, "no room");
    world.judge();
    JsonTree json = json_of(world);
    EXPECT_EQ(json.text("rows/1/reason"), "no room");
    EXPECT_EQ(json.size("rows/1/samples_s"), 0u);
    EXPECT_EQ(json.size("rows/1/workers"), 0u);
    for (const char *key : {"median_s", "ci_low_s", "ci_high_s", "confidence", "attained",
                            "speedup", "speedup_low", "speedup_high", "shares", "start_s", "cpu_s"})
        EXPECT_TRUE(json_is_null(json.at(std::string("rows/1/") + key))) << key;
    for (const char *key :
         {"measured/budget_s", "measured/memory_bandwidth", "measured/message_bandwidth",
          "measured/copy_bandwidth", "works/0/other_load", "works/0/message_s", "works/0/best",
          "works/0/winner", "works/0/pick"})
        EXPECT_TRUE(json_is_null(json.at(key))) << key;
}

TEST(CompareJson, WithoutABaseThereAreNoSpeedups)
{
    Comparison world(8, 1, 2);
    usual(world);
    world.compare_report.works[0].rows[0].count = 0;
    world.judge();
    JsonTree json = json_of(world);
    EXPECT_TRUE(json_is_real(json.at("rows/1/median_s")));
    for (const char *key : {"speedup", "speedup_low", "bound", "bound_by"})
        EXPECT_TRUE(json_is_null(json.at(std::string("rows/1/") + key))) << key;
    EXPECT_TRUE(json_is_null(json.at("works/0/task_s")));
    EXPECT_TRUE(json_is_null(json.at("base/median_s")));
}

/* A median without an interval claims none. */
TEST(CompareJson, TooFewSamples)
{
    Comparison world(8, 1, 2);
    world.work("w", 1000, 1.0, 1.0, 6);
    world.row(MECHANISM_THREADS, 1, 8, 0.5, 6);
    world.row(MECHANISM_PROCESSES, 8, 1, 0.5, 3);
    world.judge();
    JsonTree json = json_of(world);
    EXPECT_TRUE(json_is_real(json.at("rows/1/ci_low_s")));
    EXPECT_TRUE(json_is_real(json.at("rows/1/speedup")));
    EXPECT_TRUE(json_is_real(json.at("rows/1/speedup_low")));
    EXPECT_TRUE(json_is_real(json.at("rows/2/speedup")));
    EXPECT_TRUE(json_is_null(json.at("rows/2/speedup_low")));
    EXPECT_TRUE(json_is_null(json.at("rows/2/ci_low_s")));
    EXPECT_TRUE(json_is_null(json.at("rows/2/confidence")));
    EXPECT_TRUE(json_is_real(json.at("rows/2/median_s")));
}

TEST(CompareJson, TimesThatAreNone)
{
    Comparison world(8, 1, 2);
    world.work("w", 1000, 1.0, 1.0);
    world.row(MECHANISM_THREADS, 1, 8, 0);
    world.row(MECHANISM_HYBRID, 2, 4, 1).busy = NAN;
    world.judge();
    JsonTree json = json_of(world);
    EXPECT_TRUE(json_is_null(json.at("rows/1/speedup"))); /* not infinity */
    EXPECT_TRUE(json_is_null(json.at("rows/2/shares/busy")));
    EXPECT_NE(world.table(), "");
}

TEST(CompareJson, BytesThatAreNoUtf8)
{
    Comparison world(8, 1, 2);
    world.work("./plug\xff.so:\xc3", 1000, 1.0, 1.0);
    world.row(MECHANISM_THREADS, 1, 8, 0.5);
    world.missing(MECHANISM_PROCESSES, 8, 1, "host \xfe");
    put_text(world.compare_report.environment.hosts[0].name, "node\xc3");
    world.judge();
    JsonTree json = json_of(world);
    EXPECT_NE(json.text("rows/0/work"), "(no string)");
    EXPECT_NE(json.text("rows/2/reason"), "(no string)");
    EXPECT_NE(json.text("verdict/0"), "(no string)");
    EXPECT_NE(json.text("works/0/work"), "(no string)");
}

TEST(CompareJson, Warnings)
{
    Comparison world(8, 1, 2);
    struct report_warning *warning =
        environment_warn(&world.compare_report.environment, "oversubscribed");
    put_text(warning->text, "text");
    world.judge();
    EXPECT_EQ(json_of(world).text("warnings/0/code"), "oversubscribed");
}
