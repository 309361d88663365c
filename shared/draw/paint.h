/*
 * paint - terminal colours (SGR codes, ECMA-48) for the parts of a picture. Without colour, nothing
 * is written.
 */
#ifndef SQUARES_DRAW_PAINT_H
#define SQUARES_DRAW_PAINT_H

#include "draw/grid.h"

#include <stdio.h>

struct paint {
    const struct grid *cells;
    FILE *out;
    bool colour;
};

/* Switches to the colour of a cell in this state; for a taken cell, to the colour of the worker's
 * rank. */
static inline void paint_on(const struct paint *paint, enum cell_state state, int worker)
{
    static const char *const STATES[CELL_STATES] = {
        [CELL_UNUSABLE] = "31", [CELL_IDLE] = "2", [CELL_OPEN] = "2"};
    static const char *const RANKS[] = {"32", "36", "33", "35", "34"};
    enum { COLOURS = sizeof(RANKS) / sizeof(RANKS[0]) };
    if (paint->colour)
        (void)fprintf(paint->out, "\033[%sm",
                      state == CELL_TAKEN
                          ? RANKS[worker / paint->cells->seat_map->threads % COLOURS]
                          : STATES[state]);
}

static inline void paint_off(const struct paint *paint)
{
    if (paint->colour)
        (void)fputs("\033[0m", paint->out);
}

#endif
