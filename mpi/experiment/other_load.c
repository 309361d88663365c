#include "experiment/other_load.h"

#include "base/clock.h"
#include "place/machine.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* The load counters of `pus`, without those numbered MACHINE_PUS and above. */
static struct load read_load(hwloc_const_bitmap_t pus)
{
    struct load load = {0};
    bool *counted = calloc(MACHINE_PUS, sizeof(*counted));
    FILE *in = counted != NULL ? fopen(LOAD_FILE, "re") : NULL;
    if (in != NULL) {
        for (int pu = 0; pu < MACHINE_PUS; pu++)
            counted[pu] = hwloc_bitmap_isset(pus, (unsigned)pu) != 0;
        load_read(&load, in, sysconf(_SC_CLK_TCK), counted, MACHINE_PUS);
        (void)fclose(in);
    }
    free(counted);
    return load;
}

static double own_cpu_s(void)
{
    return clock_seconds(clock_read_ns(CLOCK_PROCESS_CPUTIME_ID));
}

void other_load_watch_begin(struct other_load_watch *other_load_watch, hwloc_const_bitmap_t pus)
{
    *other_load_watch = (struct other_load_watch){.own_s = own_cpu_s(), .start_ns = clock_now_ns()};
    if (pus == NULL)
        return;
    other_load_watch->before = read_load(pus);
    quota_find(&other_load_watch->quota, "", "self");
    other_load_watch->throttles =
        quota_throttling(&other_load_watch->quota, "", &other_load_watch->throttling);
}

/* On a leader: how often the quota has stopped the job since; -1: there is none, or it does not
 * tell. */
static double throttled_since(const struct other_load_watch *watch)
{
    struct throttling now;
    if (!watch->throttles || !quota_throttling(&watch->quota, "", &now))
        return -1;
    double share = throttling_share(&watch->throttling, &now);
    return isnan(share) ? -1 : share;
}

static bool has_another_quota(const struct other_load_watch *watch)
{
    struct quota now;
    quota_find(&now, "", "self");
    return now.cpus != watch->quota.cpus;
}

struct other_load other_load_watch_end(const struct other_load_watch *other_load_watch,
                                       const struct team *team, hwloc_const_bitmap_t pus)
{
    double own_s = own_cpu_s() - other_load_watch->own_s;
    double elapsed_s = clock_seconds(clock_now_ns() - other_load_watch->start_ns);
    struct other_load seen = {.others = 0};
    double most[2] = {-1, 0}; /* throttled, quota_changed */
    MPI_Reduce(team_leads_host(team) ? MPI_IN_PLACE : &own_s, &own_s, 1, MPI_DOUBLE, MPI_SUM, 0,
               team->host);
    if (team_leads_host(team) && pus == NULL)
        seen.others = NAN;
    if (team_leads_host(team) && pus != NULL) {
        struct load after = read_load(pus);
        seen.others = load_of_others(&other_load_watch->before, &after, own_s, elapsed_s);
        double stolen = load_stolen(&other_load_watch->before, &after);
        seen.stolen = isnan(stolen) ? 0 : stolen;
        most[0] = throttled_since(other_load_watch);
        most[1] = has_another_quota(other_load_watch);
    }
    team_allreduce(team, &seen.others, 1, MPI_DOUBLE, MPI_SUM); /* NAN stays NAN */
    team_allreduce(team, &seen.stolen, 1, MPI_DOUBLE, MPI_MAX);
    team_allreduce(team, most, 2, MPI_DOUBLE, MPI_MAX);
    seen.throttled = most[0] >= 0 ? most[0] : NAN;
    seen.quota_changed = most[1] > 0;
    return seen;
}
