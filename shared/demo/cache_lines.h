/*
 * cache_lines - the cache lines of this machine: how long they are, and pictures of what lies on
 * them.
 */
#ifndef SQUARES_DEMO_CACHE_LINES_H
#define SQUARES_DEMO_CACHE_LINES_H

#include "demo/kit/scene.h"

#include <stddef.h>

/* A line is drawn as so many cells, and is at least as many `long`s long. */
enum { LINES_CELLS = 8 };

/* Bytes of a line, a power of two: as hwloc has it of the L1 data cache, else as the C library has
 * it, else 64. *source (or NULL): which of them, to stand behind "64 bytes, ". */
size_t cache_lines_size(const struct scene *scene, const char **source);

/* Draws a row of lines as "label |0.......|1.......|": thing 0, 1, ... of `count` in the first cell
 * of each `apart` (at least 1). */
void cache_lines_draw(struct showing *showing, const char *label, int count, int apart);

#endif
