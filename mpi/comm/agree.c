#include "comm/agree.h"

#include <limits.h>
#include <stdio.h>

/* Two reductions rather than one MPI_MINLOC: MPI has no predefined pair of an int64 and a rank. */
int(agree)(const struct team *team, struct err *err)
{
    int64_t order = err_order(err);
    team_allreduce(team, &order, 1, MPI_INT64_T, MPI_MIN);
    int speaker = err_is(err) && err_order(err) == order ? team->rank : INT_MAX;
    team_allreduce(team, &speaker, 1, MPI_INT, MPI_MIN);
    if (speaker == INT_MAX)
        return 0;
    if (err->rank < 0)
        err->rank = speaker;
    team_bcast(team, err, (int)sizeof(*err), MPI_BYTE, speaker);
    return -1;
}

void agree_keep_own(const struct team *team, struct err *err)
{
    if (err->rank != team->rank)
        *err = (struct err)ERR_INIT;
    err->rank = -1;
}

void print_failure(const struct err *err)
{
    char who[32] = "";
    if (err->rank > 0)
        (void)snprintf(who, sizeof(who), "rank %d: ", err->rank);
    /* In one call, as other processes may write there, too. */
    bool mends = err->remedy[0] != '\0';
    (void)fprintf(stderr, "squares: %s%s\n%s%s%s", who, err->text, mends ? "  " : "", err->remedy,
                  mends ? "\n" : "");
    (void)fflush(stderr);
}
