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

/* Collective: what the results made by all ranks come to, on rank 0; the sum of float64 is the one
 * taken where they arrived. */
void collect_tally(const struct job *job, struct tally *made);

/* On rank 0: checks what arrived against what was `made` and, for a range, against the formula. */
enum check_status collect_check(const struct job *job, const struct exchange *exchange,
                                const struct tally *made);

#endif
