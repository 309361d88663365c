/*
 * svg - hosts and where workers sit on them, as Scalable Vector Graphics 1.1, for a browser or a
 * slide: boxes within boxes for packages, NUMA nodes, last-level caches, cores and PUs. It uses the
 * viewer's fonts and no scripts, and each PU's <title> lists all its workers. The same seat map
 * gives the same text.
 */
#ifndef SQUARES_DRAW_SVG_H
#define SQUARES_DRAW_SVG_H

#include "place/seat_map.h"

/* Draws one host as a <g> element with its upper left corner at 0,0; stores its size in pixels in
 * `width` and `height`. Returns a new string. NULL: out of memory. */
char *svg_group(const struct seat_map *seat_map, int *width, int *height);

/* Makes a whole document of `count` such groups, one below the other, as wide as the widest.
 * Returns a new string. NULL: out of memory. */
char *svg_document(char *const groups[], const int widths[], const int heights[], int count);

#endif
