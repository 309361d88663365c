#include "draw/grid.h"

#include <stdlib.h>

static int count_of(hwloc_topology_t topology, hwloc_obj_type_t type)
{
    int count = type == CELLS_NO_CACHE ? 0 : hwloc_get_nbobjs_by_type(topology, type);
    return count > 0 ? count : 0;
}

static bool shared_by_cores(hwloc_topology_t topology, hwloc_obj_type_t type)
{
    hwloc_obj_t cache = NULL;
    while ((cache = hwloc_get_next_obj_by_type(topology, type, cache)) != NULL)
        if (hwloc_get_nbobjs_inside_cpuset_by_type(topology, cache->cpuset, HWLOC_OBJ_CORE) > 1)
            return true;
    return false;
}

/* L3, the usual meaning; else the outermost cache that several cores share. */
static hwloc_obj_type_t cache_type(hwloc_topology_t topology)
{
    static const hwloc_obj_type_t others[] = {HWLOC_OBJ_L5CACHE, HWLOC_OBJ_L4CACHE,
                                              HWLOC_OBJ_L2CACHE, HWLOC_OBJ_L1CACHE};
    if (count_of(topology, HWLOC_OBJ_L3CACHE) > 0)
        return HWLOC_OBJ_L3CACHE;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (shared_by_cores(topology, others[i]))
            return others[i];
    return CELLS_NO_CACHE;
}

/* --- boxes, columns and cells --- */

/* Returns the box for objects with these PUs within `parent`: a new one, or `parent` itself if it
 * has the same PUs. */
static int box_of(struct grid *cells, hwloc_const_cpuset_t cpuset, int parent)
{
    if (parent >= 0 && hwloc_bitmap_isequal(cells->boxes[parent].cpuset, cpuset))
        return parent;
    if (parent >= 0)
        cells->boxes[parent].inner = true;
    cells->boxes[cells->box_count] =
        (struct box){.cpuset = cpuset,
                     .parent = parent,
                     .depth = parent >= 0 ? cells->boxes[parent].depth + 1 : 0,
                     .first = cells->column_count,
                     .loose = -1};
    return cells->box_count++;
}

/* Adds the number of `object` to the box of its PUs. Returns that box; sets *status to -1 if that
 * fails. */
static int put_in_box(struct grid *cells, hwloc_obj_t object, enum box_kind kind, int parent,
                      int *status)
{
    int index = box_of(cells, object->cpuset, parent);
    struct box *box = &cells->boxes[index];
    if (box->numbers[kind] == NULL)
        box->numbers[kind] = hwloc_bitmap_alloc();
    if (box->numbers[kind] == NULL ||
        hwloc_bitmap_set(box->numbers[kind], object->logical_index) != 0)
        *status = -1;
    return index;
}

/* NUMA nodes are attached beside the tree of cores, some of them below a memory-side cache. */
static int put_memory(struct grid *cells, hwloc_obj_t object, int box, int *status)
{
    for (hwloc_obj_t m = object->memory_first_child; m != NULL; m = m->next_sibling) {
        if (m->type == HWLOC_OBJ_NUMANODE && !hwloc_bitmap_iszero(m->cpuset))
            box = put_in_box(cells, m, BOX_NUMA, box, status);
        box = put_memory(cells, m, box, status);
    }
    return box;
}

static void put_pus(struct grid *cells, hwloc_obj_t object)
{
    if (object->type == HWLOC_OBJ_PU) {
        bool usable = hwloc_bitmap_isset(cells->seat_map->usable, object->os_index);
        cells->cells[cells->cell_count++] =
            (struct cell){.os = object->os_index, .column = cells->column_count, .usable = usable};
        cells->usable_count += usable;
    }
    for (hwloc_obj_t child = object->first_child; child != NULL; child = child->next_sibling)
        put_pus(cells, child);
}

static void put_column(struct grid *cells, hwloc_obj_t object, int box)
{
    bool core = object->type == HWLOC_OBJ_CORE;
    struct column *column = &cells->columns[cells->column_count];
    *column = (struct column){
        .number = core ? (int)object->logical_index : -1, .first = cells->cell_count, .box = box};
    put_pus(cells, object);
    column->end = cells->cell_count;
    cells->column_count++;
}

static int visit(struct grid *cells, hwloc_obj_t object, int box)
{
    int status = 0, outside = box;
    if (hwloc_bitmap_iszero(object->cpuset))
        return 0;
    if (object->type == HWLOC_OBJ_PACKAGE)
        box = put_in_box(cells, object, BOX_PACKAGE, box, &status);
    box = put_memory(cells, object, box, &status);
    if (object->type == cells->cache)
        box = put_in_box(cells, object, BOX_CACHE, box, &status);
    if (object->type == HWLOC_OBJ_CORE || object->type == HWLOC_OBJ_PU)
        put_column(cells, object, box);
    else
        for (hwloc_obj_t child = object->first_child; child != NULL && status == 0;
             child = child->next_sibling)
            status = visit(cells, child, box);
    for (; box != outside; box = cells->boxes[box].parent)
        cells->boxes[box].end = cells->column_count;
    return status;
}

static int find_memory_alone(struct grid *cells)
{
    hwloc_obj_t node = NULL;
    cells->no_cores = hwloc_bitmap_alloc();
    if (cells->no_cores == NULL)
        return -1;
    while ((node = hwloc_get_next_obj_by_type(cells->seat_map->topology, HWLOC_OBJ_NUMANODE,
                                              node)) != NULL)
        if (hwloc_bitmap_iszero(node->cpuset) &&
            hwloc_bitmap_set(cells->no_cores, node->logical_index) != 0)
            return -1;
    return 0;
}

static int build_machine(struct grid *cells)
{
    hwloc_topology_t topology = cells->seat_map->topology;
    hwloc_obj_t root = hwloc_get_root_obj(topology);
    cells->cache = cache_type(topology);
    cells->core_count = count_of(topology, HWLOC_OBJ_CORE);
    size_t pus = (size_t)count_of(topology, HWLOC_OBJ_PU);
    int boxes = count_of(topology, HWLOC_OBJ_PACKAGE) + count_of(topology, HWLOC_OBJ_NUMANODE) +
                count_of(topology, cells->cache);
    cells->boxes = calloc((size_t)boxes + 1, sizeof(*cells->boxes));
    cells->columns = calloc(pus + 1, sizeof(*cells->columns));
    cells->cells = calloc(pus + 1, sizeof(*cells->cells));
    if (cells->boxes == NULL || cells->columns == NULL || cells->cells == NULL)
        return -1;
    int complete = hwloc_bitmap_weight(root->complete_cpuset);
    cells->hidden = complete > (int)pus ? complete - (int)pus : 0;
    return visit(cells, root, -1) != 0 ? -1 : find_memory_alone(cells);
}

/* --- workers --- */

/* Maps OS numbers to cells: an array of `size`; -1: no cell has that number. */
struct finder {
    int *cell;
    int size;
};

static int finder_build(struct finder *finder, const struct grid *cells)
{
    finder->size = 0;
    for (int i = 0; i < cells->cell_count; i++)
        if ((int)cells->cells[i].os >= finder->size)
            finder->size = (int)cells->cells[i].os + 1;
    finder->cell = malloc(((size_t)finder->size + 1) * sizeof(*finder->cell));
    for (int os = 0; finder->cell != NULL && os < finder->size; os++)
        finder->cell[os] = -1;
    for (int i = 0; finder->cell != NULL && i < cells->cell_count; i++)
        finder->cell[cells->cells[i].os] = i;
    return finder->cell != NULL ? 0 : -1;
}

/* The next cell of a seat after OS number `os`, which is advanced; -1: no more. */
static int next_cell(const struct finder *finder, hwloc_const_bitmap_t seat, int *os)
{
    while ((*os = hwloc_bitmap_next(seat, *os)) >= 0 && *os < finder->size)
        if (finder->cell[*os] >= 0)
            return finder->cell[*os];
    return -1;
}

/* Whether a seat is wider than one core, or not on this machine at all. */
static bool is_loose(const struct grid *cells, const struct finder *finder,
                     hwloc_const_bitmap_t seat)
{
    int os = -1;
    int first = next_cell(finder, seat, &os);
    for (int cell = first; cell >= 0; cell = next_cell(finder, seat, &os))
        if (cells->cells[cell].column != cells->cells[first].column)
            return true;
    return first < 0;
}

/* Counts the workers of each cell and collects the loose ones separately. */
static void count_seats(struct grid *cells, const struct finder *finder)
{
    const struct seat_map *seat_map = cells->seat_map;
    for (int worker = 0; worker < seat_map_workers(seat_map); worker++) {
        int os = -1;
        if (is_loose(cells, finder, seat_map->seats[worker])) {
            cells->wanderers[cells->wanderer_count++] = worker;
            continue;
        }
        for (int cell; (cell = next_cell(finder, seat_map->seats[worker], &os)) >= 0;)
            cells->cells[cell].count++;
    }
}

/* Gives each cell its part of `seated`, and fills it in. */
static int fill_seats(struct grid *cells, const struct finder *finder)
{
    const struct seat_map *seat_map = cells->seat_map;
    for (int i = 0; i < cells->cell_count; i++) {
        struct cell *cell = &cells->cells[i];
        cell->first = cells->seated_count;
        cells->seated_count += cell->count;
        if (cell->count > cells->most_on_cell)
            cells->most_on_cell = cell->count;
        cell->count = 0;
    }
    cells->seated = malloc(((size_t)cells->seated_count + 1) * sizeof(*cells->seated));
    if (cells->seated == NULL)
        return -1;
    for (int worker = 0, loose = 0; worker < seat_map_workers(seat_map); worker++) {
        int os = -1;
        if (loose < cells->wanderer_count && cells->wanderers[loose] == worker) {
            loose++;
            continue;
        }
        for (int at; (at = next_cell(finder, seat_map->seats[worker], &os)) >= 0;) {
            struct cell *cell = &cells->cells[at];
            cells->seated[cell->first + cell->count++] = worker;
        }
    }
    return 0;
}

static int by_seat(const void *a, const void *b, void *context)
{
    const struct seat_map *seat_map = context;
    int left = *(const int *)a, right = *(const int *)b;
    int order = hwloc_bitmap_compare(seat_map->seats[left], seat_map->seats[right]);
    return order != 0 ? order : (left > right) - (left < right);
}

static int by_first_worker(const void *a, const void *b, void *context)
{
    const int *wanderers = context;
    int left = wanderers[((const struct loose *)a)->first];
    int right = wanderers[((const struct loose *)b)->first];
    return (left > right) - (left < right);
}

static int group_loose(struct grid *cells)
{
    const struct seat_map *seat_map = cells->seat_map;
    size_t count = (size_t)cells->wanderer_count;
    cells->loose = calloc(count + 1, sizeof(*cells->loose));
    if (cells->loose == NULL)
        return -1;
    qsort_r(cells->wanderers, count, sizeof(int), by_seat, (void *)seat_map);
    struct loose *group = NULL;
    for (int i = 0; i < cells->wanderer_count; i++) {
        hwloc_const_bitmap_t seat = seat_map->seats[cells->wanderers[i]];
        if (group == NULL ||
            !hwloc_bitmap_isequal(seat, seat_map->seats[cells->wanderers[group->first]])) {
            group = &cells->loose[cells->loose_count++];
            *group = (struct loose){.first = i, .box = -1};
            group->everywhere = hwloc_bitmap_isincluded(seat_map->usable, seat);
        }
        group->count++;
    }
    qsort_r(cells->loose, (size_t)cells->loose_count, sizeof(*cells->loose), by_first_worker,
            cells->wanderers);
    return 0;
}

/* Finds the box that equals a group's seat, with or without the PUs that are not usable. */
static int house_loose(struct grid *cells)
{
    const struct seat_map *seat_map = cells->seat_map;
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    int status = set != NULL ? 0 : -1;
    for (int i = 0; i < cells->box_count && status == 0; i++) {
        struct box *box = &cells->boxes[i];
        status = hwloc_bitmap_and(set, box->cpuset, seat_map->usable);
        for (int k = 0; k < cells->loose_count && box->loose < 0; k++) {
            struct loose *group = &cells->loose[k];
            hwloc_const_bitmap_t seat = seat_map->seats[cells->wanderers[group->first]];
            if (group->everywhere || group->box >= 0 ||
                !(hwloc_bitmap_isequal(seat, set) || hwloc_bitmap_isequal(seat, box->cpuset)))
                continue;
            group->box = i;
            box->loose = k;
        }
    }
    hwloc_bitmap_free(set);
    return status;
}

static int judge_cells(struct grid *cells)
{
    hwloc_bitmap_t open = hwloc_bitmap_alloc();
    int status = open != NULL ? 0 : -1;
    for (int k = 0; k < cells->loose_count && status == 0; k++) {
        int worker = cells->wanderers[cells->loose[k].first];
        status = hwloc_bitmap_or(open, open, cells->seat_map->seats[worker]);
    }
    for (int i = 0; i < cells->cell_count && status == 0; i++) {
        struct cell *cell = &cells->cells[i];
        if (cell->count > 0)
            cell->state = CELL_TAKEN;
        else if (!cell->usable)
            cell->state = CELL_UNUSABLE;
        else
            cell->state = hwloc_bitmap_isset(open, cell->os) ? CELL_OPEN : CELL_IDLE;
        cells->states[cell->state]++;
    }
    hwloc_bitmap_free(open);
    return status;
}

static int build_workers(struct grid *cells)
{
    struct finder finder;
    size_t workers = (size_t)seat_map_workers(cells->seat_map);
    cells->wanderers = malloc((workers + 1) * sizeof(*cells->wanderers));
    if (cells->wanderers == NULL || finder_build(&finder, cells) != 0)
        return -1;
    count_seats(cells, &finder);
    int status = fill_seats(cells, &finder);
    free(finder.cell);
    if (status != 0 || group_loose(cells) != 0 || house_loose(cells) != 0)
        return -1;
    return judge_cells(cells);
}

int cells_build(struct grid *cells, const struct seat_map *seat_map, bool relative)
{
    *cells = (struct grid){.seat_map = seat_map, .relative = relative};
    return build_machine(cells) != 0 ? -1 : build_workers(cells);
}

void cells_release(struct grid *cells)
{
    for (int i = 0; i < cells->box_count; i++)
        for (int kind = 0; kind < BOX_KINDS; kind++)
            hwloc_bitmap_free(cells->boxes[i].numbers[kind]);
    hwloc_bitmap_free(cells->no_cores);
    free(cells->boxes);
    free(cells->columns);
    free(cells->cells);
    free(cells->seated);
    free(cells->wanderers);
    free(cells->loose);
    *cells = (struct grid){0};
}

int cells_around(const struct grid *cells, int box, enum box_kind kind)
{
    while (box >= 0 && cells->boxes[box].numbers[kind] == NULL)
        box = cells->boxes[box].parent;
    return box;
}

int cells_within(const struct grid *cells, int box, int at)
{
    int inner = cells->columns[at].box;
    if (inner == box)
        return -1;
    while (cells->boxes[inner].parent != box)
        inner = cells->boxes[inner].parent;
    return inner;
}
