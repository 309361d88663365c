/*
 * collect - what every rank has to tell about a job, brought to rank 0's report.
 */
#ifndef SQUARES_EXPERIMENT_COLLECT_H
#define SQUARES_EXPERIMENT_COLLECT_H

#include "bind/seats.h"
#include "exchange/exchange.h"
#include "report/run_report.h"

/* Collective over the job's team: what each worker did, on its rank 0 in all[ranks * threads], by
 * rank, then thread. `number` and `host` are this rank's and its host's in the whole job. -1 on
 * all: a rank is out of memory, and has the error. */
int collect_workers(struct report_worker *all, const struct job *job, const struct seats *seats,
                    int number, int host, double elapsed_s, struct err *err);

/* Collective: fills hosts, rank rows and workers of rank 0's report; the others' stay empty.
 * report->elapsed_s, ranks and threads are set on rank 0 before. -1 on all: a rank is out of
 * memory, and has the error. */
int collect(struct run_report *report, const struct job *job, const struct seats *seats,
            struct err *err);

/* Collective: what the results made by all ranks come to, on rank 0; the sum of float64 is the one
 * taken where they arrived. */
void collect_tally(const struct job *job, struct tally *made);

/* On rank 0: checks what arrived, if that is to be had, against what was `made` and, for a range,
 * against the formula. */
enum check_status collect_check(const struct job *job, const struct exchange *exchange,
                                const struct tally *made);

#endif
