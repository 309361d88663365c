#include "report/report.h"

#include <stdlib.h>

void report_release(struct report *report)
{
    free(report->hosts);
    free(report->rank_rows);
    free(report->workers);
    report->hosts = NULL;
    report->rank_rows = NULL;
    report->workers = NULL;
}

struct report_warning *report_warn(struct report *report, const char *code)
{
    if (report->warnings_count == REPORT_WARNINGS)
        return NULL;
    struct report_warning *warning = &report->warnings[report->warnings_count++];
    *warning = (struct report_warning){.code = code};
    return warning;
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
