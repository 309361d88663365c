/* place - what placing costs: a plan for a large machine, beside loading it, which comes first; and
 * one look at where a worker is. */
#include "base/clock.h"
#include "place/machine.h"
#include "place/placement.h"
#include "place/residency.h"
#include "tell.h"

enum { LOOKS = 1000000 };

/* Two packages of 12 caches of 8 cores of 2 PUs: 384 PUs, numbered as on such machines. */
static const char MACHINE[] = "pack:2 [numa] l3:12 core:8 pu:2";

static double plan_ms(const struct machine *machine, const struct plan_request *request)
{
    struct cores cores;
    struct plan plan;
    struct err err = ERR_INIT;
    hwloc_const_bitmap_t all = hwloc_topology_get_allowed_cpuset(machine->topology);
    int64_t start = clock_now_ns();
    if (cores_find(&cores, machine->topology, all, &err) != 0 ||
        plan_build(&plan, &cores, request, &err) != 0)
        tell_failure(err.text);
    double ms = clock_seconds(clock_now_ns() - start) * 1e3;
    plan_release(&plan);
    cores_release(&cores);
    return ms;
}

static void tell_plans(const struct machine *machine)
{
    static const struct plan_request SHAPES[] = {
        {384, 1, PLACE_AUTO, 0}, {24, 16, PLACE_AUTO, 0}, {12, 16, PLACE_AUTO, 0},
        {40, 4, PLACE_AUTO, 0},  {192, 1, PLACE_AUTO, 0},
    };
    for (size_t i = 0; i < sizeof(SHAPES) / sizeof(SHAPES[0]); i++) {
        char name[32];
        (void)snprintf(name, sizeof(name), "%dx%d", SHAPES[i].ranks, SHAPES[i].threads);
        tell(name, "ms", plan_ms(machine, &SHAPES[i]));
    }
}

static void tell_load(void)
{
    struct machine machine;
    struct err err = ERR_INIT;
    int64_t start = clock_now_ns();
    if (machine_imagine(&machine, MACHINE, &err) != 0)
        tell_failure(err.text);
    tell("load", "ms", clock_seconds(clock_now_ns() - start) * 1e3);
    machine_release(&machine);
}

static void tell_look(void)
{
    struct residency residency = {.last = -1, .seen = hwloc_bitmap_alloc()};
    int64_t start = clock_now_ns();
    for (int i = 0; i < LOOKS; i++)
        residency_look(&residency);
    double ns = (double)(clock_now_ns() - start) / LOOKS;
    tell("look", "ns", ns);
    tell("looks", "%", 100 * ns * 1e-9 * 10000); /* of the time, at 10,000 a second */
    hwloc_bitmap_free(residency.seen);
}

int main(int argc, char **argv)
{
    struct machine machine;
    struct err err = ERR_INIT;
    if (machine_imagine(&machine, MACHINE, &err) != 0)
        tell_failure(err.text);
    for (int rounds = tell_rounds(argc, argv); rounds > 0; rounds--) {
        tell_load();
        tell_plans(&machine);
        tell_look();
    }
    machine_release(&machine);
    return 0;
}
