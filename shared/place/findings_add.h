/*
 * findings_add - how findings are worded and kept; for findings.c and inspect.c only.
 */
#ifndef SQUARES_PLACE_FINDINGS_ADD_H
#define SQUARES_PLACE_FINDINGS_ADD_H

#include "place/findings.h"

/* Adds a finding with its remedy and no launch line. Never NULL: there is room for each code,
 * once of the masks and once of the seats. */
struct finding *findings_add(struct findings *findings, enum finding_code code, bool as_launched)
    __attribute__((returns_nonnull));

/* The shape that uses the host's cores best with about as many ranks and threads: as asked where
 * that fits, else fewer. */
struct launch_shape shape_fitted(const struct launch_shape *shape);

/* With as many ranks for each of `parts` equal parts of the host, each with the part's cores. */
struct launch_shape shape_divided(const struct launch_shape *shape, int parts);

/* A worker for every core: the ranks divide evenly among the NUMA nodes, and are as near to those
 * asked for as that allows. */
struct launch_shape shape_filled(const struct launch_shape *shape);

/* As many ranks, with the most threads for which each finds room on cores of one kind. */
struct launch_shape shape_of_kinds(const struct launch_shape *shape, const struct cores *cores);

#endif
