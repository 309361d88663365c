#include "experiment/subteam.h"

#include "comm/agree.h"
#include "place/seat.h"

#include <stdlib.h>

/* --- what all subteams share --- */

static void share_masks(struct subteam_base *subteam_base)
{
    struct mask mine;
    hwloc_bitmap_t given = seat_of(0);
    mask_from(&mine, given);
    masks_allgather(&mine, subteam_base->masks, subteam_base->team->host);
    hwloc_bitmap_free(given);
}

int subteam_base_open(struct subteam_base *subteam_base, const struct team *team,
                      const struct placement_request *placing, struct err *err)
{
    *subteam_base = (struct subteam_base){.team = team, .placing = *placing};
    subteam_base->masks = calloc((size_t)team->host_size, sizeof(*subteam_base->masks));
    if (subteam_base->masks == NULL)
        err_memory(err, "the plan");
    else if (team_leads_host(team))
        (void)machine_load(&subteam_base->machine, err);
    if (agree(team, err) != 0)
        return -1;
    share_masks(subteam_base);
    return 0;
}

void subteam_base_release(struct subteam_base *subteam_base)
{
    machine_release(&subteam_base->machine);
    free(subteam_base->masks);
    subteam_base->masks = NULL;
}

/* --- one subteam --- */

/* The PUs of this rank and of the ranks it stands for; only its own if masks must not be widened.
 * NULL if memory runs out. */
static hwloc_bitmap_t masks_of_group(const struct shape *shape,
                                     const struct subteam_base *subteam_base)
{
    int first = subteam_base->team->host_rank;
    int end = subteam_base->placing.never_widen ? first + 1 : first + shape->group;
    hwloc_bitmap_t all = hwloc_bitmap_alloc();
    for (int i = first; all != NULL && i < end && i < subteam_base->team->host_size; i++) {
        hwloc_bitmap_t one = mask_to(&subteam_base->masks[i]);
        if (one != NULL)
            hwloc_bitmap_or(all, all, one);
        hwloc_bitmap_free(one);
    }
    return all;
}

static int plan_seats(struct subteam *subteam, const struct subteam_base *subteam_base,
                      struct err *err)
{
    hwloc_bitmap_t given = masks_of_group(&subteam->shape, subteam_base);
    struct seats_wish wish = {
        .placing = subteam_base->placing, .given = given, .machine = &subteam_base->machine};
    wish.placing.threads = subteam->shape.threads;
    int status = seats_plan(&subteam->seats, &subteam->team, &wish, err);
    hwloc_bitmap_free(given);
    subteam->team.crowded = subteam->seats.host.oversubscribed;
    return status;
}

int subteam_form(struct subteam *subteam, const struct shape *shape,
                 const struct subteam_base *subteam_base, struct err *err)
{
    const struct team *all = subteam_base->team;
    *subteam = (struct subteam){.shape = *shape};
    subteam->member = shape_takes(shape, all->host_index, all->host_rank);
    team_part(&subteam->team, all, subteam->member);
    if (subteam->member && plan_seats(subteam, subteam_base, err) != 0)
        agree_keep_own(&subteam->team, err);
    return agree(all, err);
}

void subteam_release(struct subteam *subteam)
{
    seats_release(&subteam->seats);
    team_release(&subteam->team);
}
