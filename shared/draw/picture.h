/*
 * picture - a host and where its workers sit, for a terminal: plain ASCII, 80 columns, no colour
 * needed.
 *
 *     Package L#0, NUMA node L#0
 *       L3   | L#0               || L#1               |
 *       core | L#0     | L#1     || L#2     | L#3     |
 *       PU   | P#0 0.0 | P#1 0.1 || P#2 0.2 | P#3 -   |
 *            | P#4 0.0 | P#5 0.1 || P#6 0.2 | P#7 -   |
 *
 * Columns are cores, the PUs of a core are below each other, "0.1" is rank 0's thread 1. A host of
 * more than 64 PUs is folded: a table with a line for each last-level cache (or NUMA node, or
 * package), and fewer lines for parts without workers.
 */
#ifndef SQUARES_DRAW_PICTURE_H
#define SQUARES_DRAW_PICTURE_H

#include "place/seat_map.h"

enum picture_flags {
    PICTURE_COLOUR = 1,   /* SGR codes; without it there are no escape bytes */
    PICTURE_WHOLE = 2,    /* never fold, nor shorten a list of loose workers */
    PICTURE_RELATIVE = 4, /* ranks are numbered 0, 1, ... and the host has no name, so that equally
                             used hosts have equal pictures */
};

/* Draws the picture: lines that end in '\n', as a new string. NULL: out of memory. */
char *picture_text(const struct seat_map *seat_map, unsigned flags);

#endif
