/*
 * cache_lines - the cache lines of this machine: their length, and pictures of what lies on them.
 */
#ifndef SQUARES_DEMO_CACHE_LINES_H
#define SQUARES_DEMO_CACHE_LINES_H

#include "demo/kit/scene.h"

#include <stddef.h>

/* A line is drawn as this many cells, and is at least as many `long`s long. */
enum { LINES_CELLS = 8 };

/* The bytes of a line, a power of two: from hwloc (the L1 data cache), else from the C library,
 * else 64. *source (or NULL): which of them, in words that follow "64 bytes, ". */
size_t cache_lines_size(const struct scene *scene, const char **source);

/* Draws a row of lines as "label |0.......|1.......|": `count` things, each in the first of `apart`
 * cells (at least 1). */
void cache_lines_draw(struct showing *showing, const char *label, int count, int apart);

#endif
