#include "experiment/subteam.h"

#include "comm/agree.h"
#include "place/seat.h"

#include <stdlib.h>

/* --- what all squads share --- */

static void share_masks(struct musters *musters)
{
    struct mask mine;
    hwloc_bitmap_t given = seat_of(0);
    mask_from(&mine, given);
    masks_allgather(&mine, musters->masks, musters->team->host);
    hwloc_bitmap_free(given);
}

int musters_open(struct musters *musters, const struct team *team,
                 const struct placement_request *placing, struct err *err, int *rank)
{
    *musters = (struct musters){.team = team, .placing = *placing};
    musters->masks = calloc((size_t)team->host_size, sizeof(*musters->masks));
    if (musters->masks == NULL)
        err_memory(err, "the plan");
    else if (team_leads_host(team))
        (void)machine_load(&musters->machine, err);
    if (agree(team, err, rank) != 0)
        return -1;
    share_masks(musters);
    return 0;
}

void musters_release(struct musters *musters)
{
    machine_release(&musters->machine);
    free(musters->masks);
    musters->masks = NULL;
}

/* --- one squad --- */

/* The PUs of this rank and of those that it stands for; of this rank alone where nobody is to be
 * widened. NULL: out of memory. */
static hwloc_bitmap_t masks_of_group(const struct shape *shape, const struct musters *musters)
{
    int first = musters->team->host_rank;
    int end = musters->placing.never_widen ? first + 1 : first + shape->group;
    hwloc_bitmap_t all = hwloc_bitmap_alloc();
    for (int i = first; all != NULL && i < end && i < musters->team->host_size; i++) {
        hwloc_bitmap_t one = mask_to(&musters->masks[i]);
        if (one != NULL)
            hwloc_bitmap_or(all, all, one);
        hwloc_bitmap_free(one);
    }
    return all;
}

static int plan_seats(struct squad *squad, const struct musters *musters, struct err *err,
                      int *rank)
{
    hwloc_bitmap_t given = masks_of_group(&squad->shape, musters);
    struct seating_wish wish = {
        .placing = musters->placing, .given = given, .machine = &musters->machine};
    wish.placing.threads = squad->shape.threads;
    int status = seating_plan(&squad->seating, &squad->team, &wish, err, rank);
    hwloc_bitmap_free(given);
    squad->team.crowded = squad->seating.host.oversubscribed;
    return status;
}

int squad_form(struct squad *squad, const struct shape *shape, const struct musters *musters,
               struct err *err, int *rank)
{
    const struct team *all = musters->team;
    *squad = (struct squad){.shape = *shape};
    squad->member = shape_takes(shape, all->host_index, all->host_rank);
    team_part(&squad->team, all, squad->member);
    if (squad->member && plan_seats(squad, musters, err, rank) != 0 && squad->team.rank != *rank)
        *err = (struct err)ERR_INIT; /* that rank tells all the others */
    return agree(all, err, rank);
}

void squad_release(struct squad *squad)
{
    seating_release(&squad->seating);
    team_release(&squad->team);
}
