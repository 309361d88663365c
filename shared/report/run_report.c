#include "report/run_report.h"

#include <stdlib.h>

void report_release(struct run_report *report)
{
    environment_release(&report->environment);
    free(report->rank_rows);
    free(report->workers);
    report->rank_rows = NULL;
    report->workers = NULL;
}

const char *report_mechanism(const struct run_report *report)
{
    static const char *const NAMES[2][2][2] = {
        {{"serial", "serial+gil"}, {"threads", "threads+gil"}},
        {{"processes", "processes+gil"}, {"hybrid", "hybrid+gil"}},
    };
    return NAMES[report->ranks > 1][report->threads > 1][report->gil_interval_s > 0];
}

double report_rate(const struct run_report *report)
{
    return report->elapsed_s > 0 ? (double)report->results.count / report->elapsed_s : 0;
}
