/*
 * cpus_report - what is told of the sources of CPUs: a table, and sentences that say which one is
 * the limit. Any thread.
 */
#ifndef SQUARES_REPORT_CPUS_REPORT_H
#define SQUARES_REPORT_CPUS_REPORT_H

#include "place/cpu_sources.h"

#include <stdio.h>

/* Prints the report. */
void cpus_print(const struct cpu_sources *sources, const char *host, FILE *out);

/* The same for programs: a new string, or NULL if memory runs out. */
char *cpus_json(const struct cpu_sources *sources, const char *host);

#endif
