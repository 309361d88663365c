#include "seating.h"

#include "agree.h"
#include "place/plan.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A set of PUs as it travels: fixed in size, so that sets can be united by a reduction. */
enum { MASK_WORDS = 256, MASK_BITS = 8 * sizeof(unsigned long) };

struct mask {
    unsigned long words[MASK_WORDS]; /* 16,384 PUs */
};

static void mask_from(struct mask *mask, hwloc_const_bitmap_t set)
{
    for (unsigned i = 0; i < MASK_WORDS; i++)
        mask->words[i] = hwloc_bitmap_to_ith_ulong(set, i);
}

static hwloc_bitmap_t mask_to(const struct mask *mask)
{
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    for (unsigned i = 0; set != NULL && i < MASK_WORDS; i++)
        if (mask->words[i] != 0 && hwloc_bitmap_set_ith_ulong(set, i, mask->words[i]) != 0) {
            hwloc_bitmap_free(set);
            return NULL;
        }
    return set;
}

/* The mask of the launcher's own process on this host, which is what it was given to deal out; NULL
 * when this rank's parent is no launcher known by name. */
static hwloc_bitmap_t launcher_mask(void)
{
    static const char *const LAUNCHERS[] = {"mpirun",  "mpiexec", "orterun", "orted",
                                            "prterun", "prted",   "prte"};
    char path[64], name[32] = "";
    (void)snprintf(path, sizeof(path), "/proc/%ld/comm", (long)getppid());
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return NULL;
    if (fgets(name, sizeof(name), file) != NULL)
        name[strcspn(name, "\n")] = '\0';
    (void)fclose(file);
    for (size_t i = 0; i < sizeof(LAUNCHERS) / sizeof(LAUNCHERS[0]); i++)
        if (strcmp(name, LAUNCHERS[i]) == 0)
            return seat_of(getppid());
    return NULL;
}

/* What the leader of a host knows, and nobody else needs. */
struct leader {
    int ranks; /* of the host, that work */
    struct machine machine;
    hwloc_bitmap_t usable;
    struct plan plan;
    struct mask *masks; /* the plan's seats, to be dealt */
};

/* The ranks' own masks if they have a core for every worker; else, as launchers bind a rank to a
 * core without knowing of its threads, all that the launcher itself may use. */
static int find_usable(struct leader *leader, const struct mask *ranks_mask, int workers,
                       struct err *err)
{
    hwloc_bitmap_t offered = mask_to(ranks_mask);
    hwloc_bitmap_t wider = launcher_mask();
    if (offered != NULL)
        leader->usable = machine_usable(&leader->machine, offered);
    if (leader->usable != NULL && wider != NULL &&
        plan_auto_threads(leader->machine.topology, leader->usable, 1) < workers) {
        hwloc_bitmap_or(wider, wider, offered);
        hwloc_bitmap_free(leader->usable);
        leader->usable = machine_usable(&leader->machine, wider);
    }
    hwloc_bitmap_free(offered);
    hwloc_bitmap_free(wider);
    return leader->usable != NULL ? 0 : err_memory(err, "the plan");
}

static int leader_open(struct leader *leader, const struct mask *ranks_mask, int threads,
                       struct err *err)
{
    if (machine_load(&leader->machine, err) != 0)
        return -1;
    /* With automatic threads the workers are as many as the cores that can be had. */
    int workers = threads == THREADS_AUTO ? leader->machine.cores : leader->ranks * threads;
    return find_usable(leader, ranks_mask, workers, err);
}

/* Puts the plan into masks, `threads` for each rank of the host. A rank that only feeds is the
 * first of its host, and its first mask is all that is usable. */
static int leader_plan(struct leader *leader, const struct team *team, int threads, struct err *err)
{
    leader->masks = calloc((size_t)team->host_size * (size_t)threads, sizeof(*leader->masks));
    if (leader->masks == NULL)
        return err_memory(err, "the plan");
    struct mask *masks = leader->masks;
    if (leader->ranks < team->host_size) {
        mask_from(&masks[0], leader->usable);
        masks += threads;
    }
    if (plan_build(&leader->plan, leader->machine.topology, leader->usable, leader->ranks, threads,
                   err) != 0)
        return -1;
    for (int i = 0; i < plan_workers(&leader->plan); i++)
        mask_from(&masks[i], leader->plan.seats[i]);
    return 0;
}

static void leader_close(struct leader *leader)
{
    free(leader->masks);
    plan_release(&leader->plan);
    hwloc_bitmap_free(leader->usable);
    machine_release(&leader->machine);
}

static void describe_host(struct report_host *host, const struct leader *leader)
{
    const struct machine *machine = &leader->machine;
    const struct plan *plan = &leader->plan;
    *host = (struct report_host){
        .packages = machine->packages,
        .numa = machine->numa,
        .cores = machine->cores,
        .pus = machine->pus,
        .usable_cores = plan->cores,
        .usable_pus = plan->pus,
        .workers = plan_workers(plan),
        .shares_cores = plan_shares_cores(plan),
        .oversubscribed = plan_oversubscribed(plan),
    };
    memcpy(host->cpu, machine->cpu, sizeof(host->cpu));
    if (gethostname(host->name, sizeof(host->name) - 1) != 0)
        (void)snprintf(host->name, sizeof(host->name), "host");
}

/* The leader hands every rank of its host its seats, by way of `mine`, room for one mask a thread.
 */
static int deal_seats(struct seating *seating, const struct team *team, const struct leader *leader,
                      struct mask *mine, struct err *err)
{
    assert(mine != NULL); /* the ranks have agreed on that */
    int words = seating->threads * MASK_WORDS;
    MPI_Scatter(leader->masks, words, MPI_UNSIGNED_LONG, mine, words, MPI_UNSIGNED_LONG, 0,
                team->host);
    MPI_Bcast(&seating->host, sizeof(seating->host), MPI_BYTE, 0, team->host);
    seating->seats = calloc((size_t)seating->crew, sizeof(*seating->seats));
    if (seating->seats == NULL)
        return err_memory(err, "the plan");
    for (int i = 0; i < seating->crew; i++) {
        seating->seats[i] = mask_to(&mine[i]);
        if (seating->seats[i] == NULL)
            return err_memory(err, "the plan");
    }
    return 0;
}

/* What this rank was given, and what all ranks of its host were (on the leader). */
static void unite_masks(struct seating *seating, const struct team *team, struct mask *united)
{
    struct mask mine = {{0}};
    hwloc_bitmap_t given = seat_of(0);
    if (given != NULL) {
        mask_from(&mine, given);
        seat_text(given, seating->given);
    }
    hwloc_bitmap_free(given);
    MPI_Reduce(&mine, united, MASK_WORDS, MPI_UNSIGNED_LONG, MPI_BOR, 0, team->host);
}

/* The fewest threads that a host has cores for, a rank. */
static int count_threads(const struct team *team, const struct leader *leader)
{
    int threads = THREADS_MOST;
    if (team_leads_host(team) && leader->ranks > 0)
        threads = plan_auto_threads(leader->machine.topology, leader->usable, leader->ranks);
    MPI_Allreduce(MPI_IN_PLACE, &threads, 1, MPI_INT, MPI_MIN, team->world);
    return threads < THREADS_MOST ? threads : THREADS_MOST;
}

int seating_plan(struct seating *seating, const struct team *team, int threads, bool root_works,
                 struct err *err, int *rank)
{
    struct mask united = {{0}};
    bool feeds = team->rank == 0 && !root_works; /* rank 0 leads its host */
    struct leader leader = {.ranks = team->host_size - (feeds ? 1 : 0)};
    struct mask *mine = NULL;
    bool leads = team_leads_host(team);
    *seating = (struct seating){.threads = threads};
    unite_masks(seating, team, &united);
    if (leads)
        (void)leader_open(&leader, &united, threads, err);
    int status = agree(team, err, rank);
    if (status != 0)
        goto close;

    if (threads == THREADS_AUTO)
        seating->threads = count_threads(team, &leader);
    seating->crew = feeds ? 1 : seating->threads;
    mine = calloc((size_t)seating->threads, sizeof(*mine));
    if (mine == NULL)
        err_memory(err, "the plan");
    if (leads && leader_plan(&leader, team, seating->threads, err) == 0)
        describe_host(&seating->host, &leader);
    status = agree(team, err, rank);
    if (status != 0)
        goto close;

    (void)deal_seats(seating, team, &leader, mine, err);
    status = agree(team, err, rank);
close:
    free(mine);
    leader_close(&leader);
    return status;
}

void seating_release(struct seating *seating)
{
    for (int i = 0; seating->seats != NULL && i < seating->crew; i++)
        hwloc_bitmap_free(seating->seats[i]);
    free(seating->seats);
    seating->seats = NULL;
}
