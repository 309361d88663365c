/*
 * agree - the one place where an error crosses ranks.
 *
 * At the edge of each phase every rank calls agree() with what it has. If any failed, all learn of
 * the same one failure and all turn back together, so nobody waits for a rank that has left.
 */
#ifndef SQUARES_COMM_AGREE_H
#define SQUARES_COMM_AGREE_H

#include "base/err.h"
#include "comm/team.h"

/* Collective. Returns 0 if no rank failed. Returns -1 on every rank otherwise: `err` is then the
 * failure of the lowest order (see err.h) or, if several ranks have that, the lowest rank's, and
 * says which rank of the team had it; a failure agreed on before keeps its rank. */
int agree(const struct team *team, struct err *err);
#define agree(team, err) COLLECTIVE((team)->world, agree, team, err)

/* After agree() failed in a team that is a part of the job: takes the failure from the ranks that
 * learned of it, so that the one that had it can bring it to an agreement of all. */
void agree_keep_own(const struct team *team, struct err *err);

/* Prints a failure to stderr in the program's one form: "squares: " and the cause, then the remedy
 * on a line of its own. Its rank is named unless that is 0. Call it on rank 0 only. */
void print_failure(const struct err *err);

#endif
