/*
 * grid - a host as it is drawn, in text and in SVG: boxes within boxes (packages, NUMA nodes,
 * last-level caches), in them cores as columns, in each column its PUs as cells, and the workers on
 * each cell.
 *
 * Everything is in the machine's order: the cells of a column, the columns of a box, and the boxes
 * within a box follow each other without gaps. A worker whose seat is within one core appears in
 * the cells of its seat. A worker with a wider seat is `loose`: it would appear in many cells, so
 * it is listed once instead. Nothing changes once it is built; one thread at a time.
 */
#ifndef SQUARES_DRAW_GRID_H
#define SQUARES_DRAW_GRID_H

#include "place/seat_map.h"

#include <stdbool.h>

/* In place of a type of cache: there is none. */
#define CELLS_NO_CACHE HWLOC_OBJ_TYPE_MAX

enum box_kind { BOX_PACKAGE, BOX_NUMA, BOX_CACHE, BOX_KINDS };

/* Objects with the same PUs share a box: a package that is one NUMA node is one box. */
struct box {
    hwloc_const_cpuset_t cpuset;       /* owned by the topology */
    hwloc_bitmap_t numbers[BOX_KINDS]; /* L# of its objects by kind; NULL: none */
    int parent, depth; /* the box around it, -1: the host; the number of boxes around it */
    int first, end;    /* its columns */
    bool inner;        /* it contains other boxes */
    int loose; /* the group whose workers may run anywhere in this box, but only there; -1: none */
};

/* A core; or a single PU if hwloc shows no cores. */
struct column {
    int number;     /* L# of the core; -1: not a core */
    int first, end; /* its cells */
    int box;        /* the innermost box around it; -1: none */
};

enum cell_state {
    CELL_UNUSABLE, /* no worker, and this job may not use it */
    CELL_IDLE,
    CELL_OPEN,  /* no worker's seat, but a loose worker may run there */
    CELL_TAKEN, /* a worker's seat, usable or not */
    CELL_STATES
};

struct cell {
    unsigned os; /* P# */
    int column;
    bool usable;
    enum cell_state state;
    int first, count; /* its workers, in cells->seated */
};

/* Loose workers with the same seat. */
struct loose {
    int first, count; /* in cells->wanderers, rising */
    int box;          /* the box whose usable PUs are the seat; -1: none */
    bool everywhere;  /* the seat is all usable PUs */
};

struct grid {
    const struct seat_map *seat_map;
    bool relative; /* ranks are numbered 0, 1, ... instead of with their numbers in the job */
    int box_count, column_count, cell_count, loose_count;
    struct box *boxes; /* each box comes before those within it */
    struct column *columns;
    struct cell *cells;
    int seated_count;
    int *seated; /* workers (rank * threads + thread), cell by cell, rising in each cell */
    int wanderer_count;
    int *wanderers;
    struct loose *loose;      /* ordered by their first worker */
    hwloc_obj_type_t cache;   /* the last-level cache here; CELLS_NO_CACHE: there is none */
    hwloc_bitmap_t no_cores;  /* L# of NUMA nodes without any PU */
    int core_count;           /* 0: hwloc shows none */
    int usable_count, hidden; /* PUs; and those hwloc leaves out: offline, or closed to this job */
    int states[CELL_STATES];  /* how many cells are in each state */
    int most_on_cell;         /* the most workers on one cell */
};

/* Builds the grid of `seat_map`, which must outlive `cells`. Returns 0, or -1 if memory runs out.
 * Release it in either case. */
int cells_build(struct grid *cells, const struct seat_map *seat_map, bool relative);

void cells_release(struct grid *cells);

/* The nearest box of this kind around `box`, or `box` itself; -1: none. */
int cells_around(const struct grid *cells, int box, enum box_kind kind);

/* What is directly within `box` (-1: the host) at its column `at`: the index of a box, or -1 for
 * the column itself. */
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
