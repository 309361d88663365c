/*
 * findings_add - words findings and stores them; for findings.c and inspect.c only.
 */
#ifndef SQUARES_FINDINGS_FINDINGS_ADD_H
#define SQUARES_FINDINGS_FINDINGS_ADD_H

#include "findings/findings.h"

/* Adds a finding with its remedy and no launch line. Never NULL: there is room for each code twice,
 * once about the masks and once about the seats. */
struct finding *findings_add(struct findings *findings, enum finding_code code, bool as_launched)
    __attribute__((returns_nonnull));

/* The shape as asked for if the host has a core for each worker, else shape_filled. */
struct launch_shape shape_fitted(const struct launch_shape *shape, const struct cores *cores);

/* A shape with a worker for every core in which no rank has to cross a border between kinds, NUMA
 * nodes, or caches that have room for it; its number of ranks is the nearest to what was asked
 * for. */
struct launch_shape shape_filled(const struct launch_shape *shape, const struct cores *cores);

#endif
