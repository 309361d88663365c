/*
 * isolation_shared - processes that add to a counter: to one of their own, and to one in memory
 * that all of them have mapped. Part of the demo `isolation`.
 */
#ifndef SQUARES_DEMO_ISOLATION_SHARED_H
#define SQUARES_DEMO_ISOLATION_SHARED_H

#include "demo/kit/scene.h"

/* Lets so many children add, and shows what got lost. -1: there could be no more processes. */
int mapped_count(struct scene *scene, int children, struct err *err);

#endif
