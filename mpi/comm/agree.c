#include "comm/agree.h"

#include <limits.h>
#include <stdio.h>

/* Two reductions rather than one MPI_MINLOC: there is no predefined pair of an int64 and a rank. */
int(agree)(const struct team *team, struct err *err, int *rank)
{
    int64_t order = err_order(err);
    team_allreduce(team, &order, 1, MPI_INT64_T, MPI_MIN);
    int speaker = err_is(err) && err_order(err) == order ? team->rank : INT_MAX;
    team_allreduce(team, &speaker, 1, MPI_INT, MPI_MIN);
    if (speaker == INT_MAX)
        return 0;
    team_bcast(team, err, (int)sizeof(*err), MPI_BYTE, speaker);
    *rank = speaker;
    return -1;
}

void print_failure(const struct err *err, int rank)
{
    char who[32] = "";
    if (rank != 0)
        (void)snprintf(who, sizeof(who), "rank %d: ", rank);
    /* In one piece: others may write there, too. */
    bool mends = err->remedy[0] != '\0';
    (void)fprintf(stderr, "squares: %s%s\n%s%s%s", who, err->text, mends ? "  " : "", err->remedy,
                  mends ? "\n" : "");
    (void)fflush(stderr);
}
