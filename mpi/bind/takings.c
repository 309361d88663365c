#include "bind/takings.h"

#include "comm/gather.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- on every rank --- */

static void take_reading(struct occupancy *occupancy, const struct crew *crew,
                         const struct seats *seats)
{
    int workers = crew_size(crew);
    pid_t *threads = calloc((size_t)workers, sizeof(*threads));
    for (int i = 0; threads != NULL && i < workers; i++)
        threads[i] = crew_stats(crew, i)->thread;
    if (threads != NULL)
        (void)occupancy_read(occupancy, "/proc", workers, threads, seats->seats);
    free(threads);
}

void watch_begin(struct watch *watch, const struct crew *crew, const struct seats *seats)
{
    take_reading(&watch->before, crew, seats);
}

void watch_end(struct watch *watch, const struct crew *crew, const struct seats *seats)
{
    take_reading(&watch->after, crew, seats);
}

void watch_release(struct watch *watch)
{
    occupancy_release(&watch->before);
    occupancy_release(&watch->after);
}

/* --- on rank 0 --- */

static bool same_seat(const struct report_worker *a, const struct report_worker *b)
{
    return a->host == b->host && strcmp(a->stay.planned, b->stay.planned) == 0;
}

/* Whether no other worker of the job has this seat. */
static bool is_alone(const struct run_report *report, int worker)
{
    const struct report_worker *w = &report->workers[worker];
    const struct report_host *host = &report->environment.hosts[w->host];
    if (host->oversubscribed || !host->seated)
        return false;
    for (int i = 0; i < report->ranks * report->threads; i++)
        if (i != worker && report->workers[i].stay.rank != REPORT_NOBODY &&
            same_seat(&report->workers[i], w))
            return false;
    return true;
}

/* Asks whose a seat is only for the few workers that had to wait. A quota keeps workers waiting,
 * too, and nothing tells the two apart. */
static void sum_up(struct takings *takings, const struct run_report *report,
                   const struct taken *all)
{
    for (int i = 0; i < report->ranks * report->threads && !quota_stops(report->throttled); i++) {
        struct takings noted = *takings;
        takings_note(&noted, &report->workers[i].stay, all[i].others_s, all[i].delay_s,
                     all[i].elapsed_s);
        if (noted.workers > takings->workers && is_alone(report, i))
            *takings = noted;
    }
}

/* --- all together --- */

int takings_gather(struct takings *takings, const struct run_report *report,
                   const struct watch *watch, const struct team *team, const struct seats *seats,
                   struct err *err)
{
    size_t threads = (size_t)seats->threads;
    struct taken *mine = calloc(threads, sizeof(*mine)), *all = NULL;
    if (team->rank == 0)
        all = calloc(threads * (size_t)team->size, sizeof(*all));
    int missing = mine == NULL || (team->rank == 0 && all == NULL);
    if (missing)
        err_memory(err, "the report");
    MPI_Allreduce(MPI_IN_PLACE, &missing, 1, MPI_INT, MPI_LOR, team->world);
    if (!missing) {
        assert(mine != NULL);
        for (int i = 0; i < seats->crew; i++)
            mine[i] = occupancy_taken(&watch->before, &watch->after, i);
        gather_equal(team->world, mine, seats->threads, sizeof(*mine), all);
        if (all != NULL)
            sum_up(takings, report, all);
    }
    free(mine);
    free(all);
    return missing ? -1 : 0;
}
