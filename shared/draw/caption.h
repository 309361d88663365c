/*
 * caption - the words for a drawn host, in text and in SVG alike: plain printable ASCII. Numbers
 * are marked as in hwloc's own tools: L# is a logical number, P# the operating system's.
 */
#ifndef SQUARES_DRAW_CAPTION_H
#define SQUARES_DRAW_CAPTION_H

#include "draw/grid.h"

#include <stdio.h>

enum {
    CAPTION_LINE = 80, /* columns of a terminal */
    CAPTION_RUN = 64,  /* room for any run of workers */
    CAPTION_CELL = 48, /* room for the text of any cell */
};

/* "P#0-7,192-199": a set as its letter ('L' or 'P') and ranges; one that does not fit ends in
 * ",..". "" if empty. Returns `text`. */
char *caption_list(char letter, hwloc_const_bitmap_t set, char *text, size_t size);

/* The first run in `workers` (rising) as "0.0-1.7": from rank 0, thread 0 to rank 1, thread 7,
 * including all between. Returns how many of the `count` workers it covers. */
int caption_run(const struct grid *cells, const int *workers, int count, char text[CAPTION_RUN]);

/* Runs of workers as "0.0-0.3,2.0-2.3"; those that do not fit are counted, "0.0-0.3 +4 more".
 * Returns how many were only counted. */
int caption_workers(const struct grid *cells, const int *workers, int count, char *text,
                    size_t size);

/* "0.1", "0.1+3", "-", "x" or "~": see caption_legend. Returns `text`. */
char *caption_cell(const struct grid *cells, const struct cell *cell, char text[CAPTION_CELL]);

/* "L3", or the name of whatever the last-level cache is here; "" if there is none. */
const char *caption_cache(const struct grid *cells);

/* "Package L#0, NUMA node L#0, L3 L#0". Returns `text`. */
char *caption_box(const struct grid *cells, int box, char *text, size_t size);

/* Prints lines about the host: its name and processor, what it has, and where loose workers may
 * run. Leaves out the groups of loose workers with told[group] set ([loose_count]); with `whole`
 * nothing is shortened. */
void caption_head(const struct grid *cells, const bool *told, bool whole, FILE *out);

/* Prints the marks in use in one line, rarely two. */
void caption_legend(const struct grid *cells, bool runs, FILE *out);

#endif
