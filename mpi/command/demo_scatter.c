/*
 * demo_scatter - rank 0 has the numbers, and rank 1 sees none of them: if rank 1 is to help, half
 * of them must be moved to it, and their results back. That takes the same time for any task, so
 * whether it pays depends on how long a number's task takes.
 */
#include "base/clock.h"
#include "bind/seats.h"
#include "comm/agree.h"
#include "command/demo_ranks.h"
#include "demo/kit/ladder.h"
#include "demo/scatter_tell.h"
#include "number/numbers.h"
#include "place/seat.h"

#include <string.h>

struct haul {
    struct team pair;
    struct seats seats;
    struct ladder ladder; /* on rank 1 for half of the numbers */
    int half;             /* how many numbers half of them are */
};

/* Times the help and its cost; parts[] in seconds. The clock starts when both ranks are here.
 * MPI_IN_PLACE: rank 0's own half stays where it is. The gather's time includes rank 0's waiting
 * for rank 1. */
static void square_halves(const struct haul *haul, int rung, double parts[LADDER_PARTS])
{
    const bool root = haul->pair.rank == 0;
    int64_t *in = haul->ladder.in, *out = haul->ladder.out;
    MPI_Barrier(haul->pair.world);
    int64_t start = clock_now_ns();
    MPI_Scatter(in, haul->half, MPI_INT64_T, root ? MPI_IN_PLACE : in, haul->half, MPI_INT64_T, 0,
                haul->pair.world);
    int64_t there = clock_now_ns();
    ladder_square(&haul->ladder, rung, 0, haul->half);
    int64_t done = clock_now_ns();
    MPI_Gather(root ? MPI_IN_PLACE : out, haul->half, MPI_INT64_T, out, haul->half, MPI_INT64_T, 0,
               haul->pair.world);
    int64_t back = clock_now_ns();
    parts[LADDER_OUT] = clock_seconds(there - start);
    parts[LADDER_WORK] = clock_seconds(done - there);
    parts[LADDER_BACK] = clock_seconds(back - done);
}

/* --- measuring --- */

enum { NO_MORE = -1 };

/* Rank 0 says which rung is next. Rank 1 waits for that without keeping a core busy, as rank 0 may
 * be computing on the same one. */
static void call_rung(const struct haul *haul, int *rung)
{
    team_bcast(&haul->pair, rung, 1, MPI_INT, 0);
}

/* On rank 0: computes all numbers, with rank 1's help. */
static int with_help(void *arg, int rung, double parts[LADDER_PARTS], struct err *err)
{
    const struct haul *haul = arg;
    (void)err;
    call_rung(haul, &rung);
    square_halves(haul, rung, parts);
    return 0;
}

/* On rank 1. Ends: rank 0 sends NO_MORE, whatever has happened. */
static void help(const struct haul *haul)
{
    double parts[LADDER_PARTS];
    int rung;
    for (call_rung(haul, &rung); rung != NO_MORE; call_rung(haul, &rung))
        square_halves(haul, rung, parts);
}

/* On rank 0. The results of the help are checked last: `out` is cleared, so that what it then holds
 * comes from a run with help. */
static int climb(struct haul *haul, struct err *err)
{
    struct ladder *ladder = &haul->ladder;
    double parts[LADDER_PARTS];
    int no_more = NO_MORE, status = ladder_climb(ladder, with_help, haul, 3 * NS_PER_S / 2, err);
    memset(ladder->out, 0, (size_t)ladder->count * NUMBER_SIZE);
    (void)with_help(haul, 1, parts, err);
    call_rung(haul, &no_more);
    int64_t wrong = ladder_wrong(ladder, 1);
    if (status == 0 && wrong > 0)
        return err_set(err, ERR_FAILED, "%lld squares came back wrong", (long long)wrong);
    return status;
}

/* Collective over the pair: a core for each, if there are two, and numbers that both have touched.
 * Returns 0, or -1 on both if it failed on one; only that rank keeps err. */
static int prepare(struct haul *haul, int64_t bytes, struct err *err)
{
    const struct seats_wish wish = {.placing = {.threads = 1}};
    int64_t count = bytes / (2 * NUMBER_SIZE);
    haul->half = (int)count;
    int status = seats_plan(&haul->seats, &haul->pair, &wish, err);
    if (status == 0) {
        (void)seat_take(haul->seats.seats[0]);
        haul->pair.crowded = haul->seats.host.oversubscribed;
        (void)ladder_open(&haul->ladder, haul->pair.rank == 0 ? 2 * count : count, err);
        status = agree(&haul->pair, err);
    }
    if (status != 0)
        agree_keep_own(&haul->pair, err);
    return status;
}

static int meet(struct haul *haul, int64_t bytes, struct err *err)
{
    int status = prepare(haul, bytes, err);
    if (status == 0 && haul->pair.rank == 0)
        status = climb(haul, err);
    else if (status == 0)
        help(haul);
    if (haul->seats.given != NULL)
        (void)seat_take(haul->seats.given);
    return status;
}

static bool on_one_core(const struct haul *haul)
{
    return haul->pair.hosts == 1 && haul->seats.host.usable_cores == 1;
}

int meet_scatter(struct demo_ranks *demo_ranks, struct err *err)
{
    const struct ladder_settings *settings = demo_ranks->settings;
    const struct team *team = demo_ranks->team;
    struct haul haul = {.half = 0};
    int status = 0;
    team_part(&haul.pair, team, team->rank < 2);
    if (team->rank < 2)
        status = meet(&haul, settings->size, err);
    if (team->rank == 0 && status == 0)
        scatter_tell(&haul.ladder, on_one_core(&haul), demo_ranks->showing);
    ladder_close(&haul.ladder);
    seats_release(&haul.seats);
    team_release(&haul.pair);
    team_barrier(team); /* the other ranks wait here, and leave the cores alone */
    return status;
}
