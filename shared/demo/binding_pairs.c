#include "demo/binding_pairs.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *lacking;
} KINDS[PAIR_KINDS] = {
    [PAIR_TURNS] = {"one PU, in turns", NULL},
    [PAIR_SIBLINGS] = {"SMT siblings", "no SMT siblings"},
    [PAIR_CORES] = {"neighbouring cores", "no two cores under one cache"},
    [PAIR_CACHES] = {"cores of two caches", "no package with two shared caches"},
    [PAIR_PACKAGES] = {"cores of two packages", "no second package"},
    [PAIR_FAR] = {"cores of two NUMA nodes", "no second NUMA node"},
};

const char *pair_name(enum pair_kind kind)
{
    return KINDS[kind].name;
}

static void set_pair(struct pairs *pairs, enum pair_kind kind, int first, int second)
{
    if (pairs_has(pairs, kind))
        return;
    pairs->pu[kind][0] = first;
    pairs->pu[kind][1] = second;
}

static int first_pu(const struct core *core)
{
    return hwloc_bitmap_first(core->pus);
}

/* NULL: the machine shows no packages. */
static hwloc_obj_t package_of(hwloc_topology_t topology, const struct core *core)
{
    hwloc_obj_t within = hwloc_get_obj_covering_cpuset(topology, core->pus);
    return within != NULL ? hwloc_get_ancestor_obj_by_type(topology, HWLOC_OBJ_PACKAGE, within)
                          : NULL;
}

/* The cores are listed along the machine: if any two of one kind have a border between them, so do
 * two that are next to each other. */
static void find_cores(struct pairs *pairs, hwloc_topology_t topology, const struct cores *cores,
                       bool of_one_kind)
{
    for (int i = 1; i < cores->count; i++) {
        const struct core *a = &cores->list[i - 1], *b = &cores->list[i];
        enum pair_kind kind = PAIR_CORES;
        if (of_one_kind && a->kind != b->kind)
            continue;
        if (package_of(topology, a) != package_of(topology, b))
            kind = PAIR_PACKAGES;
        else if (a->cache != b->cache)
            kind = PAIR_CACHES;
        set_pair(pairs, kind, first_pu(a), first_pu(b));
    }
}

/* Pairs the first core with the last core of another node. Near nodes usually come first, so that
 * one is far. */
static void find_far(struct pairs *pairs, const struct cores *cores)
{
    const struct core *here = &cores->list[0];
    for (int i = cores->count - 1; i > 0; i--)
        if (cores->list[i].node != here->node)
            set_pair(pairs, PAIR_FAR, first_pu(here), first_pu(&cores->list[i]));
}

void pairs_find(struct pairs *pairs, hwloc_topology_t topology, const struct cores *cores)
{
    const struct core *first = &cores->list[0];
    *pairs = (struct pairs){.cores = cores->count};
    for (int kind = 0; kind < PAIR_KINDS; kind++)
        pairs->pu[kind][0] = pairs->pu[kind][1] = -1;
    set_pair(pairs, PAIR_TURNS, first_pu(first), first_pu(first));
    for (int i = 0; i < cores->count; i++) {
        const struct core *core = &cores->list[i];
        if (core->threads > 1)
            set_pair(pairs, PAIR_SIBLINGS, first_pu(core),
                     hwloc_bitmap_next(core->pus, first_pu(core)));
    }
    find_cores(pairs, topology, cores, true);
    find_cores(pairs, topology, cores, false);
    find_far(pairs, cores);
}

int pairs_count(const struct pairs *pairs)
{
    int count = 0;
    for (int kind = 0; kind < PAIR_FAR; kind++)
        count += pairs_has(pairs, kind);
    return count;
}

char *pairs_lacking(const struct pairs *pairs, char text[PAIRS_TEXT])
{
    const char *lacking[PAIR_KINDS];
    int count = 0, last = pairs->cores > 1 ? PAIR_KINDS : PAIR_CORES;
    for (int kind = 0; kind < last; kind++)
        if (!pairs_has(pairs, kind))
            lacking[count++] = KINDS[kind].lacking;
    if (pairs->cores == 1) /* that covers everything else */
        lacking[count++] = "no second core";
    text[0] = '\0';
    for (int i = 0; i < count; i++)
        text_item(text, PAIRS_TEXT, i < count - 1 ? ", " : " and ", "%s", lacking[i]);
    return text;
}
