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

/* Gathers the masks that the host's ranks were given, and their rank numbers, on the leader. */
static void gather_masks(struct host_plan *plan, const struct seats *seats, const struct team *team,
                         struct err *err)
{
    struct mask mine, *all = NULL;
    int missing = 0;
    mask_from(&mine, seats->given);
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

/* The PUs that the leader's cgroup allows, and those the host's other ranks run on, as each rank
 * can have a cgroup of its own (Slurm's task/cgroup). NULL if memory runs out. */
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
    hwloc_bitmap_t all = unite(plan), allowed = all != NULL ? allow(topology, all) : NULL;
    int status = allowed == NULL
                     ? err_memory(err, "the plan")
                     : evidence_gather(&plan->evidence, &plan->machine, allowed, all, err);
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
        .quota = plan->evidence.quota.cpus,
        .workers = plan_workers(&plan->placement.plan),
        .oversubscribed = plan_workers(&plan->placement.plan) > cores->pus,
        .seated = plan->placement.request.policy != PLACE_NONE,
        .left = plan->placement.left,
    };
    memcpy(host->cpu, machine->cpu, sizeof(host->cpu));
    memcpy(host->name, plan->name, sizeof(host->name));
    (void)snprintf(host->evidence, sizeof(host->evidence), "%s", plan->placement.evidence);
}

struct seat_map seats_map(const struct host_plan *plan, const hwloc_bitmap_t *seats)
{
    const struct placement *placement = &plan->placement;
    return (struct seat_map){
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

/* The plan as masks, `threads` for each rank of the host. A rank that only feeds comes first, and
 * its first mask is everything usable. */
static void write_masks(struct mask *masks, const struct host_plan *plan, int threads)
{
    if (plan->feeders > 0)
        mask_from(&masks[0], plan->placement.widest);
    masks += plan->feeders * threads;
    for (int i = 0; i < plan_workers(&plan->placement.plan); i++)
        mask_from(&masks[i], plan->placement.plan.seats[i]);
}

/* The leader sends every rank of its host its seats; all have allocated room for them. */
static int deal_seats(struct seats *seats, const struct team *team, struct mask *all,
                      struct mask *mine, struct err *err)
{
    assert(mine != NULL && (seats->plan == NULL || all != NULL)); /* the ranks agreed on that */
    if (seats->plan != NULL)
        write_masks(all, seats->plan, seats->threads);
    masks_scatter(all, seats->threads, mine, team->host);
    MPI_Bcast(&seats->host, sizeof(seats->host), MPI_BYTE, 0, team->host);
    seats->seats = masks_to(mine, seats->crew);
    return seats->seats != NULL ? 0 : err_memory(err, "the plan");
}

/* The least number of threads per rank that any host has cores for. */
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

/* What the leaders do on their own: load the topology, weigh the evidence, prepare the plan. */
static int open_phase(struct seats *seats, const struct team *team, const struct seats_wish *wish,
                      struct err *err)
{
    bool leads = team_leads_host(team);
    if (leads)
        seats->plan = plan_open(team, wish->feeds && team->rank == 0, err);
    int lost = leads && seats->plan == NULL;
    MPI_Bcast(&lost, 1, MPI_INT, 0, team->host);
    if (lost)
        return -1;
    gather_masks(seats->plan, seats, team, err);
    if (!leads || err_is(err))
        return 0;
    if (load_machine(seats->plan, wish->machine, err) != 0)
        return -1;
    return weigh_evidence(seats->plan, &wish->placing, err);
}

static int plan_phase(struct seats *seats, struct err *err)
{
    struct host_plan *plan = seats->plan;
    if ((int64_t)plan->ranks * seats->threads > PLAN_MOST) {
        err_set(err, ERR_INPUT, "%d ranks x %d threads on host '%.60s' are too many", plan->ranks,
                seats->threads, plan->name);
        return err_remedy(err, "a host can have at most %d workers", PLAN_MOST);
    }
    if (plan->ranks > 0 && placement_plan(&plan->placement, seats->threads, err) != 0)
        return -1;
    describe_host(&seats->host, plan);
    return 0;
}

int seats_plan(struct seats *seats, const struct team *team, const struct seats_wish *wish,
               struct err *err)
{
    bool feeds = wish->feeds && team->rank == 0; /* rank 0 leads its host */
    struct mask *all = NULL, *mine = NULL;
    *seats = (struct seats){.threads = wish->placing.threads};
    seats->given = wish->given != NULL ? hwloc_bitmap_dup(wish->given) : seat_of(0);
    (void)open_phase(seats, team, wish, err);
    int status = agree(team, err);
    if (status != 0)
        return -1;

    if (wish->placing.threads == PLACEMENT_AUTO)
        seats->threads = count_threads(team, seats->plan);
    seats->crew = feeds ? 1 : seats->threads;
    mine = calloc((size_t)seats->threads, sizeof(*mine));
    if (seats->plan != NULL)
        all = calloc((size_t)team->host_size * (size_t)seats->threads, sizeof(*all));
    if (mine == NULL || (seats->plan != NULL && all == NULL))
        err_memory(err, "the plan");
    else if (seats->plan != NULL)
        (void)plan_phase(seats, err);
    status = agree(team, err);
    if (status == 0) {
        (void)deal_seats(seats, team, all, mine, err);
        status = agree(team, err);
    }
    free(all);
    free(mine);
    return status;
}

bool seats_widened(const struct seats *seats, const struct crew *crew)
{
    bool beyond = false;
    for (int i = 0; i < seats->crew; i++) {
        hwloc_const_bitmap_t seat = seats->seats[i], read = crew_stats(crew, i)->seat_read;
        if (read == NULL || !hwloc_bitmap_isequal(read, seat))
            return false;
        beyond |= seats->given != NULL && !hwloc_bitmap_isincluded(seat, seats->given);
    }
    return beyond;
}

char *seats_text(const struct crew *crew, char text[SEAT_TEXT])
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

void seats_release(struct seats *seats)
{
    masks_release(seats->seats, seats->crew);
    seats->seats = NULL;
    hwloc_bitmap_free(seats->given);
    seats->given = NULL;
    plan_close(seats->plan);
    seats->plan = NULL;
}
