#include "bind/seats.h"

#include "comm/agree.h"
#include "comm/masks.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- the leader --- */

static void name_host(char name[REPORT_TEXT])
{
    if (gethostname(name, REPORT_TEXT - 1) != 0)
        (void)snprintf(name, REPORT_TEXT, "host");
}

/* Brings what the ranks of the host were given, and who they are, to the leader. */
static void gather_masks(struct host_plan *plan, const struct seating *seating,
                         const struct team *team, struct err *err)
{
    struct mask mine, *all = NULL;
    int missing = 0;
    mask_from(&mine, seating->given);
    if (plan != NULL) {
        all = calloc((size_t)team->host_size, sizeof(*all));
        plan->numbers = calloc((size_t)team->host_size, sizeof(*plan->numbers));
        missing = all == NULL || plan->numbers == NULL;
    }
    MPI_Bcast(&missing, 1, MPI_INT, 0, team->host);
    if (!missing) {
        masks_gather(&mine, 1, all, team->host);
        MPI_Gather(&team->rank, 1, MPI_INT, plan != NULL ? plan->numbers : NULL, 1, MPI_INT, 0,
                   team->host);
    }
    if (plan != NULL && !missing)
        plan->masks = masks_to(all, team->host_size);
    if (missing || (plan != NULL && plan->masks == NULL))
        err_memory(err, "the plan");
    free(all);
}

static hwloc_bitmap_t unite(const struct host_plan *plan)
{
    hwloc_bitmap_t all = hwloc_bitmap_alloc();
    for (int i = 0; all != NULL && i < plan->feeders + plan->ranks; i++)
        hwloc_bitmap_or(all, all, plan->masks[i]);
    return all;
}

/* What the leader's cgroup allows, and what the host's other ranks run on, as each can have a
 * cgroup of its own (Slurm's task/cgroup). NULL: out of memory. */
static hwloc_bitmap_t allow(hwloc_topology_t topology, hwloc_const_bitmap_t ranks)
{
    hwloc_bitmap_t allowed = hwloc_bitmap_dup(ranks);
    if (allowed == NULL)
        return NULL;
    (void)hwloc_bitmap_and(allowed, allowed, hwloc_topology_get_topology_cpuset(topology));
    (void)hwloc_bitmap_or(allowed, allowed, hwloc_topology_get_allowed_cpuset(topology));
    return allowed;
}

static int weigh_evidence(struct host_plan *plan, const struct placement_request *request,
                          struct err *err)
{
    hwloc_topology_t topology = plan->machine.topology;
    int core_pus = (plan->machine.pus + plan->machine.cores - 1) / plan->machine.cores;
    hwloc_bitmap_t all = unite(plan), allowed = all != NULL ? allow(topology, all) : NULL;
    int status = allowed == NULL ? err_memory(err, "the plan")
                                 : evidence_gather(&plan->evidence, allowed, all, core_pus, err);
    hwloc_bitmap_free(all);
    hwloc_bitmap_free(allowed);
    if (status != 0)
        return -1;
    return placement_open(&plan->placement, topology, &plan->evidence, plan->masks + plan->feeders,
                          plan->ranks, request, err);
}

static struct host_plan *plan_open(const struct team *team, bool feeds, struct err *err)
{
    struct host_plan *plan = calloc(1, sizeof(*plan));
    if (plan == NULL) {
        err_memory(err, "the plan");
        return NULL;
    }
    plan->feeders = feeds ? 1 : 0;
    plan->ranks = team->host_size - plan->feeders;
    name_host(plan->name);
    return plan;
}

static void plan_close(struct host_plan *plan)
{
    if (plan == NULL)
        return;
    placement_release(&plan->placement);
    evidence_release(&plan->evidence);
    masks_release(plan->masks, plan->feeders + plan->ranks);
    if (!plan->machine_lent)
        machine_release(&plan->machine);
    free(plan->numbers);
    free(plan);
}

static void describe_host(struct report_host *host, const struct host_plan *plan)
{
    const struct machine *machine = &plan->machine;
    const struct cores *cores = &plan->placement.cores;
    *host = (struct report_host){
        .packages = machine->packages,
        .numa = machine->numa,
        .cores = machine->cores,
        .pus = machine->pus,
        .usable_cores = cores->count,
        .usable_pus = cores->pus,
        .workers = plan_workers(&plan->placement.plan),
        .oversubscribed = plan_workers(&plan->placement.plan) > cores->pus,
        .seated = plan->placement.request.policy != PLACE_NONE,
        .left = plan->placement.left,
    };
    memcpy(host->cpu, machine->cpu, sizeof(host->cpu));
    memcpy(host->name, plan->name, sizeof(host->name));
    (void)snprintf(host->evidence, sizeof(host->evidence), "%s", plan->placement.evidence);
}

struct lineup seating_lineup(const struct host_plan *plan, const hwloc_bitmap_t *seats)
{
    const struct placement *placement = &plan->placement;
    return (struct lineup){
        .host = plan->name,
        .topology = plan->machine.topology,
        .usable = placement->widest,
        .ranks = plan->ranks,
        .threads = placement->plan.threads,
        .numbers = plan->numbers + plan->feeders,
        .seats = seats != NULL ? seats : placement->plan.seats,
        .left = placement->left,
    };
}

/* --- all ranks --- */

/* The plan as masks, `threads` for each rank of the host: a rank that only feeds is the first, and
 * its first mask is all that is usable. */
static void write_masks(struct mask *masks, const struct host_plan *plan, int threads)
{
    if (plan->feeders > 0)
        mask_from(&masks[0], plan->placement.widest);
    masks += plan->feeders * threads;
    for (int i = 0; i < plan_workers(&plan->placement.plan); i++)
        mask_from(&masks[i], plan->placement.plan.seats[i]);
}

/* The leader hands every rank of its host its seats; there is room for them on all. */
static int deal_seats(struct seating *seating, const struct team *team, struct mask *all,
                      struct mask *mine, struct err *err)
{
    assert(mine != NULL && (seating->plan == NULL || all != NULL)); /* the ranks agreed on it */
    if (seating->plan != NULL)
        write_masks(all, seating->plan, seating->threads);
    masks_scatter(all, seating->threads, mine, team->host);
    MPI_Bcast(&seating->host, sizeof(seating->host), MPI_BYTE, 0, team->host);
    seating->seats = masks_to(mine, seating->crew);
    return seating->seats != NULL ? 0 : err_memory(err, "the plan");
}

/* The fewest threads that a host has cores for, a rank. */
static int count_threads(const struct team *team, const struct host_plan *plan)
{
    int threads = PLACEMENT_THREADS_MOST;
    if (plan != NULL && plan->ranks > 0)
        threads = placement_auto_threads(&plan->placement);
    MPI_Allreduce(MPI_IN_PLACE, &threads, 1, MPI_INT, MPI_MIN, team->world);
    return threads < PLACEMENT_THREADS_MOST ? threads : PLACEMENT_THREADS_MOST;
}

static int load_machine(struct host_plan *plan, const struct machine *lent, struct err *err)
{
    if (lent == NULL)
        return machine_load(&plan->machine, err);
    plan->machine = *lent;
    plan->machine_lent = true;
    return 0;
}

/* What the leaders do by themselves: load, weigh, plan. */
static int open_phase(struct seating *seating, const struct team *team,
                      const struct seating_wish *wish, struct err *err)
{
    bool leads = team_leads_host(team);
    if (leads)
        seating->plan = plan_open(team, wish->feeds && team->rank == 0, err);
    int lost = leads && seating->plan == NULL;
    MPI_Bcast(&lost, 1, MPI_INT, 0, team->host);
    if (lost)
        return -1;
    gather_masks(seating->plan, seating, team, err);
    if (!leads || err_is(err))
        return 0;
    if (load_machine(seating->plan, wish->machine, err) != 0)
        return -1;
    return weigh_evidence(seating->plan, &wish->placing, err);
}

static int plan_phase(struct seating *seating, struct err *err)
{
    struct host_plan *plan = seating->plan;
    if ((int64_t)plan->ranks * seating->threads > PLAN_MOST) {
        err_set(err, ERR_INPUT, "%d ranks x %d threads on host '%.60s' are too many", plan->ranks,
                seating->threads, plan->name);
        return err_remedy(err, "the most workers of a host are %d", PLAN_MOST);
    }
    if (plan->ranks > 0 && placement_plan(&plan->placement, seating->threads, err) != 0)
        return -1;
    describe_host(&seating->host, plan);
    return 0;
}

int seating_plan(struct seating *seating, const struct team *team, const struct seating_wish *wish,
                 struct err *err, int *rank)
{
    bool feeds = wish->feeds && team->rank == 0; /* it leads its host */
    struct mask *all = NULL, *mine = NULL;
    *seating = (struct seating){.threads = wish->placing.threads};
    seating->given = wish->given != NULL ? hwloc_bitmap_dup(wish->given) : seat_of(0);
    (void)open_phase(seating, team, wish, err);
    int status = agree(team, err, rank);
    if (status != 0)
        return -1;

    if (wish->placing.threads == PLACEMENT_AUTO)
        seating->threads = count_threads(team, seating->plan);
    seating->crew = feeds ? 1 : seating->threads;
    mine = calloc((size_t)seating->threads, sizeof(*mine));
    if (seating->plan != NULL)
        all = calloc((size_t)team->host_size * (size_t)seating->threads, sizeof(*all));
    if (mine == NULL || (seating->plan != NULL && all == NULL))
        err_memory(err, "the plan");
    else if (seating->plan != NULL)
        (void)plan_phase(seating, err);
    status = agree(team, err, rank);
    if (status == 0) {
        (void)deal_seats(seating, team, all, mine, err);
        status = agree(team, err, rank);
    }
    free(all);
    free(mine);
    return status;
}

bool seating_widened(const struct seating *seating, const struct crew *crew)
{
    bool beyond = false;
    for (int i = 0; i < seating->crew; i++) {
        hwloc_const_bitmap_t seat = seating->seats[i], read = crew_stats(crew, i)->seat_read;
        if (read == NULL || !hwloc_bitmap_isequal(read, seat))
            return false;
        beyond |= seating->given != NULL && !hwloc_bitmap_isincluded(seat, seating->given);
    }
    return beyond;
}

char *seating_text(const struct crew *crew, char text[SEAT_TEXT])
{
    hwloc_bitmap_t all = hwloc_bitmap_alloc();
    text[0] = '\0';
    for (int i = 0; all != NULL && i < crew_size(crew); i++)
        if (crew_stats(crew, i)->seat_read != NULL)
            hwloc_bitmap_or(all, all, crew_stats(crew, i)->seat_read);
    if (all != NULL)
        seat_text(all, text);
    hwloc_bitmap_free(all);
    return text;
}

void seating_release(struct seating *seating)
{
    masks_release(seating->seats, seating->crew);
    seating->seats = NULL;
    hwloc_bitmap_free(seating->given);
    seating->given = NULL;
    plan_close(seating->plan);
    seating->plan = NULL;
}
