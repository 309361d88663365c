/*
 * findings_add - how findings are worded and kept; for findings.c and inspect.c only.
 */
#ifndef SQUARES_FINDINGS_FINDINGS_ADD_H
#define SQUARES_FINDINGS_FINDINGS_ADD_H

#include "findings/findings.h"

/* Adds a finding with its remedy and no launch line. Never NULL: there is room for each code,
 * once of the masks and once of the seats. */
struct finding *findings_add(struct findings *findings, enum finding_code code, bool as_launched)
    __attribute__((returns_nonnull));

/* The shape as asked if the host has a core for each worker, else shape_filled. */
struct launch_shape shape_fitted(const struct launch_shape *shape, const struct cores *cores);

/* A worker for every core, so that no rank need cross a border between kinds, NUMA nodes, or caches
 * that have room for it; with the number of ranks nearest to what was asked. */
struct launch_shape shape_filled(const struct launch_shape *shape, const struct cores *cores);

#endif
