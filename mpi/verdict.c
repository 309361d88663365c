#include "verdict.h"

#include "exchange.h" /* the tags */

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
    *verdict = (struct verdict){.team = team, .incoming = MPI_REQUEST_NULL};
    verdict->leaving = malloc((size_t)team->size * sizeof(MPI_Request));
    return verdict->leaving != NULL ? 0 : err_memory(err, "the verdict");
}

void verdict_close(struct verdict *verdict)
{
    free(verdict->leaving);
    verdict->leaving = NULL;
}

static void expect(struct verdict *verdict)
{
    if (is_judge(verdict))
        MPI_Irecv(&verdict->report, 1, MPI_INT, MPI_ANY_SOURCE, TAG_FINISHED, verdict->team->world,
                  &verdict->incoming);
    else
        MPI_Irecv(&verdict->sentence, 1, MPI_INT, 0, TAG_LEAVE, verdict->team->world,
                  &verdict->incoming);
}

void verdict_begin(struct verdict *verdict)
{
    verdict->missing = is_judge(verdict) ? peers_of(verdict) : 0;
    if (peers_of(verdict) > 0)
        expect(verdict);
}

static void pronounce(struct verdict *verdict, bool failed)
{
    if (verdict->out)
        return;
    verdict->out = true;
    verdict->failed = failed;
    verdict->sentence = failed;
    for (int peer = 0; peer < peers_of(verdict); peer++)
        MPI_Isend(&verdict->sentence, 1, MPI_INT, peer + 1, TAG_LEAVE, verdict->team->world,
                  &verdict->leaving[peer]);
}

bool verdict_poll(struct verdict *verdict)
{
    int come = 0;
    if (verdict->incoming != MPI_REQUEST_NULL)
        MPI_Test(&verdict->incoming, &come, MPI_STATUS_IGNORE);
    if (!come)
        return verdict->failed;
    if (is_judge(verdict)) {
        bool failed = verdict->report != 0;
        if (--verdict->missing > 0)
            expect(verdict);
        if (failed)
            pronounce(verdict, true);
    } else {
        verdict->out = true;
        verdict->failed = verdict->sentence != 0;
    }
    return verdict->failed;
}

/* Ends when every other rank has reported: each does so when its part ends, at the latest soon
 * after the verdict "failed". */
static void judge(struct verdict *verdict, bool failed)
{
    struct patience patience = patience_start(verdict->team->crowded);
    if (failed)
        pronounce(verdict, true);
    while (verdict->missing > 0) {
        int before = verdict->missing;
        (void)verdict_poll(verdict);
        if (verdict->missing < before)
            patience_reset(&patience);
        else
            patience_wait(&patience);
    }
    pronounce(verdict, false);
    for (int peer = 0; peer < peers_of(verdict); peer++)
        team_wait(verdict->team, &verdict->leaving[peer]);
}

/* Ends when the verdict comes: rank 0 sends it once all have reported. */
static void report(struct verdict *verdict, bool failed)
{
    struct patience patience = patience_start(verdict->team->crowded);
    verdict->report = failed;
    MPI_Request request;
    MPI_Isend(&verdict->report, 1, MPI_INT, 0, TAG_FINISHED, verdict->team->world, &request);
    team_wait(verdict->team, &request);
    while (!verdict->out) {
        (void)verdict_poll(verdict);
        if (!verdict->out)
            patience_wait(&patience);
    }
}

bool verdict_end(struct verdict *verdict, bool failed)
{
    if (is_judge(verdict))
        judge(verdict, failed);
    else
        report(verdict, failed);
    return verdict->failed;
}
