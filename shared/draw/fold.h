/*
 * fold - a large host as a table: a line for each part of it, and one line for neighbouring parts
 * without workers. A part of picture.
 */
#ifndef SQUARES_DRAW_FOLD_H
#define SQUARES_DRAW_FOLD_H

#include "draw/paint.h"

/* Writes the table, at most 80 columns wide. Returns 0, or -1 if memory runs out. */
int fold_put(const struct grid *cells, const struct paint *paint, FILE *out);

/* Whether this box has a line of its own, which shows its loose workers. */
bool fold_tells(const struct grid *cells, int box);

#endif
