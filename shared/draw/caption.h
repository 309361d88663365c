/*
 * caption - how a drawn host is put into words, in text and in SVG alike: plain printable ASCII.
 * Numbers are marked as hwloc's own tools mark them: L# is a logical number, P# the operating
 * system's.
 */
#ifndef SQUARES_DRAW_CAPTION_H
#define SQUARES_DRAW_CAPTION_H

#include "draw/grid.h"

#include <stdio.h>

enum {
    CAPTION_LINE = 80, /* columns of a terminal */
    CAPTION_RUN = 64,  /* room for any run of workers */
    CAPTION_CELL = 48, /* room for what stands in any cell */
};

/* "P#0-7,192-199": a set as its letter ('L' or 'P') and ranges; one that does not fit ends in
 * ",..". "" if empty. Returns `text`. */
char *caption_list(char letter, hwloc_const_bitmap_t set, char *text, size_t size);

/* The run of workers that `workers` (rising) begins with, as "0.0-1.7": from rank 0, thread 0 to
 * rank 1, thread 7 with all between. Returns how many of the `count` it is. */
int caption_run(const struct grid *cells, const int *workers, int count, char text[CAPTION_RUN]);

/* Runs of workers as "0.0-0.3,2.0-2.3"; what does not fit is counted, "0.0-0.3 +4 more". Returns
 * how many were only counted. */
int caption_workers(const struct grid *cells, const int *workers, int count, char *text,
                    size_t size);

/* "0.1", "0.1+3", "-", "x" or "~": see caption_legend. Returns `text`. */
char *caption_cell(const struct grid *cells, const struct cell *cell, char text[CAPTION_CELL]);

/* "L3" or whatever the last level cache is here; "". */
const char *caption_cache(const struct grid *cells);

/* "Package L#0, NUMA node L#0, L3 L#0". Returns `text`. */
char *caption_box(const struct grid *cells, int box, char *text, size_t size);

/* Lines about the host: its name and processor, what it has, where the loose may run. Of those the
 * groups that `told` points out ([loose_count]) are left out, and with `whole` nothing is cut. */
void caption_head(const struct grid *cells, const bool *told, bool whole, FILE *out);

/* One line, rarely two: the marks in use. */
void caption_legend(const struct grid *cells, bool runs, FILE *out);

#endif
