/*
 * environment - what every report says about where it was made, and about problems there.
 */
#ifndef SQUARES_REPORT_ENVIRONMENT_H
#define SQUARES_REPORT_ENVIRONMENT_H

#include "findings/launch.h"
#include "place/evidence.h"
#include "place/machine.h"
#include "place/quota.h"

#include <stdbool.h>
#include <stdio.h>

enum { REPORT_TEXT = 128, REPORT_WARNINGS = 16 };

struct report_host {
    char name[REPORT_TEXT];
    char cpu[MACHINE_TEXT];
    int packages, numa, cores, pus; /* of the machine */
    int usable_cores, usable_pus;   /* by this job */
    double quota;                   /* CPUs whose time a cgroup allows the job; 0: no quota */
    int workers;                    /* this job's workers on this host */
    bool oversubscribed;            /* there are more workers than usable PUs */
    char evidence[EVIDENCE_WORDS];  /* why the job may use these PUs, in words */
    bool seated;                    /* the workers have seats: not with --place none */
    bool left;                      /* the workers are left to the kernel, see place/placement.h */
};

struct report_warning {
    const char *code; /* stable, for programs */
    char text[400];
    char remedy[240];
    bool of_input; /* about numbers that may be read another way: printed even with --quiet */
    bool launches; /* there is a command line that fixes it: */
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

/* Adds a warning, whose words the caller fills in; NULL if there is no room for more. */
struct report_warning *environment_warn(struct environment *environment, const char *code);

/* The CPUs whose time the job can get on `count` hosts from the first on, if a quota makes them
 * fewer than their PUs; else 0. May be a fraction. */
double environment_quota(const struct environment *environment, int first, int count);

/* Whether the workers of all hosts were left to the kernel. */
bool environment_left(const struct environment *environment);

/* How workers were placed, for JSON: `policy`, unless they were left to the kernel. */
const char *environment_place(const struct environment *environment, const char *policy);

/* "Open MPI v4.1.4", "MPICH 4.2.1", from the much longer text of MPI_Get_library_version. */
void environment_name_mpi(char name[REPORT_TEXT], const char *version);

/* The line for the launcher that started this job. */
const char *environment_line(const struct environment *environment,
                             const struct launch_lines *lines);

/* Prints a line for each kind of host, for a header. */
void environment_print_hosts(const struct environment *environment, FILE *out);

/* Prints the same, and a line about MPI. */
void environment_print(const struct environment *environment, FILE *out);

/* Prints the warnings, each with what to do about it, for stderr. `quiet`: only those about the
 * input. */
void environment_print_warnings(const struct environment *environment, bool quiet, FILE *out);

#endif
