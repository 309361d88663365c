/*
 * binding_numa - a page of memory is placed at the NUMA node of the core that touches it first.
 * Here one worker reads memory that it has touched itself, and memory that another worker, at a
 * distant node, has touched.
 */
#include "demo/binding_numa.h"

#include "base/clock.h"
#include "base/units.h"
#include "demo/kit/gang_pair.h"
#include "demo/kit/stretch.h"

#include <math.h>

enum { NEAR, FAR, PLACES, RUNS = 15 };

/* What a worker does with a stretch of memory, and how long it takes. */
struct use {
    struct stretch stretch;
    double (*act)(struct stretch *stretch);
    double each_s; /* seconds for a load, or for a byte */
};

static void touch(void *arg, int member, int64_t began_ns)
{
    struct use *use = arg;
    (void)member;
    (void)began_ns;
    stretch_touch(&use->stretch);
}

static void go_through(void *arg, int member, int64_t began_ns)
{
    const int64_t WHILE_NS = 5 * NS_PER_MS;
    struct use *use = arg;
    double done = 0;
    int64_t now_ns;
    (void)member;
    do {
        done += use->act(&use->stretch);
        now_ns = clock_now_ns();
    } while (now_ns < began_ns + WHILE_NS);
    use->each_s = clock_seconds(now_ns - began_ns) / done;
}

struct near {
    struct scene *scene;
    const int *from; /* PUs: the one that reads, and the one that touches far memory */
    struct use uses[PLACES];
    int places;
    double load_s[PLACES], byte_s[PLACES]; /* the least of all runs */
};

static int run_alone(const struct near *near, int pu, gang_pair_fn *fn, struct use *use,
                     struct err *err)
{
    bool seated;
    return gang_pair_run(near->scene, (const int[]){pu, pu}, 1, fn, use, &seated, err);
}

/* Measures near and far in turn. Keeps the least of all runs, as a disturbance only adds to one. */
static int measure(struct near *near, double (*act)(struct stretch *), double least[PLACES],
                   struct err *err)
{
    for (int place = 0; place < near->places; place++)
        least[place] = INFINITY;
    for (int i = 0; i < RUNS * near->places; i++) {
        int place = i % near->places;
        struct use *use = &near->uses[place];
        use->act = act;
        if (run_alone(near, near->from[0], go_through, use, err) != 0)
            return -1;
        least[place] = fmin(least[place], use->each_s);
    }
    return 0;
}

/* Touches the memory from the PU near which it should be. Binding it there only keeps the kernel
 * from moving it to its reader: if the kernel refuses, first touch decides. */
static int lay(struct near *near, int place, struct err *err)
{
    hwloc_topology_t topology = near->scene->machine.topology;
    struct use *use = &near->uses[place];
    int pu = near->from[place];
    hwloc_obj_t there = hwloc_get_pu_obj_by_os_index(topology, (unsigned)pu);
    if (stretch_reserve(&use->stretch, stretch_size(topology, NULL), err) != 0)
        return -1;
    if (there != NULL)
        (void)hwloc_set_area_membind(topology, use->stretch.cells, use->stretch.size, there->cpuset,
                                     HWLOC_MEMBIND_BIND, 0);
    return run_alone(near, pu, touch, use, err);
}

static void show(const struct near *near, struct showing *showing)
{
    static const struct showing_column COLUMNS[] = {{"load_s", "a load", SHOWN_SECONDS},
                                                    {"bytes_per_s", "bytes read", SHOWN_RATE},
                                                    {.key = NULL}};
    showing_table(showing, "memory", "memory", COLUMNS);
    showing_row(showing, "near", (double[]){near->load_s[NEAR], 1 / near->byte_s[NEAR]});
    if (near->places > FAR)
        showing_row(showing, "far", (double[]){near->load_s[FAR], 1 / near->byte_s[FAR]});
}

static void tell(const struct near *near, struct showing *showing)
{
    const double CHANCE = 1.1; /* a smaller ratio may be due to chance */
    size_t cached;
    char load[UNIT_TEXT], size[UNIT_TEXT];
    (void)stretch_size(near->scene->machine.topology, &cached);
    showing_say(showing,
                "On PU %d a load from %s of memory touched there takes %s if it has to wait for "
                "the load before.",
                near->from[0], unit_bytes((int64_t)near->uses[NEAR].stretch.size, size),
                unit_duration(near->load_s[NEAR], load));
    if (cached > 0)
        showing_say(showing, "The L3 cache has %s, so some of what is read comes from there.",
                    unit_bytes((int64_t)cached, size));
    if (near->places <= FAR)
        return;
    double later = near->load_s[FAR] / near->load_s[NEAR];
    double slower = near->byte_s[FAR] / near->byte_s[NEAR];
    showing_say(showing,
                "From memory that PU %d touched first, at another NUMA node, a load takes %.2f "
                "times as long, and reading in sequence %.2f times%s.",
                near->from[1], later, slower,
                later > CHANCE || slower > CHANCE ? "" : ": that may be chance");
}

int binding_numa_show(struct scene *scene, const struct pairs *pairs, struct err *err)
{
    bool far = pairs_has(pairs, PAIR_FAR);
    struct near near = {
        .scene = scene, .from = pairs->pu[far ? PAIR_FAR : PAIR_TURNS], .places = far ? PLACES : 1};
    int status = 0;
    for (int place = 0; status == 0 && place < near.places; place++)
        status = lay(&near, place, err);
    if (status == 0)
        status = measure(&near, stretch_jump, near.load_s, err);
    if (status == 0)
        status = measure(&near, stretch_read, near.byte_s, err);
    if (status == 0) {
        show(&near, &scene->showing);
        tell(&near, &scene->showing);
    }
    for (int place = 0; place < near.places; place++)
        stretch_release(&near.uses[place].stretch);
    return status;
}
