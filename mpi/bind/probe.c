#include "bind/probe.h"

#include "base/clock.h"
#include "comm/agree.h"
#include "crew/crew.h"
#include "measure/samples.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* Where the workers run in a turn. */
enum arrangement {
    AS_GIVEN,  /* each thread where the launcher had put its rank */
    AS_SEATED, /* each on its seat */
    APART,     /* on its seat, but only one worker per core */
    ARRANGEMENTS,
};

enum { ROUNDS = 5 };

static const int64_t TURN_NS = 60 * NS_PER_MS;

/* From this ratio on a difference is noise. */
static const double NO_COST = 0.97;

/* One rank's part of the probe. */
struct probe {
    const struct team *team;
    const struct seats *seats;
    bool apart;       /* this rank's first worker is the one that runs on its core */
    int64_t until_ns; /* the end of the turn */
    double *speeds;   /* [crew], chains per second in the turn */
    double rates[ARRANGEMENTS][ROUNDS]; /* all workers of the rank together; 0: none ran */
};

/* About 2 us of dependent multiplications. */
static uint64_t chain(uint64_t x)
{
    for (int i = 0; i < 1000; i++)
        x = x * x + 1;
    return x;
}

/* A chunk lasts a turn: a worker that claims a second one finds the time over. */
static int compute(void *arg, const struct crew_chunk *chunk, struct err *err)
{
    struct probe *probe = arg;
    volatile uint64_t kept = (uint64_t)chunk->worker + 3;
    int64_t chains = 0, start = clock_now_ns(), now = start;
    (void)err;
    for (; now < probe->until_ns; now = clock_now_ns(), chains++)
        kept = chain(kept);
    if (chains > 0)
        probe->speeds[chunk->worker] = (double)chains / clock_seconds(now - start);
    return 0;
}

static struct crew *seat_crew(const struct probe *probe, enum arrangement arrangement,
                              struct err *err)
{
    const struct seats *seats = probe->seats;
    int workers = arrangement == APART ? (probe->apart ? 1 : 0) : seats->crew;
    if (workers == 0)
        return NULL;
    struct crew_setup setup = {workers, seats->seats, true, NULL};
    if (arrangement != AS_GIVEN || seats->given == NULL)
        return crew_create(&setup, err);
    hwloc_bitmap_t *given = calloc((size_t)workers, sizeof(hwloc_bitmap_t));
    for (int i = 0; given != NULL && i < workers; i++)
        given[i] = seats->given;
    setup.seats = given;
    struct crew *crew = given != NULL ? crew_create(&setup, err) : NULL;
    if (given == NULL)
        err_memory(err, "the probe");
    free(given); /* the crew is bound once it has been made */
    return crew;
}

/* All ranks take their turns together: the barrier comes after making the threads and before
 * computing. */
static void take_turn(struct probe *probe, enum arrangement arrangement, int round,
                      struct crew *crew)
{
    team_barrier(probe->team);
    double sum = 0;
    if (crew != NULL) {
        int workers = crew_size(crew);
        for (int i = 0; i < workers; i++)
            probe->speeds[i] = 0;
        probe->until_ns = clock_now_ns() + TURN_NS;
        const struct crew_job job = {.count = workers, .grain = 1, .chunk = compute, .arg = probe};
        struct err ignored = ERR_INIT;
        (void)crew_run(crew, &job, &ignored);
        for (int i = 0; i < workers; i++)
            sum += probe->speeds[i];
    }
    probe->rates[arrangement][round] = sum;
}

static int take_turns(struct probe *probe, struct err *err)
{
    int status = 0;
    for (int round = 0; round < ROUNDS && status == 0; round++)
        for (int arrangement = 0; arrangement < ARRANGEMENTS && status == 0; arrangement++) {
            struct crew *crew = seat_crew(probe, (enum arrangement)arrangement, err);
            status = agree(probe->team, err);
            if (status == 0)
                take_turn(probe, (enum arrangement)arrangement, round, crew);
            crew_destroy(crew);
        }
    if (probe->seats->given != NULL)
        (void)seat_take(probe->seats->given);
    return status;
}

/* --- the result --- */

/* The index on this host of rank `number` of the job. */
static int index_of(const struct seat_map *seat_map, int number)
{
    for (int i = 0; i < seat_map->ranks; i++)
        if (seat_map->numbers[i] == number)
            return i;
    return 0;
}

/* `reseated`: the seats may differ from the launcher's masks. */
static void word_cost(struct finding *finding, const double *rates, const struct seat_map *seat_map,
                      bool reseated)
{
    const double *rank =
        rates + (finding->rank >= 0 ? index_of(seat_map, finding->rank) : 0) * (size_t)ARRANGEMENTS;
    double alone = 0;
    for (int i = 0; i < seat_map->ranks; i++)
        if (rates[i * ARRANGEMENTS + APART] > alone)
            alone = rates[i * ARRANGEMENTS + APART];
    bool against_seat = reseated && finding->as_launched && rank[AS_SEATED] > 0;
    double base = against_seat ? rank[AS_SEATED] : alone * seat_map->threads;
    double ratio = base > 0 ? rank[against_seat ? AS_GIVEN : AS_SEATED] / base : 0;
    if (base <= 0)
        return;
    const char *verdict = ratio >= NO_COST ? "no cost for computing, " : "";
    if (against_seat)
        (void)snprintf(finding->measured, sizeof(finding->measured),
                       "%s%.2f of rank %d's speed on the seats that squares gives it", verdict,
                       ratio, finding->rank);
    else
        (void)snprintf(finding->measured, sizeof(finding->measured),
                       "%sa worker gets %.2f of the speed of one that has a core to itself",
                       verdict, ratio);
}

/* Whether computing shows what this finding costs. */
static bool shows(enum finding_code code)
{
    return code == FINDING_BOUND_TOO_TIGHT || code == FINDING_UNBOUND ||
           code == FINDING_CORE_SHARED || code == FINDING_SMT_SHARED ||
           code == FINDING_OVERSUBSCRIBED;
}

/* Gathers every rank's medians on the leader: rates[rank][ARRANGEMENTS]. */
static int gather_rates(const struct probe *probe, struct findings *findings,
                        const struct seat_map *seat_map, struct err *err)
{
    const struct team *team = probe->team;
    const struct placement_request *request =
        probe->seats->plan != NULL ? &probe->seats->plan->placement.request : NULL;
    bool leads = team_leads_host(team);
    bool reseated = request != NULL && request->policy != PLACE_NONE && !request->never_widen;
    double medians[ARRANGEMENTS];
    for (int arrangement = 0; arrangement < ARRANGEMENTS; arrangement++) {
        double rates[ROUNDS];
        for (int round = 0; round < ROUNDS; round++)
            rates[round] = probe->rates[arrangement][round];
        medians[arrangement] = samples_of(rates, ROUNDS).median;
    }
    double *all = leads ? calloc((size_t)team->host_size * ARRANGEMENTS, sizeof(*all)) : NULL;
    int missing = leads && all == NULL;
    MPI_Bcast(&missing, 1, MPI_INT, 0, team->host);
    if (missing)
        return err_memory(err, "the probe");
    MPI_Gather(medians, ARRANGEMENTS, MPI_DOUBLE, all, ARRANGEMENTS, MPI_DOUBLE, 0, team->host);
    for (int i = 0; leads && i < findings->count; i++)
        if (shows(findings->list[i].code))
            word_cost(&findings->list[i], all, seat_map, reseated);
    free(all);
    return 0;
}

/* On the leader: finds the ranks whose first worker is the first on its core. */
static void choose_apart(int *apart, const struct seats *seats, const struct seat_map *seat_map)
{
    const struct cores *cores = &seats->plan->placement.cores;
    hwloc_bitmap_t taken = hwloc_bitmap_alloc();
    for (int rank = 0; taken != NULL && rank < seat_map->ranks; rank++) {
        hwloc_const_bitmap_t seat = seat_map->seats[rank * seat_map->threads];
        int core = cores_first(cores, seat);
        apart[rank] = core >= 0 && !hwloc_bitmap_intersects(taken, cores->list[core].pus);
        if (core >= 0)
            hwloc_bitmap_or(taken, taken, cores->list[core].pus);
    }
    hwloc_bitmap_free(taken);
}

int probe_findings(struct findings *findings, const struct team *team, const struct seats *seats,
                   const struct seat_map *seat_map, struct err *err)
{
    struct probe probe = {.team = team, .seats = seats};
    int apart = 0, *choice = NULL;
    probe.speeds = calloc((size_t)seats->crew, sizeof(*probe.speeds));
    if (seats->plan != NULL)
        choice = calloc((size_t)team->host_size, sizeof(*choice));
    if (probe.speeds == NULL || (seats->plan != NULL && choice == NULL))
        err_memory(err, "the probe");
    int status = agree(team, err);
    if (status == 0) {
        if (choice != NULL)
            choose_apart(choice, seats, seat_map);
        MPI_Scatter(choice, 1, MPI_INT, &apart, 1, MPI_INT, 0, team->host);
        probe.apart = apart != 0;
        status = take_turns(&probe, err);
    }
    if (status == 0) {
        (void)gather_rates(&probe, findings, seat_map, err);
        status = agree(team, err);
    }
    free(choice);
    free(probe.speeds);
    return status;
}
