#include "support/reports.h"

extern "C" {
#include "report/run_report.h"
}

TEST(Report, Mechanism)
{
    struct {
        int ranks, threads;
        const char *name;
    } const rows[] = {{1, 1, "serial"},    {1, 2, "threads"},    {1, 64, "threads"},
                      {2, 1, "processes"}, {64, 1, "processes"}, {2, 2, "hybrid"}};
    for (const auto &row : rows) {
        struct run_report report = {};
        report.ranks = row.ranks;
        report.threads = row.threads;
        EXPECT_STREQ(report_mechanism(&report), row.name);
    }
}

TEST(Report, Rate)
{
    struct run_report report = {};
    report.results.count = 100;
    EXPECT_EQ(report_rate(&report), 0); /* no time passed: not known, but a number */
    report.elapsed_s = 0.5;
    EXPECT_DOUBLE_EQ(report_rate(&report), 200);
}

TEST(Report, WarningsBeyondTheLastAreRefused)
{
    struct run_report report = {};
    for (int i = 0; i < REPORT_WARNINGS; i++) {
        struct report_warning *warning = environment_warn(&report.environment, "code");
        ASSERT_NE(warning, nullptr);
        EXPECT_STREQ(warning->code, "code");
        EXPECT_STREQ(warning->text, "");
        EXPECT_STREQ(warning->remedy, "");
    }
    EXPECT_EQ(environment_warn(&report.environment, "code"), nullptr);
    EXPECT_EQ(report.environment.warnings_count, REPORT_WARNINGS);
}

TEST(Report, ReleaseTwice)
{
    Report made(2, 2, 5);
    report_release(&made.report);
    EXPECT_EQ(made.report.workers, nullptr);
    report_release(&made.report);
}
