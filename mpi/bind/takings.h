/*
 * takings - what other programs took of the workers' seats while a job ran: each rank reads what
 * became of its own, rank 0 makes a finding of all.
 */
#ifndef SQUARES_BIND_TAKINGS_H
#define SQUARES_BIND_TAKINGS_H

#include "bind/seats.h"
#include "comm/team.h"
#include "crew/crew.h"
#include "measure/occupancy.h"
#include "report/run_report.h"

/* Two readings; zeroed they are empty. */
struct watch {
    struct occupancy before, after;
};

/* Local: reads before the job, and after it. Out of memory: nothing will be told. */
void watch_begin(struct watch *watch, const struct crew *crew, const struct seats *seats);
void watch_end(struct watch *watch, const struct crew *crew, const struct seats *seats);

void watch_release(struct watch *watch);

/* Collective, once the report has all workers: on rank 0 fills `takings`. Seats that several
 * workers have tell nothing of others, nor those of an oversubscribed host, nor of a job without
 * seats. */
int takings_gather(struct takings *takings, const struct run_report *report,
                   const struct watch *watch, const struct team *team, const struct seats *seats,
                   struct err *err);

#endif
