/*
 * grid - a host as it is drawn, in text and in SVG: boxes within boxes (packages, NUMA nodes, last
 * level caches), in them cores as columns, in each column its PUs as cells, and who sits on each.
 *
 * Everything is in the machine's order: the cells of a column, the columns of a box, and the boxes
 * within a box follow each other without gaps. A worker whose seat lies within one core stands in
 * the cells of its seat. One whose seat is wider is `loose`: it would stand in every cell, and is
 * told of once instead. Nothing here changes once built; one thread at a time.
 */
#ifndef SQUARES_DRAW_GRID_H
#define SQUARES_DRAW_GRID_H

#include "place/seat_map.h"

#include <stdbool.h>

/* In place of a type of cache. */
#define CELLS_NO_CACHE HWLOC_OBJ_TYPE_MAX

enum box_kind { BOX_PACKAGE, BOX_NUMA, BOX_CACHE, BOX_KINDS };

/* Objects that hold the same PUs share a box: a package that is one NUMA node is one box. */
struct box {
    hwloc_const_cpuset_t cpuset;       /* the topology's */
    hwloc_bitmap_t numbers[BOX_KINDS]; /* L# of such objects in it, NULL: none of that kind */
    int parent, depth;                 /* the box around it, -1: the host; how many are around it */
    int first, end;                    /* its columns */
    bool inner;                        /* holds other boxes */
    int loose; /* the group that may run anywhere here, and here alone; -1 */
};

/* A core; where hwloc shows none, a PU alone. */
struct column {
    int number;     /* L# of the core, -1: no core */
    int first, end; /* its cells */
    int box;        /* the innermost around it, -1: none */
};

enum cell_state {
    CELL_UNUSABLE, /* nobody there, and this job may not use it */
    CELL_IDLE,
    CELL_OPEN,  /* nobody has it as a seat, but a loose worker may run there */
    CELL_TAKEN, /* somebody's seat, be it usable or not */
    CELL_STATES
};

struct cell {
    unsigned os; /* P# */
    int column;
    bool usable;
    enum cell_state state;
    int first, count; /* its workers, in cells->seated */
};

/* Loose workers of one and the same seat. */
struct loose {
    int first, count; /* in cells->wanderers, rising */
    int box;          /* the one whose usable PUs are the seat, -1: none */
    bool everywhere;  /* all that is usable */
};

struct grid {
    const struct seat_map *seat_map;
    bool relative; /* ranks are called 0, 1, ... instead of by their numbers */
    int box_count, column_count, cell_count, loose_count;
    struct box *boxes; /* a box before those within it */
    struct column *columns;
    struct cell *cells;
    int seated_count;
    int *seated; /* workers (rank * threads + thread) cell by cell, rising in each */
    int wanderer_count;
    int *wanderers;
    struct loose *loose;      /* by their first worker */
    hwloc_obj_type_t cache;   /* what a last level cache is here; CELLS_NO_CACHE: no such */
    hwloc_bitmap_t no_cores;  /* L# of NUMA nodes without any PU */
    int core_count;           /* 0: hwloc shows none */
    int usable_count, hidden; /* PUs; those offline or kept from this job that hwloc leaves out */
    int states[CELL_STATES];  /* how many cells are so */
    int most_on_cell;         /* most workers on one cell */
};

/* Takes `seat map` apart; it must outlive `cells`. -1: out of memory. Release it in either case. */
int cells_build(struct grid *cells, const struct seat_map *seat_map, bool relative);

void cells_release(struct grid *cells);

/* The nearest box of this kind around, or itself; -1: none. */
int cells_around(const struct grid *cells, int box, enum box_kind kind);

/* What follows within `box` (-1: the host) at its column `at`: a box, whose index is returned, or
 * the column itself: -1. */
int cells_within(const struct grid *cells, int box, int at);

static inline int cells_rank(const struct grid *cells, int worker)
{
    int rank = worker / cells->seat_map->threads;
    return cells->relative ? rank : cells->seat_map->numbers[rank];
}

static inline int cells_thread(const struct grid *cells, int worker)
{
    return worker % cells->seat_map->threads;
}

#endif
