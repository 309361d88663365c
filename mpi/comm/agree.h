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

/* Collective. 0: no rank failed. -1, on every rank: `err` holds the failure of the lowest
 * order (see err.h) or, if several have it, of the lowest rank; *rank is whose it was. */
int agree(const struct team *team, struct err *err, int *rank);
#define agree(team, err, rank) COLLECTIVE((team)->world, agree, team, err, rank)

/* Prints a failure to stderr in the program's one form: "squares: " and the cause, then the remedy
 * on a line of its own. `rank` is named when it is not 0. Call it on rank 0 only. */
void print_failure(const struct err *err, int rank);

#endif
