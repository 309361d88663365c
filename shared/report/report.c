#include "report/report.h"

#include <stdlib.h>

void report_release(struct report *report)
{
    environment_release(&report->environment);
    free(report->rank_rows);
    free(report->workers);
    report->rank_rows = NULL;
    report->workers = NULL;
}

const char *report_mechanism(const struct report *report)
{
    if (report->ranks == 1)
        return report->threads == 1 ? "serial" : "threads";
    return report->threads == 1 ? "processes" : "hybrid";
}

double report_rate(const struct report *report)
{
    return report->elapsed_s > 0 ? (double)report->results.count / report->elapsed_s : 0;
}
