#include "measure/load.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The columns after "cpuN", in ticks; the time of guest machines is part of user and nice. */
enum column { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, COLUMNS };

/* Older kernels have fewer columns, but at least the first four. */
static bool read_columns(const char *text, double columns[COLUMNS])
{
    int found = 0;
    for (; found < COLUMNS; found++) {
        char *end;
        columns[found] = (double)strtoull(text, &end, 10);
        if (end == text)
            break;
        text = end;
    }
    for (int i = found; i < COLUMNS; i++)
        columns[i] = 0;
    return found > IDLE;
}

static double busy_of(const double columns[COLUMNS])
{
    return columns[USER] + columns[NICE] + columns[SYSTEM] + columns[IRQ] + columns[SOFTIRQ];
}

static void add_pu(struct load *load, const double columns[COLUMNS], double tick_s)
{
    load->pus++;
    load->busy_s += busy_of(columns) * tick_s;
    load->idle_s += (columns[IDLE] + columns[IOWAIT]) * tick_s;
    load->steal_s += columns[STEAL] * tick_s;
}

/* The lines of PUs come first, after one line for all of them, "cpu ". -1: there are no more. */
static long next_pu(FILE *in, double columns[COLUMNS])
{
    char line[512];
    while (fgets(line, sizeof(line), in) != NULL && strncmp(line, "cpu", 3) == 0) {
        char *rest;
        long pu = strtol(line + 3, &rest, 10);
        if (line[3] >= '0' && line[3] <= '9' && read_columns(rest, columns))
            return pu;
    }
    return -1;
}

void load_read(struct load *load, FILE *in, long ticks_per_s, const bool *pus, int pus_count)
{
    double columns[COLUMNS];
    *load = (struct load){0};
    for (long pu; (pu = next_pu(in, columns)) >= 0;)
        if (pus == NULL || (pu < pus_count && pus[pu]))
            add_pu(load, columns, 1.0 / (double)ticks_per_s);
}

int load_next(FILE *in, long ticks_per_s, double *busy_s)
{
    double columns[COLUMNS];
    long pu = next_pu(in, columns);
    if (pu >= 0)
        *busy_s = busy_of(columns) / (double)ticks_per_s;
    return pu <= INT_MAX ? (int)pu : INT_MAX;
}

/* Whether the same PUs were counted both times, and time has passed on them. */
static bool comparable(const struct load *before, const struct load *after)
{
    double then = before->busy_s + before->idle_s + before->steal_s;
    double now = after->busy_s + after->idle_s + after->steal_s;
    return before->pus > 0 && after->pus == before->pus && now > then;
}

double load_of_others(const struct load *before, const struct load *after, double own_cpu_s,
                      double elapsed_s)
{
    if (!comparable(before, after) || elapsed_s < LOAD_LEAST_S)
        return NAN;
    return fmax(after->busy_s - before->busy_s - own_cpu_s, 0) / elapsed_s;
}

double load_stolen(const struct load *before, const struct load *after)
{
    if (!comparable(before, after))
        return NAN;
    double busy = after->busy_s - before->busy_s, idle = after->idle_s - before->idle_s;
    double stolen = fmax(after->steal_s - before->steal_s, 0);
    return fmin(stolen / (busy + idle + stolen), 1);
}
