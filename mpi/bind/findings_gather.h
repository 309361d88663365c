/*
 * findings_gather - what is wrong with where the workers of a job sat, as warnings of rank 0's
 * report.
 */
#ifndef SQUARES_BIND_FINDINGS_GATHER_H
#define SQUARES_BIND_FINDINGS_GATHER_H

#include "bind/seats.h"
#include "comm/team.h"
#include "report/run_report.h"

/* The findings of a host's seats, on its leader; none elsewhere. */
void warn_inspect(struct findings *findings, const struct team *team, const struct seats *seats);

/* Collective: brings the findings of every host's leader to rank 0, where one of each kind is kept
 * and the hosts that have it are counted. -1 on all: rank 0 is out of memory. */
int warn_gather(struct findings *findings, const struct team *team, struct err *err);

/* On rank 0: turns the findings into warnings. For work that waits, sharing cores is no fault. */
void warn_report(struct run_report *report, const struct findings *findings, bool waits,
                 const char *command);

#endif
