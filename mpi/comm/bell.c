#include "comm/bell.h"

#include "base/clock.h"
#include "base/futex.h"

#include <stdbool.h>

/* What the ranks of a host share. Orders use two slots in turn, so that the next order does not
 * disturb a rank that reads this one. */
struct bell_room {
    unsigned round; /* orders given so far; the ranks sleep on this */
    struct order orders[2];
};

/* How long a rank sleeps at most before MPI gets a chance to move messages under way. */
static const int64_t LONGEST_SLEEP_NS = 100 * NS_PER_MS;

/* --- within a host --- */

static void host_ring(struct bell_room *room, const struct order *order)
{
    unsigned next = room->round + 1;
    room->orders[next % 2] = *order;
    __atomic_store_n(&room->round, next, __ATOMIC_RELEASE);
    futex_wake(&room->round);
}

/* Takes the latest order, unless this rank has seen it. A copy counts only if no newer order came
 * meanwhile: the order after that one would overwrite it. */
static bool host_hear(struct bell *bell, struct order *order)
{
    unsigned round = __atomic_load_n(&bell->room->round, __ATOMIC_ACQUIRE);
    if (round == bell->heard)
        return false;
    *order = bell->room->orders[round % 2];
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (__atomic_load_n(&bell->room->round, __ATOMIC_RELAXED) != round)
        return false;
    bell->heard = round;
    return true;
}

/* Ends: rank 0 rings at least once more, to say that all is over. A ring between the look and the
 * sleep changes the word, and the kernel checks it again before it lets a thread sleep. */
static void host_await(struct bell *bell, struct order *order)
{
    while (!host_hear(bell, order)) {
        int moved;
        MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, bell->team->host, &moved, MPI_STATUS_IGNORE);
        futex_sleep(&bell->room->round, bell->heard, LONGEST_SLEEP_NS);
    }
}

/* --- between hosts, or where there is no window --- */

static void pass_on(const struct bell *bell, MPI_Comm comm, struct order *order)
{
    MPI_Request request;
    collective_no_hurry(); /* the others may be measuring for hours */
    MPI_Ibcast(order, sizeof(*order), MPI_BYTE, 0, comm, &request);
    team_wait(bell->team, &request);
}

void bell_ring(struct bell *bell, const struct order *order)
{
    struct order copy = *order;
    if (bell->team->hosts > 1)
        pass_on(bell, bell->leaders, &copy);
    if (bell->room != NULL)
        host_ring(bell->room, order);
    else
        pass_on(bell, bell->team->host, &copy);
}

/* A leader gets orders by message, and wakes the others. */
void bell_await(struct bell *bell, struct order *order)
{
    bool leads = team_leads_host(bell->team);
    if (leads)
        pass_on(bell, bell->leaders, order);
    if (bell->room == NULL)
        pass_on(bell, bell->team->host, order);
    else if (leads)
        host_ring(bell->room, order);
    else
        host_await(bell, order);
}

/* --- opening --- */

/* Without shared memory (if /dev/shm is full, for example) all ranks get orders by message. */
static void open_room(struct bell *bell)
{
    struct err err = ERR_INIT;
    if (shared_memory_open(&bell->memory, bell->team->host, sizeof(*bell->room), &err) == 0)
        bell->room = bell->memory.base;
    if (bell->room != NULL && team_leads_host(bell->team))
        *bell->room = (struct bell_room){0};
    MPI_Barrier(bell->team->host);
}

void bell_open(struct bell *bell, const struct team *team)
{
    *bell = (struct bell){.team = team, .leaders = MPI_COMM_NULL};
    MPI_Comm_split(team->world, team_leads_host(team) ? 0 : MPI_UNDEFINED, team->rank,
                   &bell->leaders);
    open_room(bell);
}

void bell_close(struct bell *bell)
{
    if (bell->team == NULL)
        return;
    shared_memory_close(&bell->memory);
    if (bell->leaders != MPI_COMM_NULL)
        MPI_Comm_free(&bell->leaders);
    bell->room = NULL;
}
