#include "bind/seats_check.h"

#include "comm/agree.h"
#include "comm/masks.h"
#include "crew/crew.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* What a rank tells of the masks it had. */
struct mask_record {
    struct mask start, given;
    struct origin_environment environment;
    char seated[SEAT_TEXT];
    bool widened;
};

/* What one rank has to tell. */
struct own {
    struct stay *stays; /* [crew] */
    struct mask *reads; /* [crew], its workers' masks as they were read back */
    struct mask_record *record;
};

/* --- on every rank --- */

static int sit_down(struct own *own, const struct team *team, const struct seating *seating,
                    struct err *err)
{
    const struct crew_setup setup = {seating->crew, seating->seats, true, NULL};
    struct crew *crew = crew_create(&setup, err);
    if (crew == NULL)
        return -1;
    for (int i = 0; i < seating->crew; i++) {
        const struct crew_stats *stats = crew_stats(crew, i);
        hwloc_const_bitmap_t read = stats->seat_read;
        own->stays[i] =
            stay_of(team->rank, i, seating->seats[i], stats->bound, read, &stats->residency);
        mask_from(&own->reads[i], read != NULL ? read : seating->seats[i]);
    }
    seating_text(crew, own->record->seated);
    own->record->widened = seating_widened(seating, crew);
    crew_destroy(crew);
    if (seating->given != NULL) /* what follows is talk: better done where there is room */
        (void)seat_take(seating->given);
    return 0;
}

static void fill_record(struct own *own, const struct seating *seating, hwloc_const_bitmap_t start)
{
    struct mask_record *record = own->record;
    mask_from(&record->start, start);
    mask_from(&record->given, seating->given);
    origin_read(&record->environment, evidence_getenv, NULL);
}

static int speak(struct own *own, const struct team *team, const struct seating *seating,
                 hwloc_const_bitmap_t start, struct err *err)
{
    size_t crew = (size_t)seating->crew;
    own->stays = crew > 0 ? calloc(crew, sizeof(*own->stays)) : NULL;
    own->reads = crew > 0 ? calloc(crew, sizeof(*own->reads)) : NULL;
    own->record = calloc(1, sizeof(*own->record));
    if (own->stays == NULL || own->reads == NULL || own->record == NULL)
        return err_memory(err, "the plan");
    if (sit_down(own, team, seating, err) != 0)
        return -1;
    fill_record(own, seating, start);
    return 0;
}

/* --- on the leader --- */

static void judge_origin(struct placing_rank *rank, const struct mask_record *record,
                         const struct host_plan *plan)
{
    const struct evidence *evidence = &plan->evidence;
    hwloc_bitmap_t start = mask_to(&record->start), given = mask_to(&record->given);
    const struct origin_input input = {
        .start = start,
        .after = given,
        .launcher = evidence->launcher,
        .manager = evidence->manager,
        .allowed = evidence->cgroup,
        .online = hwloc_topology_get_topology_cpuset(plan->machine.topology),
        .launcher_name = evidence->launcher_name,
        .environment = record->environment,
    };
    origin_find(&rank->origin, &input);
    if (start != NULL)
        seat_text(start, rank->start);
    if (given != NULL)
        seat_text(given, rank->given);
    memcpy(rank->seated, record->seated, sizeof(rank->seated));
    rank->widened = record->widened;
    hwloc_bitmap_free(start);
    hwloc_bitmap_free(given);
}

static void gather_bytes(const struct team *team, const void *mine, size_t size, void *all)
{
    MPI_Datatype record;
    MPI_Type_contiguous((int)size, MPI_BYTE, &record);
    MPI_Type_commit(&record);
    MPI_Gather(mine, 1, record, all, 1, record, 0, team->host);
    MPI_Type_free(&record);
}

/* What the ranks told, as it came. */
struct heard {
    struct mask_record *records; /* [ranks] */
    struct mask *reads;          /* [workers] */
};

static int make_room(struct sitting *sitting, struct heard *heard, const struct seating *seating,
                     struct err *err)
{
    if (seating->plan == NULL)
        return 0;
    size_t ranks = (size_t)seating->plan->ranks;
    sitting->workers = seating->plan->ranks * seating->threads;
    heard->records = calloc(ranks, sizeof(*heard->records));
    heard->reads = calloc((size_t)sitting->workers, sizeof(*heard->reads));
    sitting->stays = calloc((size_t)sitting->workers, sizeof(*sitting->stays));
    sitting->ranks = calloc(ranks, sizeof(*sitting->ranks));
    if (heard->records == NULL || heard->reads == NULL || sitting->stays == NULL ||
        sitting->ranks == NULL)
        return err_memory(err, "the plan");
    return 0;
}

static int take_in(struct sitting *sitting, const struct heard *heard, const struct host_plan *plan,
                   struct err *err)
{
    assert(heard->records != NULL && sitting->ranks != NULL); /* the ranks have agreed on that */
    for (int rank = 0; rank < plan->ranks; rank++)
        judge_origin(&sitting->ranks[rank], &heard->records[rank], plan);
    sitting->seats = masks_to(heard->reads, sitting->workers);
    return sitting->seats != NULL ? 0 : err_memory(err, "the plan");
}

/* --- all together --- */

static void gather(struct sitting *sitting, struct heard *heard, const struct own *own,
                   const struct team *team, const struct seating *seating)
{
    assert(own->record != NULL); /* the ranks have agreed on that */
    gather_bytes(team, own->record, sizeof(*own->record), heard->records);
    gather_bytes(team, own->stays, sizeof(*own->stays) * (size_t)seating->threads, sitting->stays);
    masks_gather(own->reads, seating->threads, heard->reads, team->host);
}

int sitting_take(struct sitting *sitting, const struct team *team, const struct seating *seating,
                 hwloc_const_bitmap_t start, struct err *err, int *rank)
{
    struct own own = {.stays = NULL};
    struct heard heard = {NULL, NULL};
    *sitting = (struct sitting){0};
    if (speak(&own, team, seating, start, err) == 0)
        (void)make_room(sitting, &heard, seating, err);
    int status = agree(team, err, rank);
    if (status == 0) {
        gather(sitting, &heard, &own, team, seating);
        if (seating->plan != NULL)
            (void)take_in(sitting, &heard, seating->plan, err);
        status = agree(team, err, rank);
    }
    free(heard.reads);
    free(heard.records);
    free(own.record);
    free(own.reads);
    free(own.stays);
    return status;
}

void sitting_release(struct sitting *sitting)
{
    masks_release(sitting->seats, sitting->workers);
    free(sitting->stays);
    free(sitting->ranks);
    *sitting = (struct sitting){0};
}
