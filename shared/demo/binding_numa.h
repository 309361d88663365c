/*
 * binding_numa - memory that lies near a core, and memory that lies at another NUMA node: what a
 * load and what reading takes from here.
 */
#ifndef SQUARES_DEMO_BINDING_NUMA_H
#define SQUARES_DEMO_BINDING_NUMA_H

#include "demo/binding_pairs.h"
#include "demo/kit/scene.h"

/* Measures and shows near memory and, if there are pairs of PAIR_FAR, far memory. -1: there is no
 * memory, or no thread can be started. */
int near_show(struct scene *scene, const struct pairs *pairs, struct err *err);

#endif
