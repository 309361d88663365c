#include "comm/collective.h"

#ifdef SQUARES_CHECK_COLLECTIVES

#include "base/clock.h"
#include "comm/collective_circle.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TAG_SITE = 1, TAG_GO };

static int place_key = MPI_KEYVAL_INVALID;  /* of a communicator: the one it meets on */
static int window_key = MPI_KEYVAL_INVALID; /* of a window: the one its ranks meet on */
static bool hurries = true;                 /* the next meeting has a time limit */

void collective_no_hurry(void)
{
    hurries = false;
}

/* --- meeting places --- */

static int free_place(MPI_Comm comm, int key, void *place, void *extra)
{
    (void)comm, (void)key, (void)extra;
    int code = (MPI_Comm_free)(place);
    free(place);
    return code;
}

static void give_place(MPI_Comm comm)
{
    MPI_Comm *place = malloc(sizeof(*place));
    if (place == NULL)
        abort();
    (MPI_Comm_dup)(comm, place);
    MPI_Comm_set_attr(comm, place_key, place);
}

/* Called at the start of every meeting. The first call, which all ranks make, sets up meetings for
 * MPI_COMM_WORLD. */
static void begin(void)
{
    if (place_key != MPI_KEYVAL_INVALID)
        return;
    MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, free_place, &place_key, NULL);
    MPI_Win_create_keyval(MPI_WIN_NULL_COPY_FN, MPI_WIN_NULL_DELETE_FN, &window_key, NULL);
    give_place(MPI_COMM_WORLD);
    circle_begin();
}

int collective_made(int code, const MPI_Comm *comm)
{
    if (code == MPI_SUCCESS && *comm != MPI_COMM_NULL)
        give_place(*comm);
    return code;
}

/* NULL if the communicator was not made through this header: then nothing is checked. */
static MPI_Comm *place_of(MPI_Comm comm)
{
    MPI_Comm *place = NULL;
    int found = 0;
    if (comm != MPI_COMM_NULL)
        MPI_Comm_get_attr(comm, place_key, &place, &found);
    return found ? place : NULL;
}

int collective_made_window(int code, MPI_Comm comm, const MPI_Win *window)
{
    MPI_Comm *place = place_of(comm);
    if (code == MPI_SUCCESS && place != NULL)
        MPI_Win_set_attr(*window, window_key, place);
    return code;
}

/* --- meeting: rank 0 of the communicator collects all sites, and lets the others go --- */

struct meeting {
    MPI_Comm place;
    int rank, size;
    struct circle_wait wait; /* which ranks this rank waits for, and where */
    struct circle_site *sites;
    MPI_Request *requests; /* rank 0: a peer's site; others: their site on its way out, and rank 0's
                              answer */
};

static void *allocate(int count, size_t size)
{
    void *memory = calloc((size_t)count, size);
    if (memory == NULL)
        abort();
    return memory;
}

/* The number in MPI_COMM_WORLD of a rank of the meeting. */
static int in_world(const struct meeting *meeting, int rank)
{
    MPI_Group all, members;
    int number;
    MPI_Comm_group(MPI_COMM_WORLD, &all);
    MPI_Comm_group(meeting->place, &members);
    MPI_Group_translate_ranks(members, 1, &rank, all, &number);
    MPI_Group_free(&members);
    MPI_Group_free(&all);
    return number;
}

static void compare_sites(const struct meeting *meeting, int peer)
{
    const char *own = meeting->wait.site.text, *other = meeting->sites[peer].text;
    if (strcmp(own, other) == 0)
        return;
    (void)fprintf(stderr,
                  "squares: rank %d called %s where rank %d called %s\n  a rank has left out a "
                  "collective, or they call them in different orders\n",
                  in_world(meeting, peer), other, in_world(meeting, 0), own);
    circle_abort();
}

static void note_missing(struct meeting *meeting)
{
    meeting->wait.count = 0;
    for (int peer = 1; peer < meeting->size; peer++)
        if (meeting->requests[peer] != MPI_REQUEST_NULL)
            meeting->wait.ranks[meeting->wait.count++] = in_world(meeting, peer);
}

/* Ends: each peer comes, or circle_nap() ends the job. */
static void gather(struct meeting *meeting)
{
    meeting->requests[0] = MPI_REQUEST_NULL;
    for (int peer = 1; peer < meeting->size; peer++)
        MPI_Irecv(&meeting->sites[peer], sizeof(*meeting->sites), MPI_BYTE, peer, TAG_SITE,
                  meeting->place, &meeting->requests[peer]);
    int *came = allocate(meeting->size, sizeof(*came));
    for (int left = meeting->size - 1, count; left > 0; left -= count) {
        MPI_Testsome(meeting->size, meeting->requests, &count, came, MPI_STATUSES_IGNORE);
        for (int i = 0; i < count; i++)
            compare_sites(meeting, came[i]);
        if (count > 0)
            continue;
        note_missing(meeting);
        circle_nap(&meeting->wait);
    }
    free(came);
    for (int peer = 1; peer < meeting->size; peer++)
        MPI_Isend(NULL, 0, MPI_BYTE, peer, TAG_GO, meeting->place, &meeting->requests[peer]);
    MPI_Waitall(meeting->size, meeting->requests, MPI_STATUSES_IGNORE);
}

/* Ends as gather() does: rank 0 answers. */
static void report(struct meeting *meeting)
{
    MPI_Isend(&meeting->wait.site, sizeof(meeting->wait.site), MPI_BYTE, 0, TAG_SITE,
              meeting->place, &meeting->requests[0]);
    MPI_Irecv(NULL, 0, MPI_BYTE, 0, TAG_GO, meeting->place, &meeting->requests[1]);
    meeting->wait.count = 1;
    meeting->wait.ranks[0] = in_world(meeting, 0);
    for (;;) {
        int done;
        MPI_Testall(2, meeting->requests, &done, MPI_STATUSES_IGNORE);
        if (done)
            return;
        circle_nap(&meeting->wait);
    }
}

static void meet(MPI_Comm place, const char *what, const char *file, int line)
{
    struct meeting meeting = {.place = place};
    MPI_Comm_rank(place, &meeting.rank);
    MPI_Comm_size(place, &meeting.size);
    meeting.wait = circle_wait(hurries);
    hurries = true;
    if (meeting.size == 1)
        return;
    if (meeting.rank != 0 && meeting.wait.limit_ns != INT64_MAX)
        meeting.wait.limit_ns += NS_PER_S; /* rank 0 knows who is missing, and reports first */
    (void)snprintf(meeting.wait.site.text, sizeof(meeting.wait.site.text), "%s (%s:%d)", what, file,
                   line);
    meeting.wait.ranks = allocate(meeting.size, sizeof(*meeting.wait.ranks));
    meeting.sites = allocate(meeting.size, sizeof(*meeting.sites));
    meeting.requests = allocate(meeting.size, sizeof(*meeting.requests));
    (meeting.rank == 0 ? gather : report)(&meeting);
    free(meeting.requests);
    free(meeting.sites);
    free(meeting.wait.ranks);
}

void collective_meet(MPI_Comm comm, const char *what, const char *file, int line)
{
    begin();
    const MPI_Comm *place = place_of(comm);
    if (place != NULL)
        meet(*place, what, file, line);
}

void collective_meet_window(MPI_Win window, const char *what, const char *file, int line)
{
    const MPI_Comm *place = NULL;
    int found = 0;
    begin();
    MPI_Win_get_attr(window, window_key, (void *)&place, &found);
    if (found)
        meet(*place, what, file, line);
}

#endif
