/*
 * isolation_shared - processes that add to a counter: each to one of its own, and all to one in
 * memory that they have mapped. Part of the demo `isolation`.
 */
#ifndef SQUARES_DEMO_ISOLATION_SHARED_H
#define SQUARES_DEMO_ISOLATION_SHARED_H

#include "demo/kit/scene.h"

/* Lets `children` children add, and shows what was lost. Returns 0, or -1 and sets err if the
 * processes could not be started. */
int mapped_count(struct scene *scene, int children, struct err *err);

#endif
