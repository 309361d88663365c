/*
 * shelf - places things of given sizes side by side, and begins a new line when a line is full.
 * Part of svg.
 */
#ifndef SQUARES_DRAW_SHELF_H
#define SQUARES_DRAW_SHELF_H

/* Where something is: x and y from the corner of what surrounds it. Pixels. */
struct place {
    int x, y, width, height;
};

struct shelf {
    int room;          /* width of a line */
    int x, y, line;    /* where the next thing goes; the height of this line */
    int width, height; /* of everything placed, without the last gaps */
};

static inline int shelf_larger(int a, int b)
{
    return a > b ? a : b;
}

/* Gives `thing`, whose size is known, its place; leaves `gap` after it and below it. */
static inline void shelf_put(struct shelf *shelf, struct place *thing, int gap)
{
    if (shelf->x > 0 && shelf->x + thing->width > shelf->room) {
        shelf->y += shelf->line + gap;
        shelf->x = 0;
        shelf->line = 0;
    }
    thing->x = shelf->x;
    thing->y = shelf->y;
    shelf->x += thing->width + gap;
    shelf->line = shelf_larger(shelf->line, thing->height);
    shelf->width = shelf_larger(shelf->width, thing->x + thing->width);
    shelf->height = shelf_larger(shelf->height, thing->y + thing->height);
}

/* The width of lines that `count` equal things fill evenly, if `room` is available. */
static inline int shelf_room(int count, int width, int gap, int room)
{
    int fit = shelf_larger((room + gap) / (width + gap), 1);
    int lines = (count + fit - 1) / fit;
    int each = lines > 0 ? (count + lines - 1) / lines : 1;
    return each * (width + gap) - gap;
}

#endif
