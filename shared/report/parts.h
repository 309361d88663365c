/*
 * parts - pieces of JSON that more than one report uses. They return new references; NULL: out of
 * memory.
 */
#ifndef SQUARES_REPORT_PARTS_H
#define SQUARES_REPORT_PARTS_H

#include "findings/launch.h"
#include "report/environment.h"
#include "report/run_report.h"
#include "report/spent.h"

#include <jansson.h>

enum { SCHEMA_VERSION = 1 };

/* What built this program. */
json_t *part_tool(void);

/* A string. If it is not UTF-8, as a file name may be, each invalid byte becomes "\xE9" (its value
 * in hexadecimal), and a backslash is doubled so that nothing is lost. */
json_t *part_text(const char *text);

/* null if it was not measured or is not finite. */
json_t *part_real(bool measured, double value);

/* The shares of time spent, by spent_name(); if the kernel does not tell, those of spent_is_queue()
 * are null. */
json_t *part_spent(const struct spent *spent);

/* [{rank, thread, ..., tasks, chunks, busy_s, ..., cpu_s}] of `count` workers, leaving out those
 * with rank REPORT_NOBODY. */
json_t *part_workers(const struct report_worker *workers, int count);

/* {mpirun4, mpirun5, mpich, srun}; an impossible line is null. */
json_t *part_launch(const struct launch_lines *lines);

/* {mpi, hwloc, hosts, launcher, bindings}; takes over the reference to `bindings`. */
json_t *part_environment(const struct environment *environment, json_t *bindings);

/* [{code, text, remedy, launch}] */
json_t *part_warnings(const struct environment *environment);

#endif
