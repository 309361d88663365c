#include "bind/seats_check.h"

#include "comm/agree.h"
#include "comm/gather.h"
#include "comm/masks.h"
#include "crew/crew.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* What a rank reports about the masks it had. */
struct mask_record {
    struct mask start, given;
    struct mask_origin_environment environment;
    char seated[SEAT_TEXT];
    bool widened;
};

/* What one rank reports. */
struct own {
    struct stay *stays; /* [crew] */
    struct mask *reads; /* [crew], its workers' masks, as read back */
    struct mask_record *record;
};

/* --- on every rank --- */

static int sit_down(struct own *own, const struct team *team, const struct seats *seats,
                    struct err *err)
{
    const struct crew_setup setup = {seats->crew, seats->seats, true, NULL};
    struct crew *crew = crew_create(&setup, err);
    if (crew == NULL)
        return -1;
    for (int i = 0; i < seats->crew; i++) {
        const struct crew_stats *stats = crew_stats(crew, i);
        hwloc_const_bitmap_t read = stats->seat_read;
        own->stays[i] =
            stay_of(team->rank, i, seats->seats[i], stats->bound, read, &stats->residency);
        mask_from(&own->reads[i], read != NULL ? read : seats->seats[i]);
    }
    seats_text(crew, own->record->seated);
    own->record->widened = seats_widened(seats, crew);
    crew_destroy(crew);
    if (seats->given != NULL) /* messages follow: better sent from the rank's whole mask */
        (void)seat_take(seats->given);
    return 0;
}

static void fill_record(struct own *own, const struct seats *seats, hwloc_const_bitmap_t start)
{
    struct mask_record *record = own->record;
    mask_from(&record->start, start);
    mask_from(&record->given, seats->given);
    mask_origin_read(&record->environment, evidence_getenv, NULL);
}

static int speak(struct own *own, const struct team *team, const struct seats *seats,
                 hwloc_const_bitmap_t start, struct err *err)
{
    size_t crew = (size_t)seats->crew;
    own->stays = crew > 0 ? calloc(crew, sizeof(*own->stays)) : NULL;
    own->reads = crew > 0 ? calloc(crew, sizeof(*own->reads)) : NULL;
    own->record = calloc(1, sizeof(*own->record));
    if (own->stays == NULL || own->reads == NULL || own->record == NULL)
        return err_memory(err, "the plan");
    if (sit_down(own, team, seats, err) != 0)
        return -1;
    fill_record(own, seats, start);
    return 0;
}

/* --- on the leader --- */

static void judge_origin(struct placing_rank *rank, const struct mask_record *record,
                         const struct host_plan *plan)
{
    const struct evidence *evidence = &plan->evidence;
    hwloc_bitmap_t start = mask_to(&record->start), given = mask_to(&record->given);
    const struct mask_origin_input input = {
        .start = start,
        .after = given,
        .launcher = evidence->launcher,
        .manager = evidence->manager,
        .allowed = evidence->cgroup,
        .online = hwloc_topology_get_topology_cpuset(plan->machine.topology),
        .launcher_name = evidence->launcher_name,
        .environment = record->environment,
    };
    mask_origin_find(&rank->origin, &input);
    if (start != NULL)
        seat_text(start, rank->start);
    if (given != NULL)
        seat_text(given, rank->given);
    memcpy(rank->seated, record->seated, sizeof(rank->seated));
    rank->widened = record->widened;
    hwloc_bitmap_free(start);
    hwloc_bitmap_free(given);
}

/* The ranks' reports, as received. */
struct heard {
    struct mask_record *records; /* [ranks] */
    struct mask *reads;          /* [workers] */
};

static int make_room(struct seats_check *seats_check, struct heard *heard,
                     const struct seats *seats, struct err *err)
{
    if (seats->plan == NULL)
        return 0;
    size_t ranks = (size_t)seats->plan->ranks;
    seats_check->workers = seats->plan->ranks * seats->threads;
    heard->records = calloc(ranks, sizeof(*heard->records));
    heard->reads = calloc((size_t)seats_check->workers, sizeof(*heard->reads));
    seats_check->stays = calloc((size_t)seats_check->workers, sizeof(*seats_check->stays));
    seats_check->ranks = calloc(ranks, sizeof(*seats_check->ranks));
    if (heard->records == NULL || heard->reads == NULL || seats_check->stays == NULL ||
        seats_check->ranks == NULL)
        return err_memory(err, "the plan");
    return 0;
}

static int take_in(struct seats_check *seats_check, const struct heard *heard,
                   const struct host_plan *plan, struct err *err)
{
    assert(heard->records != NULL &&
           seats_check->ranks != NULL); /* the ranks have agreed on that */
    for (int rank = 0; rank < plan->ranks; rank++)
        judge_origin(&seats_check->ranks[rank], &heard->records[rank], plan);
    seats_check->seats = masks_to(heard->reads, seats_check->workers);
    return seats_check->seats != NULL ? 0 : err_memory(err, "the plan");
}

/* --- all together --- */

static void bring_together(struct seats_check *seats_check, struct heard *heard,
                           const struct own *own, const struct team *team,
                           const struct seats *seats)
{
    assert(own->record != NULL); /* the ranks have agreed on that */
    gather_equal(team->host, own->record, 1, sizeof(*own->record), heard->records);
    gather_equal(team->host, own->stays, seats->threads, sizeof(*own->stays), seats_check->stays);
    masks_gather(own->reads, seats->threads, heard->reads, team->host);
}

int seats_check_take(struct seats_check *seats_check, const struct team *team,
                     const struct seats *seats, hwloc_const_bitmap_t start, struct err *err)
{
    struct own own = {.stays = NULL};
    struct heard heard = {NULL, NULL};
    *seats_check = (struct seats_check){0};
    if (speak(&own, team, seats, start, err) == 0)
        (void)make_room(seats_check, &heard, seats, err);
    int status = agree(team, err);
    if (status == 0) {
        bring_together(seats_check, &heard, &own, team, seats);
        if (seats->plan != NULL)
            (void)take_in(seats_check, &heard, seats->plan, err);
        status = agree(team, err);
    }
    free(heard.reads);
    free(heard.records);
    free(own.record);
    free(own.reads);
    free(own.stays);
    return status;
}

void seats_check_release(struct seats_check *seats_check)
{
    masks_release(seats_check->seats, seats_check->workers);
    free(seats_check->stays);
    free(seats_check->ranks);
    *seats_check = (struct seats_check){0};
}
