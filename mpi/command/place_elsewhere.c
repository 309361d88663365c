/* place_elsewhere - `place` for a machine that is not here: no ranks, no MPI. */
#include "command/place_elsewhere.h"

#include "comm/agree.h"
#include "comm/masks.h"
#include "command/place_output.h"

#include <stdlib.h>
#include <string.h>

/* All that is known of that machine; a zeroed one is empty. */
struct elsewhere {
    struct machine machine;
    hwloc_bitmap_t allowed;
    hwloc_bitmap_t *masks; /* [ranks] */
    int *numbers;          /* [ranks] */
    int ranks;
    struct cores cores;
    struct plan plan;
    struct findings findings;
    json_t *documents;
};

/* No launcher has placed ranks here: each rank may use all that is allowed. */
static int imagine(struct elsewhere *e, const struct place_options *o, struct err *err)
{
    e->ranks = o->ranks > 0 ? o->ranks : 1;
    e->numbers = calloc((size_t)e->ranks, sizeof(*e->numbers));
    if (e->numbers == NULL)
        return err_memory(err, "the plan");
    for (int rank = 0; rank < e->ranks; rank++)
        e->numbers[rank] = rank;
    if (machine_imagine(&e->machine, o->topology, err) != 0)
        return -1;
    hwloc_const_bitmap_t all = hwloc_topology_get_allowed_cpuset(e->machine.topology);
    e->allowed =
        o->allowed != NULL ? machine_pus(&e->machine, o->allowed, err) : hwloc_bitmap_dup(all);
    if (e->allowed == NULL)
        return err_memory(err, "the plan");
    if (cores_find(&e->cores, e->machine.topology, e->allowed, err) != 0)
        return -1;
    int threads = o->placing.threads;
    if (threads == PLACEMENT_AUTO)
        threads = plan_auto_threads(e->cores.count, e->ranks, o->placing.smt);
    const struct plan_request request = {e->ranks, threads, o->placing.policy, o->placing.smt};
    if (request.policy != PLACE_NONE)
        return plan_build(&e->plan, &e->cores, &request, err);
    e->masks = calloc((size_t)e->ranks, sizeof(*e->masks));
    if (e->masks == NULL)
        return err_memory(err, "the plan");
    for (int rank = 0; rank < e->ranks; rank++)
        if ((e->masks[rank] = hwloc_bitmap_dup(e->allowed)) == NULL)
            return err_memory(err, "the plan");
    return plan_within(&e->plan, e->machine.topology, e->masks, &request, err);
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static int describe(struct elsewhere *e, const struct place_options *o, struct err *err)
{
    const struct findings_job job = {1, e->ranks, e->ranks};
    struct placing_host host = {
        .machine = &e->machine,
        .cores = &e->cores,
        .seat_map = {.host = base_name(o->topology),
                     .topology = e->machine.topology,
                     .usable = e->allowed,
                     .ranks = e->ranks,
                     .threads = e->plan.threads,
                     .numbers = e->numbers,
                     .seats = e->plan.seats},
        .findings = &e->findings,
        .shape = launch_shape_of(&e->cores, 1, e->ranks, e->ranks, e->plan.threads),
        .evidence = "",
        .again = "./squares place",
    };
    findings_of_seats(&e->findings, &host.seat_map, &e->cores, &job);
    struct placing_pictures pictures = place_pictures(o);
    json_t *document = placing_document(&host, &pictures);
    e->documents = json_array();
    if (document == NULL || json_array_append_new(e->documents, document) != 0)
        return err_memory(err, "the report");
    return 0;
}

static void forget(struct elsewhere *e)
{
    json_decref(e->documents);
    plan_release(&e->plan);
    cores_release(&e->cores);
    masks_release(e->masks, e->ranks);
    free(e->numbers);
    hwloc_bitmap_free(e->allowed);
    machine_release(&e->machine);
}

int place_elsewhere(const struct place_options *options, const struct invocation *launch)
{
    struct elsewhere e = {.ranks = 0};
    struct place_outputs outputs = PLACE_OUTPUTS_NONE;
    struct err err = ERR_INIT;
    int code = 0;
    if (place_outputs_open(&outputs, options, &err) == 0 && imagine(&e, options, &err) == 0 &&
        describe(&e, options, &err) == 0) {
        const struct placing_run run = {.command = launch->command,
                                        .ranks = e.ranks,
                                        .threads = e.plan.threads,
                                        .findings_only = options->quiet,
                                        .whole = options->whole};
        if (place_tell(e.documents, &run, options, &outputs, &err) == 0)
            code = place_exit_code(e.documents, options);
    }
    if (err_is(&err)) {
        print_failure(&err);
        code = (int)err.code;
    }
    place_outputs_discard(&outputs);
    forget(&e);
    return code;
}
