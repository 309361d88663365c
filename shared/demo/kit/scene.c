#include "demo/kit/scene.h"

#include "place/seat.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int weigh(struct scene *scene, struct err *err)
{
    static const struct placement_request ONE = {.threads = 1};
    hwloc_topology_t topology = scene->machine.topology;
    hwloc_const_bitmap_t allowed = hwloc_topology_get_allowed_cpuset(topology);
    if (evidence_gather(&scene->evidence, &scene->machine, allowed, scene->start, err) != 0)
        return -1;
    return placement_open(&scene->placement, topology, &scene->evidence, &scene->start, 1, &ONE,
                          err);
}

static void describe(struct scene *scene)
{
    const struct machine *machine = &scene->machine;
    struct report_host *host = &scene->host;
    *host = (struct report_host){.packages = machine->packages,
                                 .numa = machine->numa,
                                 .cores = machine->cores,
                                 .pus = machine->pus,
                                 .usable_cores = scene->cores->count,
                                 .usable_pus = scene->cores->pus};
    memcpy(host->cpu, machine->cpu, sizeof(host->cpu));
    if (gethostname(host->name, sizeof(host->name)) != 0)
        (void)snprintf(host->name, sizeof(host->name), "this host");
    host->name[sizeof(host->name) - 1] = '\0';
}

int scene_open(struct scene *scene, struct err *err)
{
    showing_open(&scene->showing);
    scene->start = seat_of(0);
    if (scene->start == NULL)
        return err_memory(err, "the demo");
    if (machine_load(&scene->machine, err) != 0 || weigh(scene, err) != 0)
        return -1;
    scene->cores = &scene->placement.cores;
    (void)seat_take(scene->placement.widest);
    describe(scene);
    return 0;
}

struct load scene_load(const struct scene *scene)
{
    struct load load = {0};
    hwloc_const_bitmap_t pus = scene->placement.widest;
    const int count = hwloc_bitmap_last(pus) + 1;
    bool *counted = calloc((size_t)(count > 0 ? count : 1), sizeof(*counted));
    FILE *in = counted != NULL ? fopen(LOAD_FILE, "re") : NULL;
    for (int pu = 0; in != NULL && pu < count; pu++)
        counted[pu] = hwloc_bitmap_isset(pus, (unsigned)pu) != 0;
    if (in != NULL) {
        load_read(&load, in, sysconf(_SC_CLK_TCK), counted, count);
        (void)fclose(in);
    }
    free(counted);
    return load;
}

void scene_close(struct scene *scene)
{
    showing_release(&scene->showing);
    placement_release(&scene->placement);
    evidence_release(&scene->evidence);
    machine_release(&scene->machine);
    hwloc_bitmap_free(scene->start);
    scene->start = NULL;
}

/* If it is unknown which CPUs belong to the job, no thread is bound: another job may be using those
 * CPUs. */
int scene_plan(const struct scene *scene, int workers, struct plan *plan, struct err *err)
{
    struct plan_request request = {.ranks = 1, .threads = workers, .policy = PLACE_AUTO};
    const struct placement *placement = &scene->placement;
    if (placement->undecided == 0)
        return plan_build(plan, scene->cores, &request, err);
    request.policy = PLACE_NONE;
    return plan_within(plan, placement->topology, &placement->widest, &request, err);
}

void scene_tell_fixed(struct scene *scene)
{
    if (scene->threads > 0)
        showing_say(&scene->showing, "--threads changes nothing here: this demo has a fixed "
                                     "number of them.");
}
