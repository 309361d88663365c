#include "exchange/fail_notice.h"

#include "exchange/exchange.h" /* the tags */

#include <stdlib.h>

static bool is_judge(const struct verdict *verdict)
{
    return verdict->team->rank == 0;
}

static int peers_of(const struct verdict *verdict)
{
    return verdict->team->size - 1;
}

int verdict_open(struct verdict *verdict, const struct team *team, struct err *err)
{
    size_t count = team->rank == 0 ? (size_t)team->size : 1;
    *verdict = (struct verdict){.team = team, .at = VERDICT_WELL};
    verdict->reports = calloc(count, sizeof(*verdict->reports));
    verdict->incoming = malloc(count * sizeof(*verdict->incoming));
    verdict->leaving = malloc(count * sizeof(*verdict->leaving));
    if (verdict->reports == NULL || verdict->incoming == NULL || verdict->leaving == NULL)
        return err_memory(err, "the verdict");
    return 0;
}

void verdict_close(struct verdict *verdict)
{
    free(verdict->reports);
    free(verdict->incoming);
    free(verdict->leaving);
    *verdict = (struct verdict){0};
}

void verdict_begin(struct verdict *verdict)
{
    MPI_Comm world = verdict->team->world;
    if (!is_judge(verdict)) {
        MPI_Irecv(&verdict->sentence, 1, MPI_INT64_T, 0, TAG_LEAVE, world, &verdict->incoming[0]);
        return;
    }
    verdict->missing = peers_of(verdict);
    for (int peer = 0; peer < peers_of(verdict); peer++)
        MPI_Irecv(&verdict->reports[peer], 1, MPI_INT64_T, peer + 1, TAG_FINISHED, world,
                  &verdict->incoming[peer]);
}

static void pronounce(struct verdict *verdict, int64_t at)
{
    if (verdict->out)
        return;
    verdict->out = true;
    verdict->at = at;
    verdict->sentence = at;
    for (int peer = 0; peer < peers_of(verdict); peer++)
        MPI_Isend(&verdict->sentence, 1, MPI_INT64_T, peer + 1, TAG_LEAVE, verdict->team->world,
                  &verdict->leaving[peer]);
}

static void hear_reports(struct verdict *verdict)
{
    for (int peer = 0; peer < peers_of(verdict); peer++) {
        int come = 0;
        if (verdict->incoming[peer] != MPI_REQUEST_NULL)
            MPI_Test(&verdict->incoming[peer], &come, MPI_STATUS_IGNORE);
        if (!come)
            continue;
        verdict->missing--;
        if (verdict->reports[peer] != VERDICT_WELL)
            pronounce(verdict, verdict->reports[peer]);
    }
}

static void hear_verdict(struct verdict *verdict)
{
    int come = 0;
    if (!verdict->out)
        MPI_Test(&verdict->incoming[0], &come, MPI_STATUS_IGNORE);
    if (!come)
        return;
    verdict->out = true;
    verdict->at = verdict->sentence;
}

int64_t verdict_poll(struct verdict *verdict)
{
    if (is_judge(verdict))
        hear_reports(verdict);
    else
        hear_verdict(verdict);
    return verdict->at;
}

/* Ends when every other rank has reported: each does so when its part ends, at the latest soon
 * after a verdict of failure. */
static void judge(struct verdict *verdict, int64_t at)
{
    struct patience patience = patience_start(verdict->team->crowded);
    if (at != VERDICT_WELL)
        pronounce(verdict, at);
    while (verdict->missing > 0) {
        int before = verdict->missing;
        (void)verdict_poll(verdict);
        if (verdict->missing < before)
            patience_reset(&patience);
        else
            patience_wait(&patience);
    }
    pronounce(verdict, VERDICT_WELL);
    for (int peer = 0; peer < peers_of(verdict); peer++)
        team_wait(verdict->team, &verdict->leaving[peer]);
}

/* Ends when the verdict comes: rank 0 sends it once all have reported. */
static void report(struct verdict *verdict, int64_t at)
{
    struct patience patience = patience_start(verdict->team->crowded);
    verdict->reports[0] = at;
    MPI_Isend(verdict->reports, 1, MPI_INT64_T, 0, TAG_FINISHED, verdict->team->world,
              verdict->leaving);
    team_wait(verdict->team, verdict->leaving);
    while (!verdict->out) {
        (void)verdict_poll(verdict);
        if (!verdict->out)
            patience_wait(&patience);
    }
}

int64_t verdict_end(struct verdict *verdict, int64_t at)
{
    if (is_judge(verdict))
        judge(verdict, at);
    else
        report(verdict, at);
    return verdict->at;
}
