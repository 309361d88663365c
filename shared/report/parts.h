/*
 * parts - pieces of JSON that more than one report has. New references; NULL: out of memory.
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

/* A string. Of one that is no UTF-8, such as a file's name can be, each byte that is not stands as
 * "\xE9", and so that nothing is lost, a backslash of its own as two. */
json_t *part_text(const char *text);

/* What was not measured, or is no finite number, is null. */
json_t *part_real(bool measured, double value);

/* The shares of time spent, by spent_name(); where the kernel does not tell those of
 * spent_is_queue() are null. */
json_t *part_spent(const struct spent *spent);

/* [{rank, thread, ..., tasks, chunks, busy_s, ..., cpu_s}] of `count` workers; those of
 * REPORT_NOBODY are left out. */
json_t *part_workers(const struct report_worker *workers, int count);

/* {mpirun4, mpirun5, mpich, srun}; a line that cannot be is null. */
json_t *part_launch(const struct launch_lines *lines);

/* {mpi, hwloc, hosts, launcher, bindings}; takes over the reference to `bindings`. */
json_t *part_environment(const struct environment *environment, json_t *bindings);

/* [{code, text, remedy, launch}] */
json_t *part_warnings(const struct environment *environment);

#endif
