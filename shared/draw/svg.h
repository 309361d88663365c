/*
 * svg - hosts and who sits where on them as Scalable Vector Graphics 1.1, for a browser or a slide:
 * boxes within boxes for packages, NUMA nodes, last level caches, cores and PUs. The fonts are
 * those the viewer has, there are no scripts, and each PU's <title> tells all its workers. The same
 * seat map gives the same text.
 */
#ifndef SQUARES_DRAW_SVG_H
#define SQUARES_DRAW_SVG_H

#include "place/seat_map.h"

/* One host as a <g> element whose upper left corner is 0,0 and whose size is put into `width` and
 * `height`, in pixels: a new string. NULL: out of memory. */
char *svg_group(const struct seat_map *seat_map, int *width, int *height);

/* A whole document of `count` such groups, one below the other, as wide as the widest of them: a
 * new string. NULL: out of memory. */
char *svg_document(char *const groups[], const int widths[], const int heights[], int count);

#endif
