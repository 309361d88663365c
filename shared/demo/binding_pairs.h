/*
 * binding_pairs - places for two workers, from one PU for both to two packages: which of them a
 * machine has, among the PUs that may be used. Pure; any thread.
 */
#ifndef SQUARES_DEMO_BINDING_PAIRS_H
#define SQUARES_DEMO_BINDING_PAIRS_H

#include "place/cores.h"

enum pair_kind {
    PAIR_TURNS,    /* one PU, in turns */
    PAIR_SIBLINGS, /* hardware threads of one core */
    PAIR_CORES,    /* two cores with no border between them */
    PAIR_CACHES,   /* in one package, each under its own L3 or other shared cache */
    PAIR_PACKAGES,
    PAIR_FAR, /* two NUMA nodes: a reader, and a distant core that touches memory first */
    PAIR_KINDS,
};

struct pairs {
    int pu[PAIR_KINDS][2]; /* OS numbers; -1: the machine has no such pair */
    int cores;             /* number of cores that may be used */
};

/* Finds the pairs among `cores`, which were found in `topology`. Two cores of the same kind are
 * preferred to two of which one is faster. */
void pairs_find(struct pairs *pairs, hwloc_topology_t topology, const struct cores *cores);

static inline bool pairs_has(const struct pairs *pairs, enum pair_kind kind)
{
    return pairs->pu[kind][0] >= 0;
}

/* How many pairs there are, not counting PAIR_FAR. */
int pairs_count(const struct pairs *pairs);

/* "neighbouring cores": two workers there. */
const char *pair_name(enum pair_kind kind);

enum { PAIRS_TEXT = 160 };

/* The pairs that are lacking: "no SMT siblings and no second package"; "": none. Returns `text`. */
char *pairs_lacking(const struct pairs *pairs, char text[PAIRS_TEXT]);

#endif
