/*
 * environment - what every report says of where it was made, and what was wrong there.
 */
#ifndef SQUARES_REPORT_ENVIRONMENT_H
#define SQUARES_REPORT_ENVIRONMENT_H

#include "findings/launch.h"
#include "place/evidence.h"
#include "place/machine.h"

#include <stdbool.h>
#include <stdio.h>

enum { REPORT_TEXT = 128, REPORT_WARNINGS = 16 };

struct report_host {
    char name[REPORT_TEXT];
    char cpu[MACHINE_TEXT];
    int packages, numa, cores, pus; /* of the machine */
    int usable_cores, usable_pus;   /* by this job */
    int workers;                    /* of this job, on this host */
    bool oversubscribed;            /* those are more than the usable PUs */
    char evidence[EVIDENCE_WORDS];  /* why the job may use as much, in words */
    bool seated;                    /* those have seats: not by --place none */
    bool left;                      /* those are left to the kernel, see place/placement.h */
};

struct report_warning {
    const char *code; /* stable, for programs */
    char text[400];
    char remedy[240];
    bool of_input; /* of numbers that may be read otherwise: told even by --quiet */
    bool launches; /* there is a command line that mends it: */
    struct launch_lines launch;
};

/* Strings are copies; the array is owned. */
struct environment {
    char command[512]; /* as typed */
    char mpi[REPORT_TEXT];
    char launcher[REPORT_TEXT];
    int hosts_count;
    struct report_host *hosts;
    int warnings_count;
    struct report_warning warnings[REPORT_WARNINGS];
};

void environment_release(struct environment *environment);

/* Adds a warning, to be worded by the caller; NULL when there are enough. */
struct report_warning *environment_warn(struct environment *environment, const char *code);

/* Whether the workers of all hosts were left to the kernel. */
bool environment_left(const struct environment *environment);

/* How workers were placed, for JSON: `policy`, unless they were left to the kernel. */
const char *environment_place(const struct environment *environment, const char *policy);

/* "Open MPI v4.1.4", "MPICH 4.2.1", from what MPI_Get_library_version tells, which goes on for
 * lines. */
void environment_name_mpi(char name[REPORT_TEXT], const char *version);

/* The line for what started this job. */
const char *environment_line(const struct environment *environment,
                             const struct launch_lines *lines);

/* A line for each kind of host; for a header. */
void environment_print_hosts(const struct environment *environment, FILE *out);

/* The same, and one for MPI. */
void environment_print(const struct environment *environment, FILE *out);

/* The warnings, each with what to do about it; for stderr. `quiet`: only those of the input. */
void environment_print_warnings(const struct environment *environment, bool quiet, FILE *out);

#endif
