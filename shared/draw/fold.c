#include "draw/fold.h"

#include "draw/caption.h"

#include <stdlib.h>
#include <string.h>

enum {
    PARTS_MOST = 32, /* with more lines than this, larger parts are used */
    FIELD_TEXT = 28,
    WORKERS_LEAST = 16, /* columns kept for workers if the list of PUs is long */
    PUS_LEAST = 10,
};

enum field {
    FIELD_PACKAGE,
    FIELD_NUMA,
    FIELD_CACHE,
    FIELD_CORES,
    FIELD_PUS,
    FIELD_IDLE,
    FIELD_X,
    FIELDS
};

struct line {
    int first, end;         /* its columns */
    int box;                /* the part that it shows; -1: several, or none */
    int cells[CELL_STATES]; /* how many are in each state */
    char fields[FIELDS][FIELD_TEXT];
};

struct fold {
    const struct grid *cells;
    const struct paint *paint;
    FILE *out;
    struct line *lines;
    int count;
    int widths[FIELDS]; /* 0: the field is not needed */
    int *workers;       /* room to collect the workers of a line */
    hwloc_bitmap_t set; /* to collect numbers */
};

/* --- parts --- */

/* The part to which a column belongs. */
static int part_of(const struct grid *cells, int column, enum box_kind kind)
{
    int box = cells->columns[column].box;
    int part = cells_around(cells, box, kind);
    return part >= 0 ? part : box;
}

static int count_parts(const struct grid *cells, enum box_kind kind)
{
    int count = 0;
    for (int i = 0; i < cells->column_count; i++)
        count += i == 0 || part_of(cells, i, kind) != part_of(cells, i - 1, kind);
    return count;
}

static bool has_kind(const struct grid *cells, enum box_kind kind)
{
    for (int i = 0; i < cells->box_count; i++)
        if (cells->boxes[i].numbers[kind] != NULL)
            return true;
    return false;
}

/* Chooses the smallest parts that give few enough lines to read, else the largest parts there
 * are. */
static enum box_kind choose_kind(const struct grid *cells)
{
    static const enum box_kind small_first[] = {BOX_CACHE, BOX_NUMA, BOX_PACKAGE};
    enum box_kind best = BOX_PACKAGE;
    int fewest = -1;
    for (size_t i = 0; i < sizeof(small_first) / sizeof(small_first[0]); i++) {
        if (!has_kind(cells, small_first[i]))
            continue;
        int count = count_parts(cells, small_first[i]);
        if (count <= PARTS_MOST)
            return small_first[i];
        if (fewest < 0 || count < fewest) {
            fewest = count;
            best = small_first[i];
        }
    }
    return best;
}

bool fold_tells(const struct grid *cells, int box)
{
    int first = cells->boxes[box].first;
    return part_of(cells, first, choose_kind(cells)) == box;
}

static void find_parts(struct fold *fold)
{
    const struct grid *cells = fold->cells;
    enum box_kind kind = choose_kind(cells);
    struct line *line = NULL;
    for (int i = 0; i < cells->column_count; i++) {
        int part = part_of(cells, i, kind);
        if (line == NULL || part != line->box) {
            line = &fold->lines[fold->count++];
            *line = (struct line){.first = i, .box = part};
        }
        line->end = i + 1;
        for (int k = cells->columns[i].first; k < cells->columns[i].end; k++)
            line->cells[cells->cells[k].state]++;
    }
}

/* --- lines without workers --- */

static bool nobody(const struct fold *fold, const struct line *line)
{
    return line->cells[CELL_TAKEN] == 0 &&
           (line->box < 0 || fold->cells->boxes[line->box].loose < 0);
}

static bool alike(const struct line *a, const struct line *b)
{
    for (int state = 0; state < CELL_STATES; state++)
        if ((a->cells[state] > 0) != (b->cells[state] > 0))
            return false;
    return true;
}

static void merge_lines(struct fold *fold)
{
    int kept = 0;
    for (int i = 0; i < fold->count; i++) {
        struct line *last = kept > 0 ? &fold->lines[kept - 1] : NULL, *line = &fold->lines[i];
        if (last == NULL || !nobody(fold, last) || !nobody(fold, line) || !alike(last, line)) {
            fold->lines[kept++] = *line;
            continue;
        }
        last->end = line->end;
        last->box = -1;
        for (int state = 0; state < CELL_STATES; state++)
            last->cells[state] += line->cells[state];
    }
    fold->count = kept;
}

/* --- fields --- */

static int gather_boxes(struct fold *fold, const struct line *line, enum box_kind kind)
{
    const struct grid *cells = fold->cells;
    int status = 0;
    for (int i = line->first; i < line->end; i++) {
        int box = cells_around(cells, cells->columns[i].box, kind);
        for (; box >= 0 && status == 0; box = cells_around(cells, cells->boxes[box].parent, kind))
            status = hwloc_bitmap_or(fold->set, fold->set, cells->boxes[box].numbers[kind]);
    }
    return status;
}

static int gather_cores(struct fold *fold, const struct line *line)
{
    int status = 0;
    for (int i = line->first; i < line->end && status == 0; i++)
        if (fold->cells->columns[i].number >= 0)
            status = hwloc_bitmap_set(fold->set, (unsigned)fold->cells->columns[i].number);
    return status;
}

static int gather_pus(struct fold *fold, const struct line *line)
{
    const struct column *columns = fold->cells->columns;
    int status = 0;
    for (int i = columns[line->first].first; i < columns[line->end - 1].end && status == 0; i++)
        status = hwloc_bitmap_set(fold->set, fold->cells->cells[i].os);
    return status;
}

static int gather(struct fold *fold, const struct line *line, enum field field)
{
    hwloc_bitmap_zero(fold->set);
    if (field == FIELD_CORES)
        return gather_cores(fold, line);
    if (field == FIELD_PUS)
        return gather_pus(fold, line);
    return gather_boxes(fold, line, (enum box_kind)field); /* the first fields are box kinds */
}

static const char *title_of(const struct fold *fold, enum field field)
{
    static const char *const TITLES[FIELDS] = {"package", "NUMA", "", "cores", "PUs", "idle", "x"};
    return field == FIELD_CACHE ? caption_cache(fold->cells) : TITLES[field];
}

static int fill_text(struct fold *fold, struct line *line, enum field field, size_t most)
{
    char *text = line->fields[field];
    if (field == FIELD_IDLE || field == FIELD_X) {
        int count = line->cells[field == FIELD_X ? CELL_UNUSABLE : CELL_IDLE];
        if (count > 0)
            (void)snprintf(text, FIELD_TEXT, "%d", count);
        return 0;
    }
    int status = gather(fold, line, field);
    if (status == 0)
        (void)caption_list(field == FIELD_PUS ? 'P' : 'L', fold->set, text, most + 1);
    return status;
}

/* Fills in one field of all lines, each at most `most` long, and finds its width. */
static int fill_field(struct fold *fold, enum field field, size_t most)
{
    int status = 0;
    for (int i = 0; i < fold->count && status == 0; i++) {
        status = fill_text(fold, &fold->lines[i], field, most);
        int width = (int)strlen(fold->lines[i].fields[field]);
        if (width > fold->widths[field])
            fold->widths[field] = width;
    }
    int title = (int)strlen(title_of(fold, field));
    if (fold->widths[field] > 0 && fold->widths[field] < title)
        fold->widths[field] = title;
    return status;
}

/* The columns that the fields take up, including the gaps after them. */
static int fields_width(const struct fold *fold)
{
    int width = 2;
    for (int field = 0; field < FIELDS; field++)
        width += fold->widths[field] > 0 ? fold->widths[field] + 2 : 0;
    return width;
}

/* PUs come last, as their list is shortened to leave room for the workers. */
static int fill_fields(struct fold *fold)
{
    static const struct {
        enum field field;
        size_t most;
    } order[] = {{FIELD_PACKAGE, 9}, {FIELD_NUMA, 9}, {FIELD_CACHE, 9},
                 {FIELD_CORES, 13},  {FIELD_IDLE, 9}, {FIELD_X, 9}};
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        if (fill_field(fold, order[i].field, order[i].most) != 0)
            return -1;
    int room = CAPTION_LINE - fields_width(fold) - 2 - WORKERS_LEAST;
    if (room > FIELD_TEXT - 1)
        room = FIELD_TEXT - 1;
    return fill_field(fold, FIELD_PUS, (size_t)(room > PUS_LEAST ? room : PUS_LEAST));
}

/* --- workers --- */

static int by_number(const void *a, const void *b)
{
    int left = *(const int *)a, right = *(const int *)b;
    return (left > right) - (left < right);
}

/* Collects the workers seated on a line's cells, rising, each once. Returns how many there are. */
static int gather_workers(struct fold *fold, const struct line *line)
{
    const struct grid *cells = fold->cells;
    int count = 0, unique = 0;
    for (int i = cells->columns[line->first].first; i < cells->columns[line->end - 1].end; i++)
        for (int k = 0; k < cells->cells[i].count; k++)
            fold->workers[count++] = cells->seated[cells->cells[i].first + k];
    qsort(fold->workers, (size_t)count, sizeof(int), by_number);
    for (int i = 0; i < count; i++)
        if (unique == 0 || fold->workers[unique - 1] != fold->workers[i])
            fold->workers[unique++] = fold->workers[i];
    return unique;
}

static void put_workers(struct fold *fold, const struct line *line, int room)
{
    static const struct {
        enum cell_state state;
        const char *mark;
    } marks[] = {{CELL_OPEN, "~"}, {CELL_IDLE, "-"}, {CELL_UNUSABLE, "x"}};
    const struct grid *cells = fold->cells;
    int group = line->box >= 0 ? cells->boxes[line->box].loose : -1;
    int count = gather_workers(fold, line);
    char text[CAPTION_LINE] = "";
    int used = 0;
    if (count > 0) {
        (void)caption_workers(cells, fold->workers, count, text,
                              (size_t)(group >= 0 ? room / 2 : room) + 1);
        paint_on(fold->paint, CELL_TAKEN, fold->workers[0]);
        used = fprintf(fold->out, "%s", text);
        paint_off(fold->paint);
    }
    if (group >= 0) {
        const int *workers = cells->wanderers + cells->loose[group].first;
        const char *mark = used > 0 ? " ~ " : "~ ";
        (void)caption_workers(cells, workers, cells->loose[group].count, text,
                              (size_t)(room - used) - strlen(mark) + 1);
        (void)fputs(mark, fold->out);
        paint_on(fold->paint, CELL_TAKEN, workers[0]);
        (void)fputs(text, fold->out);
        paint_off(fold->paint);
    }
    for (size_t i = 0; count == 0 && group < 0 && i < sizeof(marks) / sizeof(marks[0]); i++)
        if (line->cells[marks[i].state] > 0) {
            paint_on(fold->paint, marks[i].state, 0);
            (void)fputs(marks[i].mark, fold->out);
            paint_off(fold->paint);
            break;
        }
}

/* --- the table --- */

/* A package or NUMA node is not repeated while it stays the same. */
static bool repeats(const struct fold *fold, int line, enum field field)
{
    return line > 0 && field < FIELD_CACHE &&
           strcmp(fold->lines[line - 1].fields[field], fold->lines[line].fields[field]) == 0;
}

static void put_line(struct fold *fold, int index)
{
    struct line *line = &fold->lines[index];
    (void)fputs("  ", fold->out);
    for (int field = 0; field < FIELDS; field++) {
        const char *text = repeats(fold, index, field) ? "" : line->fields[field];
        int width = fold->widths[field];
        if (width > 0)
            (void)fprintf(fold->out, "%*s  ", field < FIELD_IDLE ? -width : width, text);
    }
    put_workers(fold, line, CAPTION_LINE - fields_width(fold));
    (void)fputc('\n', fold->out);
}

static int put_table(struct fold *fold)
{
    find_parts(fold);
    merge_lines(fold);
    if (fill_fields(fold) != 0)
        return -1;
    (void)fputs("  ", fold->out);
    for (int field = 0; field < FIELDS; field++) {
        int width = fold->widths[field];
        if (width > 0)
            (void)fprintf(fold->out, "%*s  ", field < FIELD_IDLE ? -width : width,
                          title_of(fold, field));
    }
    (void)fputs("workers\n", fold->out);
    for (int i = 0; i < fold->count; i++)
        put_line(fold, i);
    return 0;
}

int fold_put(const struct grid *cells, const struct paint *paint, FILE *out)
{
    struct line *lines = calloc((size_t)cells->column_count + 1, sizeof(*lines));
    int *workers = malloc(((size_t)cells->seated_count + 1) * sizeof(*workers));
    hwloc_bitmap_t set = hwloc_bitmap_alloc();
    struct fold fold = {cells, paint, out, lines, 0, {0}, workers, set};
    int status = -1;
    if (lines != NULL && workers != NULL && set != NULL)
        status = put_table(&fold);
    hwloc_bitmap_free(set);
    free(workers);
    free(lines);
    return status;
}
