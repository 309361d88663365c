/*
 * plot - a diagram of values, drawn in characters: marks in a field with an axis on its left and
 * one below.
 *
 *      4.00 |               .....m
 *           |        ..m...
 *      1.00 |m....
 *           +---------------------
 *            1         2         4
 */
#ifndef SQUARES_DEMO_KIT_PLOT_H
#define SQUARES_DEMO_KIT_PLOT_H

#include "base/units.h"
#include "demo/kit/showing.h"

enum { PLOT_LINES = 9, PLOT_COLUMNS = 60 };

/* Writes a value at the axis; unit_duration, for instance. */
typedef char *plot_unit_fn(double value, char text[UNIT_TEXT]);

struct plot {
    double low, high; /* at the bottom and at the top */
    bool logarithmic; /* equal ratios have equal heights; low must be above 0 */
    char field[PLOT_LINES][PLOT_COLUMNS + 1];
    char below[PLOT_COLUMNS + 1];
};

/* Makes an empty field; `high` is above `low`. */
void plot_open(struct plot *plot, double low, double high, bool logarithmic);

/* Puts a mark at `x`, 0 (left) to 1 (right). Marks outside of the field are put at its edge. A '.'
 * never replaces another mark; two other marks in one place become '*'. */
void plot_put(struct plot *plot, double x, double value, char mark);

/* Writes text below the axis, centred at `x` if there is room. */
void plot_note(struct plot *plot, double x, const char *text);

/* Draws the diagram into what is shown. */
void plot_draw(const struct plot *plot, plot_unit_fn *unit, struct showing *showing);

#endif
