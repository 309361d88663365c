/*
 * agree - how all ranks learn of one error.
 *
 * At the end of each phase every rank calls agree() with its own `err`. If any rank failed, all
 * learn of the same one failure and turn back together, so no rank waits for one that has left.
 * (Within a phase only the position of a failure travels: see "The way of a failure" in
 * mpi/README.md.)
 */
#ifndef SQUARES_COMM_AGREE_H
#define SQUARES_COMM_AGREE_H

#include "base/err.h"
#include "comm/team.h"

/* Collective. Returns 0 if no rank failed. Else returns -1 on every rank: `err` is then the failure
 * of the lowest order (see err.h), the lowest rank's if several have it, and says which rank of the
 * team had it; a failure that was agreed on before keeps its rank. */
int agree(const struct team *team, struct err *err);
#define agree(team, err) COLLECTIVE((team)->world, agree, team, err)

/* Call this after agree() failed in a team that is only a part of the job. It empties `err` on the
 * ranks that learned of the failure, so that the rank that had it can bring it to an agreement of
 * all. */
void agree_keep_own(const struct team *team, struct err *err);

/* Prints a failure to stderr in the program's one form: "squares: " and the cause, then the remedy
 * on a line of its own. Names its rank if that is not 0. Call it on rank 0 only. */
void print_failure(const struct err *err);

#endif
