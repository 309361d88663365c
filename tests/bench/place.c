/* place - what placing costs: a plan for a large machine without loading it, and one look at where
 * a worker is. Prints medians of 9 rounds with their spread. */
#include "base/clock.h"
#include "measure/samples.h"
#include "place/machine.h"
#include "place/placement.h"
#include "place/residency.h"

#include <stdio.h>

enum { ROUNDS = 9, LOOKS = 1000000 };

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
        return -1;
    double ms = clock_seconds(clock_now_ns() - start) * 1e3;
    plan_release(&plan);
    cores_release(&cores);
    return ms;
}

static void bench_plans(const struct machine *machine)
{
    static const struct plan_request SHAPES[] = {
        {384, 1, PLACE_AUTO, 0}, {24, 16, PLACE_AUTO, 0}, {12, 16, PLACE_AUTO, 0},
        {40, 4, PLACE_AUTO, 0},  {192, 1, PLACE_AUTO, 0},
    };
    for (size_t i = 0; i < sizeof(SHAPES) / sizeof(SHAPES[0]); i++) {
        double ms[ROUNDS];
        for (int round = 0; round < ROUNDS; round++)
            ms[round] = plan_ms(machine, &SHAPES[i]);
        struct samples s = samples_of(ms, ROUNDS);
        printf("plan of %3d x %2d on 384 PUs: %.3f ms (%.3f to %.3f), wanted: under 20\n",
               SHAPES[i].ranks, SHAPES[i].threads, s.median, s.low, s.high);
    }
}

static void bench_looks(void)
{
    double ns[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        struct residency residency = {.last = -1, .seen = hwloc_bitmap_alloc()};
        int64_t start = clock_now_ns();
        for (int i = 0; i < LOOKS; i++)
            residency_look(&residency);
        ns[round] = (double)(clock_now_ns() - start) / LOOKS;
        hwloc_bitmap_free(residency.seen);
    }
    struct samples s = samples_of(ns, ROUNDS);
    printf("one look at where a worker is: %.1f ns (%.1f to %.1f)\n", s.median, s.low, s.high);
    printf("that is %.4f %% of a run at 10,000 chunks a second, wanted: under 0.1\n",
           s.median * 1e-9 * 1e4 * 100);
}

int main(void)
{
    struct machine machine;
    struct err err = ERR_INIT;
    if (machine_imagine(&machine, MACHINE, &err) != 0) {
        (void)fprintf(stderr, "place: %s\n", err.text);
        return 1;
    }
    bench_plans(&machine);
    machine_release(&machine);
    bench_looks();
    return 0;
}
