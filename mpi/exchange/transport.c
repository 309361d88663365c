#include "exchange/transport.h"

#include "base/clock.h"
#include "base/units.h"
#include "comm/tags.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A round trip is two messages. */
enum { BYTES = 1 << 20, PLACES = 16, TIMES = 3 * PLACES };

/* Messages at less than this fraction of the speed of copies are called slow. Through shared memory
 * each byte is copied twice, by two cores at once, which reaches half the speed. */
static const double SLOW = 0.25;

/* --- measuring --- */

/* Whether both have their buffers. Each tells the other in any case, so neither waits forever. */
static bool both(const struct team *team, int peer, bool mine)
{
    int here = mine, there = 0;
    MPI_Sendrecv(&here, 1, MPI_INT, peer, TAG_TRANSPORT, &there, 1, MPI_INT, peer, TAG_TRANSPORT,
                 team->host, MPI_STATUS_IGNORE);
    return here && there;
}

static void send_and_get_back(const struct team *team, int peer, char *buffer)
{
    MPI_Send(buffer, BYTES, MPI_BYTE, peer, TAG_TRANSPORT, team->host);
    MPI_Recv(buffer, BYTES, MPI_BYTE, peer, TAG_TRANSPORT, team->host, MPI_STATUS_IGNORE);
}

static void echo(const struct team *team, int peer, char *buffer)
{
    for (int i = 0; i < TIMES; i++) {
        MPI_Recv(buffer, BYTES, MPI_BYTE, peer, TAG_TRANSPORT, team->host, MPI_STATUS_IGNORE);
        MPI_Send(buffer, BYTES, MPI_BYTE, peer, TAG_TRANSPORT, team->host);
    }
}

/* Uses different memory each time, none of it in a core's private cache. */
static void copy_two(char *buffer, int i)
{
    char *from = buffer + (size_t)(i % PLACES) * 2 * BYTES;
    char *to = buffer + (size_t)((i + PLACES / 2) % PLACES) * 2 * BYTES;
    memcpy(to, from, 2 * BYTES);
    __asm__ volatile("" ::"r"(to) : "memory"); /* so that the compiler keeps the copy */
}

/* The fastest of several tries, as other activity on the machine can only slow them. `buffer` has
 * PLACES times room for two messages. */
static struct transport measure(const struct team *team, int peer, char *buffer)
{
    struct transport best = {0};
    for (int i = 0; i < TIMES; i++) {
        int64_t start = clock_now_ns();
        send_and_get_back(team, peer, buffer + (size_t)(i % PLACES) * 2 * BYTES);
        int64_t sent = clock_now_ns();
        copy_two(buffer, i);
        int64_t copied = clock_now_ns();
        best.messages = fmax(best.messages, 2 * BYTES / clock_seconds(sent - start));
        best.copies = fmax(best.copies, 2 * BYTES / clock_seconds(copied - sent));
    }
    return best;
}

/* Ends: each of the two receives every message the other sends, in the same order. */
struct transport transport_measure(const struct team *team)
{
    struct transport transport = {0};
    int peer = 1 - team->host_rank;
    char *buffer = malloc(2 * BYTES * (size_t)PLACES);
    if (buffer != NULL)
        memset(buffer, 1, 2 * BYTES * (size_t)PLACES); /* so that its pages exist */
    bool possible = both(team, peer, buffer != NULL) && buffer != NULL;
    if (possible && team->host_rank == 0)
        transport = measure(team, peer, buffer);
    else if (possible)
        echo(team, peer, buffer);
    free(buffer);
    return transport;
}

/* --- the warning --- */

/* The setting that makes an MPI copy through shared memory. */
static const struct {
    const char *mpi;  /* how its version string begins */
    const char *name; /* of an environment variable */
    const char *value;
} SETTINGS[] = {
    {"Open MPI v4", "OMPI_MCA_btl_vader_single_copy_mechanism", "none"},
    {"Open MPI v", "OMPI_MCA_smsc", "^cma,knem,xpmem"},
    {"MPICH", "MPIR_CVAR_CH4_CMA_ENABLE", "0"},
};

static void advise(char *text, size_t size, const char *mpi)
{
    for (size_t i = 0; i < sizeof(SETTINGS) / sizeof(SETTINGS[0]); i++) {
        if (strncmp(mpi, SETTINGS[i].mpi, strlen(SETTINGS[i].mpi)) != 0)
            continue;
        const char *now = getenv(SETTINGS[i].name);
        if (now == NULL || strcmp(now, SETTINGS[i].value) != 0)
            (void)snprintf(text, size, "try copying by way of shared memory: export %s=%s",
                           SETTINGS[i].name, SETTINGS[i].value);
        return;
    }
}

void transport_warn(const struct transport *transport, struct environment *environment)
{
    char messages[UNIT_TEXT], copies[UNIT_TEXT], lost[UNIT_TEXT];
    if (transport->messages <= 0 || transport->messages >= SLOW * transport->copies)
        return;
    struct report_warning *w = environment_warn(environment, "slow-messages");
    if (w == NULL)
        return;
    double lost_s = BYTES / transport->messages - BYTES / transport->copies;
    (void)snprintf(
        w->text, sizeof(w->text),
        "messages between two ranks of this host move %sB/s at best, where copying memory "
        "moves %sB/s: each MiB takes %s longer",
        unit_si(transport->messages, messages), unit_si(transport->copies, copies),
        unit_duration(lost_s, lost));
    advise(w->remedy, sizeof(w->remedy), environment->mpi);
}
