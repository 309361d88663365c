/*
 * subteam - the team of one shape: its ranks, and the seats they get when each takes over the cores
 * of those that it stands for. The other ranks sit out.
 */
#ifndef SQUARES_EXPERIMENT_SUBTEAM_H
#define SQUARES_EXPERIMENT_SUBTEAM_H

#include "bind/seats.h"
#include "comm/masks.h"
#include "comm/team.h"
#include "place/shapes.h"

/* What the squads of a job are made from; the same for all of them. */
struct musters {
    const struct team *team; /* all ranks */
    struct placement_request placing;
    struct mask *masks; /* [team->host_size]: what the launcher gave to the ranks of this host */
    struct machine machine; /* on the host's leader */
};

struct squad {
    struct shape shape;
    bool member;            /* this rank takes part */
    struct team team;       /* of members */
    struct seating seating; /* of members */
};

/* Collective. The ranks agree inside: -1 on all if it failed on one, with `rank` as in agree(). */
int musters_open(struct musters *musters, const struct team *team,
                 const struct placement_request *placing, struct err *err, int *rank);
void musters_release(struct musters *musters);

/* Collective over all ranks: forms the squad of a shape and plans its seats. As musters_open. */
int squad_form(struct squad *squad, const struct shape *shape, const struct musters *musters,
               struct err *err, int *rank);
void squad_release(struct squad *squad);

#endif
