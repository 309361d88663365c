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

/* What the subteams of a job are made from; the same for all of them. */
struct subteam_base {
    const struct team *team; /* all ranks */
    struct placement_request placing;
    struct mask *masks; /* [team->host_size]: what the launcher gave to the ranks of this host */
    struct machine machine; /* on the host's leader */
};

struct subteam {
    struct shape shape;
    bool member;        /* this rank takes part */
    struct team team;   /* of members */
    struct seats seats; /* of members */
};

/* Collective. The ranks agree inside: -1 on all if it failed on one. */
int subteam_base_open(struct subteam_base *subteam_base, const struct team *team,
                      const struct placement_request *placing, struct err *err);
void subteam_base_release(struct subteam_base *subteam_base);

/* Collective over all ranks: forms the subteam of a shape and plans its seats. As
 * subteam_base_open. */
int subteam_form(struct subteam *subteam, const struct shape *shape,
                 const struct subteam_base *subteam_base, struct err *err);
void subteam_release(struct subteam *subteam);

#endif
