/*
 * subteam - the team of one shape: its ranks, and the seats they get when each takes over the cores
 * of the ranks it stands for. The other ranks take no part.
 */
#ifndef SQUARES_EXPERIMENT_SUBTEAM_H
#define SQUARES_EXPERIMENT_SUBTEAM_H

#include "bind/seats.h"
#include "comm/masks.h"
#include "comm/team.h"
#include "place/shapes.h"

/* What all subteams of a job are made from. */
struct subteam_base {
    const struct team *team; /* all ranks */
    struct placement_request placing;
    struct mask *masks;     /* [team->host_size]: what the launcher gave the ranks of this host */
    struct machine machine; /* on the host's leader */
};

struct subteam {
    struct shape shape;
    bool member;        /* this rank takes part */
    struct team team;   /* on members only */
    struct seats seats; /* on members only */
};

/* Collective. The ranks agree inside: returns 0, or -1 on all ranks if it failed on one. */
int subteam_base_open(struct subteam_base *subteam_base, const struct team *team,
                      const struct placement_request *placing, struct err *err);
void subteam_base_release(struct subteam_base *subteam_base);

/* Collective over all ranks: forms the subteam of a shape and plans its seats. Returns as
 * subteam_base_open. */
int subteam_form(struct subteam *subteam, const struct shape *shape,
                 const struct subteam_base *subteam_base, struct err *err);
void subteam_release(struct subteam *subteam);

#endif
