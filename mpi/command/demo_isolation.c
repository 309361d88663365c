/*
 * demo_isolation - ranks are processes: a variable of the same name is a different variable in
 * each. A window that the ranks of a host share (MPI_Win_allocate_shared) is memory they all have,
 * and there they race, as threads do.
 */
#include "base/patience.h"
#include "comm/shared_memory.h"
#include "command/demo_ranks.h"
#include "demo/lost_updates.h"

enum { BEFORE = 1, WRITTEN = 42, RUNS = LOST_UPDATES_RUNS, ADDITIONS = 2000000 /* by each rank */ };

static long value; /* each rank has its own */

/* The window: memory of both ranks. */
struct room {
    _Alignas(128) long value;
    _Alignas(128) int here; /* ranks that have come, counted over all rounds */
};

/* Rank 0 writes, then rank 1 reads: *own gets this rank's variable, *shared the one in the
 * window. */
static void write_and_read(const struct team *pair, struct room *room, long *own, long *shared)
{
    value = BEFORE;
    if (pair->rank == 0)
        room->value = BEFORE;
    MPI_Barrier(pair->world);
    if (pair->rank == 0) {
        value = WRITTEN;
        __atomic_store_n(&room->value, WRITTEN, __ATOMIC_RELEASE);
    }
    MPI_Barrier(pair->world);
    *own = value;
    *shared = __atomic_load_n(&room->value, __ATOMIC_ACQUIRE);
    MPI_Barrier(pair->world); /* else rank 0 would start the next run before rank 1 has looked */
}

/* Load, add, store: what the other rank stores in between is lost. */
static void add_plainly(long *counter)
{
    for (long i = 0; i < ADDITIONS; i++) {
        long now = __atomic_load_n(counter, __ATOMIC_RELAXED);
        __atomic_store_n(counter, now + 1, __ATOMIC_RELAXED);
    }
}

static void add_atomically(long *counter)
{
    for (long i = 0; i < ADDITIONS; i++)
        __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

/* --- measuring --- */

static const struct {
    const char *name;
    void (*add)(long *counter);
    bool own;
} WAYS[] = {{"a variable each", add_plainly, true},
            {"the window, plain", add_plainly, false},
            {"the window, atomic", add_atomically, false}};

enum { OWN, PLAIN, ATOMIC, WAYS_COUNT };

struct outcome {
    int apart;                 /* the two ranks are on different hosts: no window */
    int own_seen, window_seen; /* runs in which rank 1 read what rank 0 had written */
    struct lost_updates lost_updates[WAYS_COUNT];
};

/* A barrier can release one rank some microseconds before the other, long enough for half of a
 * short loop. So they meet in the window, too. Ends: the other rank comes, as it passes the same
 * barrier. */
static void start_together(const struct team *pair, struct room *room, int round)
{
    struct patience patience = patience_start(false);
    MPI_Barrier(pair->world);
    __atomic_fetch_add(&room->here, 1, __ATOMIC_ACQ_REL);
    while (__atomic_load_n(&room->here, __ATOMIC_ACQUIRE) < 2 * round)
        patience_wait(&patience);
}

/* How many of both ranks' additions are missing on rank 0. */
static double lost_of(const struct team *pair, struct room *room, int way, int round)
{
    value = 0;
    if (pair->rank == 0)
        room->value = 0;
    start_together(pair, room, round);
    WAYS[way].add(WAYS[way].own ? &value : &room->value);
    MPI_Barrier(pair->world);
    return 2.0 * ADDITIONS - (double)(WAYS[way].own ? value : room->value);
}

static void try_all(const struct team *pair, struct room *room, struct outcome *outcome)
{
    int round = 0;
    for (int run = 0; run < RUNS; run++) {
        long own, shared;
        write_and_read(pair, room, &own, &shared);
        outcome->own_seen += own == WRITTEN;
        outcome->window_seen += shared == WRITTEN;
    }
    for (int way = 0; way < WAYS_COUNT; way++) {
        outcome->lost_updates[way].made = 2.0 * ADDITIONS;
        for (int run = 0; run < RUNS; run++)
            outcome->lost_updates[way].lost[run] = lost_of(pair, room, way, ++round);
    }
    /* rank 1 is the one that reads */
    MPI_Bcast(&outcome->own_seen, 1, MPI_INT, 1, pair->world);
    MPI_Bcast(&outcome->window_seen, 1, MPI_INT, 1, pair->world);
}

/* Collective over the pair. Returns 0, or -1 on both if they get no shared memory. */
static int share(const struct team *pair, struct outcome *outcome, struct err *err)
{
    struct shared_memory memory;
    outcome->apart = pair->hosts > 1;
    if (outcome->apart)
        return 0;
    if (shared_memory_open(&memory, pair->host, sizeof(struct room), err) != 0)
        return -1;
    struct room *room = memory.base;
    if (pair->rank == 0)
        *room = (struct room){.here = 0};
    MPI_Barrier(pair->world);
    try_all(pair, room, outcome);
    shared_memory_close(&memory);
    return 0;
}

/* --- telling --- */

static void tell(struct showing *showing, const struct outcome *outcome)
{
    if (outcome->apart) {
        showing_say(showing, "Ranks 0 and 1 are on different hosts: a window that both share needs "
                             "one host, and between hosts there are only messages.");
        return;
    }
    showing_table(showing, "ranks", "ranks add to", LOST_UPDATES_COLUMNS);
    for (int i = 0; i < WAYS_COUNT; i++)
        lost_updates_row(&outcome->lost_updates[i], WAYS[i].name, showing);
    showing_say(showing,
                "Rank 1 saw what rank 0 wrote to the variable of the same name in %d of %d runs, "
                "and what it wrote to the window in %d.",
                outcome->own_seen, RUNS, outcome->window_seen);
    showing_say(
        showing,
        lost_updates_median(&outcome->lost_updates[OWN]) == ADDITIONS
            ? "Rank 0's variable lacks the additions of rank 1."
            : "Rank 0's variable lacks SOME number of additions that is not that of rank 1.");
    lost_updates_say(&outcome->lost_updates[PLAIN], 2, "The window's plain counter", showing);
    showing_say(showing, "Atomic additions to the window lost %s.",
                lost_updates_runs(&outcome->lost_updates[ATOMIC]) > 0 ? "SOME" : "nothing");
}

int meet_isolation(struct demo_ranks *demo_ranks, struct err *err)
{
    const struct team *team = demo_ranks->team;
    struct outcome outcome = {0};
    struct team pair;
    int status = 0;
    team_part(&pair, team, team->rank < 2);
    if (team->rank < 2)
        status = share(&pair, &outcome, err);
    team_release(&pair);
    team_barrier(team); /* the other ranks wait here, and leave the cores alone */
    if (team->rank == 0 && status == 0)
        tell(demo_ranks->showing, &outcome);
    return status;
}
