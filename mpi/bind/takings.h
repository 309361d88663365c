/*
 * takings - how much of the workers' seats other programs took while a job ran: each rank reads
 * this for its own seats, and rank 0 makes a finding of all.
 */
#ifndef SQUARES_BIND_TAKINGS_H
#define SQUARES_BIND_TAKINGS_H

#include "bind/seats.h"
#include "comm/team.h"
#include "crew/crew.h"
#include "measure/occupancy.h"
#include "report/run_report.h"

/* Two readings; zeroed ones are empty. */
struct watch {
    struct occupancy before, after;
};

/* Local: take a reading before the job and after it. If memory runs out, nothing is reported. */
void watch_begin(struct watch *watch, const struct crew *crew, const struct seats *seats);
void watch_end(struct watch *watch, const struct crew *crew, const struct seats *seats);

void watch_release(struct watch *watch);

/* Collective, once the report has all workers: on rank 0 fills in `takings`. It leaves out seats
 * that several workers share, oversubscribed hosts, and jobs without seats, as these show nothing
 * about other programs. Returns 0, or -1 on all ranks if one is out of memory; only that rank sets
 * err. */
int takings_gather(struct takings *takings, const struct run_report *report,
                   const struct watch *watch, const struct team *team, const struct seats *seats,
                   struct err *err);

#endif
