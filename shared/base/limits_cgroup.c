#include "base/limits_files.h"

#include "base/cgroup.h"

#include <stdio.h>

/* A number in one of the group's files; -1: there is none ("max"). */
static long number_of(const struct cgroup *group, const char *name, const char *key)
{
    const struct limits_world world = {.root = group->root};
    return limits_number(&world, group->folder, name, key);
}

/* Whether the cgroup is full, or has ever been full. */
static bool is_reached(const struct cgroup *group, bool now, long *most)
{
    *most = number_of(group, "/pids.max", "");
    if (*most < 0)
        return false;
    return now ? number_of(group, "/pids.current", "") >= *most
               : number_of(group, "/pids.events", "max ") > 0;
}

/* From the inside out, as the limits of enclosing cgroups apply, too. */
void limits_cgroup_find(const struct limits_world *world, bool now, struct limits_cgroup *found)
{
    struct cgroup group;
    found->most = -1;
    if (cgroup_find(&group, world->root, "self", "pids") != CGROUP_SEEN)
        return;
    do {
        if (is_reached(&group, now, &found->most)) {
            (void)snprintf(found->name, sizeof(found->name), "%.*s", (int)sizeof(found->name) - 1,
                           group.path);
            return;
        }
    } while (cgroup_outwards(&group));
    found->most = -1;
}
