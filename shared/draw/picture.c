#include "draw/picture.h"

#include "draw/caption.h"
#include "draw/fold.h"
#include "draw/grid.h"
#include "draw/paint.h"

#include <stdlib.h>
#include <string.h>

enum {
    FOLD_ABOVE = 64, /* PUs */
    INDENT = 2,      /* for each box around it; see indent_of */
    HEAD = 5,        /* "core " */
};

struct picture {
    const struct grid *cells;
    struct paint paint;
    FILE *out;
    int os_width, width; /* of a P# number; of the text in a column */
};

static int longest(int a, int b)
{
    return a > b ? a : b;
}

static void measure(struct picture *picture)
{
    const struct grid *cells = picture->cells;
    int label = (int)strlen("L#0");
    char text[CAPTION_CELL];
    for (int i = 0; i < cells->cell_count; i++) {
        int os = snprintf(text, sizeof(text), "P#%u", cells->cells[i].os);
        picture->os_width = longest(picture->os_width, os);
        label = longest(label, (int)strlen(caption_cell(cells, &cells->cells[i], text)));
    }
    picture->width = picture->os_width + 1 + label;
}

/* --- boxes as headings --- */

/* A box that is only a cache gets no heading: several of them share a line, as columns do. */
static bool is_heading(const struct box *box)
{
    return box->inner || box->numbers[BOX_PACKAGE] != NULL || box->numbers[BOX_NUMA] != NULL;
}

static int heading_of(const struct grid *cells, int column)
{
    int box = cells->columns[column].box;
    while (box >= 0 && !is_heading(&cells->boxes[box]))
        box = cells->boxes[box].parent;
    return box;
}

/* The columns to the left of something within `depth` boxes; limited, so that very deep machines
 * keep room for their cells. */
static int indent_of(int depth)
{
    return INDENT * (depth < 5 ? depth : 5);
}

/* Writes a heading as it is printed. Returns whether it names all loose workers of its box, if
 * there are any. */
static bool heading_text(const struct grid *cells, int index, char text[CAPTION_LINE + 1])
{
    static const char ANYWHERE[] = " anywhere in it";
    const struct box *box = &cells->boxes[index];
    int used = indent_of(box->depth);
    memset(text, ' ', (size_t)used);
    (void)caption_box(cells, index, text + used, (size_t)(CAPTION_LINE + 1 - used));
    if (box->loose < 0)
        return true;
    const struct loose *group = &cells->loose[box->loose];
    size_t length = strlen(text);
    char workers[CAPTION_LINE];
    if (caption_workers(cells, cells->wanderers + group->first, group->count, workers,
                        sizeof(workers)) > 0 ||
        length + strlen(": ") + strlen(workers) + strlen(ANYWHERE) > CAPTION_LINE)
        return false;
    (void)snprintf(text + length, CAPTION_LINE + 1 - length, ": %s%s", workers, ANYWHERE);
    return true;
}

/* Prints the headings of `box` and of the boxes around it that do not contain column `before` (-1:
 * none). */
static void put_headings(struct picture *picture, int box, int before)
{
    char text[CAPTION_LINE + 1];
    if (box < 0 || (before >= 0 && picture->cells->boxes[box].first <= before))
        return;
    put_headings(picture, picture->cells->boxes[box].parent, before);
    (void)heading_text(picture->cells, box, text);
    (void)fprintf(picture->out, "%s\n", text);
}

/* --- columns --- */

/* Columns [first, end) printed side by side, `indent` from the left. */
struct chunk {
    int first, end, indent;
};

static bool same_box(const struct grid *cells, int a, int b)
{
    return cells->columns[a].box == cells->columns[b].box;
}

/* Takes as many whole caches as fit on a line; a cache that does not fit is split evenly. */
static int chunk_end(const struct picture *picture, int first, int end, int indent)
{
    int room = CAPTION_LINE - indent - HEAD - 1, each = picture->width + 3;
    int at = first, next = first;
    for (int used = 0; at < end; at = next) {
        for (next = at + 1; next < end && same_box(picture->cells, at, next);)
            next++;
        used += (next - at) * each + (at > first);
        if (used > room)
            break;
    }
    if (at > first)
        return at;
    int fit = longest(room / each, 1), lines = (next - first + fit - 1) / fit;
    return first + (next - first + lines - 1) / lines;
}

static void put_head(const struct picture *picture, const struct chunk *chunk, const char *head)
{
    (void)fprintf(picture->out, "%*s%-*s|", chunk->indent, "", HEAD, head);
}

/* The text after a column: two strokes at the end of a cache, unless the line ends there. */
static const char *stroke(const struct grid *cells, const struct chunk *chunk, int column)
{
    return column + 1 < chunk->end && !same_box(cells, column, column + 1) ? "||" : "|";
}

static void put_caches(const struct picture *picture, const struct chunk *chunk)
{
    const struct grid *cells = picture->cells;
    put_head(picture, chunk, caption_cache(cells));
    for (int at = chunk->first, next; at < chunk->end; at = next) {
        for (next = at + 1; next < chunk->end && same_box(cells, at, next);)
            next++;
        int box = cells->columns[at].box, width = (next - at) * (picture->width + 3) - 3;
        char text[CAPTION_LINE] = "";
        if (box >= 0 && !is_heading(&cells->boxes[box]))
            (void)caption_list('L', cells->boxes[box].numbers[BOX_CACHE], text, sizeof(text));
        (void)fprintf(picture->out, " %-*s %s", width, text, stroke(cells, chunk, next - 1));
    }
    (void)fputc('\n', picture->out);
}

static void put_cores(const struct picture *picture, const struct chunk *chunk)
{
    put_head(picture, chunk, "core");
    for (int i = chunk->first; i < chunk->end; i++) {
        char text[CAPTION_CELL] = "";
        if (picture->cells->columns[i].number >= 0)
            (void)snprintf(text, sizeof(text), "L#%d", picture->cells->columns[i].number);
        (void)fprintf(picture->out, " %-*s %s", picture->width, text,
                      stroke(picture->cells, chunk, i));
    }
    (void)fputc('\n', picture->out);
}

static void put_cell(const struct picture *picture, const struct cell *cell)
{
    char text[CAPTION_CELL];
    paint_on(&picture->paint, cell->state,
             cell->count > 0 ? picture->cells->seated[cell->first] : 0);
    int used = fprintf(picture->out, "P#%-*u %s", picture->os_width - 2, cell->os,
                       caption_cell(picture->cells, cell, text));
    paint_off(&picture->paint);
    (void)fprintf(picture->out, "%*s", picture->width - used, "");
}

static void put_pus(const struct picture *picture, const struct chunk *chunk)
{
    const struct grid *cells = picture->cells;
    int lines = 0;
    for (int i = chunk->first; i < chunk->end; i++)
        lines = longest(lines, cells->columns[i].end - cells->columns[i].first);
    for (int line = 0; line < lines; line++) {
        put_head(picture, chunk, line == 0 ? "PU" : "");
        for (int i = chunk->first; i < chunk->end; i++) {
            int at = cells->columns[i].first + line;
            (void)fputc(' ', picture->out);
            if (at < cells->columns[i].end)
                put_cell(picture, &cells->cells[at]);
            else
                (void)fprintf(picture->out, "%*s", picture->width, "");
            (void)fprintf(picture->out, " %s", stroke(cells, chunk, i));
        }
        (void)fputc('\n', picture->out);
    }
}

static void put_chunk(const struct picture *picture, const struct chunk *chunk)
{
    const struct grid *cells = picture->cells;
    bool caches = false, cores = false;
    for (int i = chunk->first; i < chunk->end; i++) {
        int box = cells->columns[i].box;
        caches |= box >= 0 && !is_heading(&cells->boxes[box]);
        cores |= cells->columns[i].number >= 0;
    }
    if (caches)
        put_caches(picture, chunk);
    if (cores)
        put_cores(picture, chunk);
    put_pus(picture, chunk);
}

static void put_whole(struct picture *picture)
{
    const struct grid *cells = picture->cells;
    measure(picture);
    for (int first = 0, end; first < cells->column_count; first = end) {
        int heading = heading_of(cells, first);
        for (end = first + 1; end < cells->column_count && heading_of(cells, end) == heading;)
            end++;
        put_headings(picture, heading, first - 1);
        struct chunk chunk = {first, first,
                              indent_of(heading >= 0 ? cells->boxes[heading].depth + 1 : 1)};
        for (; chunk.first < end; chunk.first = chunk.end) {
            chunk.end = chunk_end(picture, chunk.first, end, chunk.indent);
            put_chunk(picture, &chunk);
        }
    }
}

/* --- the whole picture --- */

/* Which loose groups are named at their box, so that the lines at the top can leave them out. */
static bool *told_below(const struct grid *cells, bool folded)
{
    bool *told = calloc((size_t)cells->loose_count + 1, sizeof(*told));
    char text[CAPTION_LINE + 1];
    for (int i = 0; told != NULL && i < cells->loose_count; i++) {
        int box = cells->loose[i].box;
        if (box >= 0)
            told[i] = folded ? fold_tells(cells, box)
                             : is_heading(&cells->boxes[box]) && heading_text(cells, box, text);
    }
    return told;
}

static int put_all(const struct grid *cells, unsigned flags, FILE *out)
{
    bool folded = cells->cell_count > FOLD_ABOVE && (flags & PICTURE_WHOLE) == 0;
    struct picture picture = {
        .cells = cells, .out = out, .paint = {cells, out, (flags & PICTURE_COLOUR) != 0}};
    bool *told = told_below(cells, folded);
    if (told == NULL)
        return -1;
    caption_head(cells, told, !folded, out);
    free(told);
    (void)fputc('\n', out);
    if (!folded)
        put_whole(&picture);
    else if (fold_put(cells, &picture.paint, out) != 0)
        return -1;
    (void)fputc('\n', out);
    caption_legend(cells, folded, out);
    return 0;
}

char *picture_text(const struct seat_map *seat_map, unsigned flags)
{
    char *text = NULL;
    size_t size = 0;
    struct grid cells;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return NULL;
    int status = cells_build(&cells, seat_map, (flags & PICTURE_RELATIVE) != 0);
    if (status == 0)
        status = put_all(&cells, flags, out);
    cells_release(&cells);
    bool failed = ferror(out) != 0;
    if (fclose(out) == 0 && !failed && status == 0)
        return text;
    free(text);
    return NULL;
}
