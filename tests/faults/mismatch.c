/*
 * mismatch WAY - ranks that come to different collectives, to see that a build that checks them
 * says so. Started on three ranks by tests/cli/collectives_test.cc.
 */
#include "base/clock.h"
#include "base/err.h"
#include "comm/agree.h"
#include "comm/shared_memory.h"
#include "comm/team.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The same communicator, another function. */
static void at_once(struct team *team)
{
    int number = 0;
    if (team->rank == 1)
        MPI_Bcast(&number, 1, MPI_INT, 0, team->world);
    else
        MPI_Barrier(team->world);
}

/* The same function of the program, called from elsewhere. */
static void agreeing(struct team *team)
{
    struct err err = ERR_INIT;
    if (team->rank == 2)
        (void)agree(team, &err);
    else
        (void)agree(team, &err);
}

/* On different communicators, so that no two ranks meet. */
static void circle(struct team *team)
{
    struct team pair;
    team_part(&pair, team, team->rank < 2);
    if (team->rank == 1)
        team_barrier(&pair);
    else
        team_barrier(team);
}

/* Rank 1 leaves. */
static void leaving(struct team *team)
{
    if (team->rank != 1)
        team_barrier(team);
}

/* Rank 1 waits for a message that is never sent. */
static void receiving(struct team *team)
{
    int number;
    if (team->rank == 1)
        MPI_Recv(&number, 1, MPI_INT, 0, 0, team->world, MPI_STATUS_IGNORE);
    else
        team_barrier(team);
}

/* All that may be done, and a rank that comes late to what may take long. */
static void fine(struct team *team)
{
    struct err err = ERR_INIT;
    struct shared_memory memory;
    struct team pair;
    for (int i = 0; i < 100; i++)
        (void)agree(team, &err);
    if (shared_memory_open(&memory, team->host, 4096, &err) == 0)
        shared_memory_close(&memory);
    team_part(&pair, team, team->rank < 2);
    if (team->rank < 2)
        team_barrier(&pair);
    team_release(&pair);
    if (team->rank == 2)
        clock_sleep_until(clock_now_ns() + 3 * NS_PER_S);
    int order = team->rank;
    (void)setenv("SQUARES_COLLECTIVE_S", "1", 1);
    collective_no_hurry();
    MPI_Bcast(&order, 1, MPI_INT, 2, team->world);
    (void)unsetenv("SQUARES_COLLECTIVE_S");
    if (order != 2)
        MPI_Abort(MPI_COMM_WORLD, 2);
}

static const struct {
    const char *name;
    void (*function)(struct team *team);
} WAYS[] = {
    {"at_once", at_once}, {"agreeing", agreeing},   {"circle", circle},
    {"leaving", leaving}, {"receiving", receiving}, {"fine", fine},
};

int main(int argc, char **argv)
{
    struct team team;
    MPI_Init(&argc, &argv);
    team_create(&team);
    for (size_t i = 0; i < sizeof(WAYS) / sizeof(WAYS[0]); i++)
        if (argc > 1 && strcmp(argv[1], WAYS[i].name) == 0)
            WAYS[i].function(&team);
    if (team.rank == 0)
        (void)printf("ended\n");
    team_release(&team);
    MPI_Finalize();
    return 0;
}
