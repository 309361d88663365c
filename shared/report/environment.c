#include "report/environment.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

void environment_release(struct environment *environment)
{
    free(environment->hosts);
    environment->hosts = NULL;
}

struct report_warning *environment_warn(struct environment *environment, const char *code)
{
    if (environment->warnings_count == REPORT_WARNINGS)
        return NULL;
    struct report_warning *warning = &environment->warnings[environment->warnings_count++];
    *warning = (struct report_warning){.code = code};
    return warning;
}

bool environment_left(const struct environment *environment)
{
    for (int i = 0; i < environment->hosts_count; i++)
        if (!environment->hosts[i].left)
            return false;
    return environment->hosts_count > 0;
}

const char *environment_place(const struct environment *environment, const char *policy)
{
    return environment_left(environment) ? "none: left to the kernel" : policy;
}

void environment_name_mpi(char name[REPORT_TEXT], const char *version)
{
    static const char LABEL[] = " Version:"; /* MPICH puts this and blanks before the number */
    int length = (int)strcspn(version, ",\n");
    const char *label = strstr(version, LABEL);
    if (label == NULL || label >= version + length) {
        (void)snprintf(name, REPORT_TEXT, "%.*s", length, version);
        return;
    }
    const char *number = label + strlen(LABEL);
    number += strspn(number, " \t");
    (void)snprintf(name, REPORT_TEXT, "%.*s %.*s", (int)(label - version), version,
                   (int)strcspn(number, " \t,\n"), number);
}

const char *environment_line(const struct environment *environment,
                             const struct launch_lines *lines)
{
    if (strcmp(environment->launcher, "srun") == 0)
        return lines->srun;
    if (strstr(environment->mpi, "MPICH") != NULL)
        return lines->mpich;
    return strncmp(environment->mpi, "Open MPI v4", 11) == 0 ? lines->mpirun4 : lines->mpirun5;
}

/* Identical hosts share a line: most clusters consist of them. */
static bool alike(const struct report_host *a, const struct report_host *b)
{
    return strcmp(a->cpu, b->cpu) == 0 && a->cores == b->cores && a->pus == b->pus &&
           a->usable_cores == b->usable_cores && a->usable_pus == b->usable_pus &&
           a->packages == b->packages && a->numa == b->numa && a->quota == b->quota;
}

double environment_quota(const struct environment *environment, int first, int count)
{
    bool limited = false;
    double cpus = 0;
    int end = environment->hosts == NULL ? 0 : environment->hosts_count;
    for (int i = first; i < first + count && i < end; i++) {
        const struct report_host *host = &environment->hosts[i];
        bool less = host->quota > 0 && host->quota < host->usable_pus;
        cpus += less ? host->quota : host->usable_pus;
        limited |= less;
    }
    return limited ? cpus : 0;
}

void environment_print_hosts(const struct environment *environment, FILE *out)
{
    for (int i = 0; i < environment->hosts_count; i++) {
        const struct report_host *host = &environment->hosts[i];
        char quota[QUOTA_CPUS];
        bool shown = false;
        int others = 0;
        for (int k = 0; k < environment->hosts_count; k++) {
            bool same = k != i && alike(&environment->hosts[k], host);
            shown |= same && k < i;
            others += same;
        }
        if (shown)
            continue;
        (void)fprintf(out, "host       %s", host->name);
        if (others > 0)
            (void)fprintf(out, " and %d more", others);
        (void)fprintf(out, ": %d core%s", host->cores, plural(host->cores));
        if (host->pus != host->cores)
            (void)fprintf(out, ", %d PUs", host->pus);
        if (host->usable_pus != host->pus)
            (void)fprintf(out, " (%d core%s usable)", host->usable_cores,
                          plural(host->usable_cores));
        if (environment_quota(environment, i, 1) > 0)
            (void)fprintf(out, ", quota of %s", quota_text(host->quota, quota));
        if (host->numa > 1)
            (void)fprintf(out, ", %d NUMA nodes", host->numa);
        (void)fprintf(out, "%s%s\n", host->cpu[0] != '\0' ? ", " : "", host->cpu);
    }
}

void environment_print(const struct environment *environment, FILE *out)
{
    environment_print_hosts(environment, out);
    (void)fprintf(out, "MPI        %s, started by %s\n", environment->mpi, environment->launcher);
}

void environment_print_warnings(const struct environment *environment, bool quiet, FILE *out)
{
    for (int i = 0; i < environment->warnings_count; i++) {
        const struct report_warning *w = &environment->warnings[i];
        if (quiet && !w->of_input)
            continue;
        const char *line = w->launches ? environment_line(environment, &w->launch) : "";
        (void)fprintf(out, "squares: warning: %s (%s)\n  %s\n", w->text, w->code, w->remedy);
        if (line[0] != '\0')
            (void)fprintf(out, "  %s\n", line);
    }
    (void)fflush(out);
}
