/*
 * collect - what every rank has to tell about a job, brought to rank 0's report.
 */
#ifndef SQUARES_COLLECT_H
#define SQUARES_COLLECT_H

#include "exchange.h"
#include "report/report.h"
#include "seating.h"

/* Collective: fills hosts, rank rows and workers of rank 0's report; the others' stay empty.
 * report->elapsed_s, ranks and threads are set on rank 0 before. -1: rank 0 is out of memory. */
int collect(struct report *report, const struct job *job, const struct seating *seating,
            struct err *err);

/* Collective: brings the fingerprints together and checks what arrived at rank 0's sink against
 * what the workers made and, for a range, against the formula. Only rank 0 learns the result. */
enum check_status collect_check(const struct job *job);

/* Collective: rank 0's sink gets the tallies of all ranks, where nothing else came back. */
void collect_tallies(const struct job *job);

#endif
