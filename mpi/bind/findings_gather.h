/*
 * findings_gather - what is wrong with where a job's workers run, as warnings in rank 0's report.
 */
#ifndef SQUARES_BIND_FINDINGS_GATHER_H
#define SQUARES_BIND_FINDINGS_GATHER_H

#include "bind/seats.h"
#include "comm/team.h"
#include "report/run_report.h"

/* On the leader of a host: the findings about its seats. Empty on other ranks. */
void warn_inspect(struct findings *findings, const struct team *team, const struct seats *seats);

/* Collective: gathers the findings of every host's leader on rank 0, which keeps one of each kind
 * and counts the hosts that have it. Returns 0, or -1 and sets err on all ranks if rank 0 is out of
 * memory. */
int warn_gather(struct findings *findings, const struct team *team, struct err *err);

/* On rank 0: turns the findings into warnings. Sharing cores is no fault for work that `waits`. */
void warn_report(struct run_report *report, const struct findings *findings, bool waits,
                 const char *command);

#endif
