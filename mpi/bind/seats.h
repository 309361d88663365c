/*
 * seats - this rank's part of its host's plan. One rank of a host, its leader, loads the topology
 * and plans for all; the others need no topology, but get their seats by message.
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
    int feeders;           /* ranks of the host that only feed, 0 or 1: they come first */
    int ranks;             /* ranks of the host that work, behind those */
    int *numbers;          /* [feeders + ranks], their ranks in the job, rising */
    hwloc_bitmap_t *masks; /* [feeders + ranks], what the launcher gave them */
    char name[REPORT_TEXT];
    struct machine machine;
    bool machine_lent; /* another's to release */
    struct evidence evidence;
    struct placement placement;
};

struct seats {
    int threads;             /* of each rank that works, the same on all */
    int crew;                /* of this one: threads, or 1 if it only feeds */
    hwloc_bitmap_t *seats;   /* [crew], OS numbers */
    hwloc_bitmap_t given;    /* the PUs the launcher had given this rank, or NULL: unknown */
    struct report_host host; /* of this rank's host */
    struct host_plan *plan;  /* on the leader of the host; NULL on the others */
};

/* How the ranks of a team are to be seated. */
struct seats_wish {
    struct placement_request placing;
    bool feeds; /* rank 0 only feeds: no core of its own, it may use all that the job may */
    hwloc_const_bitmap_t given; /* what the launcher gave to this rank, and to those that it stands
                                   for; NULL: as the kernel tells */
    const struct machine *machine; /* on leaders: the host's, loaded before; NULL: to be loaded. It
                                      must live as long as the seating. */
};

/* Collective: plans placing.threads workers for every rank (PLACEMENT_AUTO: as many as there are
 * usable cores, shared by the ranks of a host; the same everywhere, so the fullest host decides).
 * The ranks agree inside: -1 on all if it failed on one. */
int seats_plan(struct seats *seats, const struct team *team, const struct seats_wish *wish,
               struct err *err);

/* Whether the seats of this rank reach beyond the mask it was given, and its crew really sits
 * there.
 */
bool seats_widened(const struct seats *seats, const struct crew *crew);

/* The PUs on which the workers of a crew may run, as they were read back. Returns `text`. */
char *seats_text(const struct crew *crew, char text[SEAT_TEXT]);

/* On a leader: its host with these seats for its workers, NULL for those planned. The line-up
 * points into `plan`. */
struct seat_map seats_lineup(const struct host_plan *plan, const hwloc_bitmap_t *seats);

void seats_release(struct seats *seats);

#endif
