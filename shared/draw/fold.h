/*
 * fold - a large host as a table: a line for each part of it, one for neighbours where nobody sits.
 * A part of picture.
 */
#ifndef SQUARES_DRAW_FOLD_H
#define SQUARES_DRAW_FOLD_H

#include "draw/paint.h"

/* Writes the table, at most 80 columns. -1: out of memory. */
int fold_put(const struct grid *cells, const struct paint *paint, FILE *out);

/* Whether this box has a line of its own, on which its loose workers stand. */
bool fold_tells(const struct grid *cells, int box);

#endif
