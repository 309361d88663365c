/*
 * seats - this rank's part of its host's plan. One rank of a host, its leader, loads the topology
 * and plans for all; the others need no topology, as they get their seats by message.
 */
#ifndef SQUARES_BIND_SEATS_H
#define SQUARES_BIND_SEATS_H

#include "base/err.h"
#include "comm/team.h"
#include "crew/crew.h"
#include "findings/findings.h"
#include "place/placement.h"
#include "report/run_report.h"

#include <hwloc.h>

/* What the leader of a host knows. */
struct host_plan {
    int feeders;           /* ranks of the host that only feed, 0 or 1: it comes first */
    int ranks;             /* ranks of the host that work, after those */
    int *numbers;          /* [feeders + ranks], their ranks in the job, in rising order */
    hwloc_bitmap_t *masks; /* [feeders + ranks], the PUs the launcher gave them */
    char name[REPORT_TEXT];
    struct machine machine;
    bool machine_lent; /* its lender releases it */
    struct evidence evidence;
    struct placement placement;
};

struct seats {
    int threads;             /* of each rank that works; the same on all */
    int crew;                /* workers of this rank: threads, or 1 if it only feeds */
    hwloc_bitmap_t *seats;   /* [crew], by OS number */
    hwloc_bitmap_t given;    /* the PUs the launcher had given this rank; NULL: unknown */
    struct report_host host; /* of this rank's host */
    struct host_plan *plan;  /* on the leader of the host; NULL on other ranks */
};

/* What a team wants of its seats. */
struct seats_wish {
    struct placement_request placing;
    bool feeds; /* rank 0 only feeds: it has no core of its own, and may use all that the job may */
    hwloc_const_bitmap_t given;    /* the PUs the launcher gave this rank and those it stands for;
                                      NULL: ask the kernel */
    const struct machine *machine; /* on leaders: the host's, already loaded; NULL: load it. It must
                                      outlive the seats. */
};

/* Collective: plans placing.threads workers for every rank. PLACEMENT_AUTO: as many as there are
 * usable cores, divided among the ranks of a host; the same number everywhere, so the fullest host
 * decides. The ranks agree inside: returns 0, or -1 on all ranks if it failed on one. */
int seats_plan(struct seats *seats, const struct team *team, const struct seats_wish *wish,
               struct err *err);

/* Whether this rank's seats include PUs outside the mask it was given, and its crew really runs
 * there. */
bool seats_widened(const struct seats *seats, const struct crew *crew);

/* The PUs on which a crew's workers may run, as they were read back. Returns `text`. */
char *seats_text(const struct crew *crew, char text[SEAT_TEXT]);

/* On a leader: a map of its host with these seats for its workers; NULL: the planned ones. The map
 * points into `plan`. */
struct seat_map seats_map(const struct host_plan *plan, const hwloc_bitmap_t *seats);

void seats_release(struct seats *seats);

#endif
