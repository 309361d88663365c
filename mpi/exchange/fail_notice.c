#include "exchange/fail_notice.h"

#include "comm/tags.h"

#include <stdlib.h>

static bool decides(const struct fail_notice *fail_notice)
{
    return fail_notice->team->rank == 0;
}

static int peers_of(const struct fail_notice *fail_notice)
{
    return fail_notice->team->size - 1;
}

int fail_notice_open(struct fail_notice *fail_notice, const struct team *team, struct err *err)
{
    size_t count = team->rank == 0 ? (size_t)team->size : 1;
    *fail_notice = (struct fail_notice){.team = team, .at = NO_FAILURE};
    fail_notice->reports = calloc(count, sizeof(*fail_notice->reports));
    fail_notice->incoming = malloc(count * sizeof(*fail_notice->incoming));
    fail_notice->leaving = malloc(count * sizeof(*fail_notice->leaving));
    if (fail_notice->reports == NULL || fail_notice->incoming == NULL ||
        fail_notice->leaving == NULL)
        return err_memory(err, "the notices of failures");
    return 0;
}

void fail_notice_close(struct fail_notice *fail_notice)
{
    free(fail_notice->reports);
    free(fail_notice->incoming);
    free(fail_notice->leaving);
    *fail_notice = (struct fail_notice){0};
}

void fail_notice_begin(struct fail_notice *fail_notice)
{
    MPI_Comm world = fail_notice->team->world;
    if (!decides(fail_notice)) {
        MPI_Irecv(&fail_notice->outcome, 1, MPI_INT64_T, 0, TAG_LEAVE, world,
                  &fail_notice->incoming[0]);
        return;
    }
    fail_notice->missing = peers_of(fail_notice);
    for (int peer = 0; peer < peers_of(fail_notice); peer++)
        MPI_Irecv(&fail_notice->reports[peer], 1, MPI_INT64_T, peer + 1, TAG_FINISHED, world,
                  &fail_notice->incoming[peer]);
}

static void announce(struct fail_notice *fail_notice, int64_t at)
{
    if (fail_notice->out)
        return;
    fail_notice->out = true;
    fail_notice->at = at;
    fail_notice->outcome = at;
    for (int peer = 0; peer < peers_of(fail_notice); peer++)
        MPI_Isend(&fail_notice->outcome, 1, MPI_INT64_T, peer + 1, TAG_LEAVE,
                  fail_notice->team->world, &fail_notice->leaving[peer]);
}

static void hear_reports(struct fail_notice *fail_notice)
{
    for (int peer = 0; peer < peers_of(fail_notice); peer++) {
        int come = 0;
        if (fail_notice->incoming[peer] != MPI_REQUEST_NULL)
            MPI_Test(&fail_notice->incoming[peer], &come, MPI_STATUS_IGNORE);
        if (!come)
            continue;
        fail_notice->missing--;
        if (fail_notice->reports[peer] != NO_FAILURE)
            announce(fail_notice, fail_notice->reports[peer]);
    }
}

static void hear_outcome(struct fail_notice *fail_notice)
{
    int come = 0;
    if (!fail_notice->out)
        MPI_Test(&fail_notice->incoming[0], &come, MPI_STATUS_IGNORE);
    if (!come)
        return;
    fail_notice->out = true;
    fail_notice->at = fail_notice->outcome;
}

int64_t fail_notice_poll(struct fail_notice *fail_notice)
{
    if (decides(fail_notice))
        hear_reports(fail_notice);
    else
        hear_outcome(fail_notice);
    return fail_notice->at;
}

/* Ends when every other rank has reported: each does so when its part ends, which is soon after a
 * notice of failure at the latest. */
static void decide(struct fail_notice *fail_notice, int64_t at)
{
    struct patience patience = patience_start(fail_notice->team->crowded);
    if (at != NO_FAILURE)
        announce(fail_notice, at);
    while (fail_notice->missing > 0) {
        int before = fail_notice->missing;
        (void)fail_notice_poll(fail_notice);
        if (fail_notice->missing < before)
            patience_reset(&patience);
        else
            patience_wait(&patience);
    }
    announce(fail_notice, NO_FAILURE);
    for (int peer = 0; peer < peers_of(fail_notice); peer++)
        team_wait(fail_notice->team, &fail_notice->leaving[peer]);
}

/* Ends when the notice comes: rank 0 sends it once all have reported, at the latest. */
static void report(struct fail_notice *fail_notice, int64_t at)
{
    struct patience patience = patience_start(fail_notice->team->crowded);
    fail_notice->reports[0] = at;
    MPI_Isend(fail_notice->reports, 1, MPI_INT64_T, 0, TAG_FINISHED, fail_notice->team->world,
              fail_notice->leaving);
    team_wait(fail_notice->team, fail_notice->leaving);
    while (!fail_notice->out) {
        (void)fail_notice_poll(fail_notice);
        if (!fail_notice->out)
            patience_wait(&patience);
    }
}

int64_t fail_notice_end(struct fail_notice *fail_notice, int64_t at)
{
    if (decides(fail_notice))
        decide(fail_notice, at);
    else
        report(fail_notice, at);
    return fail_notice->at;
}
