/*
 * collect - gathers what every rank reports about a job, for rank 0's report.
 */
#ifndef SQUARES_EXPERIMENT_COLLECT_H
#define SQUARES_EXPERIMENT_COLLECT_H

#include "bind/seats.h"
#include "exchange/exchange.h"
#include "report/run_report.h"

/* Collective over the job's team: gathers what each worker did on the team's rank 0, in all[ranks *
 * threads], by rank, then thread. `number` and `host` are this rank's and its host's in the whole
 * job. Returns 0, or -1 on all ranks if one is out of memory; only that rank sets err. */
int collect_workers(struct report_worker *all, const struct job *job, const struct seats *seats,
                    int number, int host, double elapsed_s, struct err *err);

/* Collective: fills in hosts, rank rows and workers of rank 0's report; other ranks' reports stay
 * empty. Rank 0 has set report->elapsed_s, ranks and threads before. Returns 0, or -1 on all ranks
 * if one is out of memory; only that rank sets err. */
int collect(struct run_report *report, const struct job *job, const struct seats *seats,
            struct err *err);

/* Collective: on rank 0, the tally of the results made by all ranks; the sum of float64 results is
 * the one taken where they arrived. */
void collect_tally(const struct job *job, struct tally *made);

/* On rank 0: checks what arrived, if the exchange brings results back, against what was `made` and,
 * for a range, against the formula. */
enum check_status collect_check(const struct job *job, const struct exchange *exchange,
                                const struct tally *made);

#endif
