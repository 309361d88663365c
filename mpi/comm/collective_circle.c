#include "comm/collective_circle.h"

#ifdef SQUARES_CHECK_COLLECTIVES

#include "base/clock.h"
#include "base/text.h"
#include "comm/collective.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static MPI_Comm board = MPI_COMM_NULL; /* a copy of MPI_COMM_WORLD for questions */
static int own_rank;
static unsigned long waits; /* this rank's waits so far */

void circle_begin(void)
{
    (MPI_Comm_dup)(MPI_COMM_WORLD, &board);
    MPI_Comm_rank(board, &own_rank);
}

void circle_abort(void)
{
    (void)fflush(stderr);
    MPI_Abort(MPI_COMM_WORLD, 1);
    abort();
}

struct circle_wait circle_wait(bool limited)
{
    const char *given = getenv("SQUARES_COLLECTIVE_S");
    long limit_s = given != NULL ? strtol(given, NULL, 10) : 120;
    int64_t now = clock_now_ns();
    return (struct circle_wait){
        .id = ++waits,
        .since_ns = now,
        .ask_ns = now + NS_PER_S,
        .limit_ns = limited && limit_s > 0 ? now + limit_s * NS_PER_S : INT64_MAX,
        .nap_ns = 20 * NS_PER_US,
    };
}

/* Adds this rank to the question, and passes it on. MPI sends a message as small as this at once,
 * whether or not its receiver looks. */
static void pass(const struct circle_wait *wait, struct circle_question question)
{
    struct circle_hop *own = &question.hops[question.count++];
    *own = (struct circle_hop){own_rank, wait->id, wait->site};
    for (int i = 0; i < wait->count; i++)
        MPI_Send(&question, sizeof(question), MPI_BYTE, wait->ranks[i], 0, board);
}

static bool same_circle(const struct circle_question *a, const struct circle_question *b)
{
    if (a->count != b->count)
        return false;
    for (int i = 0; i < a->count; i++)
        if (a->hops[i].rank != b->hops[i].rank || a->hops[i].id != b->hops[i].id)
            return false;
    return true;
}

/* One rank of a circle reports it: the lowest at once, the others later, if it has not. */
static void come_back(struct circle_wait *wait, const struct circle_question *question)
{
    const int64_t LEAVE_NS = 2 * NS_PER_S;
    bool sure = same_circle(&wait->found, question);
    bool lowest = true;
    wait->found = *question;
    for (int i = 1; i < question->count; i++)
        lowest = lowest && question->hops[i].rank > own_rank;
    if (sure && wait->sure_ns == 0)
        wait->sure_ns = clock_now_ns() + (lowest ? 0 : LEAVE_NS);
}

static void hear(struct circle_wait *wait, const struct circle_question *question)
{
    if (question->hops[0].rank == own_rank) {
        if (question->hops[0].id == wait->id)
            come_back(wait, question);
        return;
    }
    if (question->count == CIRCLE_MOST)
        return;
    for (int i = 1; i < question->count; i++)
        if (question->hops[i].rank == own_rank)
            return; /* a circle without its sender: it is for the ranks in it to find */
    pass(wait, *question);
}

static void look(struct circle_wait *wait)
{
    struct circle_question question;
    int some;
    for (;;) {
        MPI_Iprobe(MPI_ANY_SOURCE, 0, board, &some, MPI_STATUS_IGNORE);
        if (!some)
            return;
        MPI_Recv(&question, sizeof(question), MPI_BYTE, MPI_ANY_SOURCE, 0, board,
                 MPI_STATUS_IGNORE);
        hear(wait, &question);
    }
}

/* A message is written in one call, as other processes may write there, too. One that is too long
 * is cut. */
enum { MESSAGE = 2048 };

static void tell_circle(const struct circle_question *circle)
{
    char message[MESSAGE] = "";
    text_add(message, sizeof(message), "squares: ranks wait for each other:");
    for (int i = 0; i < circle->count; i++)
        text_add(message, sizeof(message), "%s rank %d at %s", i > 0 ? "," : "",
                 circle->hops[i].rank, circle->hops[i].site.text);
    (void)fprintf(stderr,
                  "%s\n  a rank has left out a collective, or they call them in different "
                  "orders\n",
                  message);
    circle_abort();
}

static void tell_missing(const struct circle_wait *wait, int64_t now)
{
    char message[MESSAGE] = "";
    text_add(message, sizeof(message), "squares: rank %d has waited for %.0f s at %s for rank",
             own_rank, clock_seconds(now - wait->since_ns), wait->site.text);
    for (int i = 0; i < wait->count; i++)
        text_add(message, sizeof(message), "%s %d", i > 0 ? "," : "", wait->ranks[i]);
    (void)fprintf(stderr,
                  "%s\n  which is slow, or waits for something else; SQUARES_COLLECTIVE_S=0 "
                  "waits without a limit\n",
                  message);
    circle_abort();
}

void circle_nap(struct circle_wait *wait)
{
    const int64_t LONGEST_NS = NS_PER_MS;
    clock_sleep_until(clock_now_ns() + wait->nap_ns);
    wait->nap_ns = wait->nap_ns < LONGEST_NS ? 2 * wait->nap_ns : LONGEST_NS;
    look(wait);
    int64_t now = clock_now_ns();
    if (wait->sure_ns != 0 && now >= wait->sure_ns)
        tell_circle(&wait->found);
    if (now >= wait->limit_ns)
        tell_missing(wait, now);
    if (now < wait->ask_ns)
        return;
    wait->ask_ns = now + (now - wait->since_ns); /* less and less often */
    pass(wait, (struct circle_question){0});
}

#endif
