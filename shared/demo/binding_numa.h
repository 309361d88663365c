/*
 * binding_numa - memory near a core, and memory at another NUMA node: how long a load takes, and
 * how fast reading is.
 */
#ifndef SQUARES_DEMO_BINDING_NUMA_H
#define SQUARES_DEMO_BINDING_NUMA_H

#include "demo/binding_pairs.h"
#include "demo/kit/scene.h"

/* Measures and shows near memory and, if there are pairs of PAIR_FAR, far memory. Returns 0, or -1
 * and sets err if there is no memory, or no thread can be started. */
int binding_numa_show(struct scene *scene, const struct pairs *pairs, struct err *err);

#endif
